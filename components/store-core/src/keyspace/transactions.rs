//! Transactions: what they may do, how they end.

use super::entry::Entry;
use super::undo::Change;
use super::{Database, Keyspace, TransactionAccess, TransactionError, UNDO_MAX_BYTES, write_at};
use crate::table::Keyed;

impl Keyspace {
    /// Opens a transaction, inside of one that is open already if there is one.
    pub fn begin(&mut self, access: TransactionAccess) {
        self.undo.begin(access, self.stats.changes);
    }

    /// Whether a transaction is open.
    #[inline]
    pub fn in_transaction(&self) -> bool {
        self.undo.is_open()
    }

    /// Whether writes are allowed: not in a read-only transaction.
    #[inline]
    pub fn may_write(&self) -> bool {
        self.undo.may_write()
    }

    /// What the transactions in progress need to be undone, in bytes.
    pub fn undo_bytes(&self) -> usize {
        self.undo.bytes()
    }

    /// What a transaction in progress would need to be undone, when that is more than its limit.
    pub fn undo_overflow(&self) -> Option<usize> {
        self.undo.overflow()
    }

    /// Ends the innermost transaction and keeps its writes.
    pub fn commit(&mut self) -> Result<(), TransactionError> {
        if let Some(requested) = self.undo.overflow() {
            self.roll_back()?;
            return Err(TransactionError::TooLarge { allowed: UNDO_MAX_BYTES, requested });
        }
        let done = self.undo.commit()?;
        for change in done {
            match change {
                Change::Put { database, entry } => {
                    self.tell(database, entry.key());
                    self.graveyard.bury(entry);
                }
                Change::Remove { database, key }
                | Change::Expire { database, key, .. }
                | Change::Splice { database, key, .. }
                | Change::Collection { database, key, .. } => self.tell(database, &key),
                Change::Rename(names) => names.iter().for_each(|(database, key)| self.tell(*database, key)),
                Change::Flush { database, table, origin } => {
                    self.watch.touch_flush(database, &table);
                    self.waiting.touch_database(database);
                    self.bury_database(origin, *table);
                }
                Change::Flushed => self.tracked.touch_all(),
                Change::Notice(notice) => self.notices.add(notice),
                Change::Swap { one, other, touched } => {
                    self.waiting.touch_database(one);
                    self.waiting.touch_database(other);
                    touched.iter().for_each(|(database, key)| self.watch.touch(*database, key));
                }
            }
        }
        Ok(())
    }

    /// Ends the innermost transaction and undoes its writes, newest first.
    pub fn roll_back(&mut self) -> Result<(), TransactionError> {
        let (changes, count) = self.undo.roll_back()?;
        for change in changes.into_iter().rev() {
            self.revert(change);
        }
        self.stats.changes = count;
        Ok(())
    }

    fn revert(&mut self, change: Change) {
        match change {
            Change::Put { database, entry } => {
                let table = self.table(database);
                let hash = table.hash(entry.key());
                match table.find(hash, entry.key()) {
                    Some(at) => {
                        let new = table.swap(at, entry);
                        self.graveyard.bury(new);
                    }
                    None => drop(table.insert(hash, entry)),
                }
            }
            Change::Remove { database, key } => {
                if let Some(new) = self.take(database, &key) {
                    self.graveyard.bury(new);
                }
            }
            Change::Expire { database, key, old_ms } => {
                let table = self.table(database);
                if let Some(at) = table.look_up(&key).1 {
                    table.set_expire(at, old_ms);
                }
            }
            Change::Splice { database, key, offset, old, old_len } => {
                if let Some(entry) = self.entry_mut(database, &key) {
                    write_at(entry, offset, &old);
                    entry.resize_long(old_len);
                }
            }
            Change::Collection { database, key, inverses } => {
                let table = self.table(database);
                if let Some(at) = table.look_up(&key).1 {
                    let entry = table.entry_mut(at);
                    if let Some(collection) = entry.collection_mut() {
                        inverses.revert(collection);
                    }
                    let due = entry.due_ms();
                    table.note_due(at, due);
                }
            }
            Change::Rename(names) => {
                let [(database, key), to] = &*names;
                if let Some(entry) = self.take(to.0, &to.1) {
                    let table = self.table(*database);
                    table.insert(table.hash(key), entry.renamed(key));
                }
            }
            Change::Notice(_) | Change::Flushed => {}
            Change::Swap { one, other, .. } => self.swap_tables(one, other),
            Change::Flush { database, table, origin } => {
                if let Some(saving) = &mut self.saving {
                    saving.attach(database, origin);
                }
                let new = std::mem::replace(&mut self.tables[database as usize], *table);
                self.graveyard.bury_table(new);
            }
        }
    }

    /// Takes an entry out, also one whose time has come.
    fn take(&mut self, database: Database, key: &[u8]) -> Option<Entry> {
        let table = self.table(database);
        let hash = table.hash(key);
        let at = table.find(hash, key)?;
        Some(table.remove(hash, at))
    }

    fn entry_mut(&mut self, database: Database, key: &[u8]) -> Option<&mut Entry> {
        let table = self.table(database);
        let at = table.look_up(key).1?;
        Some(table.entry_mut(at))
    }
}
