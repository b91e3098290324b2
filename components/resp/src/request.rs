//! Parses one command at the front of a client's bytes, as Redis' `networking.c` does.

use crate::args::Argv;
use crate::error::ProtocolError;
use crate::inline;
use crate::limits::Limits;
use crate::number::parse_i64;

/// What stands at the front of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parsed {
    /// A command, now in the `Argv`.
    Command {
        /// Bytes of the input that it takes.
        consumed: usize,
    },
    /// No command and no error: `*0`, a negative count, or a blank inline line. Skip it; it has no reply.
    Empty {
        /// Bytes of the input that it takes.
        consumed: usize,
    },
    /// The command is not all there: parse again when the input holds at least this many bytes from its start. Always
    /// more than the input has, and never more than the command has.
    Need(usize),
}

/// The shortest argument, `$0\r\n\r\n`, in bytes.
const SHORTEST_ARGUMENT: usize = 6;

/// A command that lacks more arguments than this asks for the least that they can take, so that it is not parsed from
/// its start for every packet. One that lacks fewer asks for the next line only: what is wrong with it is then said
/// as early as Redis does.
const FEW_ARGUMENTS: usize = 64;

/// Parses the command at the front of `input`, which is everything that the client sent and that is not consumed yet.
///
/// # Errors
/// When the bytes are no command. The error is final: reply with it and close the connection.
#[inline]
pub fn parse(input: &[u8], limits: &Limits, argv: &mut Argv) -> Result<Parsed, ProtocolError> {
    argv.clear();
    if let [b'*', digit @ b'1'..=b'9', b'\r', _, rest @ ..] = input
        && limits.max_bulk_bytes > LONGEST_SHORT
        && u32::try_from(input.len()).is_ok()
    {
        let count = usize::from(digit - b'0');
        if count <= limits.max_arguments {
            return parse_short_arguments(input, rest, count, limits, argv);
        }
    }
    parse_any(input, limits, argv)
}

/// The longest argument that [`parse_short_arguments`] takes, in bytes.
const LONGEST_SHORT: usize = 99;

/// Parses `count` bulk strings from `rest`, the tail of `input`, on; goes over to [`parse_arguments`] at the first
/// that is long or not all there.
///
/// A server spends its parsing time here, so that every bound is checked once, on the shrinking tail.
#[inline]
fn parse_short_arguments<'a>(
    input: &'a [u8],
    mut rest: &'a [u8],
    count: usize,
    limits: &Limits,
    argv: &mut Argv,
) -> Result<Parsed, ProtocolError> {
    let mut done = 0;
    if let Some(slots) = argv.slots(count) {
        while let Some(slot) = slots.get_mut(done) {
            // As long as the shortest argument, so that one check of the length covers both forms of the header.
            let [b'$', first, second, third, _, _, ..] = rest else { break };
            let (length, header) = match (first.wrapping_sub(b'0'), second, third) {
                (ones @ 0..=9, b'\r', _) => (usize::from(ones), 4),
                (tens @ 1..=9, ones @ b'0'..=b'9', b'\r') => (usize::from(tens) * 10 + usize::from(ones - b'0'), 5),
                _ => break,
            };
            let Some(after) = rest.get(header + length + 2..) else { break };
            let start = input.len() - rest.len() + header;
            *slot = (start as u32, (start + length) as u32);
            rest = after;
            done += 1;
        }
    }
    argv.set_len(done);
    if done == count {
        Ok(Parsed::Command { consumed: input.len() - rest.len() })
    } else {
        parse_arguments(input, rest, count - done, limits, argv)
    }
}

#[inline(never)]
fn parse_any(input: &[u8], limits: &Limits, argv: &mut Argv) -> Result<Parsed, ProtocolError> {
    // Ranges have 32 bits. What lies beyond belongs to later commands, or `need` refuses it.
    let input = input.get(..u32::MAX as usize).unwrap_or(input);
    match input.first() {
        Some(b'*') => parse_multibulk(input, limits, argv),
        Some(_) => inline::parse(input, limits, argv),
        None => Ok(Parsed::Need(1)),
    }
}

fn parse_multibulk(input: &[u8], limits: &Limits, argv: &mut Argv) -> Result<Parsed, ProtocolError> {
    let Some(end) = find_line_end(input, limits.max_inline_bytes, b'\r', ProtocolError::TooBigMultibulkCount)? else {
        return Ok(Parsed::Need(input.len() + 1));
    };
    let count = input.get(1..end).and_then(parse_i64).ok_or(ProtocolError::InvalidMultibulkLength)?;
    let after = end + 2;
    if count <= 0 {
        return Ok(Parsed::Empty { consumed: after });
    }
    match usize::try_from(count) {
        Ok(count) if count <= limits.max_arguments => {
            if count > Limits::UNAUTHENTICATED_ARGUMENTS && !limits.authenticated {
                return Err(ProtocolError::UnauthenticatedMultibulkLength);
            }
            parse_arguments(input, input.get(after..).unwrap_or_default(), count, limits, argv)
        }
        _ => Err(ProtocolError::InvalidMultibulkLength),
    }
}

/// Parses the `count` last bulk strings of a command from `rest`, the tail of `input`, on.
#[inline(never)]
fn parse_arguments<'a>(
    input: &'a [u8],
    mut rest: &'a [u8],
    count: usize,
    limits: &Limits,
    argv: &mut Argv,
) -> Result<Parsed, ProtocolError> {
    for left in (0..count).rev() {
        argv.missing = left + 1;
        let Some((length, tail)) = parse_bulk_header(rest, limits)? else {
            return need(input, input.len() - rest.len(), left + 1);
        };
        let start = input.len() - tail.len();
        // The two bytes behind a bulk string are skipped unseen, as in Redis.
        let Some(after) = tail.get(length.saturating_add(2)..) else {
            return need(input, start.saturating_add(length).saturating_add(2), left);
        };
        argv.push((start as u32, (start + length) as u32));
        rest = after;
    }
    Ok(Parsed::Command { consumed: input.len() - rest.len() })
}

/// The length behind `$` and what follows its line; none if the line is not all there.
pub(crate) fn parse_bulk_header<'a>(
    rest: &'a [u8],
    limits: &Limits,
) -> Result<Option<(usize, &'a [u8])>, ProtocolError> {
    if let [b'$', first @ b'1'..=b'9', digits @ ..] = rest {
        // Up to four digits without a look at anything else: within all limits but odd ones.
        let mut length = usize::from(first - b'0');
        for (index, byte) in digits.iter().take(4).enumerate() {
            match byte {
                b'0'..=b'9' => length = length * 10 + usize::from(byte - b'0'),
                b'\r' if length <= limits.max_bulk_bytes && index <= 3 => {
                    return Ok(digits.get(index + 2..).map(|tail| (length, tail)));
                }
                _ => break,
            }
        }
    }
    let Some(end) = find_line_end(rest, limits.max_inline_bytes, b'\r', ProtocolError::TooBigBulkCount)? else {
        return Ok(None);
    };
    match rest.first() {
        Some(b'$') => {}
        other => return Err(ProtocolError::ExpectedBulk(other.copied().unwrap_or_default())),
    }
    let length = rest.get(1..end).and_then(parse_i64).ok_or(ProtocolError::InvalidBulkLength)?;
    let length = usize::try_from(length).map_err(|_| ProtocolError::InvalidBulkLength)?;
    if length > limits.max_bulk_bytes {
        return Err(ProtocolError::InvalidBulkLength);
    }
    if length > Limits::UNAUTHENTICATED_BULK_BYTES && !limits.authenticated {
        return Err(ProtocolError::UnauthenticatedBulkLength);
    }
    Ok(Some((length, rest.get(end + 2..).unwrap_or_default())))
}

/// Where the line at the front ends: the index of `last` ('\r' for lengths, '\n' for inline commands). A '\r' counts
/// only when one more byte is there. Like Redis, whose buffer is a C string to `strchr`, it does not look behind a
/// NUL byte.
pub(crate) fn find_line_end(
    rest: &[u8],
    max_bytes: usize,
    last: u8,
    too_big: ProtocolError,
) -> Result<Option<usize>, ProtocolError> {
    let window = rest.get(..max_bytes.saturating_add(1)).unwrap_or(rest);
    match window.iter().position(|&byte| byte == last || byte == 0) {
        Some(end) if window.get(end) == Some(&last) => Ok((last == b'\n' || end + 1 < rest.len()).then_some(end)),
        _ if rest.len() > max_bytes => Err(too_big),
        _ => Ok(None),
    }
}

#[cold]
fn need(input: &[u8], known: usize, arguments_left: usize) -> Result<Parsed, ProtocolError> {
    let unseen = if arguments_left > FEW_ARGUMENTS { arguments_left.saturating_mul(SHORTEST_ARGUMENT) } else { 0 };
    let bytes = known.saturating_add(unseen).max(input.len() + 1);
    if bytes > u32::MAX as usize { Err(ProtocolError::TooBigRequest) } else { Ok(Parsed::Need(bytes)) }
}
