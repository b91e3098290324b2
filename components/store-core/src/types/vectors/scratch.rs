//! What searches remember on their way, kept so that the next one need not ask for memory.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::near::{Key, sort};
use super::visited::Visited;

/// Elements that are kept from one search to the next: a wide search leaves nothing behind.
const KEPT: usize = 4096;

/// Room for one search at a time, and for what follows from it.
#[derive(Clone, Debug, Default)]
pub(super) struct Scratch {
    /// Slots that were seen.
    pub(super) visited: Visited,
    /// What the way may go on from.
    pub(super) open: BinaryHeap<Reverse<Key>>,
    /// The nearest until now.
    pub(super) found: BinaryHeap<Key>,
    /// The nearest in order, when a search is over.
    pub(super) sorted: Vec<Key>,
    /// Slots whose distances are wanted.
    pub(super) slots: Vec<u32>,
    /// Those distances.
    pub(super) distances: Vec<f32>,
    /// Slots among which neighbours are chosen.
    pub(super) candidates: Vec<Key>,
    /// The chosen ones.
    pub(super) chosen: Vec<u32>,
    /// Those that were not chosen, nearest first.
    pub(super) rest: Vec<Key>,
}

impl Scratch {
    /// Before a search among so many slots.
    pub(super) fn begin(&mut self, slots: usize) {
        self.visited.begin(slots);
        self.open.clear();
        self.open.shrink_to(KEPT);
        self.found.clear();
        self.found.shrink_to(KEPT);
    }

    /// After a search: puts what was found in order.
    pub(super) fn sort(&mut self) {
        self.sorted.clear();
        self.sorted.shrink_to(KEPT);
        self.sorted.extend(self.found.drain());
        sort(&mut self.sorted);
    }
}
