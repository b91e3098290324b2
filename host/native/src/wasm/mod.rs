//! The store component inside wasmtime: engine settings, instance, clock, and every call that crosses its border.
//!
//! Layout:
//! - `engines.rs`, `clock.rs`, `environment.rs`: what it runs on and what it imports;
//! - `core.rs`, `abi.rs`: its core module, and how typed values lie in its memory; `ahead.rs`: its next piece, touched early;
//! - `types.rs`: the contract's types in Rust; one file for each interface: `wire.rs`, `strings.rs`, `keys.rs`,
//!   `hashes.rs` and its like with what they share in `collections.rs`, `commands.rs`, `transactions.rs`, `maintenance.rs`,
//!   `snapshots.rs`;
//! - `module.rs`, `store.rs`: compiled, and instantiated.

pub(crate) mod abi;
mod ahead;
mod clock;
pub(crate) mod collections;
mod commands;
mod core;
pub(crate) mod engines;
mod environment;
pub(crate) mod hashes;
mod keys;
pub(crate) mod lists;
mod maintenance;
mod module;
pub(crate) mod sets;
mod snapshots;
pub(crate) mod sorted_sets;
mod store;
pub(crate) mod streams;
mod strings;
mod transactions;
pub(crate) mod types;
pub(crate) mod vectors;
mod wire;

/// The version of `ferrite:store` that the component exports.
const CONTRACT: &str = "0.1.5";

pub use clock::Clock;
pub use maintenance::Statistics;
pub use module::StoreModule;
pub use snapshots::{Damage, DumpError, Fault, Piece, RestoreError, Restored};
pub use store::{StoreInstance, StoreTrapped};
pub(crate) use types::transactions::{Access, Error as TransactionError};
pub use wire::{
    CommandFlags, CommandRow, Delivery, Event, Fact, HostCall, KeyPositions, Next, SaveMode, Session, Setting, Turn,
};
