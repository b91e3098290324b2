//! Replies as trees: the one that a transcript names, with its matchers, and the one that came.

use anyhow::{Context, Result, bail};

use super::escape::escape;

/// How an element of a reply is compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Matcher {
    /// The same bytes.
    Exact,
    /// Any one element whose first line begins with the line's text.
    Any,
    /// A number at most this far away, in the same notation.
    Near(f64),
    /// The same elements in any order, in groups of this many (2 for the pairs of a map).
    Unordered(usize),
}

/// An element that a transcript expects.
#[derive(Clone, Debug)]
pub struct Expected {
    /// Its line in the file, from 1.
    pub line: usize,
    /// How it is compared.
    pub matcher: Matcher,
    /// What is expected; for [`Matcher::Any`] only its header counts, as a prefix.
    pub header: Vec<u8>,
    /// The bytes of a bulk string.
    pub payload: Option<Vec<u8>>,
    /// The elements of an aggregate.
    pub children: Vec<Expected>,
}

/// An element that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The first line, without its end.
    pub header: Vec<u8>,
    /// The bytes of a bulk string.
    pub payload: Option<Vec<u8>>,
    /// The elements of an aggregate.
    pub children: Vec<Frame>,
}

/// What a header says follows it.
pub(super) enum Follows {
    /// Nothing.
    Nothing,
    /// So many bytes.
    Bytes(usize),
    /// So many elements.
    Elements(usize),
}

/// What follows a reply's first line.
pub(super) fn follows(header: &[u8]) -> Follows {
    let Some((kind, text)) = header.split_first() else { return Follows::Nothing };
    let number = std::str::from_utf8(text).ok().and_then(|text| text.parse::<usize>().ok());
    match (kind, number) {
        (b'$' | b'=' | b'!', Some(length)) => Follows::Bytes(length),
        (b'*' | b'~' | b'>', Some(count)) => Follows::Elements(count),
        (b'%', Some(count)) => Follows::Elements(count * 2),
        _ => Follows::Nothing,
    }
}

impl Frame {
    /// The tree of exactly one complete reply.
    pub fn parse(bytes: &[u8]) -> Result<Frame> {
        let mut rest = bytes;
        let frame = Frame::take(&mut rest)?;
        if !rest.is_empty() {
            bail!("bytes behind a reply: {}", escape(rest));
        }
        Ok(frame)
    }

    fn take(rest: &mut &[u8]) -> Result<Frame> {
        let end = rest.windows(2).position(|pair| pair == b"\r\n").context("a reply without a line end")?;
        let header = take_bytes(rest, end)?.to_vec();
        take_bytes(rest, 2)?;
        let mut frame = Frame { header, payload: None, children: Vec::new() };
        match follows(&frame.header) {
            Follows::Nothing => {}
            Follows::Bytes(length) => {
                frame.payload = Some(take_bytes(rest, length)?.to_vec());
                if take_bytes(rest, 2)? != b"\r\n" {
                    bail!("a bulk string that does not end where its header says");
                }
            }
            Follows::Elements(count) => {
                for _ in 0..count {
                    frame.children.push(Frame::take(rest)?);
                }
            }
        }
        Ok(frame)
    }
}

fn take_bytes<'a>(rest: &mut &'a [u8], count: usize) -> Result<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(count).context("a reply that is cut off")?;
    *rest = left;
    Ok(taken)
}

impl Expected {
    /// The line of the first element that differs, or `None` when all match.
    pub fn mismatch(&self, frame: &Frame) -> Option<usize> {
        let here = Some(self.line);
        match self.matcher {
            Matcher::Any => {
                if frame.header.starts_with(&self.header) {
                    None
                } else {
                    here
                }
            }
            Matcher::Near(tolerance) => {
                if self.is_near(frame, tolerance) {
                    None
                } else {
                    here
                }
            }
            Matcher::Exact | Matcher::Unordered(_) if self.header != frame.header => here,
            Matcher::Exact if self.payload != frame.payload => here,
            Matcher::Exact => self.children.iter().zip(&frame.children).find_map(|(wanted, got)| wanted.mismatch(got)),
            Matcher::Unordered(group) => self.unordered_mismatch(frame, group.max(1)),
        }
    }

    fn unordered_mismatch(&self, frame: &Frame, group: usize) -> Option<usize> {
        let mut left: Vec<&[Frame]> = frame.children.chunks(group).collect();
        for wanted in self.children.chunks(group) {
            let fits = |got: &&[Frame]| wanted.iter().zip(*got).all(|(wanted, got)| wanted.mismatch(got).is_none());
            match left.iter().position(fits) {
                Some(found) => left.swap_remove(found),
                None => return wanted.first().map(|element| element.line),
            };
        }
        None
    }

    fn is_near(&self, frame: &Frame, tolerance: f64) -> bool {
        let numbers =
            number(&self.header, self.payload.as_deref()).zip(number(&frame.header, frame.payload.as_deref()));
        let same_kind = self.header.first() == frame.header.first();
        same_kind && numbers.is_some_and(|(wanted, got)| (wanted - got).abs() <= tolerance)
    }
}

fn number(header: &[u8], payload: Option<&[u8]>) -> Option<f64> {
    let text = match payload {
        Some(bytes) => bytes,
        None => header.get(1..)?,
    };
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// A reply's lines as a transcript writes them, without the `<`.
pub fn render(frame: &Frame) -> Vec<String> {
    let mut lines = vec![escape(&frame.header)];
    lines.extend(frame.payload.as_deref().map(escape));
    lines.extend(frame.children.iter().flat_map(render));
    lines
}
