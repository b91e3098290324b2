//! A reply as an owned tree.

use crate::writer::{Protocol, Writer};

/// Any reply of RESP2 or RESP3.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// No value: `_`, or `$-1` in RESP2.
    Null,
    /// No array: `*-1`, in RESP2 only; written as [`Value::Null`] in RESP3.
    NullArray,
    /// A truth value.
    Boolean(bool),
    /// An integer.
    Integer(i64),
    /// A double.
    Double(f64),
    /// A string of bytes.
    Bulk(Vec<u8>),
    /// A status, without line ends.
    Simple(Vec<u8>),
    /// An error from its code on, without line ends.
    Error(Vec<u8>),
    /// A list.
    Array(Vec<Value>),
    /// A list whose order means nothing.
    Set(Vec<Value>),
    /// Keys and values in the order in which they came.
    Map(Vec<(Value, Value)>),
    /// A message that answers no command.
    Push(Vec<Value>),
    /// Text in a format such as `txt` or `mkd`.
    Verbatim {
        /// The three letters of the format.
        format: [u8; 3],
        /// The text.
        text: Vec<u8>,
    },
    /// The digits of an integer of any size.
    BigNumber(Vec<u8>),
}

impl Value {
    /// A bulk string.
    #[must_use]
    pub fn bulk(bytes: impl Into<Vec<u8>>) -> Self {
        Self::Bulk(bytes.into())
    }

    /// Appends the reply in the writer's protocol version.
    pub fn write(&self, out: &mut Writer) {
        match self {
            Self::Null => out.null(),
            Self::NullArray => out.null_array(),
            Self::Boolean(value) => out.boolean(*value),
            Self::Integer(value) => out.integer(*value),
            Self::Double(value) => out.double(*value),
            Self::Bulk(bytes) => out.bulk(bytes),
            Self::Simple(text) => out.simple_bytes(text),
            Self::Error(text) => out.error_bytes(text),
            Self::Array(items) => {
                out.array(items.len());
                Self::write_all(items, out);
            }
            Self::Set(items) => {
                out.set(items.len());
                Self::write_all(items, out);
            }
            Self::Map(pairs) => {
                out.map(pairs.len());
                for (key, value) in pairs {
                    key.write(out);
                    value.write(out);
                }
            }
            Self::Push(items) => {
                out.push(items.len());
                Self::write_all(items, out);
            }
            Self::Verbatim { format, text } => out.verbatim(*format, text),
            Self::BigNumber(digits) => out.big_number(digits),
        }
    }

    /// The reply's bytes in a protocol version.
    #[must_use]
    pub fn to_bytes(&self, protocol: Protocol) -> Vec<u8> {
        let mut out = Writer::new(protocol);
        self.write(&mut out);
        out.into_vec()
    }

    fn write_all(items: &[Self], out: &mut Writer) {
        for item in items {
            item.write(out);
        }
    }
}
