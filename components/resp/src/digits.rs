//! Natural numbers of any size, as far as reading and printing floating point exactly takes them.

/// A natural number: 32-bit digits, the lowest first, no zeros at the top.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Natural(Vec<u32>);

/// The greatest power of ten in 32 bits, and its exponent.
const CHUNK: u32 = 1_000_000_000;
const CHUNK_DIGITS: usize = 9;

impl Natural {
    /// The number that ASCII digits spell.
    pub(crate) fn from_decimal(digits: &[u8]) -> Self {
        let mut number = Self::default();
        for chunk in digits.chunks(CHUNK_DIGITS) {
            let value = chunk.iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0'));
            number.multiply_add(10_u32.pow(chunk.len() as u32), value);
        }
        number
    }

    /// `mantissa` times two to the power of `shift`.
    pub(crate) fn from_shifted(mantissa: u64, shift: usize) -> Self {
        let mut number = Self(vec![mantissa as u32, (mantissa >> 32) as u32]);
        number.trim();
        number.shift_left(shift);
        number
    }

    pub(crate) fn bits(&self) -> usize {
        self.0.last().map_or(0, |top| self.0.len() * 32 - top.leading_zeros() as usize)
    }

    fn multiply_add(&mut self, factor: u32, summand: u32) {
        let mut carry = u64::from(summand);
        for digit in &mut self.0 {
            carry += u64::from(*digit) * u64::from(factor);
            *digit = carry as u32;
            carry >>= 32;
        }
        if carry != 0 {
            self.0.push(carry as u32);
        }
    }

    /// Divides and returns the remainder.
    fn divide(&mut self, divisor: u32) -> u32 {
        let mut remainder = 0;
        for digit in self.0.iter_mut().rev() {
            let value = remainder << 32 | u64::from(*digit);
            *digit = (value / u64::from(divisor)) as u32;
            remainder = value % u64::from(divisor);
        }
        self.trim();
        remainder as u32
    }

    pub(crate) fn multiply_by_power_of_ten(&mut self, power: usize) {
        for _ in 0..power / CHUNK_DIGITS {
            self.multiply_add(CHUNK, 0);
        }
        self.multiply_add(10_u32.pow((power % CHUNK_DIGITS) as u32), 0);
    }

    /// Divides by a power of ten, downwards; true if something was cut off. (Cutting off after each small division
    /// gives the same as once after the whole.)
    pub(crate) fn divide_by_power_of_ten(&mut self, power: usize) -> bool {
        let mut inexact = self.divide(10_u32.pow((power % CHUNK_DIGITS) as u32)) != 0;
        for _ in 0..power / CHUNK_DIGITS {
            inexact |= self.divide(CHUNK) != 0;
        }
        inexact
    }

    pub(crate) fn shift_left(&mut self, bits: usize) {
        if self.0.is_empty() {
            return;
        }
        self.multiply_add(1 << (bits % 32), 0);
        self.0.splice(0..0, std::iter::repeat_n(0, bits / 32));
    }

    /// The highest 128 bits, how many bits lie below them, and whether any of those is set.
    pub(crate) fn top(&self) -> (u128, usize, bool) {
        let drop = self.bits().saturating_sub(128);
        let mut top = 0_u128;
        let mut inexact = false;
        for (index, digit) in self.0.iter().enumerate() {
            let position = index * 32;
            let digit = u128::from(*digit);
            if position >= drop {
                top |= digit << (position - drop);
            } else if position + 32 > drop {
                top |= digit >> (drop - position);
                inexact |= digit & ((1 << (drop - position)) - 1) != 0;
            } else {
                inexact |= digit != 0;
            }
        }
        (top, drop, inexact)
    }

    /// Appends the decimal digits.
    pub(crate) fn write_decimal(mut self, out: &mut Vec<u8>) {
        let mut chunks = Vec::with_capacity(self.0.len() + self.0.len() / 16 + 1);
        while !self.0.is_empty() {
            chunks.push(self.divide(CHUNK));
        }
        let mut buffer = itoa::Buffer::new();
        out.extend_from_slice(buffer.format(chunks.pop().unwrap_or_default()).as_bytes());
        for chunk in chunks.iter().rev() {
            let text = buffer.format(*chunk).as_bytes();
            out.extend(std::iter::repeat_n(b'0', CHUNK_DIGITS - text.len()));
            out.extend_from_slice(text);
        }
    }

    fn trim(&mut self) {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }
}

/// Divides by two to the power of `shift` (1 to 127), to the nearest, ties to even; `inexact` says that `value` is a
/// little more than its bits.
pub(crate) const fn shift_right_to_even(value: u128, shift: u32, inexact: bool) -> u128 {
    let kept = value >> shift;
    let rest = value & ((1 << shift) - 1);
    let half = 1 << (shift - 1);
    let up = rest > half || (rest == half && (inexact || kept & 1 == 1));
    kept + up as u128
}
