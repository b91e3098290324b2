//! Decimal numbers in texts, and what they are in powers of two.

use crate::digits::Natural;
use crate::number::parse_exponent;

/// A decimal number as binary floating point takes it.
pub(crate) enum Binary {
    /// Zero, or too small for every format.
    Zero,
    /// Too large for every format.
    Huge,
    /// `mantissa` (and a little more if `inexact`, then it has over 65 bits) times two to the power of `exponent`.
    Finite { mantissa: u128, inexact: bool, exponent: i32 },
}

/// A decimal text taken apart: `digits` times ten to the power of `exponent`.
pub(crate) struct Decimal {
    /// Without zeros at either end; empty for zero.
    pub(crate) digits: Vec<u8>,
    pub(crate) exponent: i64,
}

impl Decimal {
    /// Digits with at most one point among them, and an exponent. Digits behind the first `most` of them become one: it
    /// says whether they are more than nothing.
    pub(crate) fn parse(body: &[u8], most: usize) -> Option<Self> {
        let split = body.iter().position(|byte| matches!(byte, b'e' | b'E')).unwrap_or(body.len());
        let mut exponent = if split < body.len() { parse_exponent(body.get(split + 1..)?)? } else { 0 };
        let mut digits = Vec::with_capacity(split.min(most + 1));
        let (mut any, mut in_fraction, mut has_more) = (false, false, false);
        for &byte in body.get(..split)? {
            match byte {
                b'0'..=b'9' => {
                    any = true;
                    exponent -= i64::from(in_fraction);
                    if digits.len() < most {
                        if byte != b'0' || !digits.is_empty() {
                            digits.push(byte);
                        }
                    } else {
                        exponent += 1;
                        has_more |= byte != b'0';
                    }
                }
                b'.' if !in_fraction => in_fraction = true,
                _ => return None,
            }
        }
        if has_more {
            digits.push(b'1');
            exponent -= 1;
        }
        while digits.last() == Some(&b'0') {
            digits.pop();
            exponent += 1;
        }
        any.then_some(Self { digits, exponent })
    }

    /// The same in powers of two: to be rounded to what a format has of mantissa.
    pub(crate) fn binary(&self) -> Binary {
        // The exponent as if there were one digit in front of the point: outside of this range nothing needs computing.
        let magnitude = self.exponent + self.digits.len() as i64;
        if self.digits.is_empty() || magnitude < -5_000 {
            return Binary::Zero;
        }
        if magnitude > 5_000 {
            return Binary::Huge;
        }
        let power = self.exponent.unsigned_abs() as usize;
        // Everyday numbers fit 128 bits: up to 19 digits, up to 18 of them behind the point.
        if self.digits.len() <= 19 && power <= 18 {
            let number = self.digits.iter().fold(0_u64, |number, digit| number * 10 + u64::from(digit - b'0'));
            let ten = 10_u128.pow(power as u32);
            if self.exponent >= 0 {
                return Binary::Finite { mantissa: u128::from(number) * ten, inexact: false, exponent: 0 };
            }
            let shift = u128::from(number).leading_zeros();
            let numerator = u128::from(number) << shift;
            return Binary::Finite {
                mantissa: numerator / ten,
                inexact: numerator % ten != 0,
                exponent: -(shift as i32),
            };
        }
        let mut number = Natural::from_decimal(&self.digits);
        if self.exponent >= 0 {
            number.multiply_by_power_of_ten(power);
            let (top, dropped, inexact) = number.top();
            return Binary::Finite { mantissa: top, inexact, exponent: dropped as i32 };
        }
        // So many bits that more than 128 remain of the quotient: a decimal digit is less than 10/3 bits.
        let shift = (power * 10 / 3 + 160).saturating_sub(number.bits());
        number.shift_left(shift);
        let cut = number.divide_by_power_of_ten(power);
        let (top, dropped, inexact) = number.top();
        Binary::Finite { mantissa: top, inexact: inexact || cut, exponent: dropped as i32 - shift as i32 }
    }
}
