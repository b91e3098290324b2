//! Which slots each slot is linked with, level by level.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::chunks::Chunks;

/// Levels above the lowest; with 16 links a slot, the eighth is needed by four billion of them.
pub(super) const MOST_LEVELS: u8 = 15;

/// The end of a row that is not full.
const NONE: u32 = u32::MAX;

/// The height of a slot that is not linked.
const UNLINKED: u8 = 0;

/// The links.
#[derive(Clone, Debug)]
pub(super) struct Links {
    /// Links of a slot on each level; twice as many on the lowest.
    width: usize,
    lowest: Chunks<u32>,
    /// Rows of the levels above, one behind the other.
    above: BTreeMap<u32, Box<[u32]>>,
    /// On how many levels each slot is.
    heights: Vec<u8>,
}

impl Links {
    /// None yet.
    pub(super) fn new(width: usize) -> Links {
        Links { width, lowest: Chunks::new(2 * width, NONE), above: BTreeMap::new(), heights: Vec::new() }
    }

    /// Slots that there ever were.
    pub(super) fn slots_ever(&self) -> usize {
        self.heights.len()
    }

    /// All slots that are.
    pub(super) fn slots(&self) -> impl Iterator<Item = u32> + '_ {
        (0..).zip(&self.heights).filter(|(_, height)| **height != UNLINKED).map(|(slot, _)| slot)
    }

    /// Most links of a slot on a level.
    #[inline(always)]
    pub(super) fn most(&self, level: u8) -> usize {
        if level == 0 { 2 * self.width } else { self.width }
    }

    /// Levels of a slot above the lowest, none of one that is not linked.
    #[inline(always)]
    pub(super) fn level(&self, slot: u32) -> Option<u8> {
        self.heights.get(slot as usize)?.checked_sub(1)
    }

    /// Whether a slot is there on a level.
    #[inline(always)]
    pub(super) fn reaches(&self, slot: u32, level: u8) -> bool {
        self.heights.get(slot as usize).is_some_and(|height| *height > level)
    }

    /// The first of the slots with the most levels: seldom needed, and only levels above are looked at.
    pub(super) fn highest(&self) -> Option<u32> {
        let highest = self.above.keys().copied().max_by_key(|slot| (self.level(*slot), Reverse(*slot)));
        highest.or_else(|| self.slots().next())
    }

    /// Makes room for a slot, without links.
    pub(super) fn add(&mut self, slot: u32, level: u8) {
        if self.heights.len() <= slot as usize {
            self.heights.resize(slot as usize + 1, UNLINKED);
        }
        self.lowest.reach(slot);
        self.set(slot, 0, &[]);
        if level > 0 {
            self.above.insert(slot, vec![NONE; usize::from(level) * self.width].into_boxed_slice());
        }
        if let Some(own) = self.heights.get_mut(slot as usize) {
            *own = level + 1;
        }
    }

    /// Takes out a slot, to which links may remain.
    pub(super) fn remove(&mut self, slot: u32) {
        if let Some(own) = self.heights.get_mut(slot as usize) {
            *own = UNLINKED;
        }
        self.set(slot, 0, &[]);
        self.above.remove(&slot);
    }

    /// The slots that one is linked with on a level.
    #[inline(always)]
    pub(super) fn of(&self, slot: u32, level: u8) -> &[u32] {
        let row = match level {
            0 => self.lowest.row(slot),
            _ => {
                let start = usize::from(level - 1) * self.width;
                self.above.get(&slot).and_then(|rows| rows.get(start..start + self.width)).unwrap_or_default()
            }
        };
        // No slot stands behind the end: counting all that are is faster than looking for it.
        let count = row.iter().filter(|slot| **slot != NONE).count();
        row.get(..count).unwrap_or_default()
    }

    fn row_mut(&mut self, slot: u32, level: u8) -> &mut [u32] {
        match level {
            0 => self.lowest.row_mut(slot),
            _ => {
                let start = usize::from(level - 1) * self.width;
                self.above.get_mut(&slot).and_then(|rows| rows.get_mut(start..start + self.width)).unwrap_or_default()
            }
        }
    }

    /// Sets them; more than fit are left out.
    pub(super) fn set(&mut self, slot: u32, level: u8, others: &[u32]) {
        let others = others.iter().chain(std::iter::repeat(&NONE));
        self.row_mut(slot, level).iter_mut().zip(others).for_each(|(own, other)| *own = *other);
    }

    /// Adds one; false when there is no room for it.
    pub(super) fn push(&mut self, slot: u32, level: u8, other: u32) -> bool {
        let room = self.row_mut(slot, level).iter_mut().find(|own| **own == NONE);
        room.map(|own| *own = other).is_some()
    }

    /// Bytes that it holds.
    pub(super) fn bytes(&self) -> usize {
        let above: usize = self.above.values().map(|rows| 4 * rows.len() + 32).sum();
        self.lowest.bytes() + above + self.heights.capacity()
    }

    /// Frees a piece of what it holds; false when nothing is left.
    pub(super) fn free_piece(&mut self) -> bool {
        self.lowest.free_piece() || self.above.pop_last().is_some()
    }
}
