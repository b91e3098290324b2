//! Hashes. <https://redis.io/docs/latest/commands/?group=hash>

mod expiry;
mod fields;
mod numbers;
mod random;
mod read;
mod write;

use crate::command::{Command, Flags, Handler, KeySpec, one_key};

const fn hash(name: &'static str, arity: i32, handler: Handler) -> Command {
    Command::new(name, arity, handler).group("hash").categories(&["hash"])
}

/// Reads some of the fields.
const fn reads(name: &'static str, arity: i32, handler: Handler) -> Command {
    hash(name, arity, handler).flags(&[Flags::READONLY, Flags::FAST]).keys(READ)
}

/// Reads all there are, or any.
const fn walks(name: &'static str, arity: i32, handler: Handler) -> Command {
    hash(name, arity, handler).flags(&[Flags::READONLY]).keys(READ)
}

/// Writes, and may need memory.
const fn writes(name: &'static str, arity: i32, handler: Handler) -> Command {
    hash(name, arity, handler).flags(&[Flags::WRITE, Flags::DENYOOM, Flags::FAST]).keys(UPDATED)
}

/// Changes or removes what is there.
const fn changes(name: &'static str, arity: i32, handler: Handler) -> Command {
    hash(name, arity, handler).flags(&[Flags::WRITE, Flags::FAST]).keys(UPDATED)
}

const READ: &[KeySpec] = &[one_key(&["RO", "access"])];
const ASKED: &[KeySpec] = &[one_key(&["RO"])];
const UPDATED: &[KeySpec] = &[one_key(&["RW", "update"])];
const READ_AND_UPDATED: &[KeySpec] = &[one_key(&["RW", "access", "update"])];

const NO_ORDER: &[&str] = &["nondeterministic_output_order"];
const NONDETERMINISTIC: &[&str] = &["nondeterministic_output"];

const N_FIELDS: &str = "O(N) where N is the number of specified fields";
const N_ALL: &str = "O(N) where N is the size of the hash.";
const N_ARGUMENTS: &str = "O(N) where N is the number of arguments to the command";

/// The family's rows.
pub(crate) static TABLE: &[Command] = &[
    changes("hdel", -3, write::hdel).keys(&[one_key(&["RW", "delete"])]).docs(
        "2.0.0",
        "O(N) where N is the number of fields to be removed.",
        "Removes fields, and the hash with the last of them.",
    ),
    reads("hexists", 3, read::hexists).keys(ASKED).docs("2.0.0", "O(1)", "Says whether a field exists."),
    reads("hget", 3, read::hget).docs("2.0.0", "O(1)", "Returns the value of a field."),
    walks("hgetall", 2, read::hgetall).tips(NO_ORDER).docs("2.0.0", N_ALL, "Returns all fields with their values."),
    writes("hincrby", 4, numbers::hincrby).keys(READ_AND_UPDATED).docs(
        "2.0.0",
        "O(1)",
        "Adds a number to the integer in a field; one that does not exist counts as 0.",
    ),
    writes("hincrbyfloat", 4, numbers::hincrbyfloat).keys(READ_AND_UPDATED).docs(
        "2.6.0",
        "O(1)",
        "Adds to the decimal number in a field; one that does not exist counts as 0.",
    ),
    walks("hkeys", 2, read::hkeys).tips(NO_ORDER).docs("2.0.0", N_ALL, "Returns the names of all fields."),
    reads("hlen", 2, read::hlen).keys(ASKED).docs("2.0.0", "O(1)", "Returns how many fields there are."),
    reads("hmget", -3, read::hmget).docs(
        "2.0.0",
        "O(N) where N is the number of fields being requested.",
        "Returns the values of several fields.",
    ),
    writes("hmset", -4, write::hset).deprecated("4.0.0", "`HSET` with multiple field-value pairs").docs(
        "2.0.0",
        "O(N) where N is the number of fields being set.",
        "Sets several fields; HSET does as well.",
    ),
    walks("hrandfield", -2, random::hrandfield).tips(NONDETERMINISTIC).docs(
        "6.2.0",
        "O(N) where N is the number of fields returned",
        "Returns fields chosen by chance.",
    ),
    walks("hscan", -3, read::hscan).tips(NONDETERMINISTIC).docs(
        "2.8.0",
        "O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor to return \
         back to 0. N is the number of elements inside the collection..",
        "Returns some of the fields, and a cursor with which to ask for more.",
    ),
    writes("hset", -4, write::hset).docs(
        "2.0.0",
        "O(1) for each field/value pair added, so O(N) to add N field/value pairs when the command is called with \
         multiple field/value pairs.",
        "Sets fields, and creates the hash if need be.",
    ),
    writes("hsetnx", 4, write::hsetnx).keys(&[one_key(&["RW", "insert"])]).docs(
        "2.0.0",
        "O(1)",
        "Sets a field, if it does not exist.",
    ),
    reads("hstrlen", 3, read::hstrlen).keys(ASKED).docs(
        "3.2.0",
        "O(1)",
        "Returns how many bytes the value of a field has.",
    ),
    walks("hvals", 2, read::hvals).tips(NO_ORDER).docs("2.0.0", N_ALL, "Returns the values of all fields."),
    // From newer servers.
    writes("hexpire", -6, expiry::hexpire).docs("7.4.0", N_FIELDS, "Lets fields live for that many seconds."),
    writes("hexpireat", -6, expiry::hexpireat).docs(
        "7.4.0",
        N_FIELDS,
        "Lets fields live until a time, in seconds since 1970.",
    ),
    reads("hexpiretime", -5, expiry::hexpiretime).docs(
        "7.4.0",
        N_ARGUMENTS,
        "Returns when fields expire, in seconds since 1970.",
    ),
    changes("hgetdel", -5, write::hgetdel).keys(&[one_key(&["RW", "access", "delete"])]).docs(
        "8.0.0",
        N_FIELDS,
        "Returns the values of fields, and removes them.",
    ),
    changes("hgetex", -5, expiry::hgetex).keys(READ_AND_UPDATED).docs(
        "8.0.0",
        N_FIELDS,
        "Returns the values of fields, and sets or removes their time to live.",
    ),
    changes("hpersist", -5, expiry::hpersist).docs("7.4.0", N_FIELDS, "Lets fields live for good."),
    writes("hpexpire", -6, expiry::hpexpire).docs("7.4.0", N_FIELDS, "Lets fields live for that many milliseconds."),
    writes("hpexpireat", -6, expiry::hpexpireat).docs(
        "7.4.0",
        N_FIELDS,
        "Lets fields live until a time, in milliseconds since 1970.",
    ),
    reads("hpexpiretime", -5, expiry::hpexpiretime).docs(
        "7.4.0",
        N_ARGUMENTS,
        "Returns when fields expire, in milliseconds since 1970.",
    ),
    reads("hpttl", -5, expiry::hpttl).tips(NONDETERMINISTIC).docs(
        "7.4.0",
        N_ARGUMENTS,
        "Returns how many milliseconds fields still have to live.",
    ),
    writes("hsetex", -6, write::hsetex).docs(
        "8.0.0",
        "O(N) where N is the number of fields being set.",
        "Sets fields and their time to live, if all or none of them exist as asked for.",
    ),
    reads("httl", -5, expiry::httl).tips(NONDETERMINISTIC).docs(
        "7.4.0",
        N_ARGUMENTS,
        "Returns how many seconds fields still have to live.",
    ),
];
