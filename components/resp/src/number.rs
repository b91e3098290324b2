//! Numbers in the form in which Redis reads and prints them.

use std::fmt::Write as _;

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
            (scale(mantissa as f64, exponent), mantissa == 0)
        }
        // A second sign would pass: `str::parse` takes one, and ours is gone already.
        [b'0'..=b'9' | b'.', ..] => {
            let mantissa = body.split(|&byte| matches!(byte, b'e' | b'E')).next().unwrap_or_default();
            let is_zero = !mantissa.iter().any(|byte| matches!(byte, b'1'..=b'9'));
            (std::str::from_utf8(body).ok()?.parse().ok()?, is_zero)
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
        let mut scientific = Self { bytes: [0; Self::CAPACITY], len: 0 };
        // Writing into a buffer that is large enough for every double cannot fail.
        let _ = write!(scientific, "{:.16e}", value.abs());
        let text = scientific.as_bytes();
        let split = text.iter().position(|&byte| byte == b'e').unwrap_or(text.len());
        let exponent = parse_i64(text.get(split + 1..).unwrap_or_default()).unwrap_or_default();
        let mut digits = [0; 17];
        for (digit, byte) in digits.iter_mut().zip(text.iter().take(split).filter(|&&byte| byte != b'.')) {
            *digit = *byte;
        }
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

impl std::fmt::Write for DoubleText {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.push(text.as_bytes());
        Ok(())
    }
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

/// Digits with an optional sign, as they stand behind `e` or `p`; clamped far outside of any format's range.
pub(crate) fn parse_exponent(text: &[u8]) -> Option<i64> {
    let (negative, digits) = split_sign(text);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = digits.iter().fold(0_i64, |value, digit| (value * 10 + i64::from(digit - b'0')).min(1_000_000));
    Some(if negative { -value } else { value })
}

/// `value` times two to the power of `exponent`, in steps that stay in range.
fn scale(mut value: f64, mut exponent: i32) -> f64 {
    while exponent > 0 && value.is_finite() && value != 0.0 {
        let step = exponent.min(1000);
        value *= 2_f64.powi(step);
        exponent -= step;
    }
    while exponent < 0 && value != 0.0 {
        let step = exponent.max(-1000);
        value *= 2_f64.powi(step);
        exponent -= step;
    }
    value
}
