//! Whether bytes from outside are a listpack: then everything that reads it finds what it expects.

use super::encoding::{self, END};
use super::{HEADER, Listpack, UNCOUNTED};

impl Listpack {
    /// How many elements these bytes have, none if they are no listpack.
    pub fn validate(bytes: &[u8]) -> Option<usize> {
        elements(bytes)
    }
}

pub(super) fn elements(bytes: &[u8]) -> Option<usize> {
    let total = u32::from_le_bytes(*bytes.first_chunk()?) as usize;
    let count = u16::from_le_bytes(*bytes.get(4..)?.first_chunk()?);
    if total != bytes.len() || total < HEADER + 1 || bytes.last() != Some(&END) {
        return None;
    }
    let end = total - 1;
    let (mut at, mut found) = (HEADER, 0);
    while at < end {
        let size = encoding::size(bytes, at)?;
        let behind = at.checked_add(size)?.checked_add(encoding::back_len(size))?;
        if behind > end || encoding::read_back(bytes, behind)? != (size, encoding::back_len(size)) {
            return None;
        }
        (at, found) = (behind, found + 1);
    }
    (count == UNCOUNTED || usize::from(count) == found).then_some(found)
}
