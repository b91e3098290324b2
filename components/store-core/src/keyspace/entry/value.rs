//! What an entry holds: a string in one of its forms, or a collection.

use crate::error::Error;
use crate::types::Collection;

/// What an entry holds.
#[derive(Clone, Copy)]
pub enum Content<'a> {
    /// A string.
    String(Value<'a>),
    /// Anything else.
    Collection(&'a Collection),
}

/// A string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// A string that is a decimal integer, kept as one (`int`).
    Int(i64),
    /// A string that never grew in place, at most 44 bytes (`embstr`).
    Short(&'a [u8]),
    /// Any other string (`raw`).
    Long(&'a [u8]),
}

/// The longest string that `OBJECT ENCODING` calls `embstr`, as in Redis.
pub const SHORT_MAX: usize = 44;

impl<'a> Content<'a> {
    /// The string, if it is one.
    #[inline]
    pub fn string(self) -> Result<Value<'a>, Error> {
        match self {
            Content::String(value) => Ok(value),
            Content::Collection(_) => Err(Error::WrongType),
        }
    }

    /// The name that TYPE gives it.
    pub fn type_name(self) -> &'static str {
        match self {
            Content::String(_) => "string",
            Content::Collection(collection) => collection.type_name(),
        }
    }

    /// The name that `OBJECT ENCODING` gives it.
    pub fn encoding(self) -> &'static str {
        match self {
            Content::String(value) => value.encoding(),
            Content::Collection(collection) => collection.encoding(),
        }
    }
}

impl Value<'_> {
    pub(super) fn stored_len(&self) -> usize {
        match self {
            Value::Int(_) => 8,
            Value::Short(bytes) | Value::Long(bytes) => bytes.len(),
        }
    }

    /// The length of the string in bytes.
    pub fn len(&self) -> usize {
        match self {
            Value::Int(number) => crate::types::string::decimal_len(*number),
            Value::Short(bytes) | Value::Long(bytes) => bytes.len(),
        }
    }

    /// Whether it is the empty string.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The name that `OBJECT ENCODING` gives it.
    pub fn encoding(&self) -> &'static str {
        match self {
            Value::Int(_) => "int",
            Value::Short(_) => "embstr",
            Value::Long(_) => "raw",
        }
    }
}
