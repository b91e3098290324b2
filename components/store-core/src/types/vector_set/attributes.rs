//! What is said of an element: a JSON object, whose fields a filter asks for. It is read where it lies, as far as is needed:
//! a search asks thousands of elements for a field or two. <https://www.rfc-editor.org/rfc/rfc8259>

use std::borrow::Cow;

use ferrite_resp::number::parse_f64;

use crate::types::vectors::filter::Value;

/// Lists and objects inside of each other.
const MOST_DEPTH: usize = 64;

/// Whether a text is a JSON object.
pub fn is_object(text: &[u8]) -> bool {
    let mut cursor = Cursor { bytes: text, at: 0 };
    cursor.blank();
    let is_object = cursor.peek() == Some(b'{') && cursor.value(MOST_DEPTH).is_some();
    cursor.blank();
    is_object && cursor.at == text.len()
}

/// What a field of an object is worth; none when it is missing, or worth nothing: an object, or a list with one in it. What
/// stands behind the field is not looked at.
pub fn field(text: &[u8], name: &str) -> Option<Value> {
    let mut cursor = Cursor { bytes: text, at: 0 };
    cursor.blank();
    cursor.takes(b'{').then_some(())?;
    loop {
        cursor.blank();
        let key = cursor.string()?;
        cursor.colon()?;
        let value = cursor.value(MOST_DEPTH)?;
        if key == name {
            return value;
        }
        cursor.blank();
        cursor.takes(b',').then_some(())?;
    }
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// What was read: none when it is not JSON, and inside of that none when it is worth nothing to a filter.
type Read = Option<Option<Value>>;

impl<'a> Cursor<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn takes(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn blank(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn colon(&mut self) -> Option<()> {
        self.blank();
        self.takes(b':').then(|| self.blank())
    }

    fn value(&mut self, depth: usize) -> Read {
        match self.peek()? {
            b'"' => self.string().map(|text| Some(Value::Text(text.into_owned()))),
            b'{' => self.object(depth.checked_sub(1)?),
            b'[' => self.list(depth.checked_sub(1)?),
            b't' => self.word("true", Value::Number(1.0)),
            b'f' => self.word("false", Value::Number(0.0)),
            b'n' => self.word("null", Value::Null),
            _ => self.number().map(|number| Some(Value::Number(number))),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Read {
        let rest = self.bytes.get(self.at..)?;
        rest.starts_with(word.as_bytes()).then(|| {
            self.at += word.len();
            Some(value)
        })
    }

    /// Elements up to `end`, with commas between them.
    fn each(&mut self, end: u8, element: &mut dyn FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.at += 1;
        self.blank();
        if self.takes(end) {
            return Some(());
        }
        loop {
            self.blank();
            element(self)?;
            self.blank();
            if self.takes(end) {
                return Some(());
            }
            self.takes(b',').then_some(())?;
        }
    }

    fn object(&mut self, depth: usize) -> Read {
        self.each(b'}', &mut |cursor| {
            cursor.string()?;
            cursor.colon()?;
            cursor.value(depth).map(drop)
        })?;
        Some(None)
    }

    fn list(&mut self, depth: usize) -> Read {
        let mut elements = Some(Vec::new());
        self.each(b']', &mut |cursor| {
            match (cursor.value(depth)?, &mut elements) {
                (Some(value), Some(elements)) => elements.push(value),
                _ => elements = None,
            }
            Some(())
        })?;
        Some(elements.map(Value::List))
    }

    fn number(&mut self) -> Option<f64> {
        let rest = self.bytes.get(self.at..)?;
        let is_of_number = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
        let length = rest.iter().position(|byte| !is_of_number(byte)).unwrap_or(rest.len());
        let text = rest.get(..length).filter(|text| !text.starts_with(b"+") && !text.starts_with(b"."))?;
        let number = parse_f64(text)?;
        self.at += length;
        Some(number)
    }

    fn string(&mut self) -> Option<Cow<'a, str>> {
        self.takes(b'"').then_some(())?;
        let start = self.at;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => return self.escaped(start).map(Cow::Owned),
                0..0x20 => return None,
                _ => self.at += 1,
            }
        }
        let text = std::str::from_utf8(self.bytes.get(start..self.at)?).ok()?;
        self.at += 1;
        Some(Cow::Borrowed(text))
    }

    /// The rest of a string, with escapes, and what stands before them from `start` on.
    #[cold]
    fn escaped(&mut self, start: usize) -> Option<String> {
        let mut bytes = self.bytes.get(start..self.at)?.to_vec();
        loop {
            let byte = self.peek()?;
            self.at += 1;
            match byte {
                b'"' => return String::from_utf8(bytes).ok(),
                b'\\' => {
                    let character = self.escape()?;
                    bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                }
                0..0x20 => return None,
                _ => bytes.push(byte),
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        let byte = self.peek()?;
        self.at += 1;
        Some(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let unit = self.unit()?;
                // The second half of a pair, if this is the first.
                let pair = (0xd800..0xdc00).contains(&unit) && self.takes(b'\\') && self.takes(b'u');
                let code = match if pair { self.unit()? } else { 0 } {
                    low @ 0xdc00..0xe000 => 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00),
                    _ => unit,
                };
                char::from_u32(code)?
            }
            _ => return None,
        })
    }

    fn unit(&mut self) -> Option<u32> {
        let digits = self.bytes.get(self.at..self.at + 4)?;
        self.at += 4;
        digits.iter().try_fold(0, |unit, digit| Some(unit << 4 | char::from(*digit).to_digit(16)?))
    }
}
