//! Values as they are written, each in as many steps as it takes.

mod hash;
mod list;
mod set;
mod sorted_set;
mod stream;
#[cfg(feature = "vectors")]
mod vector_set;

use super::output::Output;
use super::types;
use crate::keyspace::entry::{Content, Value};
use crate::types::stream::StreamId;
use crate::types::{Collection, Element, string};

/// How far a value is written.
#[derive(Default)]
pub struct Steps {
    /// What stands in front of the elements is written.
    begun: bool,
    /// How many parts are written, or the cursor in a table.
    at: u64,
    /// In a vector set, how many elements lie in front of each slot.
    #[cfg(feature = "vectors")]
    ranks: Vec<u32>,
    /// In a stream, where the next node is looked for; none behind the last.
    node: Option<StreamId>,
}

/// How much one step may write.
#[derive(Clone, Copy)]
pub struct Slice {
    /// The step ends when so many bytes are there, about.
    pub bytes: usize,
    /// The time at which the value is written: fields whose time had come by then are left out. The same in all steps.
    pub now_ms: i64,
}

impl Slice {
    /// Everything in one step.
    pub fn whole(now_ms: i64) -> Slice {
        Slice { bytes: usize::MAX, now_ms }
    }

    /// How many elements are written between two looks at how much there is.
    const AT_ONCE: usize = 64;

    fn is_full(&self, out: &Output, start: usize) -> bool {
        out.bytes.len() - start >= self.bytes
    }
}

/// The number of the form in which a value is written.
pub fn form(content: Content<'_>, now_ms: i64) -> u8 {
    match content {
        Content::String(_) => types::STRING,
        Content::Collection(Collection::List(_)) => types::LIST_QUICKLIST_2,
        Content::Collection(Collection::Set(set)) => set::form(set),
        Content::Collection(Collection::SortedSet(set)) => sorted_set::form(set),
        Content::Collection(Collection::Hash(hash)) => hash::form(hash, now_ms),
        Content::Collection(Collection::Stream(_)) => types::STREAM_LISTPACKS_2,
        #[cfg(feature = "vectors")]
        Content::Collection(Collection::VectorSet(_)) => types::MODULE_2,
    }
}

/// Whether there is nothing to write: all that is left in the value has expired.
pub fn is_gone(content: Content<'_>, now_ms: i64) -> bool {
    matches!(content, Content::Collection(Collection::Hash(hash)) if hash.living(now_ms) == 0)
}

impl Steps {
    /// Writes what comes next of a value that has not changed since the first step; true when that was the rest.
    pub fn write(&mut self, content: Content<'_>, slice: Slice, out: &mut Output) -> bool {
        match content {
            Content::String(Value::Int(number)) => out.element(Element::Integer(number)),
            Content::String(value) => out.string(&string::text(value)),
            Content::Collection(Collection::List(list)) => return list::write(list, self, slice, out),
            Content::Collection(Collection::Set(set)) => return set::write(set, self, slice, out),
            Content::Collection(Collection::SortedSet(set)) => return sorted_set::write(set, self, slice, out),
            Content::Collection(Collection::Hash(hash)) => return hash::write(hash, self, slice, out),
            Content::Collection(Collection::Stream(stream)) => return stream::write(stream, self, slice, out),
            #[cfg(feature = "vectors")]
            Content::Collection(Collection::VectorSet(set)) => return vector_set::write(set, self, slice, out),
        }
        true
    }

    /// Whether this is the first step; the next one is not.
    fn begins(&mut self) -> bool {
        !std::mem::replace(&mut self.begun, true)
    }
}
