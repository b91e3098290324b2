//! Hashes as collections.

use super::packed::Timed;
use super::{Hash, Inverse, Large, Listpack};
use crate::memory::taken;
use crate::table::{Item, Table};
use crate::types::{Collection, Inverses, Kind, Typed};

impl Default for Hash {
    fn default() -> Self {
        Hash::Pairs(Listpack::new())
    }
}

impl Typed for Hash {
    fn type_name(&self) -> &'static str {
        "hash"
    }

    fn encoding(&self) -> &'static str {
        match self {
            Hash::Pairs(_) => "listpack",
            Hash::Timed(_) => "listpackex",
            Hash::Large(_) => "hashtable",
        }
    }

    #[inline]
    fn is_empty(&self) -> bool {
        Hash::is_empty(self)
    }

    fn weight(&self) -> usize {
        match self {
            Hash::Large(large) => large.table.len(),
            _ => 1,
        }
    }

    fn memory(&self, samples: usize) -> usize {
        match self {
            Hash::Pairs(pack) => taken(pack.allocated()),
            Hash::Timed(timed) => taken(size_of::<Timed>()) + taken(timed.pack.allocated()),
            Hash::Large(large) => taken(size_of::<Large>()) + table_memory(&large.table, samples),
        }
    }

    fn free_some(&mut self, budget: &mut usize) -> bool {
        match self {
            Hash::Large(large) => free_some(&mut large.table, budget),
            _ => true,
        }
    }

    fn duplicate(&self) -> Collection {
        Collection::Hash(match self {
            Hash::Pairs(pack) => Hash::Pairs(pack.clone()),
            Hash::Timed(timed) => {
                Hash::Timed(Box::new(Timed { pack: timed.pack.clone(), earliest_ms: timed.earliest_ms }))
            }
            Hash::Large(large) => Hash::Large(Box::new(large.duplicate())),
        })
    }

    #[inline]
    fn due_ms(&self) -> Option<i64> {
        self.earliest_ms()
    }
}

impl Kind for Hash {
    type Inverse = Inverse;
    const EXPIRES: bool = true;

    #[inline]
    fn of(collection: &Collection) -> Option<&Self> {
        match collection {
            Collection::Hash(hash) => Some(hash),
            _ => None,
        }
    }

    #[inline]
    fn of_mut(collection: &mut Collection) -> Option<&mut Self> {
        match collection {
            Collection::Hash(hash) => Some(hash),
            _ => None,
        }
    }

    fn into_collection(self) -> Collection {
        Collection::Hash(self)
    }

    fn revert(&mut self, inverse: Inverse) {
        self.undo(inverse);
    }

    fn inverse_bytes(inverse: &Inverse) -> usize {
        inverse.bytes()
    }

    fn inverses(inverses: Vec<Inverse>) -> Inverses {
        Inverses::Hash(inverses)
    }
}

/// The bytes of a table and its items, estimated from so many of them (0: all).
pub(crate) fn table_memory(table: &Table<Item>, samples: usize) -> usize {
    let samples = if samples == 0 { table.len() } else { samples.min(table.len()) };
    let sum: usize = table.entries().take(samples).map(|item| taken(item.allocated())).sum();
    table.bytes() + if samples == 0 { 0 } else { (sum as u64 * table.len() as u64 / samples as u64) as usize }
}

/// Frees about `budget` items, which it takes off; true when nothing is left.
pub(crate) fn free_some(table: &mut Table<Item>, budget: &mut usize) -> bool {
    while *budget > 0 {
        let Some(items) = table.dismantle() else { return true };
        *budget = budget.saturating_sub(items.count());
    }
    false
}
