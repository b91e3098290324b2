//! Entries delivered to a consumer of a group: new ones, or what it has not acknowledged.

use super::read::{Reader, write_name};
use super::{no_group, write_entries, write_entry};
use crate::commands::reply::Elements;
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::notices::Class;
use crate::types::Stream;
use crate::types::stream::{Pending, StreamId};

/// Replies with a stream's name and the entries that were not yet delivered to the group, which become the consumer's;
/// false, and no reply, when there are none.
pub(super) fn deliver(cx: &mut Context<'_>, key: &[u8], reader: &Reader<'_>, count: usize) -> Result<bool, Error> {
    let database = cx.database();
    let Some(mut writing) = cx.store.keyspace.existing::<Stream>(database, key)? else { return Ok(false) };
    let (stream, mut log) = writing.edit();
    let at = stream.find_group(reader.group).ok_or_else(|| no_group(key, reader.group, ""))?;
    let Some(first) = stream.group(at).last_id.next() else { return Ok(false) };
    if stream.last_entry_id().is_none_or(|last| last < first) {
        return Ok(false);
    }
    let consumers = stream.group(at).consumers().len();
    let consumer = stream.see_consumer(at, reader.consumer, &mut log);
    let is_new = stream.group(at).consumers().len() > consumers;
    write_name(cx.out, key)?;
    let entries = stream.range(first, StreamId::MAX, false).take(count);
    let ids = write_entries(cx.out, entries)?;
    stream.advance(at, &ids, &mut log);
    if reader.acknowledges {
        let pending = Pending { delivered_ms: log.now_ms, deliveries: 1, consumer };
        ids.into_iter().for_each(|id| stream.set_pending(at, id, Some(pending), &mut log));
    }
    drop(writing);
    cx.store.keyspace.stats.changes += 1 + u64::from(is_new);
    if is_new {
        cx.notify(Class::STREAM, "xgroup-createconsumer", key);
    }
    Ok(true)
}

/// Replies with a stream's name and the entries from an id on that the consumer has not acknowledged, which count as
/// delivered once more. Of those that were deleted there is only the id.
pub(super) fn history(
    cx: &mut Context<'_>,
    key: &[u8],
    reader: &Reader<'_>,
    first: StreamId,
    count: usize,
) -> Result<bool, Error> {
    let database = cx.database();
    let Some(mut writing) = cx.store.keyspace.existing::<Stream>(database, key)? else { return Ok(false) };
    let (stream, mut log) = writing.edit();
    let at = stream.find_group(reader.group).ok_or_else(|| no_group(key, reader.group, ""))?;
    let consumers = stream.group(at).consumers().len();
    let consumer = stream.see_consumer(at, reader.consumer, &mut log);
    let is_new = stream.group(at).consumers().len() > consumers;
    let pending = stream.group(at).consumer(consumer).pending();
    let ids: Vec<StreamId> = pending.iter_from(first).take(count).map(|(id, ())| id).collect();
    write_name(cx.out, key)?;
    cx.out.array(ids.len());
    let mut elements = Elements::new(cx.out);
    for id in ids {
        let Some(entry) = stream.get(id) else {
            elements.out.array(2);
            id.write(elements.out);
            elements.out.null_array();
            continue;
        };
        if !write_entry(&mut elements, entry) {
            break;
        }
        if let Some(old) = stream.group(at).pending().get(id).copied() {
            let pending = Pending { delivered_ms: log.now_ms, deliveries: old.deliveries.wrapping_add(1), ..old };
            stream.set_pending(at, id, Some(pending), &mut log);
        }
    }
    elements.end()?;
    drop(writing);
    cx.store.keyspace.stats.changes += 1 + u64::from(is_new);
    if is_new {
        cx.notify(Class::STREAM, "xgroup-createconsumer", key);
    }
    Ok(true)
}
