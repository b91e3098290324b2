//! The store component inside wasmtime: bindings, engine settings, instance and clock.

pub(crate) mod bindings;
mod clock;
pub(crate) mod engines;
mod store;
mod wire;

pub use clock::Clock;
pub(crate) use store::{Access, TransactionError};
pub use store::{Session, StoreInstance, StoreModule, StoreTrapped};
pub use wire::{CommandFlags, CommandRow, Event, Fact, HostCall, KeyPositions, Next, SaveMode, Statistics, Turn};
