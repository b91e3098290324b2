//! An element of a collection as it is kept: an integer where its bytes are one, else the bytes.

use std::ops::Deref;

use ferrite_resp::{Writer, number};

/// The longest decimal form of a 64-bit integer.
const DECIMAL_MAX: usize = 20;

/// An element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element<'a> {
    /// What the bytes are in canonical decimal form.
    Integer(i64),
    /// Any bytes.
    Bytes(&'a [u8]),
}

/// The bytes of an element, without an allocation.
#[derive(Clone, Copy)]
pub enum Text<'a> {
    /// The bytes themselves.
    Bytes(&'a [u8]),
    /// The decimal form of an integer, and its length.
    Digits([u8; DECIMAL_MAX], u8),
}

impl<'a> Element<'a> {
    /// The most compact form of these bytes.
    #[inline]
    pub fn compact(bytes: &'a [u8]) -> Element<'a> {
        if bytes.len() <= DECIMAL_MAX
            && let Some(number) = number::parse_i64(bytes)
        {
            return Element::Integer(number);
        }
        Element::Bytes(bytes)
    }

    /// Its bytes.
    #[inline]
    pub fn text(self) -> Text<'a> {
        match self {
            Element::Bytes(bytes) => Text::Bytes(bytes),
            Element::Integer(number) => {
                let mut buffer = itoa::Buffer::new();
                let text = buffer.format(number).as_bytes();
                let mut digits = [0; DECIMAL_MAX];
                digits.iter_mut().zip(text).for_each(|(digit, byte)| *digit = *byte);
                Text::Digits(digits, text.len() as u8)
            }
        }
    }

    /// The integer that it is, if it is one.
    #[inline]
    pub fn as_integer(self) -> Option<i64> {
        match self {
            Element::Integer(number) => Some(number),
            Element::Bytes(bytes) => number::parse_i64(bytes),
        }
    }

    /// How many bytes it has.
    #[inline]
    pub fn len(self) -> usize {
        match self {
            Element::Bytes(bytes) => bytes.len(),
            Element::Integer(number) => super::string::decimal_len(number),
        }
    }

    /// Whether it has no bytes.
    pub fn is_empty(self) -> bool {
        matches!(self, Element::Bytes([]))
    }

    /// Whether these are its bytes.
    #[inline]
    pub fn equals(self, bytes: &[u8]) -> bool {
        match self {
            Element::Bytes(own) => own == bytes,
            Element::Integer(number) => number::parse_i64(bytes) == Some(number),
        }
    }

    /// Replies with it as a bulk string.
    #[inline]
    pub fn write(self, out: &mut Writer) {
        match self {
            Element::Bytes(bytes) => out.bulk(bytes),
            Element::Integer(number) => out.bulk_integer(number),
        }
    }
}

impl Deref for Text<'_> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        match self {
            Text::Bytes(bytes) => bytes,
            Text::Digits(digits, len) => digits.get(..usize::from(*len)).unwrap_or(digits),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_keeps_its_bytes_in_either_form() {
        for text in ["", "0", "-1", "9223372036854775807", "-9223372036854775808", "007", "+1", "1.0", "hello"] {
            let element = Element::compact(text.as_bytes());
            assert_eq!(&*element.text(), text.as_bytes());
            assert_eq!(element.len(), text.len());
            assert!(element.equals(text.as_bytes()));
            assert!(!element.equals(b"other"));
        }
        assert_eq!(Element::compact(b"12"), Element::Integer(12));
        assert_eq!(Element::compact(b"012"), Element::Bytes(b"012"));
        assert_eq!(Element::Bytes(b"12").as_integer(), Some(12));
        assert!(Element::Bytes(b"12").equals(b"12"));
    }
}
