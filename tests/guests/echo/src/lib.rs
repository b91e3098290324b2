//! Answers with what it was given: how values travel in both directions.

use ferrite_udf::prelude::*;

/// Returns `[[key, …], [arg, …]]`.
#[ferrite_udf::function]
pub fn call(keys: Keys, args: Args) -> Result<[Vec<Vec<u8>>; 2]> {
    Ok([keys.to_vec(), args.to_vec()])
}
