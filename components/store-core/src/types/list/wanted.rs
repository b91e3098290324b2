//! An element to look for among many: read as a number once, not for each of them.

use crate::table::equal;
use crate::types::Element;

/// What is looked for.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    bytes: &'a [u8],
    integer: Option<i64>,
}

impl<'a> Wanted<'a> {
    /// These bytes.
    pub fn new(bytes: &'a [u8]) -> Wanted<'a> {
        let integer = match Element::compact(bytes) {
            Element::Integer(number) => Some(number),
            Element::Bytes(_) => None,
        };
        Wanted { bytes, integer }
    }

    /// Whether an element is the one.
    #[inline]
    pub fn is(&self, element: Element<'_>) -> bool {
        match element {
            Element::Integer(number) => self.integer == Some(number),
            Element::Bytes(bytes) => equal(bytes, self.bytes),
        }
    }
}
