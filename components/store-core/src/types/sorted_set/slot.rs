//! A member in the ordered index, and how it is searched for.

use super::member::Handle;
use super::order::{Cut, score_prefix};

/// A member in a leaf.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    pub(super) prefix: u32,
    pub(super) handle: Handle,
}

impl Slot {
    pub(super) fn new(handle: Handle) -> Slot {
        // SAFETY: members are alive while they are in the order: whoever owns them takes them out first.
        let score = unsafe { handle.score() };
        Slot { prefix: score_prefix(score), handle }
    }

    /// Whether it is in front of a cut that has the same leading bits.
    fn is_before_tie(&self, cut: &Cut<'_>) -> bool {
        // SAFETY: members are alive while they are in the order.
        unsafe { cut.is_behind(self.handle.score(), self.handle.bytes()) }
    }
}

/// What is in order and begins with a slot.
pub(super) trait Ordered {
    fn slot(&self) -> &Slot;
}

impl Ordered for Slot {
    fn slot(&self) -> &Slot {
        self
    }
}

/// How many of these are in front of the cut. The leading bits first: most often they decide alone.
#[inline]
pub(super) fn position<T: Ordered>(slots: &[T], cut: &Cut<'_>) -> usize {
    let prefix = cut.prefix();
    let start = below(slots, prefix);
    match slots.get(start) {
        Some(each) if each.slot().prefix == prefix => start + ties_before(slots.get(start..).unwrap_or_default(), cut),
        _ => start,
    }
}

/// How many of these are in front of the cut, the first of which has the same leading bits.
#[inline(never)]
fn ties_before<T: Ordered>(slots: &[T], cut: &Cut<'_>) -> usize {
    let prefix = cut.prefix();
    let has_prefix = |each: &T| each.slot().prefix == prefix;
    // There are few, as a rule, or nothing else.
    let count = match slots.last().is_some_and(has_prefix) {
        true => slots.len(),
        false => slots.iter().take_while(|each| has_prefix(each)).count(),
    };
    slots.get(..count).unwrap_or_default().partition_point(|each| each.slot().is_before_tie(cut))
}

/// How many of these have lesser leading bits. In two rounds of counting rather than by bisection: there is no branch to
/// guess wrong, and no load waits for another one, most of which miss the cache. Loops, because a component is optimised
/// for size and iterators in steps stay calls.
#[inline]
pub(super) fn below<T: Ordered>(slots: &[T], prefix: u32) -> usize {
    /// As many slots as a line of memory holds.
    const LINE: usize = 8;
    let is_below = |each: &T| usize::from(each.slot().prefix < prefix);
    let (mut start, mut at) = (0, LINE);
    while let Some(each) = slots.get(at) {
        start += is_below(each) * LINE;
        at += LINE;
    }
    let end = slots.len().min(start + LINE);
    let mut count = start;
    for each in slots.get(start..end).unwrap_or_default() {
        count += is_below(each);
    }
    count
}
