//! What was removed and is too big to be freed at once: it is taken apart in slices.

use super::Keyspace;
use super::entry::Entry;
use crate::table::Table;
use crate::types::Collection;

/// How many allocations are freed at once, about; the rest is left for later.
const AT_ONCE: usize = 1024;

#[derive(Default)]
pub(super) struct Graveyard(Vec<Grave>);

enum Grave {
    Collection(Collection),
    Table(Table<Entry>),
}

impl Graveyard {
    /// Frees an entry; a big collection in it later.
    #[inline]
    pub(super) fn bury(&mut self, mut entry: Entry) {
        if let Some(collection) = entry.take_collection() {
            self.bury_collection(collection);
        }
    }

    #[inline(never)]
    fn bury_collection(&mut self, collection: Collection) {
        if collection.weight() > AT_ONCE {
            self.0.push(Grave::Collection(collection));
        }
    }

    /// Frees the entries of a table, as many of them now as is no delay.
    pub(super) fn bury_table(&mut self, table: Table<Entry>) {
        if !table.is_empty() {
            self.0.push(Grave::Table(table));
            self.free();
        }
    }

    /// Frees about [`AT_ONCE`] allocations; false when there was nothing to do.
    fn free(&mut self) -> bool {
        let Some(grave) = self.0.pop() else { return false };
        match grave {
            Grave::Collection(mut collection) => {
                let mut budget = AT_ONCE;
                if !collection.free_some(&mut budget) {
                    self.0.push(Grave::Collection(collection));
                }
            }
            Grave::Table(mut table) => {
                let Some(entries) = table.dismantle() else { return true };
                // What is big in it comes to lie on top of it, and goes first.
                let big: Vec<Grave> = entries.filter_map(big).collect();
                if !table.is_empty() {
                    self.0.push(Grave::Table(table));
                }
                self.0.extend(big);
            }
        }
        true
    }
}

/// The entry's collection, if it is too big to be freed at once.
fn big(mut entry: Entry) -> Option<Grave> {
    let collection = entry.take_collection()?;
    (collection.weight() > AT_ONCE).then_some(Grave::Collection(collection))
}

impl Keyspace {
    /// Frees what was removed, slice by slice, while `more` says so; true when there is more to do.
    pub fn free_some(&mut self, mut more: impl FnMut() -> bool) -> bool {
        while self.graveyard.free() {
            if !more() {
                break;
            }
        }
        !self.graveyard.0.is_empty()
    }

    /// How many values and databases are still to be freed.
    pub fn unfreed(&self) -> usize {
        self.graveyard.0.len()
    }
}

#[cfg(test)]
mod tests {
    use crate::keyspace::entry::Value;
    use crate::keyspace::{Keyspace, TransactionAccess};
    use crate::random::Random;
    use crate::types::Hash;
    use crate::types::hash::Expiry;

    /// Databases with many small keys and some big hashes.
    fn keyspace() -> Keyspace {
        let mut keys = Keyspace::new(Random::new(5));
        for number in 0..10_000 {
            keys.set(0, number.to_string().as_bytes(), Value::Int(number), None);
        }
        for number in 0..3 {
            let key = format!("big:{number}");
            let mut writing = keys.create::<Hash>(0, key.as_bytes()).expect("it is new");
            let (hash, mut log) = writing.edit();
            for field in 0..5_000 {
                hash.set(field.to_string().as_bytes(), b"value", Expiry::Clear, &mut log);
            }
        }
        keys
    }

    fn slices(keys: &mut Keyspace) -> usize {
        let mut slices = 0;
        while keys.unfreed() > 0 {
            keys.free_some(|| false);
            slices += 1;
        }
        slices
    }

    #[test]
    fn a_flushed_database_is_freed_in_slices_and_so_is_what_is_big_in_it() {
        let mut keys = keyspace();
        assert_eq!(keys.flush(0), 10_003);
        assert_eq!(keys.len(0), 0);
        assert!(keys.unfreed() > 0);
        let slices = slices(&mut keys);
        assert!((20..60).contains(&slices), "{slices} slices for 25,000 allocations");
        assert!(!keys.free_some(|| true));
    }

    #[test]
    fn a_transaction_that_ends_leaves_what_is_big_to_be_freed_later() {
        let mut keys = keyspace();
        keys.begin(TransactionAccess::ReadWrite);
        assert!(keys.delete(0, b"big:0"));
        keys.set(0, b"big:1", Value::Int(1), None);
        assert!(keys.copy((0, b"big:2"), (1, b"copy")));
        assert_eq!((keys.roll_back(), keys.unfreed()), (Ok(()), 1), "the copy goes, the others are back");
        assert_eq!(keys.len(0), 10_003);
        slices(&mut keys);
        keys.begin(TransactionAccess::ReadWrite);
        assert!(keys.delete(0, b"big:0"));
        keys.set(0, b"big:1", Value::Int(1), None);
        assert_eq!((keys.commit(), keys.unfreed()), (Ok(()), 2));
    }

    #[test]
    fn a_big_collection_that_expires_is_freed_later() {
        let mut keys = keyspace();
        assert!(keys.set_expire(0, b"big:0", Some(10)));
        keys.set_now_us(11_000);
        assert!(!keys.contains(0, b"big:0"));
        assert_eq!(keys.unfreed(), 1);
    }
}
