//! Lengths, numbers and strings as they are read, from bytes that may end too early or be anything.

use std::borrow::Cow;

use super::{STRING_MAX, lzf};
use crate::memory;

/// Why nothing was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The bytes end: there must be this many, counted from the first.
    Missing(usize),
    /// They are not what they should be: in a few words, what is wrong.
    Corrupt(&'static str),
}

/// What was found, or why nothing was.
pub type Read<T> = Result<T, Stop>;

/// Bytes, and how many of them were read.
pub struct Input<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// A length, or the form of a string that is none.
enum Length {
    Plain(u64),
    Special(u8),
}

impl<'a> Input<'a> {
    /// Nothing was read of them yet.
    pub fn new(bytes: &'a [u8]) -> Input<'a> {
        Input { bytes, at: 0 }
    }

    /// How many bytes were read.
    pub fn position(&self) -> usize {
        self.at
    }

    /// So many bytes.
    pub fn take(&mut self, len: u64) -> Read<&'a [u8]> {
        let end = usize::try_from(len).ok().and_then(|len| self.at.checked_add(len));
        let end = end.ok_or(Stop::Corrupt("a length beyond all memory"))?;
        let taken = self.bytes.get(self.at..end).ok_or(Stop::Missing(end))?;
        self.at = end;
        Ok(taken)
    }

    /// A number of so many bytes.
    fn array<const N: usize>(&mut self) -> Read<[u8; N]> {
        let bytes = self.take(N as u64)?;
        bytes.first_chunk().copied().ok_or(Stop::Missing(self.at))
    }

    /// A byte.
    pub fn byte(&mut self) -> Read<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    /// Four bytes with the lowest first.
    pub fn u32(&mut self) -> Read<u32> {
        self.array().map(u32::from_le_bytes)
    }

    /// A time in milliseconds, or another number of 64 bits.
    pub fn number(&mut self) -> Read<i64> {
        self.array().map(i64::from_le_bytes)
    }

    /// A binary score.
    pub fn double(&mut self) -> Read<f64> {
        self.array().map(f64::from_le_bytes)
    }

    /// Eight bytes with the highest first, as in the ids of streams.
    pub fn big_endian(&mut self) -> Read<u64> {
        self.array().map(u64::from_be_bytes)
    }

    fn any_length(&mut self) -> Read<Length> {
        let first = self.byte()?;
        Ok(Length::Plain(match first {
            0..=0x3f => u64::from(first),
            0x40..=0x7f => u64::from(first & 0x3f) << 8 | u64::from(self.byte()?),
            0x80 => u64::from(u32::from_be_bytes(self.array()?)),
            0x81 => u64::from_be_bytes(self.array()?),
            0xc0.. => return Ok(Length::Special(first & 0x3f)),
            _ => return Err(Stop::Corrupt("an unknown form of a length")),
        }))
    }

    /// A length, or another number that is mostly small.
    pub fn length(&mut self) -> Read<u64> {
        match self.any_length()? {
            Length::Plain(length) => Ok(length),
            Length::Special(_) => Err(Stop::Corrupt("a string in place of a length")),
        }
    }

    /// A string.
    pub fn string(&mut self) -> Read<Cow<'a, [u8]>> {
        let number = match self.any_length()? {
            Length::Plain(length) => return self.plain(length).map(Cow::Borrowed),
            Length::Special(0) => i64::from(i8::from_le_bytes(self.array()?)),
            Length::Special(1) => i64::from(i16::from_le_bytes(self.array()?)),
            Length::Special(2) => i64::from(i32::from_le_bytes(self.array()?)),
            Length::Special(3) => {
                let (packed, len) = (self.length()?, self.length()?);
                let packed = self.plain(packed)?;
                if len > STRING_MAX {
                    return Err(Stop::Corrupt("a string beyond the limit"));
                }
                let text = lzf::decompress(packed, len).ok_or(Stop::Corrupt("a compressed string that is none"))?;
                return Ok(Cow::Owned(text));
            }
            Length::Special(_) => return Err(Stop::Corrupt("an unknown form of a string")),
        };
        Ok(Cow::Owned(itoa::Buffer::new().format(number).as_bytes().to_vec()))
    }

    fn plain(&mut self, length: u64) -> Read<&'a [u8]> {
        if length > STRING_MAX {
            return Err(Stop::Corrupt("a string beyond the limit"));
        }
        let bytes = self.take(length)?;
        // Whoever reads it takes as much again.
        if memory::has_room(bytes.len()) { Ok(bytes) } else { Err(Stop::Corrupt("a string beyond the free memory")) }
    }
}
