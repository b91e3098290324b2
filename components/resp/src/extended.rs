//! The 80-bit floating point of x87, C's `long double` on the machines that Redis is compared on.
//!
//! `INCRBYFLOAT` reads two numbers into 64 bits of mantissa, adds them there and prints 17 decimals; that is why 3.0
//! and 0.1 make 3.1, which doubles do not give. This is the same arithmetic in integers: every step is correctly
//! rounded, so that the digits are those of Redis on x86-64 for all inputs. (Redis on ARM has a `long double` of 113
//! bits and may differ in the last of the 17 decimals.)

use crate::decimal::{Binary, Decimal};
use crate::digits::{Natural, shift_right_to_even};
use crate::number::{is_infinity, parse_hexadecimal, split_sign};

/// A number with 64 bits of mantissa, or an infinity. There is no NaN: what would make one returns none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extended {
    negative: bool,
    magnitude: Magnitude,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Magnitude {
    Zero,
    /// `mantissa` times two to the power of `exponent`; the highest bit of the mantissa is set.
    Finite {
        mantissa: u64,
        exponent: i32,
    },
    Infinite,
}

/// All magnitudes are below two to the power of this.
const MAX_EXPONENT: i32 = 16_384;
/// Magnitudes up to two to the power of this round to zero: half of the smallest denormal number. Above it the fewer
/// bits of denormal numbers are not modelled, because they lie far behind the 17th decimal.
const MIN_EXPONENT: i32 = -16_446;
/// Longest text that is read, in bytes; Redis' `MAX_LONG_DOUBLE_CHARS`, less one for its NUL.
const MAX_TEXT_BYTES: usize = 5 * 1024 - 1;
/// Decimals that are printed.
const DECIMALS: usize = 17;
const SCALE: u128 = 10_u128.pow(DECIMALS as u32);

impl Extended {
    /// Zero.
    pub const ZERO: Self = Self { negative: false, magnitude: Magnitude::Zero };

    /// Reads a number as Redis' `string2ld` does, that is C's `strtold` over the whole text: decimal or hexadecimal,
    /// `inf` and `infinity` in any case, a sign; no spaces, no NaN, nothing that overflows or that vanishes to zero.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        if text.len() > MAX_TEXT_BYTES {
            return None;
        }
        let (negative, body) = split_sign(text);
        let (value, is_zero) = match body {
            [b'0', b'x' | b'X', ..] => {
                let (mantissa, exponent) = parse_hexadecimal(body)?;
                (Self::rounded(negative, mantissa, false, exponent), mantissa == 0)
            }
            [b'0'..=b'9' | b'.', ..] => {
                let decimal = Decimal::parse(body, MAX_TEXT_BYTES)?;
                (Self::nearest(negative, &decimal), decimal.digits.is_empty())
            }
            _ if is_infinity(body) => return Some(Self { negative, magnitude: Magnitude::Infinite }),
            _ => return None,
        };
        match value.magnitude {
            Magnitude::Infinite => None,
            Magnitude::Zero if !is_zero => None,
            _ => Some(value),
        }
    }

    /// The sum; none if it is infinite or not a number.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let (large, small) =
            match (self.magnitude, other.magnitude) {
                (Magnitude::Infinite, _) | (_, Magnitude::Infinite) => return None,
                (Magnitude::Zero, _) => return Some(other),
                (_, Magnitude::Zero) => return Some(self),
                (Magnitude::Finite { exponent: left, .. }, Magnitude::Finite { exponent: right, .. }) => {
                    if left >= right { (self, other) } else { (other, self) }
                }
            };
        let (
            Magnitude::Finite { mantissa: large_mantissa, exponent },
            Magnitude::Finite { mantissa: small_mantissa, exponent: small_exponent },
        ) = (large.magnitude, small.magnitude)
        else {
            return None;
        };
        // 62 bits below the mantissa, one above for the carry. What the smaller number loses in shifting leaves its
        // mark in the lowest bit, far enough below the mantissa to break ties only.
        let left = u128::from(large_mantissa) << 62;
        let right = u128::from(small_mantissa) << 62;
        let distance = (exponent - small_exponent) as u32;
        let right = match right.checked_shr(distance) {
            Some(shifted) => shifted | u128::from(shifted << distance != right),
            None => 1,
        };
        let (negative, sum) = if large.negative == small.negative {
            (large.negative, left + right)
        } else if left >= right {
            (large.negative, left - right)
        } else {
            (small.negative, right - left)
        };
        if sum == 0 {
            return Some(Self::ZERO);
        }
        let value = Self::rounded(negative, sum, false, exponent - 62);
        (value.magnitude != Magnitude::Infinite).then_some(value)
    }

    /// True for the infinities.
    #[must_use]
    pub fn is_infinite(self) -> bool {
        self.magnitude == Magnitude::Infinite
    }

    /// The text in Redis' form for people: C's `%.17Lf` without trailing zeros, without a trailing point, and never
    /// `-0`.
    #[must_use]
    pub fn to_text(self) -> Vec<u8> {
        let mut out = Vec::with_capacity(24);
        if self.negative {
            out.push(b'-');
        }
        match self.magnitude {
            Magnitude::Infinite => out.extend_from_slice(b"inf"),
            Magnitude::Zero => out.push(b'0'),
            Magnitude::Finite { mantissa, exponent } if exponent >= 0 => match u32::try_from(exponent) {
                Ok(shift @ 0..=64) => out.extend_from_slice((u128::from(mantissa) << shift).to_string().as_bytes()),
                _ => Natural::from_shifted(mantissa, exponent as usize).write_decimal(&mut out),
            },
            Magnitude::Finite { mantissa, exponent } => write_fraction(mantissa, exponent.unsigned_abs(), &mut out),
        }
        if out == b"-0" {
            out.remove(0);
        }
        out
    }

    fn nearest(negative: bool, decimal: &Decimal) -> Self {
        match decimal.binary() {
            Binary::Zero => Self { negative, magnitude: Magnitude::Zero },
            Binary::Huge => Self { negative, magnitude: Magnitude::Infinite },
            Binary::Finite { mantissa, inexact, exponent } => Self::rounded(negative, mantissa, inexact, exponent),
        }
    }

    /// Rounds `mantissa` (and a little more if `inexact`, then it must have over 65 bits) times two to the power of
    /// `exponent` to the nearest number, ties to even.
    fn rounded(negative: bool, mantissa: u128, inexact: bool, mut exponent: i32) -> Self {
        let bits = 128 - mantissa.leading_zeros() as i32;
        if bits == 0 {
            return Self { negative, magnitude: Magnitude::Zero };
        }
        let top = exponent + bits;
        let mut rounded = if bits > 64 {
            let drop = (bits - 64) as u32;
            exponent += drop as i32;
            shift_right_to_even(mantissa, drop, inexact)
        } else {
            exponent -= 64 - bits;
            mantissa << (64 - bits)
        };
        if rounded >> 64 != 0 {
            rounded >>= 1;
            exponent += 1;
        }
        let is_half_of_smallest = top == MIN_EXPONENT + 1 && mantissa.is_power_of_two() && !inexact;
        let magnitude = if exponent + 64 > MAX_EXPONENT {
            Magnitude::Infinite
        } else if top <= MIN_EXPONENT || is_half_of_smallest {
            Magnitude::Zero
        } else {
            Magnitude::Finite { mantissa: rounded as u64, exponent }
        };
        Self { negative, magnitude }
    }
}

impl From<i64> for Extended {
    fn from(value: i64) -> Self {
        Self::rounded(value < 0, u128::from(value.unsigned_abs()), false, 0)
    }
}

/// Writes `mantissa` divided by two to the power of `shift`, rounded to 17 decimals.
fn write_fraction(mantissa: u64, shift: u32, out: &mut Vec<u8>) {
    let mut whole = mantissa.checked_shr(shift).unwrap_or_default();
    let fraction = mantissa - whole.checked_shl(shift).unwrap_or_default();
    // At most 64 + 57 bits; with a shift beyond 127 less than half of the last decimal.
    let scaled = u128::from(fraction) * SCALE;
    let mut decimals = if shift < 128 { shift_right_to_even(scaled, shift, false) } else { 0 };
    if decimals == SCALE {
        decimals = 0;
        whole += 1;
    }
    out.extend_from_slice(itoa::Buffer::new().format(whole).as_bytes());
    if decimals != 0 {
        let mut buffer = itoa::Buffer::new();
        let digits = buffer.format(decimals as u64).as_bytes();
        out.push(b'.');
        out.extend(std::iter::repeat_n(b'0', DECIMALS - digits.len()));
        let last = digits.iter().rposition(|&digit| digit != b'0').unwrap_or_default();
        out.extend_from_slice(digits.get(..=last).unwrap_or_default());
    }
}
