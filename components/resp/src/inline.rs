//! Inline commands: a line of words with Redis' quoting rules (`sdssplitargs`).

use crate::args::Argv;
use crate::error::ProtocolError;
use crate::limits::Limits;
use crate::request::{Parsed, find_line_end};

pub(crate) fn parse(input: &[u8], limits: &Limits, argv: &mut Argv) -> Result<Parsed, ProtocolError> {
    let Some(end) = find_line_end(input, limits.max_inline_bytes, b'\n', ProtocolError::TooBigInline)? else {
        return Ok(Parsed::Need(input.len() + 1));
    };
    let line = input.get(..end).unwrap_or_default();
    argv.is_inline = true;
    argv.unescaped.clear();
    if split(line.strip_suffix(b"\r").unwrap_or(line), argv).is_none() {
        argv.clear();
        return Err(ProtocolError::UnbalancedQuotes);
    }
    let consumed = end + 1;
    Ok(if argv.is_empty() { Parsed::Empty { consumed } } else { Parsed::Command { consumed } })
}

/// C's `isspace`.
const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// Splits a line into arguments; none if its quotes are not balanced.
fn split(mut rest: &[u8], argv: &mut Argv) -> Option<()> {
    loop {
        while let [first, tail @ ..] = rest
            && is_space(*first)
        {
            rest = tail;
        }
        if rest.is_empty() {
            return Some(());
        }
        let start = argv.unescaped.len();
        rest = word(rest, &mut argv.unescaped)?;
        argv.push((u32::try_from(start).ok()?, u32::try_from(argv.unescaped.len()).ok()?));
    }
}

/// Appends the word at the front to `out` and returns what follows it. A word may begin with plain text and go on
/// quoted; the closing quote ends it.
fn word<'a>(mut rest: &'a [u8], out: &mut Vec<u8>) -> Option<&'a [u8]> {
    loop {
        match rest {
            [b'"', tail @ ..] => return double_quoted(tail, out),
            [b'\'', tail @ ..] => return single_quoted(tail, out),
            // Vertical tab and form feed separate words only in front of one.
            [] | [b' ' | b'\n' | b'\r' | b'\t', ..] => return Some(rest),
            [byte, tail @ ..] => {
                out.push(*byte);
                rest = tail;
            }
        }
    }
}

fn double_quoted<'a>(mut rest: &'a [u8], out: &mut Vec<u8>) -> Option<&'a [u8]> {
    loop {
        rest = match rest {
            [] => return None,
            [b'"', tail @ ..] => return closed(tail),
            [b'\\', b'x', high, low, tail @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                out.push(hex_value(*high) << 4 | hex_value(*low));
                tail
            }
            [b'\\', escaped, tail @ ..] => {
                out.push(match escaped {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'b' => 0x08,
                    b'a' => 0x07,
                    other => *other,
                });
                tail
            }
            [byte, tail @ ..] => {
                out.push(*byte);
                tail
            }
        };
    }
}

fn single_quoted<'a>(mut rest: &'a [u8], out: &mut Vec<u8>) -> Option<&'a [u8]> {
    loop {
        rest = match rest {
            [] => return None,
            [b'\'', tail @ ..] => return closed(tail),
            [b'\\', b'\'', tail @ ..] => {
                out.push(b'\'');
                tail
            }
            [byte, tail @ ..] => {
                out.push(*byte);
                tail
            }
        };
    }
}

/// Behind a closing quote there must be space or nothing.
fn closed(rest: &[u8]) -> Option<&[u8]> {
    rest.first().is_none_or(|&byte| is_space(byte)).then_some(rest)
}

const fn hex_value(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        _ => digit.wrapping_sub(b'A').wrapping_add(10),
    }
}
