//! Collections read, by their type.

use super::{Database, Keyspace};
use crate::error::Error;
use crate::table::Position;
use crate::types::Kind;

impl Keyspace {
    /// Reads a collection: counts a hit or a miss and notes the use. None when the key does not exist.
    #[inline]
    pub fn read<T: Kind>(&mut self, database: Database, key: &[u8]) -> Result<Option<&T>, Error> {
        let (_, found) = self.find_collection(database, key);
        let Some(at) = found else {
            self.missed(database, key);
            return Ok(None);
        };
        self.stats.hits += 1;
        let collection = self.table(database).entry(at).collection();
        collection.and_then(T::of).map(Some).ok_or(Error::WrongType)
    }

    /// Finds a key that a collection is expected under, and notes the use. What has expired inside of it goes first. One
    /// function for all types and commands, so that their code stays small.
    #[inline(never)]
    pub(super) fn find_collection(&mut self, database: Database, key: &[u8]) -> (u64, Option<Position>) {
        let (hash, mut found) = self.find(database, key);
        if found.is_some_and(|at| self.is_due(database, at)) {
            found = self.expire_inside(database, hash, key);
        }
        if let Some(at) = found {
            self.touch(database, at);
        }
        (hash, found)
    }
}
