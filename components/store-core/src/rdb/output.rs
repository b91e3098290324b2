//! Lengths, numbers and strings as they are written.

use super::lzf::Compressor;
use crate::types::Element;

/// Strings from this length on are compressed.
const COMPRESSED_FROM: usize = 21;
/// What compression must save.
const SAVED: usize = 4;
/// The longest text of an integer of 32 bits.
const INTEGER_MAX: usize = 11;

/// What was written, and what it takes to write more.
#[derive(Default)]
pub struct Output {
    /// The bytes.
    pub bytes: Vec<u8>,
    compressor: Compressor,
}

impl Output {
    /// A byte.
    pub fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// A length, or another number that is mostly small.
    pub fn length(&mut self, length: u64) {
        match length {
            0..0x40 => self.byte(length as u8),
            0x40..0x4000 => self.bytes.extend([0x40 | (length >> 8) as u8, length as u8]),
            _ => match u32::try_from(length) {
                Ok(length) => {
                    self.byte(0x80);
                    self.bytes.extend(length.to_be_bytes());
                }
                Err(_) => {
                    self.byte(0x81);
                    self.bytes.extend(length.to_be_bytes());
                }
            },
        }
    }

    /// A time in milliseconds, or another number of 64 bits.
    pub fn number(&mut self, number: i64) {
        self.bytes.extend(number.to_le_bytes());
    }

    /// A score.
    pub fn double(&mut self, number: f64) {
        self.bytes.extend(number.to_le_bytes());
    }

    /// An element of a collection.
    pub fn element(&mut self, element: Element<'_>) {
        self.string(&element.text());
    }

    /// A string: as an integer, compressed, or as it is.
    pub fn string(&mut self, text: &[u8]) {
        if text.len() <= INTEGER_MAX
            && let Element::Integer(number) = Element::compact(text)
            && self.integer(number)
        {
            return;
        }
        if text.len() < COMPRESSED_FROM || !self.compressed(text) {
            self.length(text.len() as u64);
            self.bytes.extend_from_slice(text);
        }
    }

    fn integer(&mut self, number: i64) -> bool {
        let (form, width) = match number {
            -0x80..=0x7f => (0xc0, 1),
            -0x8000..=0x7fff => (0xc1, 2),
            -0x8000_0000..=0x7fff_ffff => (0xc2, 4),
            _ => return false,
        };
        self.byte(form);
        self.bytes.extend_from_slice(number.to_le_bytes().get(..width).unwrap_or_default());
        true
    }

    fn compressed(&mut self, text: &[u8]) -> bool {
        let mut packed = Vec::new();
        let saves = self.compressor.compress(text, text.len() - SAVED, &mut packed);
        if saves {
            self.byte(0xc3);
            self.length(packed.len() as u64);
            self.length(text.len() as u64);
            self.bytes.append(&mut packed);
        }
        saves
    }
}
