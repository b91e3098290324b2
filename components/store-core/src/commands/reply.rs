//! Replies of many elements: what a client may ask for again and again can be more than there is memory for.

use ferrite_resp::Writer;

use crate::context::Context;
use crate::error::Error;
use crate::types::Element;

/// The elements of a reply behind its header, as long as there is room for them.
pub(crate) struct Elements<'a> {
    /// Where they go.
    pub(crate) out: &'a mut Writer,
    result: Result<(), Error>,
}

impl<'a> Elements<'a> {
    pub(crate) fn new(out: &'a mut Writer) -> Elements<'a> {
        Elements { out, result: Ok(()) }
    }

    /// An element; whether there is room for more.
    #[inline]
    pub(crate) fn push(&mut self, element: Element<'_>) -> bool {
        /// The longest integer.
        const DIGITS: usize = 20;
        let bytes = if let Element::Bytes(bytes) = element { bytes.len() } else { DIGITS };
        self.has_room(bytes) && {
            element.write(self.out);
            true
        }
    }

    /// A member of a sorted set, and its score if it is asked for: in RESP3 both as a pair.
    #[inline]
    pub(crate) fn push_member(&mut self, member: &[u8], score: Option<f64>) -> bool {
        match score {
            Some(score) => self.push_scored(member, score, self.out.is_resp3()),
            None => self.push(Element::Bytes(member)),
        }
    }

    /// A member of a sorted set and its score, as a pair or one behind the other.
    #[inline]
    pub(crate) fn push_scored(&mut self, member: &[u8], score: f64, pair: bool) -> bool {
        self.has_room(member.len()) && {
            if pair {
                self.out.array(2);
            }
            self.out.bulk(member);
            self.out.double(score);
            true
        }
    }

    /// Whether there is room for so many bytes more.
    #[inline]
    pub(crate) fn has_room(&mut self, bytes: usize) -> bool {
        if self.result.is_ok() {
            self.result = reserve(self.out, bytes);
        }
        self.result.is_ok()
    }

    /// Whether all of them found room.
    pub(crate) fn end(self) -> Result<(), Error> {
        self.result
    }
}

/// Makes room for a value in the reply: a few large ones asked for again and again may take more memory than there is.
#[inline]
pub(crate) fn reserve(out: &mut Writer, value: usize) -> Result<(), Error> {
    const SMALL: usize = 1 << 20;
    if out.len().saturating_add(value) <= SMALL { Ok(()) } else { reserve_much(out, value) }
}

#[inline(never)]
fn reserve_much(out: &mut Writer, value: usize) -> Result<(), Error> {
    /// The line with the length, and the errors of commands behind this one that find no room.
    const AROUND: usize = 64 << 10;
    let buffer = out.buffer();
    if buffer.capacity() - buffer.len() > value.saturating_add(AROUND) {
        return Ok(());
    }
    let reserved = buffer.try_reserve(value + AROUND).or_else(|_| buffer.try_reserve_exact(value + AROUND));
    reserved.map_err(|_| TOO_LARGE)
}

/// What a reply is instead that has no room.
const TOO_LARGE: Error = Error::fixed("OOM the reply does not fit into the memory that is left");

/// Whether a reply of so many elements can fit into memory at all.
pub(crate) fn check_count(elements: u64) -> Result<(), Error> {
    /// An empty bulk string.
    const LEAST: u64 = 6;
    /// No allocation of 32 bits is larger.
    const MOST: u64 = i32::MAX as u64;
    if elements.saturating_mul(LEAST) > MOST { Err(TOO_LARGE) } else { Ok(()) }
}

/// Replies with an element as a bulk string, or with no value.
#[inline]
pub(crate) fn optional(out: &mut Writer, element: Option<Element<'_>>) -> Result<(), Error> {
    match element {
        Some(element) => {
            reserve(out, element.len())?;
            element.write(out);
        }
        None => out.null(),
    }
    Ok(())
}

/// Arguments that fit no form of a subcommand that has several.
pub(in crate::commands) fn subcommand_arity(cx: &Context<'_>) -> Error {
    let container = String::from_utf8_lossy(cx.arg(0)).to_ascii_uppercase();
    let line = format!("'. Try {container} HELP.");
    Error::quoting("ERR unknown subcommand or wrong number of arguments for '", cx.arg(1), &line)
}
