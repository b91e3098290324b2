//! SCAN and KEYS: the names of keys. <https://redis.io/docs/latest/commands/scan/>

use crate::command::{Command, Flags, Handler};
use crate::context::Context;
use crate::error::Error;
use crate::glob;
use crate::keyspace::entry::Entry;

/// How many keys a call looks at when it does not say.
const COUNT: usize = 10;

/// What a call of SCAN asks for.
struct Options<'a> {
    count: usize,
    pattern: &'a [u8],
    kind: Option<&'a [u8]>,
}

impl<'a> Options<'a> {
    fn parse(cx: &Context<'a>) -> Result<Options<'a>, Error> {
        let mut options = Options { count: COUNT, pattern: b"*", kind: None };
        let mut at = 2;
        while at < cx.args.len() {
            let value = cx.args.get(at + 1);
            match (cx.arg(at).to_ascii_lowercase().as_slice(), value) {
                (b"count", Some(_)) => {
                    let count = cx.integer(at + 1)?;
                    if count < 1 {
                        return Err(Error::Syntax);
                    }
                    options.count = usize::try_from(count).unwrap_or(usize::MAX);
                }
                (b"match", Some(pattern)) => options.pattern = pattern,
                (b"type", Some(kind)) => options.kind = Some(kind),
                _ => return Err(Error::Syntax),
            }
            at += 2;
        }
        Ok(options)
    }

    fn wants(&self, entry: &Entry) -> bool {
        glob::matches(self.pattern, entry.key())
            && self.kind.is_none_or(|kind| entry.value().type_name().as_bytes().eq_ignore_ascii_case(kind))
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

fn scan(cx: &mut Context<'_>) -> Result<(), Error> {
    let cursor = parse_cursor(cx.arg(1)).ok_or(Error::fixed("ERR invalid cursor"))?;
    let options = Options::parse(cx)?;
    let database = cx.database();
    let mut names: Vec<Box<[u8]>> = Vec::new();
    let next = cx.store.keyspace.scan(database, cursor, options.count, &mut |entry| {
        if options.wants(entry) {
            names.push(entry.key().into());
        }
    });
    cx.out.array(2);
    cx.out.bulk(itoa::Buffer::new().format(next).as_bytes());
    cx.out.array(names.len());
    names.iter().for_each(|name| cx.out.bulk(name));
    Ok(())
}

fn keys(cx: &mut Context<'_>) -> Result<(), Error> {
    let (database, pattern) = (cx.database(), cx.arg(1));
    let start = cx.out.len();
    let mut found = 0;
    for entry in cx.store.keyspace.entries(database) {
        if glob::matches(pattern, entry.key()) {
            found += 1;
            cx.out.bulk(entry.key());
        }
    }
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
