//! Strings: any bytes up to 512 MiB, kept as an integer where they are one.

use std::borrow::Cow;

use ferrite_resp::{Extended, number};

use crate::error::Error;
use crate::keyspace::entry::{Entry, SHORT_MAX, Value};
use crate::keyspace::{Database, Keyspace};

/// The longest decimal form of a 64-bit integer.
const DECIMAL_MAX: usize = 20;

impl<'a> Value<'a> {
    /// The most compact form of these bytes, as SET stores them.
    #[inline]
    pub fn compact(bytes: &'a [u8]) -> Value<'a> {
        if bytes.len() <= DECIMAL_MAX
            && let Some(number) = number::parse_i64(bytes)
        {
            return Value::Int(number);
        }
        Value::plain(bytes)
    }

    /// These bytes as they are, also when they are a number.
    #[inline]
    pub fn plain(bytes: &'a [u8]) -> Value<'a> {
        if bytes.len() <= SHORT_MAX { Value::Short(bytes) } else { Value::Long(bytes) }
    }

    /// The 64-bit integer that the string is, if it is one.
    #[inline]
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Value::Int(number) => Some(*number),
            Value::Short(bytes) | Value::Long(bytes) => number::parse_i64(bytes),
        }
    }
}

/// The bytes of the string.
#[inline]
pub fn text(value: Value<'_>) -> Cow<'_, [u8]> {
    match value {
        Value::Int(number) => Cow::Owned(itoa::Buffer::new().format(number).as_bytes().to_vec()),
        Value::Short(bytes) | Value::Long(bytes) => Cow::Borrowed(bytes),
    }
}

/// How many characters the decimal form of a number has.
pub fn decimal_len(number: i64) -> usize {
    itoa::Buffer::new().format(number).len()
}

/// The bytes from `start` to `end`, both included; negative positions count from the end. Redis' own clamping: what lies
/// before the string counts as its first byte.
pub fn range(text: &[u8], start: i64, end: i64) -> &[u8] {
    if start < 0 && end < 0 && start > end {
        return &[];
    }
    let len = text.len() as i64;
    let from_front = |position: i64| if position < 0 { position.saturating_add(len).max(0) } else { position };
    let (start, end) = (from_front(start), from_front(end).min(len - 1));
    if start > end { &[] } else { text.get(start as usize..=end as usize).unwrap_or_default() }
}

/// Adds to the integer in the string, 0 when the key does not exist; returns the sum.
#[inline]
pub fn increment(keys: &mut Keyspace, database: Database, key: &[u8], by: i64) -> Result<i64, Error> {
    keys.update_integer(database, key, |value| {
        let old = match value {
            Some(value) => value.as_integer().ok_or(Error::NotAnInteger)?,
            None => 0,
        };
        old.checked_add(by).ok_or(Error::Overflow)
    })
}

/// Adds to the decimal number in the string, 0 when the key does not exist; returns the sum as it is stored.
pub fn increment_by_float(keys: &mut Keyspace, database: Database, key: &[u8], by: &[u8]) -> Result<Vec<u8>, Error> {
    const NO_NUMBER: Error = Error::fixed("ERR increment would produce NaN or Infinity");
    let old = match keys.peek(database, key).map(Entry::string).transpose()? {
        Some(value) => Extended::parse(&text(value)).ok_or(Error::NotAFloat)?,
        None => Extended::ZERO,
    };
    let by = Extended::parse(by).ok_or(Error::NotAFloat)?;
    let sum = old.checked_add(by).ok_or(NO_NUMBER)?.to_text();
    keys.update(database, key, Value::plain(&sum));
    Ok(sum)
}

/// Appends bytes; returns the new length. A string longer than `longest` is refused.
pub fn append(
    keys: &mut Keyspace,
    database: Database,
    key: &[u8],
    bytes: &[u8],
    longest: usize,
) -> Result<usize, Error> {
    let Some(offset) = length(keys, database, key)? else {
        keys.update(database, key, Value::compact(bytes));
        return Ok(bytes.len());
    };
    if offset.saturating_add(bytes.len()) > longest {
        return Err(Error::StringTooLong);
    }
    keys.splice(database, key, offset, bytes)
}

/// Writes bytes at an offset, behind zeros if the string is shorter; returns the new length. No bytes change nothing.
pub fn set_range(
    keys: &mut Keyspace,
    database: Database,
    key: &[u8],
    offset: i64,
    bytes: &[u8],
    longest: usize,
) -> Result<usize, Error> {
    if offset < 0 {
        return Err(Error::OffsetOutOfRange);
    }
    let len = length(keys, database, key)?;
    if bytes.is_empty() {
        return Ok(len.unwrap_or(0));
    }
    match usize::try_from(offset) {
        Ok(offset) if offset.saturating_add(bytes.len()) <= longest => keys.splice(database, key, offset, bytes),
        _ => Err(Error::StringTooLong),
    }
}

/// The length of the string, none when the key does not exist.
fn length(keys: &mut Keyspace, database: Database, key: &[u8]) -> Result<Option<usize>, Error> {
    Ok(keys.peek(database, key).map(Entry::string).transpose()?.map(|value| value.len()))
}

/// The room that a growing string gets: twice what it needs up to 1 MiB, 1 MiB more beyond (as Redis' sds does).
pub(crate) fn grown(len: usize) -> usize {
    const STEP: usize = 1 << 20;
    len + len.min(STEP)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn keyspace() -> Keyspace {
        Keyspace::new(Random::new(1))
    }

    fn encoding(keys: &mut Keyspace) -> &'static str {
        keys.peek(0, b"k").map_or("none", |entry| entry.content().encoding())
    }

    #[test]
    fn only_the_canonical_decimal_form_is_kept_as_an_integer() {
        for text in ["0", "-1", "12345", "9223372036854775807", "-9223372036854775808"] {
            assert_eq!(Value::compact(text.as_bytes()).encoding(), "int", "{text}");
        }
        for text in ["", "-", "-0", "+1", "01", " 1", "1 ", "1.0", "9223372036854775808", "99999999999999999999"] {
            assert_eq!(Value::compact(text.as_bytes()), Value::Short(text.as_bytes()), "{text}");
        }
        assert_eq!(Value::compact(&[b'x'; 44]).encoding(), "embstr");
        assert_eq!(Value::compact(&[b'x'; 45]).encoding(), "raw");
    }

    #[test]
    fn a_range_clamps_as_redis_does() {
        let cases: &[(i64, i64, &str)] = &[
            (0, -1, "hello"),
            (1, 3, "ell"),
            (-3, -1, "llo"),
            (3, 1, ""),
            (-1, -3, ""),
            (5, 9, ""),
            (-100, -50, "h"),
            (-100, 0, "h"),
            (0, 100, "hello"),
            (i64::MIN, i64::MAX, "hello"),
            (i64::MAX, i64::MAX, ""),
        ];
        for &(start, end, expected) in cases {
            assert_eq!(range(b"hello", start, end), expected.as_bytes(), "{start} {end}");
        }
        assert_eq!(range(b"", 0, -1), b"");
        assert_eq!(range(b"", i64::MIN, i64::MIN), b"");
    }

    #[test]
    fn an_increment_keeps_the_time_to_live_and_refuses_what_is_no_integer() {
        let mut keys = keyspace();
        assert_eq!(increment(&mut keys, 0, b"k", 5), Ok(5));
        assert!(keys.set_expire(0, b"k", Some(1_000)));
        assert_eq!(increment(&mut keys, 0, b"k", -7), Ok(-2));
        assert_eq!(keys.peek(0, b"k").and_then(|entry| entry.expire_ms()), Some(1_000));
        assert_eq!(increment(&mut keys, 0, b"k", i64::MIN), Err(Error::Overflow));
        keys.set(0, b"k", Value::plain(b"10"), None);
        assert_eq!(increment(&mut keys, 0, b"k", 1), Ok(11));
        assert_eq!(encoding(&mut keys), "int");
        keys.set(0, b"k", Value::plain(b"10 "), None);
        assert_eq!(increment(&mut keys, 0, b"k", 1), Err(Error::NotAnInteger));
    }

    #[test]
    fn a_float_increment_is_stored_as_short_text_also_when_it_is_whole() {
        let mut keys = keyspace();
        keys.set(0, b"k", Value::compact(b"3"), Some(1_000));
        assert_eq!(increment_by_float(&mut keys, 0, b"k", b"0.1"), Ok(b"3.1".to_vec()));
        assert_eq!(increment_by_float(&mut keys, 0, b"k", b"1.9"), Ok(b"5".to_vec()));
        assert_eq!(encoding(&mut keys), "embstr");
        assert_eq!(keys.peek(0, b"k").and_then(|entry| entry.expire_ms()), Some(1_000));
        assert_eq!(increment_by_float(&mut keys, 0, b"k", b"x"), Err(Error::NotAFloat));
        let infinite = increment_by_float(&mut keys, 0, b"k", b"inf").map_err(|error| error.to_string());
        assert_eq!(infinite, Err("ERR increment would produce NaN or Infinity".into()));
    }

    #[test]
    fn appending_and_overwriting_make_a_string_raw() {
        let mut keys = keyspace();
        assert_eq!(append(&mut keys, 0, b"k", b"1", 100), Ok(1));
        assert_eq!(encoding(&mut keys), "int");
        assert_eq!(set_range(&mut keys, 0, b"k", 0, b"", 100), Ok(1));
        assert_eq!(encoding(&mut keys), "int");
        assert_eq!(append(&mut keys, 0, b"k", b"", 100), Ok(1));
        assert_eq!(encoding(&mut keys), "raw");
        assert_eq!(increment(&mut keys, 0, b"k", 1), Ok(2));
        assert_eq!(set_range(&mut keys, 0, b"k", 2, b"x", 100), Ok(3));
        assert_eq!(
            keys.peek(0, b"k").and_then(|entry| entry.string().ok()).map(|value| text(value).into_owned()),
            Some(b"2\0x".to_vec())
        );
        assert_eq!(encoding(&mut keys), "raw");
    }

    #[test]
    fn no_string_grows_beyond_the_longest() {
        let mut keys = keyspace();
        assert_eq!(append(&mut keys, 0, b"k", b"123456789", 10), Ok(9));
        assert_eq!(append(&mut keys, 0, b"k", b"12", 10), Err(Error::StringTooLong));
        assert_eq!(set_range(&mut keys, 0, b"k", 9, b"12", 10), Err(Error::StringTooLong));
        assert_eq!(set_range(&mut keys, 0, b"k", i64::MAX, b"1", 10), Err(Error::StringTooLong));
        assert_eq!(set_range(&mut keys, 0, b"none", i64::MAX, b"", 10), Ok(0));
        assert_eq!(set_range(&mut keys, 0, b"k", -1, b"", 10), Err(Error::OffsetOutOfRange));
        assert_eq!(append(&mut keys, 0, b"k", b"1", 10), Ok(10));
    }
}
