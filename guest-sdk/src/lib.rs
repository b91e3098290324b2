//! Write user-defined functions for Ferrite: Rust that runs beside the data.
//!
//! A function gets the keys and arguments of `WASM.CALL` or `FCALL`, reads and writes the store, and returns any Rust
//! value that [`Reply`] can be made of. A call is atomic: when it returns an error, panics or exceeds a limit,
//! everything it wrote is undone.
//!
//! ```
//! use ferrite_udf::prelude::*;
//!
//! /// Adds ARGS[1] to the number at KEYS[1], but not beyond ARGS[2].
//! #[ferrite_udf::function]
//! fn call(keys: Keys, args: Args) -> Result<i64> {
//!     let args = args.named(&["by", "most"]);
//!     let sum = strings::increment(keys.get(0)?, args.parse(0)?)?;
//!     if sum > args.parse(1)? {
//!         bail!("{sum} is too much"); // undoes the increment
//!     }
//!     Ok(sum)
//! }
//! # fn main() {}
//! ```
//!
//! The same function runs natively under `cargo test`, against a store in memory: see [`testing`].
//!
//! # Layout
//! What a function gets and gives:
//! - [`Keys`] and [`Args`]; [`KeysWithValues`] where the host hands over values too;
//! - [`commands!`] and [`Command`], for components that add commands;
//! - [`Reply`], and the Rust values it is made of;
//! - [`Error`], [`Result`], [`bail!`].
//!
//! What it may call, module by module as in the WIT package `ferrite:store`:
//! - [`keys`], [`strings`], [`hashes`], [`lists`], [`sets`], [`sorted_sets`], [`streams`], [`vectors`], and [`commands`] for
//!   all the rest;
//! - [`mod@log`] for lines to the operator, [`clock`] for the time.
//!
//! Where it runs: `platform` is the store's component interface in WebAssembly, and the store itself natively.
//!
//! # Features
//! - `functions` (on): what functions have and policies of an AI gateway have not, their exports and the log.
//! - `policy`: the module `policy`, for components that are such policies. They go without `functions`, whose types would be
//!   among their imports.
//! - `allocator` (on): the component's global allocator, except with WASI. Without it, whoever builds the component
//!   brings their own, or has Rust's.

#![cfg_attr(
    all(target_family = "wasm", not(feature = "functions")),
    allow(dead_code, reason = "what only the exports of functions use")
)]

pub mod clock;
mod collection;
pub mod commands;
mod declared;
#[doc(hidden)]
pub mod described;
mod error;
mod function;
pub mod hashes;
pub mod keys;
mod limit;
pub mod lists;
#[cfg(any(feature = "functions", not(target_family = "wasm")))]
pub mod log;
mod packed;
mod parameters;
#[cfg(feature = "policy")]
pub mod policy;
pub mod prelude;
mod reply;
pub mod sets;
pub mod sorted_sets;
pub mod streams;
pub mod strings;
pub mod vectors;

#[cfg(target_family = "wasm")]
#[path = "platform/wasm.rs"]
mod platform;
#[cfg(not(target_family = "wasm"))]
#[path = "platform/native.rs"]
mod platform;
#[cfg(not(target_family = "wasm"))]
pub mod testing;

pub use declared::{Declared, KeysWithValues, Value};
pub use described::Command;
pub use error::{Error, Result};
pub use ferrite_udf_macros::function;
pub use function::Outcome;
pub use limit::Limit;
pub use parameters::{Args, FromArgument, Keys};
pub use reply::Reply;

/// What the code that [`macro@function`] writes needs. No part of the face of this crate.
#[cfg(target_family = "wasm")]
#[doc(hidden)]
pub mod __glue {
    pub use crate::platform::glue::*;
}
