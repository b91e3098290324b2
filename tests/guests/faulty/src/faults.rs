//! The ways in which a function can fail.

use ferrite_udf::prelude::*;
use std::hint::black_box;

/// Fails in the way of this name, and otherwise never returns.
pub(crate) fn fail(fault: &str) -> Result<Reply> {
    match fault {
        "error" => bail!(code: "FAULT", "on purpose"),
        "panic" => panic!("on purpose"),
        "trap" => std::process::abort(),
        "loop" => spin(),
        "memory" => grow(),
        "stack" => Ok(deeper(0).into()),
        "reply" => Ok((0..40).fold(Reply::Null, |inner, _| Reply::Array(vec![inner]))),
        "large-reply" => Ok(vec![b'x'; 600_000].into()),
        "calls" => loop {
            strings::get("text")?;
        },
        "crossing" => {
            // A GiB in one crossing, without having it.
            let key = vec![b'k'; 1 << 20];
            Ok(commands::execute(&vec![key.as_slice(); 1024])?)
        }
        other => bail!("no fault is called `{other}`"),
    }
}

/// For ever: fuel, the time or a kill ends it.
fn spin() -> ! {
    let mut turns = 0_u64;
    loop {
        turns = black_box(turns.wrapping_add(1));
    }
}

/// Takes memory until it is refused, and cannot go on without.
fn grow() -> ! {
    let mut pieces = Vec::new();
    loop {
        pieces.push(black_box(vec![0_u8; 64 << 10]));
    }
}

/// Calls itself until the stack of wasm code is used up.
#[inline(never)]
fn deeper(depth: u64) -> u64 {
    if black_box(depth) == u64::MAX { 0 } else { black_box(deeper(depth + 1)) + 1 }
}
