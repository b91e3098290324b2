//! What can go wrong in a command, with the texts that are part of Redis' protocol.

use std::borrow::Cow;
use std::fmt;

/// A command's error. `Display` gives the line after the `-` of RESP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The key holds another type.
    WrongType,
    /// Options that do not fit.
    Syntax,
    /// No 64-bit signed integer.
    NotAnInteger,
    /// No valid float.
    NotAFloat,
    /// The result would leave 64 bits.
    Overflow,
    /// An offset that is negative or beyond the longest string.
    OffsetOutOfRange,
    /// A string would become longer than `proto-max-bulk-len`.
    StringTooLong,
    /// No key of that name where there must be one.
    NoSuchKey,
    /// A database number that is not.
    DatabaseOutOfRange,
    /// Wrong number of arguments for this command (lower case; a subcommand as `client|kill`).
    Arity(Cow<'static, str>),
    /// A time to live that is not positive, or too far; the command's name in lower case.
    InvalidExpire(&'static str),
    /// The memory limit is reached.
    OutOfMemory,
    /// A write in a read-only transaction.
    ReadOnly,
    /// The transaction needs more to be undone than its limit allows, both in bytes.
    UndoTooLarge {
        /// The limit.
        allowed: usize,
        /// What it would have needed.
        requested: usize,
    },
    /// Any other, as its whole line with its code.
    Other(Cow<'static, str>),
    /// One that quotes the client's own bytes, which may be any.
    Quoting(Vec<u8>),
}

impl Error {
    /// An error with a fixed line.
    pub const fn fixed(line: &'static str) -> Error {
        Error::Other(Cow::Borrowed(line))
    }

    /// An error with a line made for the case.
    pub fn line(line: impl Into<String>) -> Error {
        Error::Other(Cow::Owned(line.into()))
    }

    /// An error that quotes bytes of the client's, up to the first zero: in Redis they are a C string there.
    pub fn quoting(before: &str, quoted: &[u8], behind: &str) -> Error {
        Error::Quoting([before.as_bytes(), c_string(quoted), behind.as_bytes()].concat())
    }

    /// The line's bytes. `Display` gives the same text but for bytes that are no UTF-8.
    pub fn to_bytes(&self) -> Cow<'_, [u8]> {
        match self {
            Error::Quoting(line) => Cow::Borrowed(line),
            Error::Other(line) => Cow::Borrowed(line.as_bytes()),
            other => Cow::Owned(other.to_string().into_bytes()),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = match self {
            Error::WrongType => "WRONGTYPE Operation against a key holding the wrong kind of value",
            Error::Syntax => "ERR syntax error",
            Error::NotAnInteger => "ERR value is not an integer or out of range",
            Error::NotAFloat => "ERR value is not a valid float",
            Error::Overflow => "ERR increment or decrement would overflow",
            Error::OffsetOutOfRange => "ERR offset is out of range",
            Error::StringTooLong => "ERR string exceeds maximum allowed size (proto-max-bulk-len)",
            Error::NoSuchKey => "ERR no such key",
            Error::DatabaseOutOfRange => "ERR DB index is out of range",
            Error::OutOfMemory => "OOM command not allowed when used memory > 'maxmemory'.",
            Error::ReadOnly => "ERR Write commands are not allowed from read-only scripts.",
            Error::Arity(name) => return write!(f, "ERR wrong number of arguments for '{name}' command"),
            Error::InvalidExpire(name) => return write!(f, "ERR invalid expire time in '{name}' command"),
            Error::UndoTooLarge { allowed, requested } => {
                return write!(f, "ERR undo-bytes limit of {allowed} exceeded (needed {requested})");
            }
            Error::Other(line) => line,
            Error::Quoting(line) => return f.write_str(&String::from_utf8_lossy(line)),
        };
        f.write_str(line)
    }
}

impl std::error::Error for Error {}

/// The bytes before the first zero.
pub(crate) fn c_string(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    bytes.get(..end).unwrap_or(bytes)
}
