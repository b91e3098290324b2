//! Bitmaps. <https://redis.io/docs/latest/commands/?group=bitmap>

mod bits;
mod combine;
mod fields;
mod ranges;

use ferrite_resp::number;

use crate::command::{Begin, Command, Find, Flags, Handler, KeySpec, key_at, one_key};
use crate::context::Context;
use crate::error::Error;

const BAD_OFFSET: Error = Error::fixed("ERR bit offset is not an integer or out of range");

/// The argument as the position of a bit; with `#` in front, where it is allowed, as that of an integer of so many bits.
fn offset(cx: &Context<'_>, index: usize, bits: Option<usize>) -> Result<u64, Error> {
    let text = cx.arg(index);
    let number = match (bits, text) {
        (Some(bits), [b'#', number @ ..]) => number::parse_i64(number).map(|number| number.wrapping_mul(bits as i64)),
        _ => number::parse_i64(text),
    };
    let longest = cx.store.settings.max_bulk_bytes() as u64;
    number.and_then(|number| u64::try_from(number).ok()).filter(|offset| offset >> 3 < longest).ok_or(BAD_OFFSET)
}

/// The byte that a bit is in.
fn byte_of(offset: u64) -> Result<usize, Error> {
    usize::try_from(offset / 8).ok().filter(|&byte| byte < isize::MAX as usize).ok_or(Error::OutOfMemory)
}

const fn bitmap(name: &'static str, arity: i32, handler: Handler) -> Command {
    Command::new(name, arity, handler).group("bitmap").categories(&["bitmap"])
}

const READ: &[Flags] = &[Flags::READONLY];
const READ_FAST: &[Flags] = &[Flags::READONLY, Flags::FAST];
const WRITE: &[Flags] = &[Flags::WRITE, Flags::DENYOOM];
const READS: &[KeySpec] = &[one_key(&["RO", "access"])];
const SOURCES: KeySpec =
    KeySpec { flags: &["RO", "access"], begin: Begin::Index(3), find: Find::Range { last: -1, step: 1, limit: 0 } };

/// The family's rows.
pub(crate) static TABLE: &[Command] = &[
    bitmap("bitcount", -2, ranges::bitcount).flags(READ).keys(READS).docs(
        "2.6.0",
        "O(N)",
        "Counts the bits of a string that are set.",
    ),
    bitmap("bitfield", -2, fields::bitfield)
        .flags(WRITE)
        .keys(&[one_key(&["RW", "access", "update", "variable_flags"])])
        .docs("3.2.0", "O(1) for each subcommand specified", "Reads and writes integers of any width within a string."),
    bitmap("bitfield_ro", -2, fields::bitfield_ro).flags(READ_FAST).keys(READS).docs(
        "6.0.0",
        "O(1) for each subcommand specified",
        "Reads integers of any width within a string.",
    ),
    bitmap("bitop", -4, combine::bitop).flags(WRITE).keys(&[key_at(2, &["OW", "update"]), SOURCES]).docs(
        "2.6.0",
        "O(N)",
        "Combines strings bit by bit, and stores the result.",
    ),
    bitmap("bitpos", -3, ranges::bitpos).flags(READ).keys(READS).docs(
        "2.8.7",
        "O(N)",
        "Finds the first bit of a string that is set, or that is not.",
    ),
    bitmap("getbit", 3, bits::getbit).flags(READ_FAST).keys(READS).docs("2.2.0", "O(1)", "Returns a bit of a string."),
    bitmap("setbit", 4, bits::setbit).flags(WRITE).keys(&[one_key(&["RW", "access", "update"])]).docs(
        "2.2.0",
        "O(1)",
        "Sets or clears a bit of a string, which grows as needed.",
    ),
];
