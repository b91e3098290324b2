//! What takes more memory, or more of its bandwidth, than it may.

use ferrite_udf::prelude::*;
use std::hint::black_box;

/// Copies 40 MiB once, n MiB if given: one operator, many bytes. Limit: fuel, which bulk operations cost by the byte.
pub(crate) fn copy(_keys: Keys, n: Option<u64>) -> Result<Reply> {
    let mut memory = mebibytes(n.unwrap_or(40));
    copy_within(&mut memory);
    Ok(memory.len().into())
}

/// Copies 40 MiB for ever, n MiB if given. Limit: fuel, or else the time, which is looked at between two copies.
pub(crate) fn copy_loop(_keys: Keys, n: Option<u64>) -> Result<Reply> {
    let mut memory = mebibytes(n.unwrap_or(40));
    loop {
        copy_within(&mut memory);
    }
}

/// Fresh memory is zero, so that this writes nothing.
fn mebibytes(n: u64) -> Vec<u8> {
    vec![0; usize::try_from(n << 20).unwrap_or(usize::MAX)]
}

#[inline(never)]
fn copy_within(memory: &mut [u8]) {
    let end = memory.len() - 1;
    black_box(memory).copy_within(..end, 1);
}

/// Takes memory in pieces of 64 KiB until none is left. Limit: the memory of the function.
pub(crate) fn grow_small(_keys: Keys, _n: Option<u64>) -> Result<Reply> {
    let mut pieces = Vec::new();
    loop {
        pieces.push(black_box(vec![0_u8; 64 << 10]));
    }
}

/// Takes 1 GiB at once, n MiB if given. Limit: the memory of the function.
pub(crate) fn grow_big(_keys: Keys, n: Option<u64>) -> Result<Reply> {
    Ok(black_box(mebibytes(n.unwrap_or(1024))).len().into())
}

/// Takes memory until none is left, does not mind, and returns how many MiB it got. Limit: the memory of the function;
/// the call itself succeeds.
pub(crate) fn grow_quietly(_keys: Keys, _n: Option<u64>) -> Result<Reply> {
    let mut pieces = Vec::new();
    loop {
        let mut piece = Vec::<u8>::new();
        if piece.try_reserve_exact(1 << 20).is_err() || pieces.try_reserve(1).is_err() {
            return Ok(pieces.len().into());
        }
        pieces.push(black_box(piece));
    }
}
