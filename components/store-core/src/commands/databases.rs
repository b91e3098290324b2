//! Whole databases: their size, their end, their exchange. SELECT belongs to connections.

use crate::command::{Command, Flags, Handler};
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::{DATABASES, Database};

/// The number of a database that exists, as Redis reads it: first as 32 bits, then for being one.
pub(super) fn database_number(cx: &Context<'_>, index: usize) -> Result<Database, Error> {
    const LINE: &str = "ERR value is out of range, value must between -2147483648 and 2147483647";
    let number = i32::try_from(cx.integer(index)?).map_err(|_| Error::fixed(LINE))?;
    existing(number)
}

fn existing(number: i32) -> Result<Database, Error> {
    Database::try_from(number).ok().filter(|&number| number < DATABASES).ok_or(Error::DatabaseOutOfRange)
}

fn dbsize(cx: &mut Context<'_>) -> Result<(), Error> {
    let database = cx.database();
    let keys = cx.keys().len(database);
    cx.reply_integer(keys as i64)
}

/// ASYNC and SYNC are the same here: a little memory goes back at once, much of it in slices.
fn check_flush_mode(cx: &Context<'_>) -> Result<(), Error> {
    match cx.args.len() {
        1 => Ok(()),
        2 if cx.is(1, "ASYNC") || cx.is(1, "SYNC") => Ok(()),
        _ => Err(Error::Syntax),
    }
}

fn flushdb(cx: &mut Context<'_>) -> Result<(), Error> {
    check_flush_mode(cx)?;
    let database = cx.database();
    cx.keys().flush(database);
    cx.keys().flushed();
    cx.ok()
}

fn flushall(cx: &mut Context<'_>) -> Result<(), Error> {
    check_flush_mode(cx)?;
    for database in 0..DATABASES {
        cx.keys().flush(database);
    }
    cx.keys().flushed();
    cx.ok()
}

fn swapdb(cx: &mut Context<'_>) -> Result<(), Error> {
    let number = |index, line| {
        let number = cx.integer(index).ok().and_then(|number| i32::try_from(number).ok());
        number.ok_or(Error::fixed(line))
    };
    let one = number(1, "ERR invalid first DB index")?;
    let other = number(2, "ERR invalid second DB index")?;
    let (one, other) = (existing(one)?, existing(other)?);
    cx.keys().swap(one, other);
    cx.ok()
}

const fn server(name: &'static str, arity: i32, handler: Handler) -> Command {
    Command::new(name, arity, handler).group("server").categories(&["keyspace", "dangerous"])
}

/// The family's rows.
pub(crate) static TABLE: &[Command] = &[
    server("dbsize", 1, dbsize)
        .categories(&["keyspace"])
        .flags(&[Flags::READONLY, Flags::FAST])
        .tips(&["request_policy:all_shards", "response_policy:agg_sum"])
        .docs("1.0.0", "O(1)", "Returns how many keys the database has."),
    server("flushdb", -1, flushdb)
        .flags(&[Flags::WRITE])
        .tips(&["request_policy:all_shards", "response_policy:all_succeeded"])
        .docs("1.0.0", "O(N) where N is the number of keys in the selected database", "Removes the database's keys."),
    server("flushall", -1, flushall)
        .flags(&[Flags::WRITE])
        .tips(&["request_policy:all_shards", "response_policy:all_succeeded"])
        .docs(
            "1.0.0",
            "O(N) where N is the total number of keys in all databases",
            "Removes the keys of all databases.",
        ),
    server("swapdb", 3, swapdb).flags(&[Flags::WRITE, Flags::FAST]).docs(
        "4.0.0",
        "O(N) where N is the count of clients watching or blocking on keys from both databases.",
        "Exchanges two databases.",
    ),
];
