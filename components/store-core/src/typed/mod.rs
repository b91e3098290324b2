//! The store with types, for functions and other components: one file for each interface of `ferrite:store`.
//!
//! Every function works in the database that [`Store::select`] chose.

mod collection;
pub mod hashes;
pub mod keys;
pub mod lists;
pub mod sets;
pub mod sorted_sets;
pub mod streams;
pub mod strings;
#[cfg(test)]
mod tests;
#[cfg(feature = "vectors")]
pub mod vectors;

pub use collection::{
    CollectionError, Field, FieldGiven, MAX_ELEMENTS_PER_CALL, MAX_RETURNED_BYTES, MAX_RETURNED_ELEMENTS, Order,
};

use crate::keyspace::UNDO_MAX_BYTES;
use crate::store::Store;

/// The most keys that one call may name.
pub const MAX_KEYS_PER_CALL: usize = 65_536;

/// The limit of what a transaction keeps to undo its writes.
const UNDO_BYTES: &str = "undo-bytes";

/// A limit that a call would have exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Its name in `docs/limits.md`.
    pub name: &'static str,
    /// What is allowed, in the limit's unit.
    pub allowed: u64,
    /// What the call asked for.
    pub requested: u64,
}

impl Limit {
    fn new(name: &'static str, allowed: usize, requested: usize) -> Limit {
        Limit { name, allowed: allowed as u64, requested: requested as u64 }
    }
}

/// Why a write is refused whatever it would write. Every interface's error has these cases.
pub(crate) enum Refusal {
    NotPermitted,
    OutOfMemory,
    LimitExceeded(Limit),
}

/// Whether keys may be removed or changed at the moment.
#[inline]
pub(crate) fn check_write(store: &Store) -> Result<(), Refusal> {
    if !store.keyspace.may_write() {
        return Err(Refusal::NotPermitted);
    }
    match store.keyspace.undo_overflow() {
        Some(requested) => Err(Refusal::LimitExceeded(Limit::new(UNDO_BYTES, UNDO_MAX_BYTES, requested))),
        None => Ok(()),
    }
}

/// Whether a write that needs memory may happen at the moment.
#[inline]
pub(crate) fn check_growth(store: &Store) -> Result<(), Refusal> {
    check_write(store)?;
    if store.out_of_memory() { Err(Refusal::OutOfMemory) } else { Ok(()) }
}

/// Whether one call may name so many keys.
#[inline]
pub(crate) fn check_keys(count: usize) -> Result<(), Refusal> {
    if count <= MAX_KEYS_PER_CALL {
        return Ok(());
    }
    Err(Refusal::LimitExceeded(Limit::new("max-keys-per-call", MAX_KEYS_PER_CALL, count)))
}
