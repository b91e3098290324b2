//! A value that is no string, and how to undo what was done to one.
//!
//! A new type implements [`Typed`] and [`Kind`] and gets a variant in each of the two enumerations.

use std::ops::{Deref, DerefMut};

use super::hash::{self, Hash};
use super::list::{self, List};
use super::set::{self, Set};
use super::sorted_set::{self, SortedSet};
use super::stream::{self, Stream};
use super::typed::{Kind, Typed};
#[cfg(feature = "vectors")]
use super::vector_set::{self, VectorSet};

/// A value that is no string. It lies in the entry of its key. One variant a type, none larger than two words: what is
/// bigger goes into a box, because this is what every small collection pays for.
pub enum Collection {
    /// Fields with values.
    Hash(Hash),
    /// Members in no order.
    Set(Set),
    /// Members with scores.
    SortedSet(SortedSet),
    /// Elements by position.
    List(List),
    /// Entries in the order of ids.
    Stream(Box<Stream>),
    /// Elements with vectors.
    #[cfg(feature = "vectors")]
    VectorSet(Box<VectorSet>),
}

/// How to undo what one command did to one collection, oldest first.
pub enum Inverses {
    /// To a hash.
    Hash(Vec<hash::Inverse>),
    /// To a set.
    Set(Vec<set::Inverse>),
    /// To a sorted set.
    SortedSet(Vec<sorted_set::Inverse>),
    /// To a list.
    List(Vec<list::Inverse>),
    /// To a stream.
    Stream(Vec<stream::Inverse>),
    /// To a vector set.
    #[cfg(feature = "vectors")]
    VectorSet(Vec<vector_set::Inverse>),
}

const _: () = assert!(size_of::<Collection>() <= 3 * size_of::<usize>(), "no variant is larger than two words");

impl Collection {
    /// As [`Typed::due_ms`], without a detour for types in which nothing expires.
    #[inline]
    pub fn due_ms(&self) -> Option<i64> {
        match self {
            Collection::Hash(hash) => hash.due_ms(),
            _ => None,
        }
    }
}

impl Deref for Collection {
    type Target = dyn Typed;

    fn deref(&self) -> &Self::Target {
        match self {
            Collection::Hash(hash) => hash,
            Collection::Set(set) => set,
            Collection::SortedSet(set) => set,
            Collection::List(list) => list,
            Collection::Stream(stream) => &**stream,
            #[cfg(feature = "vectors")]
            Collection::VectorSet(set) => &**set,
        }
    }
}

impl DerefMut for Collection {
    fn deref_mut(&mut self) -> &mut Self::Target {
        match self {
            Collection::Hash(hash) => hash,
            Collection::Set(set) => set,
            Collection::SortedSet(set) => set,
            Collection::List(list) => list,
            Collection::Stream(stream) => &mut **stream,
            #[cfg(feature = "vectors")]
            Collection::VectorSet(set) => &mut **set,
        }
    }
}

impl Inverses {
    /// The bytes that they take beyond their own size.
    pub fn bytes(&self) -> usize {
        match self {
            Inverses::Hash(inverses) => bytes::<Hash>(inverses),
            Inverses::Set(inverses) => bytes::<Set>(inverses),
            Inverses::SortedSet(inverses) => bytes::<SortedSet>(inverses),
            Inverses::List(inverses) => bytes::<List>(inverses),
            Inverses::Stream(inverses) => bytes::<Stream>(inverses),
            #[cfg(feature = "vectors")]
            Inverses::VectorSet(inverses) => bytes::<VectorSet>(inverses),
        }
    }

    /// Undoes all of them, newest first.
    pub fn revert(self, collection: &mut Collection) {
        match self {
            Inverses::Hash(inverses) => revert::<Hash>(inverses, collection),
            Inverses::Set(inverses) => revert::<Set>(inverses, collection),
            Inverses::SortedSet(inverses) => revert::<SortedSet>(inverses, collection),
            Inverses::List(inverses) => revert::<List>(inverses, collection),
            Inverses::Stream(inverses) => revert::<Stream>(inverses, collection),
            #[cfg(feature = "vectors")]
            Inverses::VectorSet(inverses) => revert::<VectorSet>(inverses, collection),
        }
    }
}

fn bytes<T: Kind>(inverses: &[T::Inverse]) -> usize {
    size_of_val(inverses) + inverses.iter().map(T::inverse_bytes).sum::<usize>()
}

fn revert<T: Kind>(inverses: Vec<T::Inverse>, collection: &mut Collection) {
    if let Some(collection) = T::of_mut(collection) {
        inverses.into_iter().rev().for_each(|inverse| collection.revert(inverse));
    }
}
