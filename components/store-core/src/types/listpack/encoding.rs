//! How one element stands in a listpack: a first byte that says what follows, the rest of it, and how long that was, so
//! that the list can be read backwards. <https://github.com/antirez/listpack/blob/master/listpack.md>

use crate::types::Element;

/// Behind the last element.
pub(super) const END: u8 = 0xff;
/// The longest head: a first byte and an integer of 64 bits.
const HEAD_MAX: usize = 9;
const BACK_MAX: usize = 5;

/// An element in its encoded form.
pub(super) struct Encoded<'a> {
    head: [u8; HEAD_MAX],
    head_len: u8,
    body: &'a [u8],
    back: [u8; BACK_MAX],
    back_len: u8,
}

impl<'a> Encoded<'a> {
    #[inline]
    pub(super) fn new(element: Element<'a>) -> Encoded<'a> {
        let (head, head_len, body): ([u8; HEAD_MAX], u8, &[u8]) = match element {
            Element::Integer(number) => {
                let (head, len) = integer(number);
                (head, len, &[])
            }
            Element::Bytes(bytes) => {
                let (head, len) = string(bytes.len());
                (head, len, bytes)
            }
        };
        let (back, back_len) = back(usize::from(head_len) + body.len());
        Encoded { head, head_len, body, back, back_len }
    }

    /// Its parts, one behind the other.
    #[inline]
    pub(super) fn parts(&self) -> [&[u8]; 3] {
        let head = self.head.get(..usize::from(self.head_len)).unwrap_or_default();
        let back = self.back.get(..usize::from(self.back_len)).unwrap_or_default();
        [head, self.body, back]
    }
}

fn filled(first: u8, rest: &[u8]) -> ([u8; HEAD_MAX], u8) {
    let mut head = [0; HEAD_MAX];
    head[0] = first;
    head.iter_mut().skip(1).zip(rest).for_each(|(to, from)| *to = *from);
    (head, rest.len() as u8 + 1)
}

fn integer(number: i64) -> ([u8; HEAD_MAX], u8) {
    let bytes = number.to_le_bytes();
    let (first, width) = match number {
        0..=0x7f => return filled(number as u8, &[]),
        -0x1000..=0xfff => return filled(0xc0 | (number >> 8) as u8 & 0x1f, &[bytes[0]]),
        -0x8000..=0x7fff => (0xf1, 2),
        -0x80_0000..=0x7f_ffff => (0xf2, 3),
        -0x8000_0000..=0x7fff_ffff => (0xf3, 4),
        _ => (0xf4, 8),
    };
    filled(first, bytes.get(..width).unwrap_or(&bytes))
}

fn string(len: usize) -> ([u8; HEAD_MAX], u8) {
    match len {
        0..0x40 => filled(0x80 | len as u8, &[]),
        0x40..0x1000 => filled(0xe0 | (len >> 8) as u8, &[len as u8]),
        _ => filled(0xf0, &(len as u32).to_le_bytes()),
    }
}

/// How many bytes it takes to say behind an element that it has `len` bytes. The limits are those of Redis, which gives
/// the longest of each size a byte more than it needs.
#[inline]
pub(super) fn back_len(len: usize) -> usize {
    match len {
        0..=0x7f => 1,
        0x80..0x3fff => 2,
        0x3fff..0x1f_ffff => 3,
        0x1f_ffff..0xfff_ffff => 4,
        _ => 5,
    }
}

/// The length in groups of seven bits, the highest first; all but the first have their top bit set.
fn back(len: usize) -> ([u8; BACK_MAX], u8) {
    let size = back_len(len);
    let mut bytes = [0; BACK_MAX];
    for (at, byte) in bytes.iter_mut().take(size).enumerate() {
        let group = len >> (7 * (size - 1 - at)) & 0x7f;
        *byte = group as u8 | if at == 0 { 0 } else { 0x80 };
    }
    (bytes, size as u8)
}

/// The length that stands in front of `end`, and how many bytes say it.
#[inline]
pub(super) fn read_back(bytes: &[u8], end: usize) -> Option<(usize, usize)> {
    let (mut len, mut size) = (0, 0);
    loop {
        let byte = *bytes.get(end.checked_sub(size + 1)?)?;
        len |= usize::from(byte & 0x7f) << (7 * size);
        size += 1;
        if byte & 0x80 == 0 {
            return Some((len, size));
        }
        if size == BACK_MAX {
            return None;
        }
    }
}

/// How many bytes the element has that begins at `at`, without what says so behind it.
#[inline]
pub(super) fn size(bytes: &[u8], at: usize) -> Option<usize> {
    let first = *bytes.get(at)?;
    Some(match first {
        0..=0x7f => 1,
        0x80..=0xbf => 1 + usize::from(first & 0x3f),
        0xc0..=0xdf => 2,
        0xe0..=0xef => 2 + (usize::from(first & 0xf) << 8 | usize::from(*bytes.get(at + 1)?)),
        0xf0 => (u32::from_le_bytes(*bytes.get(at + 1..)?.first_chunk()?) as usize).checked_add(5)?,
        0xf1 => 3,
        0xf2 => 4,
        0xf3 => 5,
        0xf4 => 9,
        0xf5.. => return None,
    })
}

/// The element that begins at `at`, and its size.
#[inline]
pub(super) fn decode(bytes: &[u8], at: usize) -> Option<(Element<'_>, usize)> {
    let size = size(bytes, at)?;
    let all = bytes.get(at..at.checked_add(size)?)?;
    let (&first, rest) = all.split_first()?;
    let element = match first {
        0..=0x7f => Element::Integer(i64::from(first)),
        0x80..=0xbf => Element::Bytes(rest),
        0xc0..=0xdf => Element::Integer(signed(&[*rest.first()?, first & 0x1f], 13)),
        0xe0..=0xef => Element::Bytes(rest.get(1..)?),
        0xf0 => Element::Bytes(rest.get(4..)?),
        _ => Element::Integer(signed(rest, 8 * rest.len() as u32)),
    };
    Some((element, size))
}

/// A little-endian number of so many bits with its sign.
fn signed(bytes: &[u8], bits: u32) -> i64 {
    let number = bytes.iter().rev().fold(0_u64, |number, &byte| number << 8 | u64::from(byte));
    let unused = 64 - bits;
    (number << unused).cast_signed() >> unused
}
