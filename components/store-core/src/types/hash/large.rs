//! Many fields, or long ones: a table.

use super::{Field, Hash};
use crate::table::{Item, Keyed, Position, Table};

/// A hash as a table.
pub struct Large {
    pub(super) table: Table<Item>,
    /// No field expires before this time.
    pub(super) earliest_ms: i64,
    /// How far the search for expired fields has come.
    pub(super) cursor: usize,
}

impl Large {
    pub(super) fn new(table: Table<Item>) -> Large {
        Large { table, earliest_ms: i64::MAX, cursor: 0 }
    }

    /// The same fields as those of a small hash.
    pub(super) fn of(small: &Hash, seed: [u64; 2]) -> Large {
        let mut large = Large::new(Table::new(seed));
        small.each(i64::MIN, &mut |Field { name, value, expire_ms }| {
            large.add(Item::new(&name.text(), &value.text(), expire_ms));
        });
        large
    }

    #[inline]
    pub(super) fn find(&self, name: &[u8]) -> Option<&Item> {
        self.position(name).map(|(_, at)| self.table.entry(at))
    }

    /// The hash of a name, and where the field is.
    #[inline]
    pub(super) fn position(&self, name: &[u8]) -> Option<(u64, Position)> {
        let hash = self.table.hash(name);
        self.table.find(hash, name).map(|at| (hash, at))
    }

    /// Adds a field that is not there; `hash` is that of its name.
    #[inline]
    pub(super) fn insert(&mut self, hash: u64, item: Item) {
        self.note_time(item.expire_ms());
        self.table.insert(hash, item);
    }

    /// The same without a hash.
    pub(super) fn add(&mut self, item: Item) {
        self.insert(self.table.hash(item.key()), item);
    }

    /// Puts another field of the same name in the place of one.
    pub(super) fn swap(&mut self, at: Position, item: Item) -> Item {
        self.note_time(item.expire_ms());
        self.table.swap(at, item)
    }

    pub(super) fn note_time(&mut self, expire_ms: Option<i64>) {
        self.earliest_ms = self.earliest_ms.min(expire_ms.unwrap_or(i64::MAX));
    }

    pub(super) fn duplicate(&self) -> Large {
        let mut copy = Large::new(self.table.fresh());
        self.table.entries().for_each(|item| copy.add(item.duplicate()));
        copy
    }
}
