//! Reads one key, as often as it is told to: what an access to the store costs from within a function.

use ferrite_udf::prelude::*;

/// Reads KEYS[1] as often as ARGS[1] says (once without it), and returns its value.
#[ferrite_udf::function]
pub fn call(keys: Keys, args: Args) -> Result<Option<Vec<u8>>> {
    let key = keys.get(0)?;
    for _ in 1..args.parse_or(0, 1_u32)? {
        strings::get(key)?;
    }
    Ok(strings::get(key)?)
}
