//! Lists: their listpacks in order.

use super::{Slice, Steps};
use crate::rdb::output::Output;
use crate::types::List;

/// In front of a node that is a listpack.
const PACKED: u64 = 2;

pub(super) fn write(list: &List, steps: &mut Steps, slice: Slice, out: &mut Output) -> bool {
    let start = out.bytes.len();
    if steps.begins() {
        out.length(list.packs().count() as u64);
    }
    for pack in list.packs().skip(steps.at as usize) {
        if slice.is_full(out, start) {
            return false;
        }
        out.length(PACKED);
        out.string(&pack.dumped());
        steps.at += 1;
    }
    true
}
