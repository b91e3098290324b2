//! Integers of 1 to 64 bits at any position of a string, the highest bit first.

use ferrite_resp::number;

/// The form of an integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    signed: bool,
    /// 1 to 64, unsigned ones to 63.
    bits: u8,
}

/// What to do with an integer that does not fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overflow {
    /// Leave out the bits beyond.
    #[default]
    Wrap,
    /// Take the nearest one that does.
    Saturate,
    /// Nothing.
    Fail,
}

/// The most bytes that an integer may lie in.
const MOST: usize = 9;

impl Field {
    /// From `i16` or `u8`.
    pub fn parse(text: &[u8]) -> Option<Field> {
        let (kind, bits) = text.split_first()?;
        let (signed, most) = match kind {
            b'i' => (true, 64),
            b'u' => (false, 63),
            _ => return None,
        };
        let bits = number::parse_i64(bits).filter(|bits| (1..=most).contains(bits))?;
        Some(Field { signed, bits: bits as u8 })
    }

    /// How many bits it has.
    pub fn bits(self) -> usize {
        usize::from(self.bits)
    }

    fn least(self) -> i128 {
        if self.signed { -(1 << (self.bits - 1)) } else { 0 }
    }

    fn greatest(self) -> i128 {
        (1 << (self.bits - u8::from(self.signed))) - 1
    }

    /// The integer in these bits, whatever is above them.
    fn of_bits(self, bits: u128) -> i64 {
        let unused = 128 - u32::from(self.bits);
        let top = bits << unused;
        if self.signed { (top as i128 >> unused) as i64 } else { (top >> unused) as i64 }
    }

    /// The integer at this bit; behind the end are zeros.
    pub fn get(self, bytes: &[u8], position: u64) -> i64 {
        let (window, shift) = self.window(bytes, position);
        self.of_bits(window >> shift)
    }

    /// The bytes around the integer as one number, and how many bits of them are behind it.
    fn window(self, bytes: &[u8], position: u64) -> (u128, usize) {
        let bytes = usize::try_from(position / 8).ok().and_then(|at| bytes.get(at..)).unwrap_or_default();
        let window = bytes
            .iter()
            .copied()
            .chain(std::iter::repeat(0))
            .take(MOST)
            .fold(0, |window, byte| window << 8 | u128::from(byte));
        (window, MOST * 8 - (position % 8) as usize - self.bits())
    }

    /// The first byte that changes when the integer at this bit becomes another, and the bytes from there on. They must be
    /// in the string.
    pub fn patch(self, bytes: &[u8], position: u64, value: i64) -> (usize, Vec<u8>) {
        let (window, shift) = self.window(bytes, position);
        let mask = ((1 << self.bits) - 1) << shift;
        let window = window & !mask | (value as u128) << shift & mask;
        let count = ((position % 8) as usize + self.bits()).div_ceil(8);
        let patch = window.to_be_bytes().into_iter().skip(size_of::<u128>() - MOST).take(count);
        ((position / 8) as usize, patch.collect())
    }

    /// What becomes of an integer when another is added; none if it must not.
    pub fn add(self, value: i64, by: i64, overflow: Overflow) -> Option<i64> {
        self.fit(i128::from(value) + i128::from(by), overflow)
    }

    /// What becomes of a number that is to be stored; none if it must not. Two of Redis' ways are kept: an unsigned field
    /// takes a negative number for the great one that has the same 64 bits, and to a signed one a number so small that the
    /// distance to its greatest has no 64 bits is too great.
    pub fn store(self, value: i64, overflow: Overflow) -> Option<i64> {
        if !self.signed {
            return self.fit(i128::from(value as u64), overflow);
        }
        let is_lost = self.greatest() - i128::from(value) > i128::from(i64::MAX) && self.bits < 64;
        match overflow {
            Overflow::Saturate if is_lost => Some(self.greatest() as i64),
            _ => self.fit(i128::from(value), overflow),
        }
    }

    fn fit(self, value: i128, overflow: Overflow) -> Option<i64> {
        let (least, greatest) = (self.least(), self.greatest());
        if (least..=greatest).contains(&value) {
            return Some(value as i64);
        }
        match overflow {
            Overflow::Wrap => Some(self.of_bits(value as u128)),
            Overflow::Saturate => Some(value.clamp(least, greatest) as i64),
            Overflow::Fail => None,
        }
    }
}
