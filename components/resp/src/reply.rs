//! Reads one reply into a [`Value`]: for clients, tests, and what functions return.

use std::fmt;

use crate::number::{parse_f64, parse_i64};
use crate::value::Value;

/// How much of one reply is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplyLimits {
    /// Deepest nesting: 1 allows lists of plain values. Every level is a call on the stack.
    pub max_depth: usize,
    /// Longest string, and longest line, in bytes.
    pub max_bulk_bytes: usize,
    /// Most values in the whole tree, itself included.
    pub max_values: usize,
}

impl Default for ReplyLimits {
    fn default() -> Self {
        Self { max_depth: 128, max_bulk_bytes: 512 << 20, max_values: 64 << 20 }
    }
}

/// Bytes that are no reply, or one beyond a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyError {
    /// No type begins with this byte.
    UnknownType(u8),
    /// A length that is no number or is negative.
    InvalidLength,
    /// The text behind the type byte does not fit the type.
    InvalidValue(u8),
    /// A string does not end in CRLF where its length says.
    MissingLineEnd,
    /// Deeper than [`ReplyLimits::max_depth`].
    TooDeep,
    /// Longer than [`ReplyLimits::max_bulk_bytes`].
    TooLong,
    /// More than [`ReplyLimits::max_values`].
    TooManyValues,
}

impl fmt::Display for ReplyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownType(byte) => write!(f, "no reply begins with '{}'", byte.escape_ascii()),
            Self::InvalidLength => f.write_str("invalid length in a reply"),
            Self::InvalidValue(byte) => write!(f, "invalid text in a reply of type '{}'", byte.escape_ascii()),
            Self::MissingLineEnd => f.write_str("a string in a reply does not end where its length says"),
            Self::TooDeep => f.write_str("a reply is nested too deeply"),
            Self::TooLong => f.write_str("a string in a reply is too long"),
            Self::TooManyValues => f.write_str("a reply has too many values"),
        }
    }
}

impl std::error::Error for ReplyError {}

/// Reads the reply at the front of `input` within the default limits: the value and the bytes it takes; none when it
/// is not all there.
///
/// # Errors
/// When the bytes are no reply.
pub fn parse(input: &[u8]) -> Result<Option<(Value, usize)>, ReplyError> {
    parse_within(input, &ReplyLimits::default())
}

/// Reads the reply at the front of `input`; see [`parse`].
///
/// # Errors
/// When the bytes are no reply, or one beyond a limit.
pub fn parse_within(input: &[u8], limits: &ReplyLimits) -> Result<Option<(Value, usize)>, ReplyError> {
    let mut reader = Reader { input, position: 0, values_left: limits.max_values, limits };
    match reader.value(limits.max_depth) {
        Ok(value) => Ok(Some((value, reader.position))),
        Err(Stop::Incomplete) => Ok(None),
        Err(Stop::Error(error)) => Err(error),
    }
}

/// A list reserves room for at most so many values before it has seen them: nested headers that each announce as much
/// as the rest of the input could hold would otherwise add up to far more memory than the input.
const RESERVED_VALUES: usize = 64;

enum Stop {
    Incomplete,
    Error(ReplyError),
}

impl From<ReplyError> for Stop {
    fn from(error: ReplyError) -> Self {
        Self::Error(error)
    }
}

struct Reader<'a> {
    input: &'a [u8],
    position: usize,
    values_left: usize,
    limits: &'a ReplyLimits,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth_left: usize) -> Result<Value, Stop> {
        let line = self.line()?;
        let (&kind, text) = line.split_first().ok_or(ReplyError::UnknownType(b'\r'))?;
        self.values_left = self.values_left.checked_sub(1).ok_or(ReplyError::TooManyValues)?;
        let invalid = Stop::Error(ReplyError::InvalidValue(kind));
        match kind {
            b'+' | b'-' if text.contains(&b'\r') => Err(invalid),
            b'+' => Ok(Value::Simple(text.to_vec())),
            b'-' => Ok(Value::Error(text.to_vec())),
            b':' => parse_i64(text).map(Value::Integer).ok_or(invalid),
            b'_' if text.is_empty() => Ok(Value::Null),
            b'#' => match text {
                b"t" => Ok(Value::Boolean(true)),
                b"f" => Ok(Value::Boolean(false)),
                _ => Err(invalid),
            },
            b',' => match text {
                b"nan" => Ok(Value::Double(f64::NAN)),
                b"-nan" => Ok(Value::Double(-f64::NAN)),
                _ => parse_f64(text).map(Value::Double).ok_or(invalid),
            },
            b'(' => match text.strip_prefix(b"-").unwrap_or(text) {
                digits @ [_, ..] if digits.iter().all(u8::is_ascii_digit) => Ok(Value::BigNumber(text.to_vec())),
                _ => Err(invalid),
            },
            b'$' if text == b"-1" => Ok(Value::Null),
            b'*' if text == b"-1" => Ok(Value::NullArray),
            b'$' => Ok(Value::Bulk(self.bulk(text)?.to_vec())),
            b'!' => {
                let bytes = self.bulk(text)?;
                let clean = bytes.iter().map(|&byte| if matches!(byte, b'\r' | b'\n') { b' ' } else { byte });
                Ok(Value::Error(clean.collect()))
            }
            b'=' => match self.bulk(text)? {
                [a, b, c, b':', text @ ..] => Ok(Value::Verbatim { format: [*a, *b, *c], text: text.to_vec() }),
                _ => Err(invalid),
            },
            b'*' => self.values(text, depth_left).map(Value::Array),
            b'~' => self.values(text, depth_left).map(Value::Set),
            b'>' => self.values(text, depth_left).map(Value::Push),
            b'%' => self.pairs(text, depth_left).map(Value::Map),
            // Attributes are hints about the reply that follows; no reader of ours uses them.
            b'|' => {
                self.pairs(text, depth_left)?;
                self.value(depth_left.checked_sub(1).ok_or(ReplyError::TooDeep)?)
            }
            b'_' => Err(invalid),
            other => Err(ReplyError::UnknownType(other).into()),
        }
    }

    /// The next line, without CRLF.
    fn line(&mut self) -> Result<&'a [u8], Stop> {
        let rest = self.input.get(self.position..).unwrap_or_default();
        let longest = self.limits.max_bulk_bytes.max(64);
        let Some(end) = rest.iter().position(|&byte| byte == b'\n') else {
            return Err(if rest.len() > longest { ReplyError::TooLong.into() } else { Stop::Incomplete });
        };
        let line = rest.get(..end).and_then(|line| line.strip_suffix(b"\r")).ok_or(ReplyError::MissingLineEnd)?;
        if line.len() > longest {
            return Err(ReplyError::TooLong.into());
        }
        self.position += end + 1;
        Ok(line)
    }

    fn bulk(&mut self, length: &[u8]) -> Result<&'a [u8], Stop> {
        let length = parse_length(length)?;
        if length > self.limits.max_bulk_bytes {
            return Err(ReplyError::TooLong.into());
        }
        let end = self.position.saturating_add(length);
        let bytes = self.input.get(self.position..end).ok_or(Stop::Incomplete)?;
        let after = end.saturating_add(2);
        if self.input.get(end..after).ok_or(Stop::Incomplete)? != b"\r\n" {
            return Err(ReplyError::MissingLineEnd.into());
        }
        self.position = after;
        Ok(bytes)
    }

    fn values(&mut self, length: &[u8], depth_left: usize) -> Result<Vec<Value>, Stop> {
        let (length, depth_left) = self.enter(length, 1, depth_left)?;
        let mut values = Vec::with_capacity(length.min(RESERVED_VALUES));
        for _ in 0..length {
            values.push(self.value(depth_left)?);
        }
        Ok(values)
    }

    fn pairs(&mut self, length: &[u8], depth_left: usize) -> Result<Vec<(Value, Value)>, Stop> {
        let (length, depth_left) = self.enter(length, 2, depth_left)?;
        let mut pairs = Vec::with_capacity(length.min(RESERVED_VALUES));
        for _ in 0..length {
            pairs.push((self.value(depth_left)?, self.value(depth_left)?));
        }
        Ok(pairs)
    }

    /// Checks a length before anything is allocated for it: every value in it takes at least three bytes (`_\r\n`),
    /// so a length that the rest of the input cannot hold is incomplete.
    fn enter(&self, length: &[u8], values_each: usize, depth_left: usize) -> Result<(usize, usize), Stop> {
        let length = parse_length(length)?;
        let depth_left = depth_left.checked_sub(1).ok_or(ReplyError::TooDeep)?;
        let values = length.saturating_mul(values_each);
        if values > self.values_left {
            return Err(ReplyError::TooManyValues.into());
        }
        if values.saturating_mul(3) > self.input.len().saturating_sub(self.position) {
            return Err(Stop::Incomplete);
        }
        Ok((length, depth_left))
    }
}

fn parse_length(text: &[u8]) -> Result<usize, ReplyError> {
    parse_i64(text).and_then(|length| usize::try_from(length).ok()).ok_or(ReplyError::InvalidLength)
}
