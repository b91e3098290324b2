//! `ferrite:store/sorted-sets`.

use wasmtime::component::{ComponentType, Lift, Lower};

use super::abi::{list_of, record};
use super::collections::{Flat, Give, Order, interface};
use super::core::Result;

/// `sorted-sets.scored`.
#[derive(Debug, Clone, ComponentType, Lift, Lower)]
#[component(record)]
pub(crate) struct Scored {
    #[component(name = "member")]
    pub(crate) member: Vec<u8>,
    #[component(name = "score")]
    pub(crate) score: f64,
}
record!(Scored { member: Vec<u8>, score: f64 });
list_of!(Scored);

/// `sorted-sets.condition`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(enum)]
#[repr(u8)]
#[allow(dead_code, reason = "only wasmtime makes values of it, by lifting them")]
pub(crate) enum Condition {
    #[component(name = "always")]
    Always,
    #[component(name = "if-absent")]
    IfAbsent,
    #[component(name = "if-present")]
    IfPresent,
    #[component(name = "if-greater")]
    IfGreater,
    #[component(name = "if-less")]
    IfLess,
}

impl Give for Condition {
    fn give(&self, flat: &mut Flat<'_>) -> Result<()> {
        flat.u32(*self as u32);
        Ok(())
    }
}

/// `sorted-sets.changes`.
#[derive(Debug, Clone, Copy, ComponentType, Lift, Lower)]
#[component(record)]
pub(crate) struct Changes {
    #[component(name = "added")]
    pub(crate) added: u32,
    #[component(name = "updated")]
    pub(crate) updated: u32,
}
record!(Changes { added: u32, updated: u32 });

/// `sorted-sets.selection`, its bytes borrowed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Selection<'a> {
    /// First and last.
    Ranks(i64, i64),
    /// The number of each bound's case, and its score.
    Scores((u32, f64), (u32, f64)),
    /// The number of each bound's case, and its bytes.
    Members((u32, &'a [u8]), (u32, &'a [u8])),
}

/// Six values behind the number of the case, each wide enough for what any case has there.
impl Give for Selection<'_> {
    fn give(&self, flat: &mut Flat<'_>) -> Result<()> {
        let (case, values): (u32, [u64; 6]) = match *self {
            Selection::Ranks(first, last) => (0, [first.cast_unsigned(), last.cast_unsigned(), 0, 0, 0, 0]),
            Selection::Scores((min_case, min), (max_case, max)) => {
                (1, [min_case.into(), min.to_bits(), max_case.into(), max.to_bits(), 0, 0])
            }
            Selection::Members((min_case, min), (max_case, max)) => {
                let (min, min_length) = flat.core.give(min)?;
                let (max, max_length) = flat.core.give(max)?;
                let min = [min_case.into(), min.into(), min_length.into()];
                (2, [min[0], min[1], min[2], max_case.into(), max.into(), max_length.into()])
            }
        };
        flat.u32(case);
        // The joined types of the canonical ABI: `s64 | u8`, `s64 | f64 | pointer`, `u8 | length`, `f64 | u8`, pointer, length.
        for (value, is_wide) in values.into_iter().zip([true, true, false, true, false, false]) {
            if is_wide { flat.u64(value) } else { flat.u32(value as u32) }
        }
        Ok(())
    }
}

interface!(SortedSets, SortedSetsOf, "sorted-sets" {
    add = "add"(key: &[u8], members: &[(&[u8], f64)], condition: Condition) -> Changes;
    increment = "increment"(key: &[u8], member: &[u8], by: f64) -> f64;
    remove = "remove"(key: &[u8], members: &[&[u8]]) -> u64;
    remove_range = "remove-range"(key: &[u8], selection: Selection<'_>) -> u64;
    pop = "pop"(key: &[u8], order: Order, count: u32) -> Vec<Scored>;
    scores = "scores"(key: &[u8], members: &[&[u8]]) -> Vec<Option<f64>>;
    rank = "rank"(key: &[u8], member: &[u8], order: Order) -> Option<u64>;
    length = "length"(key: &[u8]) -> u64;
    count = "count"(key: &[u8], selection: Selection<'_>) -> u64;
    range = "range"(key: &[u8], selection: Selection<'_>, order: Order, offset: u32, count: u32) -> Vec<Scored>;
});
