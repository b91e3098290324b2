//! The name of a stream's entry: a time in milliseconds and a number within it.

use ferrite_resp::{Writer, number};

/// An entry's name. Those of one stream ascend.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct StreamId {
    /// Mostly milliseconds since the Unix epoch.
    pub ms: u64,
    /// Tells those of the same time apart.
    pub seq: u64,
}

/// An id as XADD is given it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewId {
    /// `*`: the time it is, or the one behind the last entry's.
    Any,
    /// `5-*`: the next one with this time.
    At(u64),
    /// This one.
    Exactly(StreamId),
}

/// The longest text that is read as an id.
const TEXT_MAX: usize = 127;

impl StreamId {
    /// Before all others; no entry has it.
    pub const MIN: StreamId = StreamId { ms: 0, seq: 0 };
    /// Behind all others.
    pub const MAX: StreamId = StreamId { ms: u64::MAX, seq: u64::MAX };

    /// The id behind this one.
    pub fn next(self) -> Option<StreamId> {
        match self.seq.checked_add(1) {
            Some(seq) => Some(StreamId { seq, ..self }),
            None => Some(StreamId { ms: self.ms.checked_add(1)?, seq: 0 }),
        }
    }

    /// The id in front of this one.
    pub fn previous(self) -> Option<StreamId> {
        match self.seq.checked_sub(1) {
            Some(seq) => Some(StreamId { seq, ..self }),
            None => Some(StreamId { ms: self.ms.checked_sub(1)?, seq: u64::MAX }),
        }
    }

    /// Reads `5-1`, or `5` with this number in place of the one left out.
    pub fn parse(text: &[u8], missing_seq: u64) -> Option<StreamId> {
        let (ms, seq) = split(text)?;
        Some(StreamId { ms: parse_u64(ms)?, seq: seq.map_or(Some(missing_seq), parse_u64)? })
    }

    /// As [`StreamId::parse`], and `-` and `+` for the first and the last of all.
    pub fn parse_bound(text: &[u8], missing_seq: u64) -> Option<StreamId> {
        match c_string(text) {
            b"-" => Some(StreamId::MIN),
            b"+" => Some(StreamId::MAX),
            _ => StreamId::parse(text, missing_seq),
        }
    }

    /// Replies with it as a bulk string.
    pub fn write(self, out: &mut Writer) {
        out.bulk(&self.to_text());
    }

    /// `5-1`.
    pub fn to_text(self) -> Vec<u8> {
        let mut text = Vec::with_capacity(24);
        text.extend_from_slice(itoa::Buffer::new().format(self.ms).as_bytes());
        text.push(b'-');
        text.extend_from_slice(itoa::Buffer::new().format(self.seq).as_bytes());
        text
    }

    /// The 16 bytes under which Redis keeps it.
    pub fn to_bytes(self) -> [u8; 16] {
        (u128::from(self.ms) << 64 | u128::from(self.seq)).to_be_bytes()
    }
}

impl NewId {
    /// Reads an id as XADD is given it.
    pub fn parse(text: &[u8]) -> Option<NewId> {
        if text == b"*" {
            return Some(NewId::Any);
        }
        match split(text)? {
            (ms, Some(b"*")) => Some(NewId::At(parse_u64(ms)?)),
            _ => StreamId::parse(text, 0).map(NewId::Exactly),
        }
    }
}

/// The parts in front of the first minus and behind it.
fn split(text: &[u8]) -> Option<(&[u8], Option<&[u8]>)> {
    if text.len() > TEXT_MAX {
        return None;
    }
    let text = c_string(text);
    match text.iter().position(|&byte| byte == b'-') {
        Some(at) => Some((text.get(..at)?, text.get(at + 1..))),
        None => Some((text, None)),
    }
}

/// Redis reads ids as C strings.
fn c_string(text: &[u8]) -> &[u8] {
    text.split(|&byte| byte == 0).next().unwrap_or(text)
}

/// Reads a number as Redis' `string2ull` does: what is no canonical integer goes to C's `strtoull`, which takes blanks and a
/// sign in front, and leading zeros.
fn parse_u64(text: &[u8]) -> Option<u64> {
    if let Some(number) = number::parse_i64(text) {
        return u64::try_from(number).ok();
    }
    let blanks = text.iter().take_while(|byte| matches!(byte, b' ' | b'\t'..=b'\r')).count();
    let (negative, digits) = match text.get(blanks..)? {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if digits.is_empty() {
        return None;
    }
    let number = digits.iter().try_fold(0_u64, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    })?;
    Some(if negative { number.wrapping_neg() } else { number })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(ms: u64, seq: u64) -> Option<StreamId> {
        Some(StreamId { ms, seq })
    }

    #[test]
    fn ids_are_read_as_redis_reads_them() {
        assert_eq!(StreamId::parse(b"5-1", 0), id(5, 1));
        assert_eq!(StreamId::parse(b"5", 7), id(5, 7));
        assert_eq!(StreamId::parse(b"18446744073709551615-18446744073709551615", 0), Some(StreamId::MAX));
        assert_eq!(StreamId::parse(b" 05-+1", 0), id(5, 1));
        assert_eq!(StreamId::parse(b"1- -1", 0), id(1, u64::MAX));
        assert_eq!(StreamId::parse(b"1-2\0x", 0), id(1, 2));
        for text in ["", "-", "+", "-1", "1-", "1--1", "x", "1-x", "1-1-1", "18446744073709551616", "1-*", "*", "1 "] {
            assert_eq!(StreamId::parse(text.as_bytes(), 0), None, "{text}");
        }
        assert_eq!(StreamId::parse(&[b'0'; 128], 0), None);
        assert_eq!(StreamId::parse(&[b'0'; 127], 0), id(0, 0));
        assert_eq!(StreamId::parse_bound(b"-", 0), Some(StreamId::MIN));
        assert_eq!(StreamId::parse_bound(b"+", 0), Some(StreamId::MAX));
        assert_eq!(NewId::parse(b"*"), Some(NewId::Any));
        assert_eq!(NewId::parse(b"5-*"), Some(NewId::At(5)));
        assert_eq!(NewId::parse(b"5"), Some(NewId::Exactly(StreamId { ms: 5, seq: 0 })));
        assert_eq!(NewId::parse(b"-*"), None);
    }

    #[test]
    fn ids_go_on_over_the_end_of_a_millisecond() {
        assert_eq!(StreamId { ms: 1, seq: u64::MAX }.next(), id(2, 0));
        assert_eq!(StreamId { ms: 2, seq: 0 }.previous(), id(1, u64::MAX));
        assert_eq!((StreamId::MAX.next(), StreamId::MIN.previous()), (None, None));
        assert_eq!(StreamId { ms: 1, seq: 2 }.to_text(), b"1-2");
    }
}
