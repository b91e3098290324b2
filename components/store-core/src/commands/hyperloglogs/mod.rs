//! HyperLogLogs. <https://redis.io/docs/latest/commands/?group=hyperloglog>

mod add;
mod count;
mod debug;
mod merge;

use std::borrow::Cow;

use crate::command::{Begin, Command, Find, Flags, Handler, KeySpec, all_keys, key_at, one_key};
use crate::error::Error;
use crate::keyspace::entry::{Entry, Value};
use crate::types::hyperloglog::{self, Corrupt, Encoding};

const INVALID: Error = Error::fixed("WRONGTYPE Key is not a valid HyperLogLog string value.");
const CORRUPT: Error = Error::fixed("INVALIDOBJ Corrupted HLL object detected");

fn corrupt(_: Corrupt) -> Error {
    CORRUPT
}

/// The bytes of a HyperLogLog and how its registers are kept.
fn sketch(entry: &Entry) -> Result<(Cow<'_, [u8]>, Encoding), Error> {
    match entry.string()? {
        Value::Int(_) => Err(INVALID),
        Value::Short(bytes) | Value::Long(bytes) => {
            Ok((Cow::Borrowed(bytes), hyperloglog::encoding(bytes).ok_or(INVALID)?))
        }
    }
}

const fn hll(name: &'static str, arity: i32, handler: Handler) -> Command {
    Command::new(name, arity, handler).group("hyperloglog").categories(&["hyperloglog"])
}

const SOURCES: KeySpec =
    KeySpec { flags: &["RO", "access"], begin: Begin::Index(2), find: Find::Range { last: -1, step: 1, limit: 0 } };

/// The family's rows.
pub(crate) static TABLE: &[Command] = &[
    hll("pfadd", -2, add::pfadd)
        .flags(&[Flags::WRITE, Flags::DENYOOM, Flags::FAST])
        .keys(&[one_key(&["RW", "insert"])])
        .docs("2.8.9", "O(1) to add every element.", "Adds elements to what is counted, or creates it."),
    hll("pfcount", -2, count::pfcount).flags(&[Flags::READONLY]).keys(&[all_keys(&["RW", "access"], 1)]).docs(
        "2.8.9",
        "O(1) with a very small average constant time when called with a single key. O(N) with N being the number of \
         keys, and much bigger constant times, when called with multiple keys.",
        "Estimates how many distinct elements were added, to one key or to any of several.",
    ),
    hll("pfdebug", 3, debug::pfdebug)
        .flags(&[Flags::WRITE, Flags::DENYOOM, Flags::ADMIN, Flags::SYSTEM])
        .keys(&[key_at(2, &["RW", "access"])])
        .docs("2.8.9", "N/A", "Shows what a count is made of."),
    hll("pfmerge", -2, merge::pfmerge)
        .flags(&[Flags::WRITE, Flags::DENYOOM])
        .keys(&[one_key(&["RW", "access", "insert"]), SOURCES])
        .docs(
            "2.8.9",
            "O(N) to merge N HyperLogLogs, but with high constant times.",
            "Stores the count of all elements that were added to any of several keys.",
        ),
    hll("pfselftest", 1, debug::pfselftest).flags(&[Flags::ADMIN, Flags::SYSTEM]).docs(
        "2.8.9",
        "N/A",
        "Tests whether counting works.",
    ),
];
