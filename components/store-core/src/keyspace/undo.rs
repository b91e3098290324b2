//! What it takes to undo the writes of a transaction: the inverse of each, newest last.

use super::Database;
use super::entry::Entry;
use super::notices::Notice;
use super::watch::Key;
use crate::table::Table;
use crate::types::Inverses;

/// The most that the inverses of one transaction may hold in bytes; they live in the store's own memory.
pub const UNDO_MAX_BYTES: usize = 256 << 20;

/// What a transaction may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Read and write, unless an outer transaction only reads.
    ReadWrite,
    /// Every write inside is refused.
    ReadOnly,
}

/// Why a transaction did not commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransactionError {
    /// There is none to end.
    NotOpen,
    /// Its inverses outgrew their limit, in bytes; it has been rolled back.
    TooLarge {
        /// The limit.
        allowed: usize,
        /// What it would have needed.
        requested: usize,
    },
}

/// The inverse of one write.
pub(super) enum Change {
    /// Put this entry in the place of whatever has its key.
    Put { database: Database, entry: Entry },
    /// Remove this key.
    Remove { database: Database, key: Box<[u8]> },
    /// Give this key its former time of expiry.
    Expire { database: Database, key: Box<[u8]>, old_ms: Option<i64> },
    /// Write these bytes at the offset of a string, then cut it to its former length.
    Splice { database: Database, key: Box<[u8]>, offset: usize, old: Box<[u8]>, old_len: usize },
    /// Take back what was done to the collection of this key, newest first.
    Collection { database: Database, key: Box<[u8]>, inverses: Inverses },
    /// Give the key of the second name its first one back.
    Rename(Box<[(Database, Box<[u8]>); 2]>),
    /// Exchange these databases. The watched keys that changed by it are known only at the time.
    Swap { one: Database, other: Database, touched: Vec<Key> },
    /// Put the keys back that were flushed.
    Flush {
        database: Database,
        table: Box<Table<Entry>>,
        /// Which database a running snapshot knows it as.
        origin: Option<Database>,
    },
    /// Nothing: those who track were to be told at the commit.
    Flushed,
    /// Nothing: it was to be told at the commit.
    Notice(Notice),
}

impl Change {
    /// The bytes it holds. A flushed database counts as nothing, and neither does a collection that was removed as a
    /// whole: it was there before the call, or has counted when it was made.
    fn bytes(&self) -> usize {
        size_of::<Change>()
            + match self {
                Change::Put { entry, .. } => entry.allocated(),
                Change::Remove { key, .. } | Change::Expire { key, .. } => key.len(),
                Change::Splice { key, old, .. } => key.len() + old.len(),
                Change::Collection { key, inverses, .. } => key.len() + inverses.bytes(),
                Change::Rename(names) => size_of_val(&**names) + names.iter().map(|(_, key)| key.len()).sum::<usize>(),
                Change::Swap { .. } | Change::Flush { .. } | Change::Flushed => 0,
                Change::Notice(notice) => notice.bytes(),
            }
    }
}

struct Mark {
    first: usize,
    bytes: usize,
    changes: u64,
    access: Access,
}

/// The inverses of the open transactions.
#[derive(Default)]
pub(super) struct Undo {
    marks: Vec<Mark>,
    changes: Vec<Change>,
    bytes: usize,
}

impl Undo {
    #[inline]
    pub(super) fn is_open(&self) -> bool {
        !self.marks.is_empty()
    }

    #[inline]
    pub(super) fn may_write(&self) -> bool {
        self.marks.last().is_none_or(|mark| mark.access == Access::ReadWrite)
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn overflow(&self) -> Option<usize> {
        (self.bytes > UNDO_MAX_BYTES).then_some(self.bytes)
    }

    pub(super) fn begin(&mut self, access: Access, changes: u64) {
        let access = if self.may_write() { access } else { Access::ReadOnly };
        self.marks.push(Mark { first: self.changes.len(), bytes: self.bytes, changes, access });
    }

    pub(super) fn push(&mut self, change: Change) {
        self.bytes += change.bytes();
        self.changes.push(change);
    }

    /// Closes the innermost transaction; the changes that are now final, none while an outer one is open.
    pub(super) fn commit(&mut self) -> Result<Vec<Change>, TransactionError> {
        self.marks.pop().ok_or(TransactionError::NotOpen)?;
        if self.is_open() {
            return Ok(Vec::new());
        }
        self.bytes = 0;
        Ok(std::mem::take(&mut self.changes))
    }

    /// Closes the innermost transaction; its changes, oldest first, and the count of changes before it.
    pub(super) fn roll_back(&mut self) -> Result<(Vec<Change>, u64), TransactionError> {
        let mark = self.marks.pop().ok_or(TransactionError::NotOpen)?;
        self.bytes = mark.bytes;
        Ok((self.changes.split_off(mark.first), mark.changes))
    }
}
