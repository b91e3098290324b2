//! Collections written: found or created, changed with a log of how to undo it, and removed when nothing is left in them.

use std::marker::PhantomData;

use super::entry::Entry;
use super::limits::Limits;
use super::notices::Class;
use super::undo::Change;
use super::{Database, Keyspace};
use crate::error::Error;
use crate::table::Position;
use crate::types::{Collection, Inverses, Kind};

/// A collection that is being written to. When this goes, the key is removed if nothing is left in the collection,
/// the changes are counted, watchers and subscribers hear of them, and an open transaction knows how to undo them.
pub struct Writing<'a, T: Kind> {
    keys: &'a mut Keyspace,
    slot: Slot<'a>,
    notes: Notes<T::Inverse>,
    events: [Option<(Class, &'static str)>; 2],
    kind: PhantomData<T>,
}

/// Where the collection is.
struct Slot<'a> {
    database: Database,
    key: &'a [u8],
    hash: u64,
    at: Position,
    is_new: bool,
}

struct Notes<I> {
    inverses: Vec<I>,
    /// Whether anybody may ask for inverses: not when there is no transaction, or when the key is new in it.
    wants_inverses: bool,
    is_written: bool,
    changes: u64,
}

impl<I> Notes<I> {
    #[cold]
    fn push(&mut self, inverse: I) {
        // Most commands make one change, and a log may keep many of them.
        if self.inverses.capacity() == 0 {
            self.inverses.reserve_exact(1);
        }
        self.inverses.push(inverse);
    }
}

/// What the operations of a type tell of the changes that they make.
pub struct Log<'a, I> {
    notes: &'a mut Notes<I>,
    /// When small collections become large ones.
    pub limits: &'a Limits,
    /// The time in milliseconds since the Unix epoch.
    pub now_ms: i64,
}

impl<I> Log<'_, I> {
    /// Something was changed, and this is how to undo it. One change, as `rdb_changes_since_last_save` counts.
    #[inline]
    pub fn changed(&mut self, inverse: impl FnOnce() -> I) {
        self.note(1);
        self.record(inverse);
    }

    /// What it takes to undo something that is not counted, such as another form of the same content.
    #[inline]
    pub fn record(&mut self, inverse: impl FnOnce() -> I) {
        if self.notes.wants_inverses {
            self.notes.push(inverse());
        }
    }

    /// So many changes were made; with none of them, the key still counts as written.
    #[inline]
    pub fn note(&mut self, changes: u64) {
        self.notes.is_written = true;
        self.notes.changes += changes;
    }

    /// Whether anybody may ask for inverses.
    #[inline]
    pub fn wants_inverses(&self) -> bool {
        self.notes.wants_inverses
    }
}

impl<'a, T: Kind> Writing<'a, T> {
    /// The collection, and the log for its operations.
    #[inline]
    pub fn edit(&mut self) -> (&mut T, Log<'_, T::Inverse>) {
        let Keyspace { tables, limits, now_ms, .. } = &mut *self.keys;
        let entry = tables[self.slot.database as usize].entry_mut(self.slot.at);
        let collection = entry.collection_mut().and_then(T::of_mut).expect("its type was checked at the beginning");
        (collection, Log { notes: &mut self.notes, limits, now_ms: *now_ms })
    }

    /// What subscribers are told if something is written; at most two events.
    #[inline]
    pub fn event(&mut self, class: Class, event: &'static str) {
        let place = usize::from(self.events[0].is_some());
        self.events[place] = Some((class, event));
    }

    /// The collection as it is.
    #[inline]
    pub fn get(&self) -> &T {
        let entry = self.keys.tables[self.slot.database as usize].entry(self.slot.at);
        entry.collection().and_then(T::of).expect("its type was checked at the beginning")
    }
}

impl<T: Kind> Drop for Writing<'_, T> {
    #[inline]
    fn drop(&mut self) {
        let collection = self.get();
        let is_empty = collection.is_empty();
        if T::EXPIRES {
            let due = collection.due_ms();
            self.keys.table(self.slot.database).note_due(self.slot.at, due);
        }
        if self.notes.wants_inverses && !self.notes.inverses.is_empty() {
            let inverses = T::inverses(std::mem::take(&mut self.notes.inverses));
            self.keys.record(&self.slot, inverses);
        }
        self.keys.finish(&self.slot, is_empty, self.notes.is_written.then_some(self.notes.changes));
        if self.notes.is_written && self.keys.notices.wanted() != Class::default() {
            self.keys.announce(&self.slot, is_empty, &self.events);
        }
    }
}

impl Keyspace {
    /// A collection to be written to, created if the key does not exist.
    #[inline]
    pub fn create<'a, T: Kind>(&'a mut self, database: Database, key: &'a [u8]) -> Result<Writing<'a, T>, Error> {
        let (hash, found) = self.find_collection(database, key);
        let (at, is_new) = match found {
            Some(at) => (at, false),
            None => (self.add_collection(database, hash, key, T::default().into_collection()), true),
        };
        self.writing(Slot { database, key, hash, at, is_new })
    }

    /// A collection to be written to, none when the key does not exist.
    #[inline]
    pub fn existing<'a, T: Kind>(
        &'a mut self,
        database: Database,
        key: &'a [u8],
    ) -> Result<Option<Writing<'a, T>>, Error> {
        let (hash, found) = self.find_collection(database, key);
        let Some(at) = found else { return Ok(None) };
        self.writing(Slot { database, key, hash, at, is_new: false }).map(Some)
    }

    #[inline]
    fn writing<'a, T: Kind>(&'a mut self, slot: Slot<'a>) -> Result<Writing<'a, T>, Error> {
        let wants_inverses = self.undo.is_open() && !slot.is_new;
        if self.table(slot.database).entry(slot.at).collection().and_then(T::of).is_none() {
            return Err(Error::WrongType);
        }
        self.before_write(slot.database, slot.at);
        let notes = Notes { inverses: Vec::new(), wants_inverses, is_written: false, changes: 0 };
        Ok(Writing { keys: self, slot, notes, events: [None; 2], kind: PhantomData })
    }

    /// A collection to be written to, if the key exists and holds one of this type.
    pub(super) fn found<'a, T: Kind>(
        &'a mut self,
        database: Database,
        hash: u64,
        key: &'a [u8],
    ) -> Option<Writing<'a, T>> {
        let at = self.table(database).find(hash, key)?;
        self.writing(Slot { database, key, hash, at, is_new: false }).ok()
    }

    #[inline(never)]
    fn add_collection(&mut self, database: Database, hash: u64, key: &[u8], collection: Collection) -> Position {
        let entry = Entry::of_collection(key, collection, None, self.fresh_access());
        self.insert(database, hash, entry)
    }

    /// How to undo what was done to a collection goes into the log of the transaction.
    #[cold]
    fn record(&mut self, slot: &Slot<'_>, inverses: Inverses) {
        self.undo.push(Change::Collection { database: slot.database, key: slot.key.into(), inverses });
    }

    /// The end of a write: the number of changes if there was one.
    #[inline]
    fn finish(&mut self, slot: &Slot<'_>, is_empty: bool, written: Option<u64>) {
        if is_empty || slot.is_new && self.undo.is_open() {
            self.finish_unusually(slot, is_empty);
        }
        if let Some(changes) = written {
            self.wrote_times(slot.database, slot.key, changes);
        }
    }

    /// What happened to a key is known when the write has ended.
    #[cold]
    #[inline(never)]
    fn announce(&mut self, slot: &Slot<'_>, is_empty: bool, events: &[Option<(Class, &'static str)>]) {
        if slot.is_new {
            if is_empty {
                return;
            }
            self.notify(Class::NEW, "new", slot.database, slot.key);
        }
        for (class, event) in events.iter().flatten() {
            self.notify(*class, event, slot.database, slot.key);
        }
        if is_empty {
            self.notify(Class::GENERIC, "del", slot.database, slot.key);
        }
    }

    #[inline(never)]
    fn finish_unusually(&mut self, slot: &Slot<'_>, is_empty: bool) {
        if !is_empty {
            self.undo.push(Change::Remove { database: slot.database, key: slot.key.into() });
            return;
        }
        let entry = self.table(slot.database).remove(slot.hash, slot.at);
        if !slot.is_new {
            self.put_away(slot.database, entry);
        }
    }
}
