//! A snapshot of all databases as they are at one moment, written piece by piece while they change.
//!
//! Nothing is copied when it begins. Each entry has a mark (two bits), and those that the snapshot does not have yet have
//! another one than the keyspace. A cursor goes through the tables in the order of hashes and writes such entries; whoever
//! changes or removes one before the cursor gets there writes it first ([`Keyspace::before_write`]). What is new has the
//! keyspace's mark from the beginning. So every entry is written once, as it was at the beginning, and without a snapshot
//! a write pays for one branch.
//!
//! A big collection that the cursor meets is written in slices; a write to it in between writes the rest at once, as it
//! writes all of one that the cursor has not met. That is the longest that a snapshot ever delays a command.

mod record;
mod walk;

#[cfg(test)]
mod tests;

use record::Records;
pub use record::Uses;
use walk::Walk;

use super::entry::Entry;
use super::{DATABASES, Database, Keyspace};
use crate::table::{Position, Table};

/// What writes may add beside a snapshot before somebody takes it, in bytes; beyond it the snapshot fails.
pub const ASIDE_MAX_BYTES: usize = 256 << 20;

/// Why there is no snapshot, or no more of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaveError {
    /// None was begun, or it has ended.
    NotRunning,
    /// There is one already.
    Running,
    /// A transaction is open: what it wrote may yet be undone.
    InTransaction,
    /// Writes came faster than the snapshot was taken: more than [`ASIDE_MAX_BYTES`] waited.
    Outrun,
}

/// A piece of a snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Piece {
    /// The bytes that follow those of the piece before.
    pub bytes: Vec<u8>,
    /// Whether these are the last.
    pub is_last: bool,
}

/// A snapshot that is being written.
pub(super) struct Saving {
    records: Records,
    walk: Walk,
    /// For each table, which database it was at the beginning; none if it has come since.
    places: [Option<Database>; DATABASES as usize],
    /// Databases that were flushed since, until they are written.
    flushed: Vec<(Database, Table<Entry>)>,
}

/// Marks of entries and the keyspace's own.
#[derive(Default)]
pub(super) struct Marks {
    /// That of entries which a running snapshot has, and of all when none runs or was broken off.
    pub(super) current: u8,
    /// How many snapshots in a row were broken off, so that older marks are still about.
    older: u8,
}

impl Marks {
    /// There are so many.
    const COUNT: u8 = 4;
}

impl Saving {
    /// Two tables have changed places.
    pub(super) fn swap(&mut self, one: Database, other: Database) {
        self.places.swap(one as usize, other as usize);
    }

    /// A table is no longer there, for the time being; which database it was at the beginning.
    pub(super) fn detach(&mut self, at: Database) -> Option<Database> {
        self.places.get_mut(at as usize).and_then(Option::take)
    }

    /// A table is back where it was.
    pub(super) fn attach(&mut self, at: Database, database: Option<Database>) {
        if let Some(place) = self.places.get_mut(at as usize) {
            *place = database;
        }
    }
}

impl Keyspace {
    /// Begins a snapshot of what there is now. Whether uses of keys are in it is for the caller to say.
    pub fn save_begin(&mut self, uses: Uses) -> Result<(), SaveError> {
        if self.saving.is_some() {
            return Err(SaveError::Running);
        }
        if self.undo.is_open() {
            return Err(SaveError::InTransaction);
        }
        let mut places = [None; DATABASES as usize];
        places.iter_mut().zip(0..).for_each(|(place, database)| *place = Some(database));
        let sizes = self.tables.iter().map(|table| (table.len() as u64, table.expiring() as u64)).collect();
        let mut records = Records::new(uses);
        records.head(self.now_ms / 1000);
        if self.marks.older >= Marks::COUNT - 1 {
            self.level();
        }
        self.marks.current = (self.marks.current + 1) % Marks::COUNT;
        self.marks.older += 1;
        self.saving = Some(Box::new(Saving { records, walk: Walk::new(sizes), places, flushed: Vec::new() }));
        Ok(())
    }

    /// Gives all entries the same mark. Only after several snapshots in a row were broken off.
    #[cold]
    fn level(&mut self) {
        for table in self.tables.iter() {
            table.entries().for_each(|entry| entry.set_mark(self.marks.current));
        }
        self.marks.older = 0;
    }

    /// Whether a snapshot is being written.
    #[inline]
    pub fn is_saving(&self) -> bool {
        self.saving.is_some()
    }

    /// Ends a snapshot before it is whole; nothing if there is none.
    pub fn save_abort(&mut self) {
        if let Some(saving) = self.saving.take() {
            saving.flushed.into_iter().for_each(|(_, table)| self.graveyard.bury_table(table));
        }
    }

    /// Writes on until there are about `most` bytes, or until `more` says no; what there is then.
    pub fn save_some(&mut self, most: usize, more: &mut dyn FnMut() -> bool) -> Result<Piece, SaveError> {
        let Some(mut saving) = self.saving.take() else { return Err(SaveError::NotRunning) };
        if self.undo.is_open() {
            self.saving = Some(saving);
            return Err(SaveError::InTransaction);
        }
        if saving.records.aside() > ASIDE_MAX_BYTES {
            self.saving = Some(saving);
            self.save_abort();
            return Err(SaveError::Outrun);
        }
        let mut is_last = false;
        while saving.records.len() < most {
            if !saving.step(&*self.tables, self.marks.current, self.now_ms, most) {
                saving.records.end();
                is_last = true;
                break;
            }
            if !more() {
                break;
            }
        }
        let piece = Piece { bytes: saving.records.take(), is_last };
        self.saving = Some(saving);
        if is_last {
            self.marks.older = 0;
            self.save_abort();
        }
        Ok(piece)
    }

    /// An entry is about to be changed or removed.
    #[cfg_attr(feature = "inlining", inline(always))]
    pub(super) fn before_write(&mut self, database: Database, at: Position) {
        if self.saving.is_some() {
            self.save_before(database, at);
        }
    }

    #[cold]
    fn save_before(&mut self, database: Database, at: Position) {
        let Some(saving) = self.saving.as_deref_mut() else { return };
        let entry = self.tables[database as usize].entry(at);
        let Some(origin) = saving.places.get(database as usize).copied().flatten() else { return };
        if entry.mark() != self.marks.current {
            saving.walk.write_at_once(&mut saving.records, origin, entry, self.now_ms);
            entry.set_mark(self.marks.current);
        }
    }

    /// Frees a database that was replaced by an empty one, or keeps it until the snapshot that knows it has it.
    pub(super) fn bury_database(&mut self, origin: Option<Database>, table: Table<Entry>) {
        match (self.saving.as_deref_mut(), origin) {
            (Some(saving), Some(origin)) if !saving.walk.is_past(origin) => saving.flushed.push((origin, table)),
            _ => self.graveyard.bury_table(table),
        }
    }

    /// Adds an entry whose key is not in the table.
    #[inline]
    pub(super) fn insert(&mut self, database: Database, hash: u64, entry: Entry) -> Position {
        entry.set_mark(self.marks.current);
        self.table(database).insert(hash, entry)
    }

    /// Puts another entry with the same key in the place of one; the one that was.
    #[inline]
    pub(super) fn swap_in(&mut self, database: Database, at: Position, entry: Entry) -> Entry {
        entry.set_mark(self.marks.current);
        self.table(database).swap(at, entry)
    }
}
