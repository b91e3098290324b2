//! Adds up the numbers at many keys. Their values come with the call: it never asks the store.
//!
//! ```text
//! WASM.CALL total KEYS jan feb mar
//! 1) (integer) 60       the sum
//! 2) (integer) 2        how many of the keys exist
//! ```

use ferrite_udf::{Value, prelude::*};

/// KEYS: any number of them. Returns `[sum, how many exist]`.
#[ferrite_udf::function(values)]
pub fn call(keys: KeysWithValues, _args: Args) -> Result<(i64, u64)> {
    let (mut sum, mut count) = (0_i64, 0);
    for index in 0..keys.len() {
        let Some(text) = keys.value(index)? else { continue };
        let number: Option<i64> = std::str::from_utf8(text).ok().and_then(|text| text.parse().ok());
        let total = number.and_then(|number| sum.checked_add(number));
        let Some(total) = total else { bail!("key {} holds no number, or one too large", index + 1) };
        sum = total;
        count += 1;
    }
    debug_assert_eq!(count, keys.values().iter().filter(|value| **value != Value::Absent).count() as u64);
    Ok((sum, count))
}
