//! Hashes: a listpack, or fields and values, with times where there are any.

use super::{Slice, Steps};
use crate::rdb::output::Output;
use crate::rdb::types;
use crate::types::Hash;

pub(super) fn form(hash: &Hash, now_ms: i64) -> u8 {
    match hash {
        Hash::Pairs(_) => types::HASH_LISTPACK,
        _ if hash.first_expiry_ms(now_ms).is_some() => types::HASH_METADATA,
        _ => types::HASH,
    }
}

pub(super) fn write(hash: &Hash, steps: &mut Steps, slice: Slice, out: &mut Output) -> bool {
    if let Hash::Pairs(pack) = hash {
        out.string(pack.as_bytes());
        return true;
    }
    let start = out.bytes.len();
    let first_ms = hash.first_expiry_ms(slice.now_ms);
    if steps.begins() {
        if let Some(first_ms) = first_ms {
            out.number(first_ms);
        }
        out.length(hash.living(slice.now_ms) as u64);
    }
    while !slice.is_full(out, start) {
        steps.at = hash.scan(steps.at, Slice::AT_ONCE, slice.now_ms, &mut |field| {
            if let Some(first_ms) = first_ms {
                // Counted from one millisecond before the first of them, so that 0 is left for fields that stay.
                out.length(field.expire_ms.map_or(0, |expire_ms| (expire_ms - first_ms) as u64 + 1));
            }
            out.element(field.name);
            out.element(field.value);
        });
        if steps.at == 0 {
            return true;
        }
    }
    false
}
