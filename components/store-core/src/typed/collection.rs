//! What the typed interfaces of hashes, lists, sets, sorted sets and streams have in common: their error, what they may be
//! given, and how much they return.

use super::{Refusal, UNDO_BYTES, check_growth, check_write};
use crate::keyspace::Log;
use crate::keyspace::notices::Class;
use crate::memory;
use crate::store::Store;
use crate::types::Kind;

/// The most keys, fields, members or elements that one call may be given.
pub const MAX_ELEMENTS_PER_CALL: usize = 65_536;
/// The most elements that one call returns, a field counting as one.
pub const MAX_RETURNED_ELEMENTS: usize = 1 << 20;
/// The most bytes that one call returns where it returns many elements.
pub const MAX_RETURNED_BYTES: usize = 64 << 20;

/// Why a call on a collection failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CollectionError {
    /// The key holds another type.
    WrongType,
    /// What should be a number is none.
    NotANumber,
    /// The result would not fit.
    Overflow,
    /// A write in a read-only transaction.
    NotPermitted,
    /// The memory limit of the store is reached.
    OutOfMemory,
    /// More than [`MAX_ELEMENTS_PER_CALL`] in one call, or too many to look at by a scan.
    TooManyElements,
    /// A value is longer than `proto-max-bulk-len` allows.
    ValueTooLong,
    /// More than [`MAX_RETURNED_ELEMENTS`] or [`MAX_RETURNED_BYTES`] would be returned.
    ResultTooLarge,
    /// What it takes to undo the call outgrew its limit.
    UndoTooLarge,
}

impl From<Refusal> for CollectionError {
    fn from(refusal: Refusal) -> CollectionError {
        match refusal {
            Refusal::NotPermitted => CollectionError::NotPermitted,
            Refusal::OutOfMemory => CollectionError::OutOfMemory,
            Refusal::LimitExceeded(limit) if limit.name == UNDO_BYTES => CollectionError::UndoTooLarge,
            Refusal::LimitExceeded(_) => CollectionError::TooManyElements,
        }
    }
}

impl From<crate::Error> for CollectionError {
    /// The operations of types fail in no other ways where their arguments are typed.
    fn from(error: crate::Error) -> CollectionError {
        match error {
            crate::Error::WrongType => CollectionError::WrongType,
            crate::Error::Overflow => CollectionError::Overflow,
            crate::Error::OutOfMemory => CollectionError::OutOfMemory,
            _ => CollectionError::NotANumber,
        }
    }
}

/// In which direction to go through what has an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// From the least to the greatest.
    Ascending,
    /// From the greatest to the least.
    Descending,
}

/// A field with its value, borrowed from whoever gives it.
pub type FieldGiven<'a> = (&'a [u8], &'a [u8]);

/// A field with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// What it is called.
    pub name: Vec<u8>,
    /// What it holds.
    pub value: Vec<u8>,
}

/// Whether one call may be given so many elements.
pub(super) fn check_elements(count: usize) -> Result<(), CollectionError> {
    if count <= MAX_ELEMENTS_PER_CALL { Ok(()) } else { Err(CollectionError::TooManyElements) }
}

/// Whether what has these lengths may be written at the moment. The clock is read.
#[inline(never)]
pub(super) fn check_given(
    store: &mut Store,
    count: usize,
    lengths: &mut dyn Iterator<Item = usize>,
) -> Result<(), CollectionError> {
    store.read_clock();
    check_growth(store)?;
    check_elements(count)?;
    let longest = store.settings.max_bulk_bytes();
    let mut total = 0usize;
    for length in lengths {
        if length > longest {
            return Err(CollectionError::ValueTooLong);
        }
        total = total.saturating_add(length);
    }
    if memory::has_room(total) { Ok(()) } else { Err(CollectionError::OutOfMemory) }
}

/// The collection of a key, none when the key does not exist, and the time in milliseconds. This and [`change`] are one
/// function for each type, not for each call, so that all of them stay small.
#[inline(never)]
pub(super) fn read<'a, T: Kind>(store: &'a mut Store, key: &[u8]) -> Result<(Option<&'a T>, i64), CollectionError> {
    store.read_clock();
    let now_ms = store.keyspace.now_ms();
    Ok((store.keyspace.read::<T>(store.selected, key)?, now_ms))
}

/// What to do when the key that is to be changed does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Absent {
    Create,
    Leave,
}

/// What is done to a collection.
pub(super) type Change<'a, T> = &'a mut dyn FnMut(&mut T, &mut Log<'_, <T as Kind>::Inverse>) -> Answer<Then>;

/// What a call on a collection answers.
pub(super) type Answer<T> = Result<T, CollectionError>;

/// What subscribers are told if something was written.
pub(super) type Event = (Class, &'static str);

/// What becomes of a collection that was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    Keep,
    /// It goes with all that is in it, as DEL would remove it; no element is removed by itself.
    Remove,
}

/// Changes the collection of a key. What is checked of writes was checked before.
#[inline(never)]
pub(super) fn change<T: Kind>(
    store: &mut Store,
    key: &[u8],
    absent: Absent,
    event: Event,
    change: Change<'_, T>,
) -> Result<(), CollectionError> {
    let (keys, database) = (&mut store.keyspace, store.selected);
    let then = {
        let writing = match absent {
            Absent::Create => Some(keys.create::<T>(database, key)?),
            Absent::Leave => keys.existing::<T>(database, key)?,
        };
        let Some(mut writing) = writing else { return Ok(()) };
        if !event.1.is_empty() {
            writing.event(event.0, event.1);
        }
        let (collection, mut log) = writing.edit();
        change(collection, &mut log)?
    };
    if then == Then::Remove {
        keys.delete(database, key);
    }
    Ok(())
}

/// As [`change`] for what only takes away, which is checked here.
#[inline(never)]
pub(super) fn reduce<T: Kind>(
    store: &mut Store,
    key: &[u8],
    event: Event,
    reduce: Change<'_, T>,
) -> Result<(), CollectionError> {
    store.read_clock();
    check_write(store)?;
    change(store, key, Absent::Leave, event, reduce)
}

/// The lengths of byte strings.
pub(super) fn lengths(elements: &[&[u8]]) -> impl Iterator<Item = usize> {
    elements.iter().map(|element| element.len())
}

/// How much room is left in what a call returns.
pub(super) struct Room {
    elements: usize,
    bytes: usize,
    /// Where memory is asked for next.
    probe: usize,
    result: Result<(), CollectionError>,
}

impl Room {
    /// All of it.
    pub(super) fn new() -> Room {
        Room { elements: 0, bytes: 0, probe: 0, result: Ok(()) }
    }

    /// Whether there is room for one more element of so many bytes.
    #[inline(never)]
    pub(super) fn take(&mut self, bytes: usize) -> bool {
        /// How much is returned between one look at the memory and the next, and what that takes with all around it.
        const STEP: usize = 1 << 20;
        const STEP_TAKES: usize = 8 << 20;
        self.elements += 1;
        self.bytes = self.bytes.saturating_add(bytes);
        if self.elements > MAX_RETURNED_ELEMENTS || self.bytes > MAX_RETURNED_BYTES {
            self.result = Err(CollectionError::ResultTooLarge);
        } else if self.bytes + 16 * self.elements > self.probe {
            self.probe += STEP + bytes;
            if !memory::has_room(STEP_TAKES + bytes) {
                self.result = Err(CollectionError::OutOfMemory);
            }
        }
        self.result.is_ok()
    }

    /// Whether everything found room.
    pub(super) fn end(self) -> Result<(), CollectionError> {
        self.result
    }
}

/// Byte strings that a call returns, as long as there is room for them.
pub(super) struct Gathered {
    items: Vec<Vec<u8>>,
    room: Room,
}

impl Gathered {
    pub(super) fn new() -> Gathered {
        Gathered { items: Vec::new(), room: Room::new() }
    }

    /// One more; whether there was room.
    pub(super) fn push(&mut self, bytes: &[u8]) -> bool {
        self.room.take(bytes.len()) && {
            self.items.push(bytes.to_vec());
            true
        }
    }

    /// Whether everything found room so far.
    pub(super) fn check(&self) -> Result<(), CollectionError> {
        self.room.result
    }

    /// What found room so far.
    pub(super) fn taken(&self) -> &[Vec<u8>] {
        &self.items
    }

    pub(super) fn end(self) -> Result<Vec<Vec<u8>>, CollectionError> {
        self.room.end()?;
        Ok(self.items)
    }
}
