//! Strings. <https://redis.io/docs/latest/commands/?group=string>

mod lcs;
mod many;
mod numbers;
mod options;
mod ranges;
mod read;
mod write;

use crate::command::{Begin, Command, Find, Flags, Handler, KeySpec, all_keys, one_key};
use crate::commands::reply;
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::entry::{Content, Entry, Value};
use crate::memory;

const fn string(name: &'static str, arity: i32, handler: Handler) -> Command {
    Command::new(name, arity, handler).group("string").categories(&["string"])
}

/// The two arguments behind the name.
const TWO_KEYS: KeySpec =
    KeySpec { flags: &["RO", "access"], begin: Begin::Index(1), find: Find::Range { last: 1, step: 1, limit: 0 } };

/// The family's rows.
pub(crate) static TABLE: &[Command] = &[
    string("append", 3, ranges::append)
        .flags(&[Flags::WRITE, Flags::DENYOOM, Flags::FAST])
        .keys(&[one_key(&["RW", "insert"])])
        .docs("2.0.0", "O(1), amortized", "Appends bytes to a string, or creates it."),
    string("decr", 2, numbers::decr)
        .flags(&[Flags::WRITE, Flags::DENYOOM, Flags::FAST])
        .keys(&[one_key(&["RW", "access", "update"])])
        .docs("1.0.0", "O(1)", "Subtracts one from the integer in a string; a key that does not exist counts as 0."),
    string("decrby", 3, numbers::decrby)
        .flags(&[Flags::WRITE, Flags::DENYOOM, Flags::FAST])
        .keys(&[one_key(&["RW", "access", "update"])])
        .docs(
            "1.0.0",
            "O(1)",
            "Subtracts a number from the integer in a string; a key that does not exist counts as 0.",
        ),
    string("get", 2, read::get).flags(&[Flags::READONLY, Flags::FAST]).keys(&[one_key(&["RO", "access"])]).docs(
        "1.0.0",
        "O(1)",
        "Returns the string that a key holds.",
    ),
    string("getdel", 2, read::getdel)
        .flags(&[Flags::WRITE, Flags::FAST])
        .keys(&[one_key(&["RW", "access", "delete"])])
        .docs("6.2.0", "O(1)", "Returns the string that a key holds, and deletes the key."),
    string("getex", -2, read::getex)
        .flags(&[Flags::WRITE, Flags::FAST])
        .keys(&[one_key(&["RW", "access", "update"])])
        .docs("6.2.0", "O(1)", "Returns the string that a key holds, and sets or removes its time to live."),
    string("getrange", 4, ranges::getrange).flags(&[Flags::READONLY]).keys(&[one_key(&["RO", "access"])]).docs(
        "2.4.0",
        "O(N) with N the bytes returned",
        "Returns the bytes between two positions of a string.",
    ),
    string("getset", 3, write::getset)
        .flags(&[Flags::WRITE, Flags::DENYOOM, Flags::FAST])
        .keys(&[one_key(&["RW", "access", "update"])])
        .deprecated("6.2.0", "`SET` with the `!GET` argument")
        .docs("1.0.0", "O(1)", "Sets a string and returns what the key held before."),
    string("incr", 2, numbers::incr)
        .flags(&[Flags::WRITE, Flags::DENYOOM, Flags::FAST])
        .keys(&[one_key(&["RW", "access", "update"])])
        .docs("1.0.0", "O(1)", "Adds one to the integer in a string; a key that does not exist counts as 0."),
    string("incrby", 3, numbers::incrby)
        .flags(&[Flags::WRITE, Flags::DENYOOM, Flags::FAST])
        .keys(&[one_key(&["RW", "access", "update"])])
        .docs("1.0.0", "O(1)", "Adds a number to the integer in a string; a key that does not exist counts as 0."),
    string("incrbyfloat", 3, numbers::incrbyfloat)
        .flags(&[Flags::WRITE, Flags::DENYOOM, Flags::FAST])
        .keys(&[one_key(&["RW", "access", "update"])])
        .docs("2.6.0", "O(1)", "Adds to the decimal number in a string; a key that does not exist counts as 0."),
    string("lcs", -3, lcs::lcs).flags(&[Flags::READONLY]).keys(&[TWO_KEYS]).docs(
        "7.0.0",
        "O(N*M) with N and M the lengths",
        "Finds the longest common subsequence of two strings.",
    ),
    string("mget", -2, many::mget)
        .flags(&[Flags::READONLY, Flags::FAST])
        .keys(&[all_keys(&["RO", "access"], 1)])
        .tips(&["request_policy:multi_shard"])
        .docs("1.0.0", "O(N) with N the number of keys", "Returns the strings that some keys hold."),
    string("mset", -3, many::mset)
        .flags(&[Flags::WRITE, Flags::DENYOOM, Flags::BRIEF])
        .keys(&[all_keys(&["OW", "update"], 2)])
        .tips(&["request_policy:multi_shard", "response_policy:all_succeeded"])
        .docs("1.0.1", "O(N) with N the number of keys", "Sets several keys at once."),
    string("msetnx", -3, many::msetnx)
        .flags(&[Flags::WRITE, Flags::DENYOOM])
        .keys(&[all_keys(&["OW", "insert"], 2)])
        .tips(&["request_policy:multi_shard", "response_policy:agg_min"])
        .docs("1.0.1", "O(N) with N the number of keys", "Sets several keys at once, if none of them exists."),
    string("psetex", 4, write::psetex)
        .flags(&[Flags::WRITE, Flags::DENYOOM, Flags::BRIEF])
        .keys(&[one_key(&["OW", "update"])])
        .docs("2.6.0", "O(1)", "Sets a string and its time to live in milliseconds."),
    string("set", -3, write::set)
        .flags(&[Flags::WRITE, Flags::DENYOOM, Flags::BRIEF])
        .keys(&[one_key(&["RW", "access", "update", "variable_flags"])])
        .docs("1.0.0", "O(1)", "Sets a key to a string, whatever it held before."),
    string("setex", 4, write::setex)
        .flags(&[Flags::WRITE, Flags::DENYOOM, Flags::BRIEF])
        .keys(&[one_key(&["OW", "update"])])
        .docs("2.0.0", "O(1)", "Sets a string and its time to live in seconds."),
    string("setnx", 3, write::setnx)
        .flags(&[Flags::WRITE, Flags::DENYOOM, Flags::FAST])
        .keys(&[one_key(&["OW", "insert"])])
        .docs("1.0.0", "O(1)", "Sets a string, if the key does not exist."),
    string("setrange", 4, ranges::setrange)
        .flags(&[Flags::WRITE, Flags::DENYOOM])
        .keys(&[one_key(&["RW", "update"])])
        .docs("2.2.0", "O(N) with N the bytes written", "Overwrites a part of a string, and lengthens it as needed."),
    string("strlen", 2, read::strlen).flags(&[Flags::READONLY, Flags::FAST]).keys(&[one_key(&["RO"])]).docs(
        "2.2.0",
        "O(1)",
        "Returns how many bytes a string has.",
    ),
    string("substr", 4, ranges::getrange)
        .flags(&[Flags::READONLY])
        .keys(&[one_key(&["RO", "access"])])
        .deprecated("2.0.0", "`GETRANGE`")
        .docs("1.0.0", "O(N) with N the bytes returned", "The earlier name of GETRANGE."),
];

/// Replies with the string that the key in argument `index` holds, or with the absent value; whether there is one.
#[cfg_attr(feature = "inlining", inline(always))]
fn reply_value(cx: &mut Context<'_>, index: usize) -> Result<bool, Error> {
    let (database, key) = (cx.database(), cx.arg(index));
    match cx.store.keyspace.get(database, key).map(Entry::content) {
        Some(Content::String(Value::Short(bytes))) => cx.out.bulk(bytes),
        Some(Content::String(Value::Long(bytes))) => {
            reply::reserve(cx.out, bytes.len())?;
            cx.out.bulk(bytes);
        }
        Some(Content::String(Value::Int(number))) => cx.out.bulk_integer(number),
        Some(Content::Collection(_)) => return Err(Error::WrongType),
        None => {
            cx.out.null();
            return Ok(false);
        }
    }
    Ok(true)
}

/// What SET and its relatives make of an argument, unless there is no memory for it.
#[inline]
fn value(argument: &[u8]) -> Result<Value<'_>, Error> {
    if memory::has_room(argument.len()) { Ok(Value::compact(argument)) } else { Err(Error::OutOfMemory) }
}
