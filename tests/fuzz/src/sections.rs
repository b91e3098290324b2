//! The sections of a module or a component: an id, a length, that many bytes.

use std::ops::Range;

/// The magic number and the version.
pub const HEADER: usize = 8;

/// In a component: the section that is a core module as a whole.
pub const CORE_MODULE: u8 = 1;

/// One section of some bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// What it is; modules and components number them differently.
    pub id: u8,
    /// All of it, with its id and length.
    pub whole: Range<usize>,
    /// What is in it.
    pub body: Range<usize>,
}

/// The sections one after the other, as far as they are well-formed.
pub fn of(bytes: &[u8]) -> Vec<Section> {
    let mut sections = Vec::new();
    let mut at = HEADER;
    while let Some(&id) = bytes.get(at) {
        let Some((length, digits)) = bytes.get(at + 1..).and_then(number) else { break };
        let begin = at + 1 + digits;
        let Some(end) = begin.checked_add(length).filter(|end| *end <= bytes.len()) else { break };
        sections.push(Section { id, whole: at..end, body: begin..end });
        at = end;
    }
    sections
}

/// A section with this id and body.
pub fn section(id: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![id];
    let mut left = body.len();
    loop {
        let digit = (left & 0x7f) as u8;
        left >>= 7;
        bytes.push(if left > 0 { digit | 0x80 } else { digit });
        if left == 0 {
            break;
        }
    }
    bytes.extend_from_slice(body);
    bytes
}

/// An unsigned LEB128 number of at most 32 bits, and how many bytes it has.
fn number(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = 0_u64;
    for (index, &byte) in bytes.iter().take(5).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((usize::try_from(value).ok()?, index + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{HEADER, of, section};

    #[test]
    fn what_is_written_is_found_again() {
        let mut bytes = b"\0asm\x0d\0\x01\0".to_vec();
        let long = vec![7; 300];
        bytes.extend(section(1, &long));
        bytes.extend(section(0, b"x"));
        bytes.extend([3, 200, 1, 0]);
        let found = of(&bytes);
        let parts: Vec<_> = found.iter().map(|section| (section.id, bytes[section.body.clone()].to_vec())).collect();
        assert_eq!(parts, [(1, long), (0, b"x".to_vec())], "the last one is cut short");
        assert_eq!(found.first().map(|first| first.whole.start), Some(HEADER));
        assert!(of(b"\0asm").is_empty());
    }
}
