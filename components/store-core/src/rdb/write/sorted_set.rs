//! Sorted sets: a listpack, or members with their scores from the last to the first, as Redis writes them.

use super::{Slice, Steps};
use crate::rdb::output::Output;
use crate::rdb::types;
use crate::types::SortedSet;

pub(super) fn form(set: &SortedSet) -> u8 {
    if set.listpack().is_some() { types::ZSET_LISTPACK } else { types::ZSET_2 }
}

pub(super) fn write(set: &SortedSet, steps: &mut Steps, slice: Slice, out: &mut Output) -> bool {
    if let Some(pack) = set.listpack() {
        out.string(pack.as_bytes());
        return true;
    }
    let start = out.bytes.len();
    if steps.begins() {
        out.length(set.len() as u64);
    }
    let left = set.len() - steps.at as usize;
    if let Some(last) = left.checked_sub(1) {
        set.each(last, left, true, &mut |member, score| {
            out.string(member);
            out.double(score);
            steps.at += 1;
            !slice.is_full(out, start)
        });
    }
    steps.at as usize == set.len()
}
