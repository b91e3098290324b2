//! XGROUP: the groups of a stream and their consumers. <https://redis.io/docs/latest/commands/xgroup/>

use super::arguments::{bound, id};
use super::no_group_in;
use crate::commands::reply::subcommand_arity;
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::Writing;
use crate::keyspace::notices::Class;
use crate::types::Stream;

const NO_KEY: Error = Error::fixed(
    "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option \
     to create an empty stream automatically.",
);

/// What CREATE and SETID understand behind the id.
#[derive(Default)]
struct Options {
    creates: bool,
    entries_read: Option<u64>,
}

impl Options {
    fn parse(cx: &Context<'_>, may_create: bool) -> Result<Options, Error> {
        let mut options = Options::default();
        let mut at = 5;
        while at < cx.args.len() {
            if may_create && cx.is(at, "MKSTREAM") {
                options.creates = true;
                at += 1;
            } else if cx.is(at, "ENTRIESREAD") && at + 1 < cx.args.len() {
                options.entries_read = match cx.integer(at + 1)? {
                    -1 => None,
                    read => Some(
                        u64::try_from(read)
                            .map_err(|_| Error::fixed("ERR value for ENTRIESREAD must be positive or -1"))?,
                    ),
                };
                at += 2;
            } else {
                return Err(subcommand_arity(cx));
            }
        }
        Ok(options)
    }
}

pub(super) fn create(cx: &mut Context<'_>) -> Result<(), Error> {
    /// With all options once.
    const ARGUMENTS_MAX: usize = 8;
    let options = Options::parse(cx, true)?;
    let name = cx.arg(3);
    let last_id = match cx.arg(4) {
        _ if cx.args.len() > ARGUMENTS_MAX => Err(subcommand_arity(cx)),
        b"$" => Ok(None),
        _ => id(cx, 4).map(Some),
    };
    let is_new = match cx.existing::<Stream>(2)? {
        None if !options.creates => return Err(NO_KEY),
        stream => stream.is_none(),
    };
    let last_id = last_id?;
    let mut writing = cx.create::<Stream>(2)?;
    let (stream, mut log) = writing.edit();
    if is_new {
        log.note(0);
    }
    let last_id = last_id.unwrap_or(stream.figures().last_id);
    let is_made = stream.create_group(name, last_id, options.entries_read, &mut log);
    drop(writing);
    if !is_made {
        return Err(Error::fixed("BUSYGROUP Consumer Group name already exists"));
    }
    cx.store.keyspace.stats.changes += 1;
    cx.notify(Class::STREAM, "xgroup-create", cx.arg(2));
    cx.ok()
}

pub(super) fn setid(cx: &mut Context<'_>) -> Result<(), Error> {
    /// With all options once.
    const ARGUMENTS_MAX: usize = 7;
    let options = Options::parse(cx, false)?;
    let last_id = match cx.arg(4) {
        _ if cx.args.len() > ARGUMENTS_MAX => Err(subcommand_arity(cx)),
        b"$" => Ok(None),
        _ => bound(cx, 4).map(Some),
    };
    let (mut writing, at) = open(cx)?;
    let (stream, mut log) = writing.edit();
    let last_id = last_id?.unwrap_or(stream.figures().last_id);
    stream.set_position(at, last_id, options.entries_read, &mut log);
    drop(writing);
    cx.store.keyspace.stats.changes += 1;
    cx.notify(Class::STREAM, "xgroup-setid", cx.arg(2));
    cx.ok()
}

pub(super) fn destroy(cx: &mut Context<'_>) -> Result<(), Error> {
    let name = cx.arg(3);
    let mut writing = cx.existing::<Stream>(2)?.ok_or(NO_KEY)?;
    let (stream, mut log) = writing.edit();
    let found = stream.find_group(name);
    if let Some(at) = found {
        stream.destroy_group(at, &mut log);
    }
    drop(writing);
    if found.is_some() {
        cx.store.keyspace.stats.changes += 1;
        cx.notify(Class::STREAM, "xgroup-destroy", cx.arg(2));
    }
    let (database, key) = (cx.database(), cx.arg(2));
    cx.store.keyspace.wake(database, key);
    cx.reply_integer(i64::from(found.is_some()))
}

pub(super) fn createconsumer(cx: &mut Context<'_>) -> Result<(), Error> {
    let name = cx.arg(4);
    let (mut writing, at) = open(cx)?;
    let (stream, mut log) = writing.edit();
    let is_made = stream.create_consumer(at, name, &mut log).is_some();
    drop(writing);
    if is_made {
        cx.store.keyspace.stats.changes += 1;
        cx.notify(Class::STREAM, "xgroup-createconsumer", cx.arg(2));
    }
    cx.reply_integer(i64::from(is_made))
}

pub(super) fn delconsumer(cx: &mut Context<'_>) -> Result<(), Error> {
    let name = cx.arg(4);
    let (mut writing, at) = open(cx)?;
    let (stream, mut log) = writing.edit();
    let consumer = stream.group(at).find(name);
    let pending = consumer.map_or(0, |consumer| stream.delete_consumer(at, consumer, &mut log));
    drop(writing);
    if consumer.is_some() {
        cx.store.keyspace.stats.changes += 1;
        cx.notify(Class::STREAM, "xgroup-delconsumer", cx.arg(2));
    }
    cx.reply_integer(pending as i64)
}

/// The stream and the place of the group that the arguments name; both must exist.
fn open<'c>(cx: &'c mut Context<'_>) -> Result<(Writing<'c, Stream>, usize), Error> {
    let (key, name) = (cx.arg(2), cx.arg(3));
    let writing = cx.existing::<Stream>(2)?.ok_or(NO_KEY)?;
    let at = writing.get().find_group(name).ok_or_else(|| no_group_in(key, name))?;
    Ok((writing, at))
}

pub(super) fn help(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.reply_help(&[
        ("CREATE <key> <group> <id|$> [MKSTREAM] [ENTRIESREAD <count>]", "Makes a group that begins behind an id."),
        ("CREATECONSUMER <key> <group> <consumer>", "Makes a consumer of a group."),
        ("DELCONSUMER <key> <group> <consumer>", "Removes a consumer, and what is pending for it."),
        ("DESTROY <key> <group>", "Removes a group."),
        ("SETID <key> <group> <id|$> [ENTRIESREAD <count>]", "Has a group go on behind another id."),
    ])
}
