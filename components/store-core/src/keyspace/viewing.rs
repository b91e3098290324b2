//! Several collections at once: each is read first, which expires what is to expire, and then looked at together.

use super::{Database, Keyspace};
use crate::types::Collection;

impl Keyspace {
    /// The collection of a key that was just read, and nothing else than that.
    pub fn view(&self, database: Database, key: &[u8]) -> Option<&Collection> {
        let table = self.tables.get(database as usize)?;
        table.entry(table.look_up(key).1?).collection()
    }
}
