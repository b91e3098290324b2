//! All that a function usually needs: `use ferrite_udf::prelude::*`.

#[cfg(any(feature = "functions", not(target_family = "wasm")))]
pub use crate::log;
pub use crate::{
    Args, Command, Error, Keys, KeysWithValues, Reply, Result, bail, clock, command, commands, hashes, keys, lists,
    sets, sorted_sets, streams, strings, vectors,
};
