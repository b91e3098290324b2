//! XACK and XPENDING: what was delivered and not acknowledged.

use ferrite_resp::Writer;

use super::arguments::{end, id, start};
use super::no_group;
use crate::commands::reply::Elements;
use crate::context::Context;
use crate::error::Error;
use crate::types::stream::{Group, Pending, StreamId};
use crate::types::{Element, Stream};

pub(super) fn xack(cx: &mut Context<'_>) -> Result<(), Error> {
    let name = cx.arg(2);
    let (stream, _) = cx.read::<Stream>(1)?;
    let Some(at) = stream.and_then(|stream| stream.find_group(name)) else { return cx.reply_integer(0) };
    let ids: Vec<StreamId> = (3..cx.args.len()).map(|index| id(cx, index)).collect::<Result<_, _>>()?;
    let Some(mut writing) = cx.existing::<Stream>(1)? else { return cx.reply_integer(0) };
    let (stream, mut log) = writing.edit();
    let mut acknowledged = 0;
    for id in ids {
        if stream.group(at).pending().get(id).is_some() {
            stream.set_pending(at, id, None, &mut log);
            acknowledged += 1;
        }
    }
    drop(writing);
    cx.store.keyspace.stats.changes += acknowledged;
    cx.reply_integer(acknowledged as i64)
}

/// What XPENDING asks for beyond the summary.
struct Range<'a> {
    min_idle_ms: i64,
    first: StreamId,
    last: StreamId,
    count: usize,
    consumer: Option<&'a [u8]>,
}

impl<'a> Range<'a> {
    fn parse(cx: &Context<'a>) -> Result<Option<Range<'a>>, Error> {
        match cx.args.len() {
            3 => return Ok(None),
            6..=9 => {}
            _ => return Err(Error::Syntax),
        }
        let (mut at, mut min_idle_ms) = (3, 0);
        if cx.is(3, "IDLE") {
            min_idle_ms = cx.integer(4)?;
            if cx.args.len() < 8 {
                return Err(Error::Syntax);
            }
            at = 5;
        }
        let count = usize::try_from(cx.integer(at + 2)?.max(0)).unwrap_or(usize::MAX);
        let (first, last) = (start(cx, at)?, end(cx, at + 1)?);
        Ok(Some(Range { min_idle_ms, first, last, count, consumer: cx.args.get(at + 3) }))
    }
}

pub(super) fn xpending(cx: &mut Context<'_>) -> Result<(), Error> {
    let range = Range::parse(cx)?;
    let (key, name, now_ms) = (cx.arg(1), cx.arg(2), cx.keys().now_ms());
    let (stream, out) = cx.read::<Stream>(1)?;
    let group = stream.and_then(|stream| stream.find_group(name).map(|at| stream.group(at)));
    let group = group.ok_or_else(|| no_group(key, name, ""))?;
    let Some(range) = range else {
        return write_summary(out, group);
    };
    let of_consumer = range.consumer.map(|name| group.find(name));
    let pending: Box<dyn Iterator<Item = (StreamId, Pending)> + '_> = match of_consumer {
        None => Box::new(group.pending().iter_from(range.first).map(|(id, pending)| (id, *pending))),
        Some(None) => Box::new(std::iter::empty()),
        Some(Some(consumer)) => {
            let ids = group.consumer(consumer).pending().iter_from(range.first);
            Box::new(ids.filter_map(|(id, ())| Some((id, *group.pending().get(id)?))))
        }
    };
    let is_idle =
        |pending: &Pending| range.min_idle_ms == 0 || now_ms.wrapping_sub(pending.delivered_ms) >= range.min_idle_ms;
    let pending = pending.take_while(|(id, _)| *id <= range.last).filter(|(_, pending)| is_idle(pending));
    let (begin, mut written) = (out.len(), 0);
    let mut elements = Elements::new(out);
    for (id, pending) in pending.take(range.count) {
        elements.out.array(4);
        id.write(elements.out);
        elements.push(Element::Bytes(&group.consumer(pending.consumer).name));
        elements.out.integer(now_ms.wrapping_sub(pending.delivered_ms).max(0));
        elements.out.integer(pending.deliveries as i64);
        written += 1;
    }
    elements.end()?;
    out.array_at(begin, written);
    Ok(())
}

/// How many are pending, the first and the last of them, and how many each consumer has.
fn write_summary(out: &mut Writer, group: &Group) -> Result<(), Error> {
    out.array(4);
    out.integer(group.pending().len() as i64);
    let (Some((first, _)), Some((last, _))) = (group.pending().first(), group.pending().last()) else {
        out.null();
        out.null();
        out.null_array();
        return Ok(());
    };
    first.write(out);
    last.write(out);
    let consumers = || group.consumers().filter(|consumer| !consumer.pending().is_empty());
    out.array(consumers().count());
    let mut elements = Elements::new(out);
    for consumer in consumers() {
        elements.out.array(2);
        elements.push(Element::Bytes(&consumer.name));
        elements.out.bulk_integer(consumer.pending().len() as i64);
    }
    elements.end()
}
