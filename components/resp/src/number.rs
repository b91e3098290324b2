//! Numbers in the form in which Redis reads and prints them.

use crate::decimal::{Binary, Decimal};
use crate::digits::{Natural, shift_right_to_even};

/// Reads a 64-bit integer as Redis' `string2ll` does: digits with at most a minus sign; no plus sign, no spaces, no
/// leading zeros, no `-0`.
#[inline]
#[must_use]
pub fn parse_i64(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'0'] => return Some(0),
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    let mut magnitude = match digits.first() {
        Some(first @ b'1'..=b'9') => u64::from(first - b'0'),
        _ => return None,
    };
    // 20 digits may be more than 64 bits hold; 19 cannot.
    if digits.len() > 19 {
        return None;
    }
    for byte in digits.iter().skip(1) {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        magnitude = magnitude * 10 + u64::from(digit);
    }
    if negative { 0_i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() }
}

/// Reads a double as Redis' `string2d` does, that is C's `strtod` over the whole text: decimal or hexadecimal, `inf`
/// and `infinity` in any case, a sign; no spaces, no NaN, nothing that overflows or that vanishes to zero.
#[must_use]
pub fn parse_f64(text: &[u8]) -> Option<f64> {
    let (value, is_lost) = read_f64(text)?;
    (!is_lost).then_some(value)
}

/// Digits and nothing else, few enough of them to be exact in a double; eight at a time.
fn parse_digits(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 15 {
        return None;
    }
    let (mut value, mut rest) = (0, text);
    if let Some((eight, more)) = text.split_first_chunk::<8>() {
        let word = u64::from_le_bytes(*eight);
        // A digit's upper half is 3, also when 6 is added to it.
        let halves =
            word & 0xf0f0_f0f0_f0f0_f0f0 | (word.wrapping_add(0x0606_0606_0606_0606) & 0xf0f0_f0f0_f0f0_f0f0) >> 4;
        if halves != 0x3333_3333_3333_3333 {
            return None;
        }
        // Neighbours become one number: of one digit each, of two, of four.
        let pairs = (word & 0x0f0f_0f0f_0f0f_0f0f).wrapping_mul(10 << 8 | 1) >> 8 & 0x00ff_00ff_00ff_00ff;
        let fours = pairs.wrapping_mul(100 << 16 | 1) >> 16 & 0x0000_ffff_0000_ffff;
        (value, rest) = (fours.wrapping_mul(10_000 << 32 | 1) >> 32, more);
    }
    for byte in rest {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + u64::from(digit);
    }
    Some(value)
}

/// Reads a double as C's `strtod` does over a whole C string, which is how Redis reads the bounds of ranges: blanks may
/// stand in front, what overflows is infinite, what is too small is zero, nothing counts behind a zero byte, and the empty
/// text is zero.
#[must_use]
pub fn strtod(text: &[u8]) -> Option<f64> {
    read_c_string(text).map(|(value, _)| value)
}

/// As [`strtod`], and nothing that overflows or that vanishes to zero.
#[must_use]
pub fn strtod_in_range(text: &[u8]) -> Option<f64> {
    let (value, is_lost) = read_c_string(text)?;
    (!is_lost).then_some(value)
}

fn read_c_string(text: &[u8]) -> Option<(f64, bool)> {
    let text = text.split(|&byte| byte == 0).next().unwrap_or_default();
    match text.iter().position(|byte| !matches!(byte, b' ' | b'\t'..=b'\r')) {
        Some(start) => read_f64(text.get(start..)?),
        None => text.is_empty().then_some((0.0, false)),
    }
}

/// No more digits than these decide how a double is rounded; of those behind them it only matters whether all are zero.
const DIGITS_THAT_COUNT: usize = 800;

/// The double that is nearest to a decimal number.
fn double(decimal: &Decimal) -> f64 {
    // Up to 15 digits and powers of ten up to 22 are exact, so that one operation rounds once.
    if decimal.digits.len() <= 15 && (-22..=22).contains(&decimal.exponent) {
        let number = decimal.digits.iter().fold(0_u64, |number, digit| number * 10 + u64::from(digit - b'0'));
        let ten = (0..decimal.exponent.unsigned_abs()).fold(1.0, |ten, _| ten * 10.0);
        return if decimal.exponent < 0 { number as f64 / ten } else { number as f64 * ten };
    }
    match decimal.binary() {
        Binary::Zero => 0.0,
        Binary::Huge => f64::INFINITY,
        Binary::Finite { mantissa, inexact, exponent } => round(mantissa, inexact, exponent),
    }
}

/// `mantissa` (and a little more if `inexact`, then it must have over 65 bits) times two to the power of `exponent`, to
/// the nearest double, ties to even.
fn round(mut mantissa: u128, inexact: bool, mut exponent: i32) -> f64 {
    if mantissa >> 127 != 0 {
        mantissa = mantissa >> 1 | mantissa & 1;
        exponent += 1;
    }
    let bits = 128 - mantissa.leading_zeros() as i32;
    // The place of the lowest bit that a double of this magnitude has.
    let lowest = (exponent + bits - 53).max(-1074);
    if bits == 0 || lowest > 971 {
        return if bits == 0 { 0.0 } else { f64::INFINITY };
    }
    let rounded = match u32::try_from(lowest - exponent) {
        Ok(0) | Err(_) => mantissa << (exponent - lowest).unsigned_abs(),
        Ok(shift @ 1..=127) => shift_right_to_even(mantissa, shift, inexact),
        Ok(_) => 0,
    };
    // The bit in front of the point counts one more exponent, and a carry out of the rounding yet another one.
    f64::from_bits((((lowest + 1074) as u64) << 52) + rounded as u64)
}

/// The double, and whether it is so far from the number in the text that it became infinite or zero.
#[inline]
fn read_f64(text: &[u8]) -> Option<(f64, bool)> {
    let (negative, body) = split_sign(text);
    let (value, is_lost) = match parse_digits(body) {
        // Whole numbers, the common case.
        Some(whole) => (whole as f64, false),
        None => read_other(body)?,
    };
    Some((if negative { -value } else { value }, is_lost))
}

/// As [`read_f64`], of what is behind the sign.
fn read_other(body: &[u8]) -> Option<(f64, bool)> {
    let (value, is_zero): (f64, bool) = match body {
        [b'0', b'x' | b'X', ..] => {
            let (mantissa, exponent) = parse_hexadecimal(body)?;
            (round(mantissa, false, exponent), mantissa == 0)
        }
        [b'0'..=b'9' | b'.', ..] => {
            let decimal = Decimal::parse(body, DIGITS_THAT_COUNT)?;
            (double(&decimal), decimal.digits.is_empty())
        }
        _ if is_infinity(body) => return Some((f64::INFINITY, false)),
        _ => return None,
    };
    Some((value, value.is_infinite() || value == 0.0 && !is_zero))
}

/// The text of a double as C's `%.17g` prints it, which is how Redis 7.0 replies doubles.
#[must_use]
pub fn format_f64(value: f64) -> DoubleText {
    let mut out = DoubleText { bytes: [0; DoubleText::CAPACITY], len: 0 };
    if value.is_nan() {
        out.push(if value.is_sign_negative() { b"-nan" } else { b"nan" });
    } else if value.is_infinite() {
        out.push(if value < 0.0 { b"-inf" } else { b"inf" });
    } else if value == 0.0 {
        out.push(if value.is_sign_negative() { b"-0" } else { b"0" });
    } else if value.abs() < 1e15 && value.trunc() == value {
        // Whole numbers, the common case: exact in 64 bits.
        out.push(itoa::Buffer::new().format(value as i64).as_bytes());
    } else {
        out.push_significant(value);
    }
    out
}

/// The text of one double, on the stack.
#[derive(Clone, Copy)]
pub struct DoubleText {
    bytes: [u8; Self::CAPACITY],
    len: usize,
}

impl DoubleText {
    /// Sign, 17 digits, point, up to four zeros in front of the digits or `e-308`.
    const CAPACITY: usize = 32;

    /// The bytes of the text, all of them ASCII.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    fn push(&mut self, bytes: &[u8]) {
        if let Some(target) = self.bytes.get_mut(self.len..self.len + bytes.len()) {
            target.copy_from_slice(bytes);
            self.len += bytes.len();
        }
    }

    /// `%.17g` of a finite number that is not zero: 17 significant digits without trailing zeros, with an exponent if
    /// it is below -4 or above 16.
    fn push_significant(&mut self, value: f64) {
        let (digits, exponent) = significant(value.abs());
        let mut buffer = itoa::Buffer::new();
        let digits = buffer.format(digits).as_bytes();
        let significant = digits.iter().rposition(|&digit| digit != b'0').map_or(1, |last| last + 1);
        let digits = digits.get(..significant).unwrap_or_default();

        if value < 0.0 {
            self.push(b"-");
        }
        if !(-4..17).contains(&exponent) {
            self.push(digits.get(..1).unwrap_or_default());
            if significant > 1 {
                self.push(b".");
                self.push(digits.get(1..).unwrap_or_default());
            }
            self.push(if exponent < 0 { b"e-" } else { b"e+" });
            if exponent.abs() < 10 {
                self.push(b"0");
            }
            self.push(itoa::Buffer::new().format(exponent.abs()).as_bytes());
        } else if exponent < 0 {
            self.push(b"0.");
            for _ in 1..-exponent {
                self.push(b"0");
            }
            self.push(digits);
        } else {
            let whole = usize::try_from(exponent).unwrap_or_default() + 1;
            self.push(digits.get(..whole).unwrap_or(digits));
            for _ in digits.len()..whole {
                self.push(b"0");
            }
            if let Some(fraction @ [_, ..]) = digits.get(whole..) {
                self.push(b".");
                self.push(fraction);
            }
        }
    }
}

/// A finite double that is not negative, taken apart: a mantissa and the power of two that scales it.
fn parts(value: f64) -> (u64, i32) {
    let (fraction, exponent) = (value.to_bits() & ((1 << 52) - 1), (value.to_bits() >> 52) as i32);
    if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) }
}

/// The first 17 digits of a positive number, and the power of ten of the first one.
fn significant(value: f64) -> (u64, i32) {
    const LEAST: u64 = 10_u64.pow(16);
    let (mantissa, exponent) = parts(value);
    // The logarithm of two is nearly 1233 / 4096: this is off by one at most.
    let bits = exponent + 63 - mantissa.leading_zeros() as i32;
    let mut power = (bits * 1233) >> 12;
    loop {
        let digits = scaled(mantissa, exponent, 16 - power);
        match digits {
            LEAST..=99_999_999_999_999_999 => return (digits, power),
            ..LEAST => power -= 1,
            _ => power += 1,
        }
    }
}

/// `mantissa` times two to the power of `exponent` times ten to the power of `power`, to the nearest whole number, ties
/// to even. The result has about 17 digits.
fn scaled(mantissa: u64, exponent: i32, power: i32) -> u64 {
    let tens = power.unsigned_abs() as usize;
    // Everyday numbers: 53 bits and 74 more.
    if (0..=22).contains(&power) && exponent > -128 {
        let number = u128::from(mantissa) * 10_u128.pow(power as u32);
        let number = if exponent < 0 {
            shift_right_to_even(number, exponent.unsigned_abs(), false)
        } else {
            number << exponent.unsigned_abs()
        };
        return number as u64;
    }
    // As many bits behind the point as the result has in front of it, so that what is cut off can only break a tie.
    let (mut number, mut behind, mut cut);
    if power < 0 {
        number = Natural::from_shifted(mantissa, exponent.max(0) as usize + 64);
        (behind, cut) = (64, number.divide_by_power_of_ten(tens));
    } else {
        number = Natural::from_shifted(mantissa, 0);
        number.multiply_by_power_of_ten(tens);
        (behind, cut) = (exponent.min(0).unsigned_abs() as usize, false);
    }
    let (top, dropped, inexact) = number.top();
    behind -= dropped;
    cut |= inexact;
    shift_right_to_even(top, behind as u32, cut) as u64
}

/// The text of a number as C's `%.*f` prints it, with so many decimals: 1 to 17.
#[must_use]
pub fn format_fixed(value: f64, decimals: u32) -> String {
    if !value.is_finite() {
        return String::from_utf8_lossy(format_f64(value).as_bytes()).into_owned();
    }
    let (mantissa, exponent) = parts(value.abs());
    let mut out = Vec::with_capacity(24);
    if value.is_sign_negative() {
        out.push(b'-');
    }
    let shift = exponent.min(0).unsigned_abs();
    let one = 10_u64.pow(decimals);
    let mut whole = mantissa.checked_shr(shift).unwrap_or_default();
    let fraction = mantissa - whole.checked_shl(shift).unwrap_or_default();
    let mut rest = match shift {
        1..128 => shift_right_to_even(u128::from(fraction) * u128::from(one), shift, false) as u64,
        _ => 0,
    };
    if rest == one {
        (whole, rest) = (whole + 1, 0);
    }
    if exponent > 0 {
        Natural::from_shifted(mantissa, exponent.unsigned_abs() as usize).write_decimal(&mut out);
    } else {
        out.extend_from_slice(itoa::Buffer::new().format(whole).as_bytes());
    }
    let mut buffer = itoa::Buffer::new();
    let digits = buffer.format(rest).as_bytes();
    out.push(b'.');
    out.extend(std::iter::repeat_n(b'0', (decimals as usize).saturating_sub(digits.len())));
    out.extend_from_slice(digits);
    String::from_utf8(out).unwrap_or_default()
}

pub(crate) fn split_sign(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', body @ ..] => (true, body),
        [b'+', body @ ..] => (false, body),
        body => (false, body),
    }
}

pub(crate) fn is_infinity(body: &[u8]) -> bool {
    body.eq_ignore_ascii_case(b"inf") || body.eq_ignore_ascii_case(b"infinity")
}

/// C's hexadecimal floating point behind the sign, `0x1.8p3`: a mantissa and the power of two that scales it. The
/// lowest bit of the mantissa stands for all that did not fit.
pub(crate) fn parse_hexadecimal(body: &[u8]) -> Option<(u128, i32)> {
    let [b'0', b'x' | b'X', text @ ..] = body else { return None };
    let split = text.iter().position(|byte| matches!(byte, b'p' | b'P')).unwrap_or(text.len());
    let (mut mantissa, mut exponent, mut digits, mut in_fraction) = (0_u128, 0_i64, 0_usize, false);
    for &byte in text.get(..split).unwrap_or_default() {
        if byte == b'.' {
            if in_fraction {
                return None;
            }
            in_fraction = true;
            continue;
        }
        let digit = u128::from(char::from(byte).to_digit(16)?);
        digits += 1;
        if mantissa >> 120 == 0 {
            mantissa = mantissa << 4 | digit;
            exponent -= if in_fraction { 4 } else { 0 };
        } else {
            mantissa |= u128::from(digit != 0);
            exponent += if in_fraction { 0 } else { 4 };
        }
    }
    if digits == 0 {
        return None;
    }
    if split < text.len() {
        exponent = exponent.saturating_add(parse_exponent(text.get(split + 1..).unwrap_or_default())?);
    }
    Some((mantissa, exponent.clamp(-100_000, 100_000) as i32))
}

/// Digits with an optional sign, as they stand behind `e` or `p`; clamped far outside of any format's range, and of what a text's own zeros can make
/// good.
pub(crate) fn parse_exponent(text: &[u8]) -> Option<i64> {
    let (negative, digits) = split_sign(text);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = digits.iter().fold(0_i64, |value, digit| (value * 10 + i64::from(digit - b'0')).min(1 << 40));
    Some(if negative { -value } else { value })
}
