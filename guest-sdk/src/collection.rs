//! What [`hashes`](crate::hashes), [`lists`](crate::lists), [`sets`](crate::sets),
//! [`sorted_sets`](crate::sorted_sets) and [`streams`](crate::streams) have in common.

use std::fmt;

/// Why a call on a collection failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CollectionError {
    /// The key holds another type.
    WrongType,
    /// What should be a number is none: the value of a field, a score that is NaN.
    NotANumber,
    /// The result would not fit: 64 bits of an integer, a score that is a number, an id behind the last of all.
    Overflow,
    /// The caller may not do this: no WRITE permission, or a read-only call.
    NotPermitted,
    /// The memory limit of the store is reached.
    OutOfMemory,
    /// More than 65,536 keys, fields, members, elements or ids in one call, or more than 10,000 to look at by `scan`.
    TooManyElements,
    /// A value is longer than `proto-max-bulk-len` allows.
    ValueTooLong,
    /// More than 1,048,576 elements or 64 MiB would be returned.
    ResultTooLarge,
    /// What it takes to undo the call outgrew its limit.
    UndoTooLarge,
}

/// The line that a client reads, in Redis' words where Redis has the error.
impl fmt::Display for CollectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WrongType => "WRONGTYPE Operation against a key holding the wrong kind of value",
            Self::NotANumber => "ERR value is not a number",
            Self::Overflow => "ERR increment or decrement would overflow",
            Self::NotPermitted => crate::error::NOT_PERMITTED,
            Self::OutOfMemory => crate::error::OUT_OF_MEMORY,
            Self::TooManyElements => "ERR too many elements in one call",
            Self::ValueTooLong => "ERR a value is longer than proto-max-bulk-len",
            Self::ResultTooLarge => "ERR the result of one call would be too large",
            Self::UndoTooLarge => "ERR the call wrote more than can be undone",
        })
    }
}

impl std::error::Error for CollectionError {}

/// A field of a hash or of a stream's entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// What it is called.
    pub name: Vec<u8>,
    /// What it holds.
    pub value: Vec<u8>,
}

/// In which direction to go through what has an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// From the least to the greatest.
    Ascending,
    /// From the greatest to the least.
    Descending,
}

pub(crate) fn slices(lists: &[impl AsRef<[u8]>]) -> Vec<&[u8]> {
    lists.iter().map(AsRef::as_ref).collect()
}

pub(crate) fn pairs(fields: &[(impl AsRef<[u8]>, impl AsRef<[u8]>)]) -> Vec<(&[u8], &[u8])> {
    fields.iter().map(|(name, value)| (name.as_ref(), value.as_ref())).collect()
}

pub(crate) fn scored(members: &[(impl AsRef<[u8]>, f64)]) -> Vec<(&[u8], f64)> {
    members.iter().map(|(member, score)| (member.as_ref(), *score)).collect()
}
