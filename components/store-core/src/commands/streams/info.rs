//! XINFO: what a stream, its groups and their consumers are like. <https://redis.io/docs/latest/commands/xinfo/>

use ferrite_resp::Writer;

use super::{no_group_in, write_entries, write_entry};
use crate::commands::reply::Elements;
use crate::commands::reply::subcommand_arity;
use crate::context::Context;
use crate::error::Error;
use crate::types::stream::{Consumer, Entry, Group, Pending, StreamId};
use crate::types::{Element, Stream};

pub(super) fn stream(cx: &mut Context<'_>) -> Result<(), Error> {
    let count = parse_full(cx);
    let (stream, out) = cx.read::<Stream>(2)?;
    let stream = stream.ok_or(Error::NoSuchKey)?;
    let count = count?;
    let figures = stream.figures();
    out.map(if count.is_some() { 9 } else { 10 });
    number(out, "length", figures.length as i64);
    number(out, "radix-tree-keys", stream.nodes() as i64);
    number(out, "radix-tree-nodes", stream.radix_nodes() as i64);
    named_id(out, "last-generated-id", figures.last_id);
    named_id(out, "max-deleted-entry-id", figures.max_deleted_id);
    number(out, "entries-added", figures.entries_added as i64);
    named_id(out, "recorded-first-entry-id", figures.first_id);
    if let Some(count) = count {
        return write_full(out, stream, count);
    }
    number(out, "groups", stream.groups().len() as i64);
    for (name, backwards) in [("first-entry", false), ("last-entry", true)] {
        out.bulk(name.as_bytes());
        let entry = stream.range(StreamId::MIN, StreamId::MAX, backwards).next();
        write_optional(out, entry)?;
    }
    Ok(())
}

/// How many entries, and how many pending ones of each group and consumer, FULL shows; none without it.
fn parse_full(cx: &Context<'_>) -> Result<Option<usize>, Error> {
    const COUNT: usize = 10;
    match cx.args.len() {
        3 => Ok(None),
        4 if cx.is(3, "FULL") => Ok(Some(COUNT)),
        6 if cx.is(3, "FULL") && cx.is(4, "COUNT") => match cx.integer(5)? {
            0 => Ok(Some(usize::MAX)),
            ..0 => Ok(Some(COUNT)),
            count => Ok(Some(usize::try_from(count).unwrap_or(usize::MAX))),
        },
        _ => Err(subcommand_arity(cx)),
    }
}

fn number(out: &mut Writer, name: &str, number: i64) {
    out.bulk(name.as_bytes());
    out.integer(number);
}

fn named_id(out: &mut Writer, name: &str, id: StreamId) {
    out.bulk(name.as_bytes());
    id.write(out);
}

/// The name of a group or a consumer, which may be long; false when there is no room for it.
fn write_name(elements: &mut Elements<'_>, name: &[u8]) -> bool {
    elements.out.bulk(b"name");
    elements.push(Element::Bytes(name))
}

fn optional_number(out: &mut Writer, name: &str, number: Option<i64>) {
    out.bulk(name.as_bytes());
    match number {
        Some(number) => out.integer(number),
        None => out.null(),
    }
}

fn write_optional(out: &mut Writer, entry: Option<Entry<'_>>) -> Result<(), Error> {
    let Some(entry) = entry else {
        out.null();
        return Ok(());
    };
    let mut elements = Elements::new(out);
    write_entry(&mut elements, entry);
    elements.end()
}

fn write_full(out: &mut Writer, stream: &Stream, count: usize) -> Result<(), Error> {
    out.bulk(b"entries");
    write_entries(out, stream.range(StreamId::MIN, StreamId::MAX, false).take(count))?;
    out.bulk(b"groups");
    out.array(stream.groups().len());
    let mut elements = Elements::new(out);
    stream.groups().all(|group| write_group(&mut elements, stream, group, count));
    elements.end()
}

/// A group with all that it has; false when there is no room for it.
fn write_group(elements: &mut Elements<'_>, stream: &Stream, group: &Group, count: usize) -> bool {
    elements.out.map(7);
    write_name(elements, &group.name);
    write_position(elements.out, stream, group);
    number(elements.out, "pel-count", group.pending().len() as i64);
    elements.out.bulk(b"pending");
    elements.out.array(group.pending().len().min(count));
    for (id, pending) in group.pending().iter_from(StreamId::MIN).take(count) {
        elements.out.array(4);
        id.write(elements.out);
        if !elements.push(Element::Bytes(&group.consumer(pending.consumer).name)) {
            return false;
        }
        write_deliveries(elements.out, pending);
    }
    elements.out.bulk(b"consumers");
    elements.out.array(group.consumers().len());
    group.consumers().all(|consumer| write_consumer(elements, group, consumer, count))
}

fn write_consumer(elements: &mut Elements<'_>, group: &Group, consumer: &Consumer, count: usize) -> bool {
    elements.out.map(4);
    write_name(elements, &consumer.name);
    number(elements.out, "seen-time", consumer.seen_ms);
    number(elements.out, "pel-count", consumer.pending().len() as i64);
    elements.out.bulk(b"pending");
    elements.out.array(consumer.pending().len().min(count));
    for (id, ()) in consumer.pending().iter_from(StreamId::MIN).take(count) {
        if !elements.has_room(PENDING) {
            return false;
        }
        elements.out.array(3);
        id.write(elements.out);
        if let Some(pending) = group.pending().get(id) {
            write_deliveries(elements.out, pending);
        }
    }
    true
}

/// What a pending entry takes in the reply, at the most.
const PENDING: usize = 128;

fn write_deliveries(out: &mut Writer, pending: &Pending) {
    out.integer(pending.delivered_ms);
    out.integer(pending.deliveries as i64);
}

/// How far a group is.
fn write_position(out: &mut Writer, stream: &Stream, group: &Group) {
    named_id(out, "last-delivered-id", group.last_id);
    optional_number(out, "entries-read", group.entries_read.map(|read| read as i64));
    optional_number(out, "lag", stream.figures().lag(group));
}

pub(super) fn groups(cx: &mut Context<'_>) -> Result<(), Error> {
    let (stream, out) = cx.read::<Stream>(2)?;
    let stream = stream.ok_or(Error::NoSuchKey)?;
    out.array(stream.groups().len());
    let mut elements = Elements::new(out);
    for group in stream.groups() {
        elements.out.map(6);
        write_name(&mut elements, &group.name);
        number(elements.out, "consumers", group.consumers().len() as i64);
        number(elements.out, "pending", group.pending().len() as i64);
        write_position(elements.out, stream, group);
    }
    elements.end()
}

pub(super) fn consumers(cx: &mut Context<'_>) -> Result<(), Error> {
    let (key, name, now_ms) = (cx.arg(2), cx.arg(3), cx.keys().now_ms());
    let (stream, out) = cx.read::<Stream>(2)?;
    let stream = stream.ok_or(Error::NoSuchKey)?;
    let at = stream.find_group(name).ok_or_else(|| no_group_in(key, name))?;
    let group = stream.group(at);
    out.array(group.consumers().len());
    let mut elements = Elements::new(out);
    for consumer in group.consumers() {
        elements.out.map(3);
        write_name(&mut elements, &consumer.name);
        number(elements.out, "pending", consumer.pending().len() as i64);
        number(elements.out, "idle", now_ms.wrapping_sub(consumer.seen_ms).max(0));
    }
    elements.end()
}

pub(super) fn help(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.reply_help(&[
        ("CONSUMERS <key> <group>", "The consumers of a group, and how much each has not acknowledged."),
        ("GROUPS <key>", "The groups of a stream, and how far each is."),
        ("STREAM <key> [FULL [COUNT <count>]]", "What a stream is like, with its first and last entry or with all."),
    ])
}
