//! How changes to lists are undone.

use super::edit::Capacity;
use super::{List, Listpack};

/// How to undo one change.
pub enum Inverse {
    /// Forget elements at an end.
    Drop {
        /// Which end.
        front: bool,
        /// How many.
        count: usize,
    },
    /// Put elements back at an end.
    Restore {
        /// Which end.
        front: bool,
        /// The elements in their order.
        part: List,
    },
    /// Put an element back in front of the one that has its index now.
    Insert {
        /// Its index.
        index: usize,
        /// Its bytes.
        element: Box<[u8]>,
    },
    /// Remove an element.
    Remove {
        /// Its index.
        index: usize,
    },
    /// Give an element its bytes back.
    Replace {
        /// Its index.
        index: usize,
        /// Its bytes.
        element: Box<[u8]>,
    },
}

impl Inverse {
    pub(super) fn apply(self, list: &mut List) {
        match self {
            Inverse::Drop { front, count } => list.drop_end(front, count),
            Inverse::Restore { front, part } => list.attach(front, part),
            Inverse::Insert { index, element } => list.insert_at(index, &element, Capacity::WIDEST),
            Inverse::Remove { index } => {
                list.remove_at(index, false);
            }
            Inverse::Replace { index, element } => {
                list.replace(index, &element, Capacity::WIDEST, false);
            }
        }
    }

    /// The bytes that it takes beyond its own size. Whole nodes were there before and have only moved; one may be a part.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Inverse::Drop { .. } | Inverse::Remove { .. } => 0,
            Inverse::Restore { part, .. } => part.packs().take(1).map(Listpack::allocated).sum(),
            Inverse::Insert { element, .. } | Inverse::Replace { element, .. } => element.len(),
        }
    }
}
