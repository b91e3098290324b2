//! Values as they are read: in steps, each of which takes one element in or, when its bytes are not all there, nothing.

mod hash;
mod list;
mod set;
mod sorted_set;
mod stream;
#[cfg(feature = "vectors")]
mod vector_set;

use super::input::{Input, Read, Stop};
use super::{types, ziplist, zipmap};
use crate::keyspace::limits::Limits;
use crate::types::{Collection, Hash, Kind, List, Listpack, Set, SortedSet};
use stream::StreamParts;
#[cfg(feature = "vectors")]
use vector_set::VectorParts;

/// A value that was read.
pub enum Loaded {
    /// A string.
    String(Box<[u8]>),
    /// Anything else.
    Collection(Collection),
    /// A collection without elements. There are no such keys.
    Nothing,
}

/// A value that is being read.
pub struct Building {
    /// The number of its type.
    form: u8,
    /// How many elements are still to come, once that is known.
    left: Option<u64>,
    /// When the first field of a hash expires.
    first_ms: i64,
    state: State,
}

enum State {
    String(Box<[u8]>),
    List(List),
    Set(Set),
    SortedSet(SortedSet),
    Hash(Hash),
    Stream(Box<StreamParts>),
    #[cfg(feature = "vectors")]
    VectorSet(Box<VectorParts>),
}

const BAD_PACK: Stop = Stop::Corrupt("a packed collection that is none");
const TWICE: Stop = Stop::Corrupt("an element that is there twice");

impl Building {
    /// A value of the type with this number.
    pub fn new(form: u8) -> Result<Building, &'static str> {
        let state = match form {
            types::STRING => State::String(Box::default()),
            types::LIST | types::LIST_ZIPLIST | types::LIST_QUICKLIST | types::LIST_QUICKLIST_2 => {
                State::List(List::default())
            }
            types::SET | types::SET_INTSET | types::SET_LISTPACK => State::Set(Set::default()),
            types::ZSET | types::ZSET_2 | types::ZSET_ZIPLIST | types::ZSET_LISTPACK => {
                State::SortedSet(SortedSet::default())
            }
            types::HASH | types::HASH_ZIPMAP | types::HASH_ZIPLIST | types::HASH_LISTPACK => {
                State::Hash(Hash::default())
            }
            types::HASH_METADATA | types::HASH_LISTPACK_EX => State::Hash(Hash::default()),
            types::STREAM_LISTPACKS | types::STREAM_LISTPACKS_2 | types::STREAM_LISTPACKS_3 => {
                State::Stream(Box::default())
            }
            #[cfg(feature = "vectors")]
            types::MODULE_2 => State::VectorSet(Box::default()),
            types::MODULE => return Err("a value of a module"),
            #[cfg(not(feature = "vectors"))]
            types::MODULE_2 => return Err("a value of a module"),
            _ => return Err("an unknown type of value"),
        };
        Ok(Building { form, left: None, first_ms: 0, state })
    }

    /// Reads what comes next; true when that was the rest.
    pub fn step(&mut self, input: &mut Input<'_>, limits: &Limits) -> Read<bool> {
        if let State::Stream(parts) = &mut self.state {
            return parts.step(self.form, input);
        }
        #[cfg(feature = "vectors")]
        if let State::VectorSet(parts) = &mut self.state {
            return parts.step(input, limits);
        }
        let is_counted = matches!(
            self.form,
            types::LIST
                | types::LIST_QUICKLIST
                | types::LIST_QUICKLIST_2
                | types::SET
                | types::ZSET
                | types::ZSET_2
                | types::HASH
                | types::HASH_METADATA
        );
        if is_counted && self.left.is_none() {
            if self.form == types::HASH_METADATA {
                self.first_ms = input.number()?;
            }
            let count = input.length()?;
            self.left = Some(count);
            if let State::SortedSet(set) = &mut self.state {
                *set = SortedSet::for_members(usize::try_from(count).unwrap_or(usize::MAX), limits);
            }
            return Ok(count == 0);
        }
        match &mut self.state {
            State::String(text) => *text = input.string()?.into(),
            State::List(list) => list::element(self.form, list, input, limits)?,
            State::Set(set) => set::element(self.form, set, input, limits)?,
            State::SortedSet(set) => sorted_set::element(self.form, set, input, limits)?,
            State::Hash(hash) => hash::element(self.form, self.first_ms, hash, input, limits)?,
            // Read above.
            _ => {}
        }
        let left = self.left.unwrap_or(1) - 1;
        self.left = Some(left);
        Ok(left == 0)
    }

    /// The value, after its last step.
    pub fn finish(self) -> Result<Loaded, &'static str> {
        let collection = match self.state {
            State::String(text) => return Ok(Loaded::String(text)),
            State::List(list) => list.into_collection(),
            State::Set(set) => set.into_collection(),
            State::SortedSet(set) => set.into_collection(),
            State::Hash(hash) => hash.into_collection(),
            State::Stream(parts) => parts.finish()?.into_collection(),
            #[cfg(feature = "vectors")]
            State::VectorSet(parts) => parts.finish().into_collection(),
        };
        Ok(if collection.is_empty() { Loaded::Nothing } else { Loaded::Collection(collection) })
    }
}

/// A listpack.
fn listpack(input: &mut Input<'_>) -> Read<Listpack> {
    Listpack::from_bytes(&input.string()?).ok_or(BAD_PACK)
}

/// What is in a ziplist.
fn from_ziplist(input: &mut Input<'_>) -> Read<Listpack> {
    ziplist::to_listpack(&input.string()?).ok_or(BAD_PACK)
}

/// What is in a zipmap.
fn from_zipmap(input: &mut Input<'_>) -> Read<Listpack> {
    zipmap::to_listpack(&input.string()?).ok_or(BAD_PACK)
}
