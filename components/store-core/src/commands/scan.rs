//! SCAN and KEYS: the names of keys. <https://redis.io/docs/latest/commands/scan/>

use ferrite_resp::{Args, Writer, number};

use super::reply::{self, Elements};
use crate::command::{Command, Flags, Handler};
use crate::context::Context;
use crate::error::Error;
use crate::glob;
use crate::keyspace::entry::Entry;
use crate::types::Element;

/// How many keys a call looks at when it does not say.
const COUNT: usize = 10;

/// What a call of SCAN or of one of its relatives for collections asks for.
pub(crate) struct Options<'a> {
    /// How many to look at.
    pub(crate) count: usize,
    /// What names of keys or elements have to match.
    pub(crate) pattern: &'a [u8],
    kind: Option<&'a [u8]>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Options { count: COUNT, pattern: b"*", kind: None }
    }
}

impl<'a> Options<'a> {
    /// What stands behind the key and the cursor of HSCAN, SSCAN and ZSCAN.
    pub(crate) fn of_collection(cx: &Context<'a>) -> Result<Options<'a>, Error> {
        Options::parse(cx.args.skip(3), false)
    }

    fn parse(args: Args<'a>, of_keys: bool) -> Result<Options<'a>, Error> {
        let mut options = Options::default();
        let mut at = 0;
        while at < args.len() {
            let value = args.get(at + 1);
            match (args.at(at).to_ascii_lowercase().as_slice(), value) {
                (b"count", Some(count)) => {
                    let count = number::parse_i64(count).ok_or(Error::NotAnInteger)?;
                    if count < 1 {
                        return Err(Error::Syntax);
                    }
                    options.count = usize::try_from(count).unwrap_or(usize::MAX);
                }
                (b"match", Some(pattern)) => options.pattern = pattern,
                (b"type", Some(kind)) if of_keys => options.kind = Some(kind),
                _ => return Err(Error::Syntax),
            }
            at += 2;
        }
        Ok(options)
    }

    /// Whether the name of a key or of an element is asked for.
    pub(crate) fn matches(&self, name: &[u8]) -> bool {
        self.pattern == b"*" || glob::matches(self.pattern, name)
    }

    fn wants(&self, entry: &Entry) -> bool {
        self.matches(entry.key())
            && self.kind.is_none_or(|kind| entry.content().type_name().as_bytes().eq_ignore_ascii_case(kind))
    }
}

/// A cursor as C's `strtoul` reads it, which is what Redis has clients depend on: empty is 0, negative numbers wrap,
/// and nothing counts behind a zero byte.
fn parse_cursor(text: &[u8]) -> Option<u64> {
    let text = text.split(|&byte| byte == 0).next().unwrap_or_default();
    let (negative, digits) = match text {
        [] => return Some(0),
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number: u64 = std::str::from_utf8(digits).ok()?.parse().ok()?;
    Some(if negative { number.wrapping_neg() } else { number })
}

/// The cursor in the argument at this index.
pub(crate) fn cursor(cx: &Context<'_>, index: usize) -> Result<u64, Error> {
    parse_cursor(cx.arg(index)).ok_or(Error::fixed("ERR invalid cursor"))
}

/// The elements of one page.
pub(crate) struct Page<'a> {
    elements: Elements<'a>,
    count: usize,
}

impl Page<'_> {
    /// Adds an element.
    pub(crate) fn push(&mut self, element: Element<'_>) {
        self.count += 1;
        self.elements.push(element);
    }
}

/// Replies with the cursor that `fill` returns, and with the page that it fills.
pub(crate) fn reply_page(out: &mut Writer, fill: impl FnOnce(&mut Page<'_>) -> u64) -> Result<(), Error> {
    let mut elements = Writer::new(out.protocol());
    let mut page = Page { elements: Elements::new(&mut elements), count: 0 };
    let next = fill(&mut page);
    let count = page.count;
    page.elements.end()?;
    reply::reserve(out, elements.len())?;
    out.array(2);
    out.bulk(itoa::Buffer::new().format(next).as_bytes());
    out.array(count);
    out.raw(elements.as_bytes());
    Ok(())
}

fn scan(cx: &mut Context<'_>) -> Result<(), Error> {
    let cursor = self::cursor(cx, 1)?;
    let options = Options::parse(cx.args.skip(2), true)?;
    let (keys, database) = (&mut cx.store.keyspace, cx.session.database);
    reply_page(cx.out, |page| {
        keys.scan(database, cursor, options.count, &mut |entry| {
            if options.wants(entry) {
                page.push(Element::Bytes(entry.key()));
            }
        })
    })
}

fn keys(cx: &mut Context<'_>) -> Result<(), Error> {
    let (database, pattern) = (cx.database(), cx.arg(1));
    let start = cx.out.len();
    let mut found = 0;
    let mut elements = Elements::new(cx.out);
    for entry in cx.store.keyspace.entries(database) {
        if glob::matches(pattern, entry.key()) {
            found += 1;
            if !elements.push(Element::Bytes(entry.key())) {
                break;
            }
        }
    }
    elements.end()?;
    cx.out.array_at(start, found);
    Ok(())
}

const fn generic(name: &'static str, arity: i32, handler: Handler) -> Command {
    Command::new(name, arity, handler).group("generic").flags(&[Flags::READONLY])
}

/// The family's rows.
pub(crate) static TABLE: &[Command] = &[
    generic("scan", -2, scan)
        .categories(&["keyspace"])
        .tips(&["nondeterministic_output", "request_policy:special"])
        .docs(
            "2.8.0",
            "O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor to \
             return back to 0. N is the number of elements inside the collection.",
            "Returns some of the keys, and a cursor with which to ask for more.",
        ),
    generic("keys", 2, keys)
        .categories(&["keyspace", "dangerous"])
        .tips(&["request_policy:all_shards", "nondeterministic_output_order"])
        .docs(
            "1.0.0",
            "O(N) with N being the number of keys in the database, under the assumption that the key names in the \
             database and the given pattern have limited length.",
            "Returns all keys that match a pattern.",
        ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_what_strtoul_takes() {
        let valid: &[(&[u8], u64)] = &[
            (b"0", 0),
            (b"", 0),
            (b"+5", 5),
            (b"-1", u64::MAX),
            (b"-18446744073709551615", 1),
            (b"18446744073709551615", u64::MAX),
            (b"0\0abc", 0),
            (b"\0", 0),
            (b"0000000000000000000000000000007", 7),
        ];
        for (text, cursor) in valid {
            assert_eq!(parse_cursor(text), Some(*cursor), "{}", text.escape_ascii());
        }
        let invalid: &[&[u8]] = &[
            b" 5",
            b"5 ",
            b"5x",
            b"-",
            b"+",
            b"+-1",
            b"0x10",
            b"1.5",
            b"18446744073709551616",
            b"-18446744073709551616",
            b"\xff",
        ];
        for text in invalid {
            assert_eq!(parse_cursor(text), None, "{}", text.escape_ascii());
        }
    }
}
