//! Sets: an array of integers, or their members.

use super::{Slice, Steps};
use crate::rdb::output::Output;
use crate::rdb::types;
use crate::types::Set;

pub(super) fn form(set: &Set) -> u8 {
    if set.integers().is_some() { types::SET_INTSET } else { types::SET }
}

pub(super) fn write(set: &Set, steps: &mut Steps, slice: Slice, out: &mut Output) -> bool {
    if let Some(integers) = set.integers() {
        out.string(integers.as_bytes());
        return true;
    }
    let start = out.bytes.len();
    if steps.begins() {
        out.length(set.len() as u64);
    }
    while !slice.is_full(out, start) {
        steps.at = set.scan(steps.at, Slice::AT_ONCE, &mut |member| out.element(member));
        if steps.at == 0 {
            return true;
        }
    }
    false
}
