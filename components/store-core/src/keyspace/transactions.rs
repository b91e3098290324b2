//! Transactions: what they may do, how they end.

use super::undo::Change;
use super::{Keyspace, TransactionAccess, TransactionError, UNDO_MAX_BYTES, write_at};

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
        for change in &done {
            match change {
                Change::Put { database, entry } => self.watch.touch(*database, entry.key()),
                Change::Remove { database, key }
                | Change::Expire { database, key, .. }
                | Change::Splice { database, key, .. } => self.watch.touch(*database, key),
                Change::Flush { database, table } => self.watch.touch_flush(*database, table),
                Change::Swap { touched, .. } => {
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
                    Some(at) => drop(table.swap(at, entry)),
                    None => drop(table.insert(hash, entry)),
                }
            }
            Change::Remove { database, key } => {
                let table = self.table(database);
                let hash = table.hash(&key);
                if let Some(at) = table.find(hash, &key) {
                    table.remove(hash, at);
                }
            }
            Change::Expire { database, key, old_ms } => {
                let table = self.table(database);
                if let Some(at) = table.find(table.hash(&key), &key) {
                    table.set_expire(at, old_ms);
                }
            }
            Change::Splice { database, key, offset, old, old_len } => {
                let table = self.table(database);
                if let Some(at) = table.find(table.hash(&key), &key) {
                    let entry = table.entry_mut(at);
                    write_at(entry, offset, &old);
                    entry.resize_long(old_len);
                }
            }
            Change::Swap { one, other, .. } => self.tables.swap(one as usize, other as usize),
            Change::Flush { database, table } => self.tables[database as usize] = *table,
        }
    }
}
