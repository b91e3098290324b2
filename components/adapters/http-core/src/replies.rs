//! Replies as they come from the store: where each one ends, found once however the bytes are cut.

use std::collections::VecDeque;
use std::fmt;

use ferrite_resp::{Value, reply};

use crate::limits::REPLY_BYTES;

/// Bytes of replies, the last of which may not be all there.
#[derive(Debug, Default)]
pub struct Replies {
    bytes: Vec<u8>,
    /// Up to where they were looked at: the beginning of a value.
    at: usize,
    /// Values that the reply in work still lacks; 0 between two replies.
    missing: usize,
    /// Where each whole reply ends that was not taken.
    ends: VecDeque<usize>,
    /// Where the first of them begins.
    start: usize,
}

/// What the store said cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadReplies {
    /// More than [`REPLY_BYTES`].
    TooLong,
    /// They are not RESP.
    Malformed,
}

impl fmt::Display for BadReplies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadReplies::TooLong => write!(f, "the replies to one request have at most {REPLY_BYTES} bytes"),
            BadReplies::Malformed => f.write_str("the store's replies cannot be read"),
        }
    }
}

impl std::error::Error for BadReplies {}

impl Replies {
    /// None yet.
    #[must_use]
    pub fn new() -> Replies {
        Replies::default()
    }

    /// Takes bytes.
    ///
    /// # Errors
    /// When they are no replies, or too many.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), BadReplies> {
        self.bytes.drain(..self.start);
        self.at -= self.start;
        self.ends.iter_mut().for_each(|end| *end -= self.start);
        self.start = 0;
        self.bytes.extend_from_slice(bytes);
        if self.bytes.len() > REPLY_BYTES {
            return Err(BadReplies::TooLong);
        }
        while self.value()? {
            if self.missing == 0 {
                self.ends.push_back(self.at);
            }
        }
        Ok(())
    }

    /// How many are whole.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether none is whole.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Takes the first whole one.
    pub fn take(&mut self) -> Option<Value> {
        let end = self.ends.pop_front()?;
        let bytes = self.bytes.get(self.start..end).unwrap_or_default();
        self.start = end;
        match reply::parse(bytes) {
            Ok(Some((value, _))) => Some(value),
            _ => Some(Value::Error(b"ERR the store's reply cannot be read".to_vec())),
        }
    }

    /// All whole ones.
    #[must_use]
    pub fn into_values(mut self) -> Vec<Value> {
        std::iter::from_fn(|| self.take()).collect()
    }

    /// Passes the value at `at`, or the header of one that holds others; false when it is not all there.
    fn value(&mut self) -> Result<bool, BadReplies> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let Some(end) = rest.iter().position(|byte| *byte == b'\n') else { return Ok(false) };
        let (Some(kind), Some(line)) = (rest.first(), rest.get(1..end.saturating_sub(1))) else {
            return Err(BadReplies::Malformed);
        };
        let length = || match line {
            b"-1" => Ok(None),
            digits => {
                let digits = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<usize>().ok());
                digits.map(Some).ok_or(BadReplies::Malformed)
            }
        };
        let (mut next, mut inside) = (self.at + end + 1, 0);
        match kind {
            b'+' | b'-' | b':' | b',' | b'#' | b'_' | b'(' => {}
            b'$' | b'=' | b'!' => {
                if let Some(length) = length()? {
                    next = next.saturating_add(length).saturating_add(2);
                }
            }
            b'*' | b'~' | b'>' => inside = length()?.unwrap_or(0),
            b'%' => inside = length()?.unwrap_or(0).saturating_mul(2),
            _ => return Err(BadReplies::Malformed),
        }
        if next > self.bytes.len() {
            // A string longer than what may come at all will not be waited for.
            return if next > REPLY_BYTES { Err(BadReplies::TooLong) } else { Ok(false) };
        }
        self.at = next;
        self.missing = self.missing.saturating_sub(1).saturating_add(inside);
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BYTES: &[u8] = b"+OK\r\n*2\r\n$5\r\na\r\nb\n\r\n*1\r\n:1\r\n$-1\r\n*0\r\n*-1\r\n-ERR x\r\n";

    #[test]
    fn replies_are_the_same_however_they_are_cut() {
        let whole = |size: usize| {
            let mut replies = Replies::new();
            BYTES.chunks(size).for_each(|bytes| replies.feed(bytes).expect("replies"));
            replies.into_values()
        };
        let inner = Value::Array(vec![Value::Integer(1)]);
        let expected = [
            Value::Simple(b"OK".to_vec()),
            Value::Array(vec![Value::bulk("a\r\nb\n"), inner]),
            Value::Null,
            Value::Array(Vec::new()),
            Value::NullArray,
            Value::Error(b"ERR x".to_vec()),
        ];
        for size in 1..=BYTES.len() {
            assert_eq!(whole(size), expected, "{size}");
        }
    }

    #[test]
    fn replies_can_be_taken_while_others_come() {
        let (mut replies, mut taken) = (Replies::new(), Vec::new());
        for bytes in BYTES.chunks(3) {
            replies.feed(bytes).expect("replies");
            taken.extend(replies.take());
        }
        taken.extend(replies.into_values());
        assert_eq!(taken.len(), 6);
    }

    #[test]
    fn what_is_no_reply_or_too_long_is_refused() {
        for bytes in [&b"HTTP/1.1\r\n"[..], b"$x\r\n", b"*-2\r\n", b"\r\n"] {
            assert_eq!(Replies::new().feed(bytes), Err(BadReplies::Malformed), "{}", bytes.escape_ascii());
        }
        assert_eq!(Replies::new().feed(b"$99999999999\r\n"), Err(BadReplies::TooLong));
    }
}
