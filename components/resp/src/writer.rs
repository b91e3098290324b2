//! Replies as bytes, in the protocol version that the client asked for.

use crate::number::format_f64;

/// The version of the protocol that a connection speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Protocol {
    /// What every connection begins with.
    #[default]
    Resp2,
    /// After `HELLO 3`.
    Resp3,
}

impl Protocol {
    /// The protocol of that number, 2 or 3.
    #[must_use]
    pub const fn from_version(version: i64) -> Option<Self> {
        match version {
            2 => Some(Self::Resp2),
            3 => Some(Self::Resp3),
            _ => None,
        }
    }

    /// The number that `HELLO` knows it by.
    #[must_use]
    pub const fn version(self) -> u8 {
        match self {
            Self::Resp2 => 2,
            Self::Resp3 => 3,
        }
    }
}

/// Appends replies to a buffer. Types that RESP2 does not have are written as Redis writes them to RESP2 clients.
#[derive(Clone, Debug, Default)]
pub struct Writer {
    out: Vec<u8>,
    protocol: Protocol,
}

/// `00` to `99`.
const TWO_DIGITS: [[u8; 2]; 100] = {
    let mut table = [[0; 2]; 100];
    let mut number = 0;
    while number < 100 {
        table[number] = [b'0' + (number / 10) as u8, b'0' + (number % 10) as u8];
        number += 1;
    }
    table
};

impl Writer {
    /// An empty reply.
    #[must_use]
    pub const fn new(protocol: Protocol) -> Self {
        Self { out: Vec::new(), protocol }
    }

    /// Appends to what `out` has already.
    #[must_use]
    pub const fn from_vec(out: Vec<u8>, protocol: Protocol) -> Self {
        Self { out, protocol }
    }

    /// The protocol version written from here on.
    #[must_use]
    pub const fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// Changes the protocol version of what follows.
    pub const fn set_protocol(&mut self, protocol: Protocol) {
        self.protocol = protocol;
    }

    /// True when the client speaks RESP3.
    #[must_use]
    pub const fn is_resp3(&self) -> bool {
        matches!(self.protocol, Protocol::Resp3)
    }

    /// Everything written.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.out
    }

    /// Bytes written.
    #[must_use]
    pub fn len(&self) -> usize {
        self.out.len()
    }

    /// True when nothing is written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.out.is_empty()
    }

    /// Forgets what was written from byte `position` on.
    pub fn truncate(&mut self, position: usize) {
        self.out.truncate(position);
    }

    /// Takes everything written and leaves nothing.
    #[must_use]
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    /// Everything written.
    #[must_use]
    pub fn into_vec(self) -> Vec<u8> {
        self.out
    }

    /// The buffer itself, for complete replies that are encoded elsewhere.
    pub const fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.out
    }

    /// Bytes that are a reply already.
    #[inline]
    pub fn raw(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    /// `+OK`.
    #[inline]
    pub fn ok(&mut self) {
        self.raw(b"+OK\r\n");
    }

    /// No value.
    #[inline]
    pub fn null(&mut self) {
        self.raw(if self.is_resp3() { b"_\r\n" } else { b"$-1\r\n" });
    }

    /// No array: what `EXEC` answers when a watched key changed.
    #[inline]
    pub fn null_array(&mut self) {
        self.raw(if self.is_resp3() { b"_\r\n" } else { b"*-1\r\n" });
    }

    /// A truth value; 1 or 0 in RESP2.
    pub fn boolean(&mut self, value: bool) {
        self.raw(match (self.protocol, value) {
            (Protocol::Resp3, true) => b"#t\r\n",
            (Protocol::Resp3, false) => b"#f\r\n",
            (Protocol::Resp2, true) => b":1\r\n",
            (Protocol::Resp2, false) => b":0\r\n",
        });
    }

    /// An integer.
    #[inline]
    pub fn integer(&mut self, value: i64) {
        if let 0..=9 = value {
            self.raw(&[b':', b'0' + value as u8, b'\r', b'\n']);
        } else {
            self.long_integer(value);
        }
    }

    #[inline(never)]
    fn long_integer(&mut self, value: i64) {
        if let Ok(small) = u32::try_from(value) {
            return self.digits(b':', small);
        }
        self.out.push(b':');
        self.raw(itoa::Buffer::new().format(value).as_bytes());
        self.raw(b"\r\n");
    }

    /// A type byte, a number and CRLF, appended at once.
    fn digits(&mut self, kind: u8, number: u32) {
        let mut line = [0; 13];
        line[11..].copy_from_slice(b"\r\n");
        let (mut at, mut rest) = (11, number);
        loop {
            at -= 2;
            let [tens, ones] = TWO_DIGITS[rest as usize % 100];
            line[at + 1] = ones;
            if rest < 10 {
                break;
            }
            line[at] = tens;
            if rest < 100 {
                at -= 1;
                break;
            }
            rest /= 100;
        }
        line[at] = kind;
        self.raw(&line[at..]);
    }

    /// A double in 17 significant digits; a bulk string in RESP2.
    pub fn double(&mut self, value: f64) {
        let text = format_f64(value);
        if self.is_resp3() {
            self.line(b',', text.as_bytes());
        } else {
            self.bulk(text.as_bytes());
        }
    }

    /// A bulk string.
    #[inline]
    pub fn bulk(&mut self, bytes: &[u8]) {
        // One reservation for all parts, so that the appends below do not grow the buffer one by one.
        self.out.reserve(bytes.len() + 32);
        self.header(b'$', bytes.len());
        match bytes.len() {
            2..4 => self.both_ends::<2>(bytes),
            4..8 => self.both_ends::<4>(bytes),
            8..=16 => self.both_ends::<8>(bytes),
            _ => self.out.extend_from_slice(bytes),
        }
        self.out.extend_from_slice(b"\r\n");
    }

    /// Appends `N` to twice `N` bytes as the first and the last `N`, which may overlap: a call to copy a few bytes takes
    /// longer.
    #[inline]
    fn both_ends<const N: usize>(&mut self, bytes: &[u8]) {
        let (Some(first), Some(last)) = (bytes.first_chunk::<N>(), bytes.last_chunk::<N>()) else { return };
        let end = self.out.len() + bytes.len();
        self.out.extend_from_slice(first);
        self.out.truncate(end - N);
        self.out.extend_from_slice(last);
    }

    /// A bulk string, or no value.
    #[inline]
    pub fn optional_bulk(&mut self, bytes: Option<&[u8]>) {
        match bytes {
            Some(bytes) => self.bulk(bytes),
            None => self.null(),
        }
    }

    /// An integer as a bulk string: what `GET` answers for a counter.
    #[inline]
    pub fn bulk_integer(&mut self, value: i64) {
        self.bulk(itoa::Buffer::new().format(value).as_bytes());
    }

    /// A status, such as `OK`. Line ends in it become spaces.
    #[inline]
    pub fn simple(&mut self, text: &str) {
        self.line(b'+', text.as_bytes());
    }

    /// An error. `text` begins with its code, such as `ERR` or `WRONGTYPE`; line ends in it become spaces, those at
    /// its end go away.
    pub fn error(&mut self, text: &str) {
        self.error_bytes(text.as_bytes());
    }

    /// An error whose text quotes bytes of the client's.
    pub fn error_bytes(&mut self, text: &[u8]) {
        let end = text.iter().rposition(|&byte| !is_line_end(byte)).map_or(0, |last| last + 1);
        self.line(b'-', text.get(..end).unwrap_or_default());
    }

    /// The header of an array of `len` replies.
    #[inline]
    pub fn array(&mut self, len: usize) {
        self.header(b'*', len);
    }

    /// The header of a set of `len` replies; an array in RESP2.
    #[inline]
    pub fn set(&mut self, len: usize) {
        self.header(if self.is_resp3() { b'~' } else { b'*' }, len);
    }

    /// The header of a map of `pairs` times two replies; a flat array in RESP2.
    #[inline]
    pub fn map(&mut self, pairs: usize) {
        if self.is_resp3() {
            self.header(b'%', pairs);
        } else {
            self.header(b'*', pairs.saturating_mul(2));
        }
    }

    /// The header of a message of `len` replies that answers no command; an array in RESP2.
    #[inline]
    pub fn push(&mut self, len: usize) {
        self.header(if self.is_resp3() { b'>' } else { b'*' }, len);
    }

    /// Text for people in a format of three letters, such as `txt`; a bulk string in RESP2.
    pub fn verbatim(&mut self, format: [u8; 3], text: &[u8]) {
        if self.is_resp3() {
            self.header(b'=', text.len().saturating_add(4));
            self.raw(&format);
            self.raw(b":");
            self.raw(text);
            self.raw(b"\r\n");
        } else {
            self.bulk(text);
        }
    }

    /// An integer of any size, as digits; a bulk string in RESP2.
    pub fn big_number(&mut self, digits: &[u8]) {
        if self.is_resp3() {
            self.line(b'(', digits);
        } else {
            self.bulk(digits);
        }
    }

    /// Puts the header of an array of `len` replies in front of what was written from byte `position` on, for replies
    /// whose number is known only at their end.
    pub fn array_at(&mut self, position: usize, len: usize) {
        self.insert_at(position, &mut |out| out.array(len));
    }

    /// Puts what `write` writes in front of what was written from byte `position` on, without room for both twice.
    pub fn insert_at(&mut self, position: usize, write: &mut dyn FnMut(&mut Self)) {
        let end = self.out.len();
        write(self);
        let added = self.out.len() - end;
        if let Some(tail) = self.out.get_mut(position.min(end)..) {
            tail.rotate_right(added);
        }
    }

    /// A type byte, a length and CRLF.
    #[inline]
    pub fn header(&mut self, kind: u8, len: usize) {
        match TWO_DIGITS.get(len) {
            Some(&[_, ones]) if len < 10 => self.raw(&[kind, ones, b'\r', b'\n']),
            Some(&[tens, ones]) => self.raw(&[kind, tens, ones, b'\r', b'\n']),
            None => self.long_header(kind, len),
        }
    }

    #[inline(never)]
    fn long_header(&mut self, kind: u8, len: usize) {
        if let Ok(len) = u32::try_from(len) {
            return self.digits(kind, len);
        }
        self.out.push(kind);
        self.raw(itoa::Buffer::new().format(len).as_bytes());
        self.raw(b"\r\n");
    }

    /// A line that no byte of `text` can end early.
    fn line(&mut self, kind: u8, text: &[u8]) {
        self.out.reserve(text.len() + 3);
        self.out.push(kind);
        let start = self.out.len();
        self.raw(text);
        for byte in self.out.iter_mut().skip(start).filter(|byte| is_line_end(**byte)) {
            *byte = b' ';
        }
        self.raw(b"\r\n");
    }

    /// A line of bytes; see [`Writer::simple`].
    pub(crate) fn simple_bytes(&mut self, text: &[u8]) {
        self.line(b'+', text);
    }
}

const fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}
