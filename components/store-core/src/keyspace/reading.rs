//! Collections found, and read by their type.

use std::ptr::NonNull;

use super::{DATABASES, Database, Keyspace, note_use};
use crate::error::Error;
use crate::table::Position;
use crate::types::{Collection, Kind};

/// What a collection is expected under.
pub(super) struct Found {
    pub(super) at: Position,
    /// None when it is no collection. It stays where it is until its entry is removed or replaced.
    pub(super) collection: Option<NonNull<Collection>>,
}

impl Keyspace {
    /// Reads a collection: counts a hit or a miss and notes the use. None when the key does not exist.
    #[inline]
    pub fn read<T: Kind>(&mut self, database: Database, key: &[u8]) -> Result<Option<&T>, Error> {
        let (_, found) = self.find_collection(database, key);
        let Some(found) = found else {
            self.missed(database, key);
            return Ok(None);
        };
        self.stats.hits += 1;
        // SAFETY: the entry is neither removed nor replaced while the keyspace is borrowed.
        let collection = found.collection.and_then(|collection| T::of(unsafe { collection.as_ref() }));
        collection.map(Some).ok_or(Error::WrongType)
    }

    /// Finds a key that a collection is expected under, and notes the use. What has expired inside of it goes first. One
    /// function for all types and commands, so that their code stays small, and one look at the entry.
    #[inline(never)]
    pub(super) fn find_collection(&mut self, database: Database, key: &[u8]) -> (u64, Option<Found>) {
        let table = &mut self.tables[(database % DATABASES) as usize];
        let (hash, found) = table.look_up(key);
        let Some(at) = found else { return (hash, None) };
        let entry = table.entry_mut(at);
        if entry.expires_before(self.now_ms) {
            self.expire_at(database, hash, at);
            return (hash, None);
        }
        if !self.unnoticed {
            note_use(entry, self.tracking, self.lru_clock, self.now_us, &mut self.random);
        }
        let collection = entry.collection_mut();
        if collection.as_ref().and_then(|collection| collection.due_ms()).is_some_and(|due| due < self.now_ms) {
            return (hash, self.find_behind_expired(database, hash, key));
        }
        let collection = collection.map(NonNull::from);
        (hash, Some(Found { at, collection }))
    }

    #[cold]
    fn find_behind_expired(&mut self, database: Database, hash: u64, key: &[u8]) -> Option<Found> {
        let at = self.expire_inside(database, hash, key)?;
        let collection = self.table(database).entry_mut(at).collection_mut().map(NonNull::from);
        Some(Found { at, collection })
    }
}
