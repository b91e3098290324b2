//! Keys of any type. <https://redis.io/docs/latest/commands/?group=generic>

use super::databases::database_number;
use crate::command::{Command, Flags, Handler, all_keys, key_at, one_key};
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::notices::Class;
use crate::keyspace::{Database, Keyspace};
use crate::memory;

const SAME_OBJECT: Error = Error::fixed("ERR source and destination objects are the same");

/// Replies for how many of the arguments, all of them keys, `hit` says yes.
fn count_keys(cx: &mut Context<'_>, mut hit: impl FnMut(&mut Keyspace, Database, &[u8]) -> bool) -> Result<(), Error> {
    let database = cx.database();
    let keys = &mut cx.store.keyspace;
    let count = cx.args.skip(1).iter().filter(|key| hit(keys, database, key)).count();
    cx.reply_integer(count as i64)
}

fn del(cx: &mut Context<'_>) -> Result<(), Error> {
    count_keys(cx, |keys, database, key| keys.delete(database, key))
}

fn exists(cx: &mut Context<'_>) -> Result<(), Error> {
    count_keys(cx, |keys, database, key| keys.inspect(database, key).is_some())
}

fn touch(cx: &mut Context<'_>) -> Result<(), Error> {
    count_keys(cx, |keys, database, key| keys.get(database, key).is_some())
}

fn type_of(cx: &mut Context<'_>) -> Result<(), Error> {
    let (database, key) = (cx.database(), cx.arg(1));
    let name = cx.keys().inspect(database, key).map_or("none", |entry| entry.content().type_name());
    cx.out.simple(name);
    Ok(())
}

fn randomkey(cx: &mut Context<'_>) -> Result<(), Error> {
    let database = cx.database();
    let key = cx.keys().random_key(database);
    cx.out.optional_bulk(key.as_deref());
    Ok(())
}

fn rename(cx: &mut Context<'_>) -> Result<(), Error> {
    let (database, from, to) = (cx.database(), cx.arg(1), cx.arg(2));
    if cx.keys().use_key(database, from).is_none() {
        return Err(Error::NoSuchKey);
    }
    if cx.keys().rename((database, from), (database, to)) && from != to {
        renamed(cx, from, to);
    }
    cx.ok()
}

fn renamed(cx: &mut Context<'_>, from: &[u8], to: &[u8]) {
    cx.notify(Class::GENERIC, "rename_from", from);
    cx.notify(Class::GENERIC, "rename_to", to);
}

fn renamenx(cx: &mut Context<'_>) -> Result<(), Error> {
    let (database, from, to) = (cx.database(), cx.arg(1), cx.arg(2));
    if cx.keys().use_key(database, from).is_none() {
        return Err(Error::NoSuchKey);
    }
    let free = from != to && cx.keys().use_key(database, to).is_none();
    if free {
        cx.keys().rename((database, from), (database, to));
        renamed(cx, from, to);
    }
    cx.reply_integer(i64::from(free))
}

fn copy(cx: &mut Context<'_>) -> Result<(), Error> {
    let (from, to) = (cx.arg(1), cx.arg(2));
    let database = cx.database();
    let (mut target, mut replace) = (database, false);
    let mut at = 3;
    while at < cx.args.len() {
        if cx.is(at, "REPLACE") {
            replace = true;
        } else if cx.is(at, "DB") && at + 1 < cx.args.len() {
            at += 1;
            target = database_number(cx, at)?;
        } else {
            return Err(Error::Syntax);
        }
        at += 1;
    }
    if target == database && from == to {
        return Err(SAME_OBJECT);
    }
    let keys = cx.keys();
    // A few of the elements tell how much the others take, about.
    let bytes = keys.memory_usage(database, from, 5).unwrap_or(0);
    if !memory::has_room(bytes.saturating_add(bytes / 4)) {
        return Err(Error::OutOfMemory);
    }
    let copied = keys.get(database, from).is_some()
        && (replace || keys.use_key(target, to).is_none())
        && keys.copy((database, from), (target, to));
    if copied {
        keys.notify(Class::GENERIC, "copy_to", target, to);
    }
    cx.reply_integer(i64::from(copied))
}

fn move_key(cx: &mut Context<'_>) -> Result<(), Error> {
    let (database, key) = (cx.database(), cx.arg(1));
    let target = database_number(cx, 2)?;
    if target == database {
        return Err(SAME_OBJECT);
    }
    let keys = cx.keys();
    let moved = keys.use_key(database, key).is_some()
        && keys.use_key(target, key).is_none()
        && keys.rename((database, key), (target, key));
    if moved {
        keys.notify(Class::GENERIC, "move_from", database, key);
        keys.notify(Class::GENERIC, "move_to", target, key);
    }
    cx.reply_integer(i64::from(moved))
}

const fn generic(name: &'static str, arity: i32, handler: Handler) -> Command {
    Command::new(name, arity, handler).group("generic").categories(&["keyspace"])
}

const WRITE: &[Flags] = &[Flags::WRITE];
const WRITE_FAST: &[Flags] = &[Flags::WRITE, Flags::FAST];
const READ_FAST: &[Flags] = &[Flags::READONLY, Flags::FAST];
const SUM_OF_SHARDS: &[&str] = &["request_policy:multi_shard", "response_policy:agg_sum"];

/// The family's rows.
pub(crate) static TABLE: &[Command] = &[
    generic("del", -2, del)
        .flags(&[Flags::WRITE, Flags::BRIEF])
        .keys(&[all_keys(&["RM", "delete"], 1)])
        .tips(SUM_OF_SHARDS)
        .docs(
            "1.0.0",
            "O(N) where N is the number of keys that will be removed. When a key to remove holds a value other than a \
         string, the individual complexity for this key is O(M) where M is the number of elements in the list, set, \
         sorted set or hash. Removing a single key that holds a string value is O(1).",
            "Removes keys.",
        ),
    generic("unlink", -2, del).flags(WRITE_FAST).keys(&[all_keys(&["RM", "delete"], 1)]).tips(SUM_OF_SHARDS).docs(
        "4.0.0",
        "O(1) for each key removed regardless of its size. Then the command does O(N) work in a different thread in \
         order to reclaim memory, where N is the number of allocations the deleted objects where composed of.",
        "Removes keys; their memory may go back later.",
    ),
    generic("exists", -2, exists).flags(READ_FAST).keys(&[all_keys(&["RO"], 1)]).tips(SUM_OF_SHARDS).docs(
        "1.0.0",
        "O(N) where N is the number of keys to check.",
        "Counts which of the named keys exist.",
    ),
    generic("type", 2, type_of).flags(READ_FAST).keys(&[one_key(&["RO"])]).docs(
        "1.0.0",
        "O(1)",
        "Returns the type of a key's value.",
    ),
    generic("touch", -2, touch).flags(READ_FAST).keys(&[all_keys(&["RO"], 1)]).tips(SUM_OF_SHARDS).docs(
        "3.2.1",
        "O(N) where N is the number of keys that will be touched.",
        "Notes a use of keys, and counts those that exist.",
    ),
    generic("rename", 3, rename)
        .flags(WRITE)
        .keys(&[one_key(&["RW", "access", "delete"]), key_at(2, &["OW", "update"])])
        .docs("1.0.0", "O(1)", "Gives a key another name, in place of the key that has it."),
    generic("renamenx", 3, renamenx)
        .flags(WRITE_FAST)
        .keys(&[one_key(&["RW", "access", "delete"]), key_at(2, &["OW", "insert"])])
        .docs("1.0.0", "O(1)", "Gives a key another name unless a key has it."),
    generic("copy", -3, copy)
        .flags(&[Flags::WRITE, Flags::DENYOOM])
        .keys(&[one_key(&["RO", "access"]), key_at(2, &["OW", "update"])])
        .docs(
            "6.2.0",
            "O(N) worst case for collections, where N is the number of nested items. O(1) for string values.",
            "Copies a key's value to another key.",
        ),
    generic("move", 3, move_key).flags(WRITE_FAST).keys(&[one_key(&["RW", "access", "update"])]).docs(
        "1.0.0",
        "O(1)",
        "Moves a key to another database.",
    ),
    generic("randomkey", 1, randomkey)
        .flags(&[Flags::READONLY])
        .tips(&["request_policy:all_shards", "nondeterministic_output"])
        .docs("1.0.0", "O(1)", "Returns a key chosen by chance."),
];
