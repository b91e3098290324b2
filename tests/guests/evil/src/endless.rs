//! What does not end by itself.

use ferrite_udf::prelude::*;
use std::hint::black_box;

/// Loops for ever without a call. Limit: fuel, or else the time.
pub(crate) fn spin(_keys: Keys, _n: Option<u64>) -> Result<Reply> {
    let mut turns = 0_u64;
    loop {
        turns = black_box(turns.wrapping_add(1));
    }
}

/// Calls itself for ever with a small frame. Limit: the stack of wasm code.
pub(crate) fn recurse(_keys: Keys, _n: Option<u64>) -> Result<Reply> {
    #[inline(never)]
    fn deeper(depth: u64) -> u64 {
        if black_box(depth) == u64::MAX { 0 } else { black_box(deeper(depth + 1)) + 1 }
    }
    Ok(deeper(0).into())
}

/// Calls itself for ever with frames of 4 KiB. Limit: the guest's own stack, which ends at the bottom of its memory.
pub(crate) fn recurse_wide(_keys: Keys, _n: Option<u64>) -> Result<Reply> {
    #[inline(never)]
    fn deeper(depth: u64) -> u64 {
        let mut frame = black_box([0_u64; 512]);
        if depth == u64::MAX {
            return 0;
        }
        frame[0] = deeper(depth + 1);
        black_box(frame)[0] + 1
    }
    Ok(deeper(0).into())
}

/// Runs `KEYS *` for ever, or n times. Limit: fuel, as a store call costs what it does.
pub(crate) fn keys_star(_keys: Keys, n: Option<u64>) -> Result<Reply> {
    let mut found = 0;
    for _ in 0..n.unwrap_or(u64::MAX) {
        let names = command!("KEYS", "*")?;
        found += names.as_array().map_or(0, <[Reply]>::len);
    }
    Ok(found.into())
}

/// Reads KEYS[1] a million times, or n times. Limit: fuel, as a store call costs what it does.
pub(crate) fn calls(keys: Keys, n: Option<u64>) -> Result<Reply> {
    for _ in 0..n.unwrap_or(1_000_000) {
        strings::get(keys.get(0)?)?;
    }
    Ok(().into())
}
