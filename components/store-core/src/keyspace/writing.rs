//! Collections written: found or created, changed with a log of how to undo it, and removed when nothing is left in them.

use std::mem::ManuallyDrop;
use std::ptr::NonNull;

use super::entry::Entry;
use super::limits::Limits;
use super::notices::Class;
use super::reading::Found;
use super::undo::Change;
use super::{Database, Keyspace};
use crate::error::Error;
use crate::table::Position;
use crate::types::{Collection, Inverses, Kind};

/// A collection that is being written to. When this goes, the key is removed if nothing is left in the collection,
/// the changes are counted, watchers and subscribers hear of them, and an open transaction knows how to undo them.
pub struct Writing<'a, T: Kind> {
    keys: &'a mut Keyspace,
    /// The collection in its entry, which stays where it is until this goes.
    collection: NonNull<T>,
    slot: Slot<'a>,
    notes: Notes<T::Inverse>,
    events: [Option<(Class, &'static str)>; 2],
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
    /// Dropped by [`Writing`], which knows whether there can be any.
    inverses: ManuallyDrop<Vec<I>>,
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
        // SAFETY: the keyspace is borrowed for as long as this lives, and nothing here moves or removes the entry before
        // `drop` does; the collection and the log are borrowed from `self`, one collection at a time.
        let collection = unsafe { self.collection.as_mut() };
        (collection, Log { notes: &mut self.notes, limits: &self.keys.limits, now_ms: self.keys.now_ms })
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
        // SAFETY: as in `edit`.
        unsafe { self.collection.as_ref() }
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
        if self.notes.wants_inverses {
            // SAFETY: nobody uses them behind this.
            let inverses = unsafe { ManuallyDrop::take(&mut self.notes.inverses) };
            if !inverses.is_empty() {
                self.keys.record(&self.slot, T::inverses(inverses));
            }
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
        let is_new = found.is_none();
        let found = match found {
            Some(found) => found,
            None => self.add_collection(database, hash, key, T::default().into_collection()),
        };
        self.writing(Slot { database, key, hash, at: found.at, is_new }, found.collection)
    }

    /// A collection to be written to, none when the key does not exist.
    #[inline]
    pub fn existing<'a, T: Kind>(
        &'a mut self,
        database: Database,
        key: &'a [u8],
    ) -> Result<Option<Writing<'a, T>>, Error> {
        let (hash, found) = self.find_collection(database, key);
        let Some(Found { at, collection }) = found else { return Ok(None) };
        self.writing(Slot { database, key, hash, at, is_new: false }, collection).map(Some)
    }

    #[inline]
    fn writing<'a, T: Kind>(
        &'a mut self,
        slot: Slot<'a>,
        collection: Option<NonNull<Collection>>,
    ) -> Result<Writing<'a, T>, Error> {
        let collection = if self.is_saving() { self.save_first(&slot) } else { collection };
        // SAFETY: it was found a moment ago, and the keyspace, in which it stays where it is, is borrowed.
        let collection = collection.and_then(|mut collection| T::of_mut(unsafe { collection.as_mut() }));
        let Some(collection) = collection.map(NonNull::from) else { return Err(Error::WrongType) };
        let wants_inverses = self.undo.is_open() && !slot.is_new;
        let notes = Notes { inverses: ManuallyDrop::default(), wants_inverses, is_written: false, changes: 0 };
        Ok(Writing { keys: self, collection, slot, notes, events: [None; 2] })
    }

    /// A snapshot gets the collection as it is; afterwards it is there to be changed.
    #[cold]
    #[inline(never)]
    fn save_first(&mut self, slot: &Slot<'_>) -> Option<NonNull<Collection>> {
        self.before_write(slot.database, slot.at);
        self.table(slot.database).entry_mut(slot.at).collection_mut().map(NonNull::from)
    }

    /// A collection to be written to, if the key exists and holds one of this type.
    pub(super) fn found<'a, T: Kind>(
        &'a mut self,
        database: Database,
        hash: u64,
        key: &'a [u8],
    ) -> Option<Writing<'a, T>> {
        let at = self.table(database).find(hash, key)?;
        let collection = self.table(database).entry_mut(at).collection_mut().map(NonNull::from);
        self.writing(Slot { database, key, hash, at, is_new: false }, collection).ok()
    }

    #[inline(never)]
    fn add_collection(&mut self, database: Database, hash: u64, key: &[u8], collection: Collection) -> Found {
        let entry = Entry::of_collection(key, collection, None, self.fresh_access());
        let at = self.insert(database, hash, entry);
        let collection = self.table(database).entry_mut(at).collection_mut().map(NonNull::from);
        Found { at, collection }
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
