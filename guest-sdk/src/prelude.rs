//! All that a function usually needs: `use ferrite_udf::prelude::*`.

pub use crate::{
    Args, Command, Error, Keys, KeysWithValues, Reply, Result, bail, clock, command, commands, hashes, keys, lists,
    log, sets, sorted_sets, streams, strings, vectors,
};
