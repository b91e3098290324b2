//! What a function answers, and what a command answered it.

mod from;
mod nodes;

pub(crate) use nodes::{from_nodes, into_nodes};

/// A reply of Redis' protocol, as a tree.
///
/// A function returns an ordinary value, and this is made of it:
///
/// | Rust | reply |
/// | --- | --- |
/// | integers but `u8`, in the range of `i64` | integer |
/// | `u64`, `usize` beyond that | their digits as bytes |
/// | `f32`, `f64` | double |
/// | `bool` | boolean |
/// | `&str`, `String`, `&[u8]`, `Vec<u8>`, `[u8; N]` | bytes |
/// | `Option<T>` | `T`, or null |
/// | `Vec<T>`, `&[T]`, `[T; N]`, tuples | array |
/// | `HashMap<K, V>`, `BTreeMap<K, V>` | map |
/// | `HashSet<T>`, `BTreeSet<T>` | set |
/// | `()` | status `OK` |
///
/// A `u8` alone is no reply, and so `Vec<u8>` is always bytes, never an array of numbers.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// The absent value.
    Null,
    /// True or false; 1 or 0 for a client that speaks RESP2.
    Boolean(bool),
    /// A 64-bit signed integer.
    Integer(i64),
    /// A double; bytes for a client that speaks RESP2.
    Double(f64),
    /// A bulk string: any bytes.
    Bytes(Vec<u8>),
    /// A status such as `OK`: one line of text.
    Status(String),
    /// An error inside of a reply: its code and message.
    Failure(String),
    /// An array.
    Array(Vec<Reply>),
    /// A set; an array for a client that speaks RESP2.
    Set(Vec<Reply>),
    /// Keys and values in their order; a flat array for a client that speaks RESP2.
    Map(Vec<(Reply, Reply)>),
}

impl Reply {
    /// A status: one line of text such as `OK` or `QUEUED`.
    pub fn status(line: impl Into<String>) -> Self {
        Self::Status(line.into())
    }

    /// An error inside of a reply, with its code: `ERR no such user`. A function that fails as a whole returns an
    /// [`Error`](crate::Error) instead, which undoes its writes.
    pub fn failure(line: impl Into<String>) -> Self {
        Self::Failure(line.into())
    }

    /// An array of replies that were made one by one.
    pub fn array<T: Into<Self>>(items: impl IntoIterator<Item = T>) -> Self {
        Self::Array(items.into_iter().map(Into::into).collect())
    }

    /// Whether this is the absent value.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The number, of an integer or of bytes that spell one.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            Self::Boolean(truth) => Some(i64::from(*truth)),
            Self::Bytes(_) | Self::Status(_) => self.as_text()?.parse().ok(),
            _ => None,
        }
    }

    /// The number, of a double, an integer, or bytes that spell one.
    pub fn as_double(&self) -> Option<f64> {
        match self {
            Self::Double(number) => Some(*number),
            // Exact up to 2^53, which is what a double can hold.
            Self::Integer(number) => Some(*number as f64),
            Self::Bytes(_) => self.as_text()?.parse().ok(),
            _ => None,
        }
    }

    /// The bytes of a string or a status.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Status(line) => Some(line.as_bytes()),
            _ => None,
        }
    }

    /// The text of a string or a status, where it is UTF-8.
    pub fn as_text(&self) -> Option<&str> {
        std::str::from_utf8(self.as_bytes()?).ok()
    }

    /// The elements of an array or a set.
    pub fn as_array(&self) -> Option<&[Reply]> {
        match self {
            Self::Array(items) | Self::Set(items) => Some(items),
            _ => None,
        }
    }

    /// The pairs of a map.
    pub fn as_map(&self) -> Option<&[(Reply, Reply)]> {
        match self {
            Self::Map(pairs) => Some(pairs),
            _ => None,
        }
    }
}
