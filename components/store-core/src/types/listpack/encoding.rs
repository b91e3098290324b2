//! How one element stands in a listpack: a first byte that says what follows, the rest of it, and how long that was, so
//! that the list can be read backwards. <https://github.com/antirez/listpack/blob/master/listpack.md>

use crate::types::Element;

/// Behind the last element.
pub(super) const END: u8 = 0xff;
const BACK_MAX: usize = 5;

/// An element in its encoded form.
pub(super) struct Encoded<'a> {
    first: u8,
    /// What the first byte says of it, of which so many bytes follow: the lower ones of an integer, or a long length.
    more: u64,
    width: u8,
    body: &'a [u8],
}

impl<'a> Encoded<'a> {
    #[inline]
    pub(super) fn new(element: Element<'a>) -> Encoded<'a> {
        match element {
            Element::Integer(number) => {
                let (first, width) = integer(number);
                Encoded { first, more: number.cast_unsigned(), width, body: &[] }
            }
            Element::Bytes(body) => {
                let len = body.len();
                let (first, width) = match len {
                    0..0x40 => (0x80 | len as u8, 0),
                    0x40..0x1000 => (0xe0 | (len >> 8) as u8, 1),
                    _ => (0xf0, 4),
                };
                Encoded { first, more: len as u64, width, body }
            }
        }
    }

    /// How many bytes it has without what says so behind it.
    #[inline]
    fn size(&self) -> usize {
        1 + usize::from(self.width) + self.body.len()
    }

    /// How many bytes it has.
    #[inline]
    pub(super) fn len(&self) -> usize {
        let size = self.size();
        size + back_len(size)
    }

    /// Writes it.
    ///
    /// # Safety
    ///
    /// There is room for all of its bytes, and its body is not there.
    #[inline]
    pub(super) unsafe fn write(&self, to: *mut u8) {
        if self.width > 0 || self.body.len() > 0x3f {
            // SAFETY: the caller's.
            return unsafe { self.write_long(to) };
        }
        // SAFETY: the caller's; a length of so few bytes is one byte.
        unsafe {
            to.write(self.first);
            put(to.add(1), self.body).write(self.size() as u8);
        }
    }

    /// # Safety
    ///
    /// As above.
    #[inline(never)]
    unsafe fn write_long(&self, to: *mut u8) {
        let more = self.more.to_le_bytes();
        let (back, back_len) = back(self.size());
        // SAFETY: the caller's.
        unsafe {
            to.write(self.first);
            let to = put(to.add(1), more.get(..usize::from(self.width)).unwrap_or(&more));
            put(put(to, self.body), back.get(..back_len).unwrap_or(&back));
        }
    }
}

/// Copies bytes; the place behind them. Few are copied here, since a call to copy them takes longer.
///
/// # Safety
///
/// There is room for them, and they are not there.
#[inline]
pub(super) unsafe fn put(to: *mut u8, bytes: &[u8]) -> *mut u8 {
    /// The first and the last of them, which may overlap.
    ///
    /// # Safety
    ///
    /// As above, and there are at least as many as `T` has and at most twice as many.
    #[inline]
    unsafe fn both_ends<T>(to: *mut u8, bytes: &[u8]) {
        let last = bytes.len() - size_of::<T>();
        // SAFETY: both lie within the bytes.
        unsafe {
            to.cast::<T>().write_unaligned(bytes.as_ptr().cast::<T>().read_unaligned());
            to.add(last).cast::<T>().write_unaligned(bytes.as_ptr().add(last).cast::<T>().read_unaligned());
        }
    }
    // SAFETY: the caller's, and each has as many as it is said to have.
    unsafe {
        match bytes.len() {
            0 => {}
            1 => to.write(*bytes.as_ptr()),
            2..4 => both_ends::<u16>(to, bytes),
            4..8 => both_ends::<u32>(to, bytes),
            8..=16 => both_ends::<u64>(to, bytes),
            len => to.copy_from_nonoverlapping(bytes.as_ptr(), len),
        }
        to.add(bytes.len())
    }
}

/// The first byte of an integer, and how many of its bytes follow.
#[inline]
fn integer(number: i64) -> (u8, u8) {
    match number {
        0..=0x7f => (number as u8, 0),
        -0x1000..=0xfff => (0xc0 | (number >> 8) as u8 & 0x1f, 1),
        -0x8000..=0x7fff => (0xf1, 2),
        -0x80_0000..=0x7f_ffff => (0xf2, 3),
        -0x8000_0000..=0x7fff_ffff => (0xf3, 4),
        _ => (0xf4, 8),
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

/// The length in groups of seven bits, the highest first; all but the first have their top bit set. And how many there are.
fn back(len: usize) -> ([u8; BACK_MAX], usize) {
    let size = back_len(len);
    let mut bytes = [0; BACK_MAX];
    for (at, byte) in bytes.iter_mut().take(size).enumerate() {
        let group = len >> (7 * (size - 1 - at)) & 0x7f;
        *byte = group as u8 | if at == 0 { 0 } else { 0x80 };
    }
    (bytes, size)
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
    let (&first, rest) = bytes.get(at..)?.split_first()?;
    match first {
        0..=0x7f => Some((Element::Integer(i64::from(first)), 1)),
        0x80..=0xbf => {
            let len = usize::from(first & 0x3f);
            Some((Element::Bytes(rest.get(..len)?), 1 + len))
        }
        _ => decode_long(bytes, at),
    }
}

#[inline(never)]
fn decode_long(bytes: &[u8], at: usize) -> Option<(Element<'_>, usize)> {
    let size = size(bytes, at)?;
    let all = bytes.get(at..at.checked_add(size)?)?;
    let (&first, rest) = all.split_first()?;
    let element = match first {
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
