//! XCLAIM and XAUTOCLAIM: pending entries that become another consumer's.

use super::arguments::{id, start};
use super::{no_group, write_entry};
use crate::commands::reply::Elements;
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::notices::Class;
use crate::types::Stream;
use crate::types::stream::{ConsumerId, Log, Pending, StreamId};

/// What is claimed, and how.
struct Claim<'a> {
    consumer: &'a [u8],
    /// Only what was delivered at least so long ago; 0 for everything.
    min_idle_ms: i64,
    /// When it counts as delivered.
    delivered_ms: i64,
    /// How often it counts as delivered.
    deliveries: Option<u64>,
    /// Whether what is not pending becomes so.
    force: bool,
    /// Whether the reply has ids alone.
    only_ids: bool,
}

/// What became of an entry.
enum Claimed {
    Yes,
    /// It is not pending, or not for long enough.
    No,
    /// It is no longer in the stream, and pending no longer.
    Deleted,
}

impl Claim<'_> {
    /// Claims an entry and replies with it. The consumer is found or made when it is needed first.
    fn claim(
        &self,
        (stream, at): (&mut Stream, usize),
        id: StreamId,
        found: &mut Option<ConsumerId>,
        elements: &mut Elements<'_>,
        log: &mut Log<'_>,
    ) -> Claimed {
        let old = stream.group(at).pending().get(id).copied();
        let Some(entry) = stream.get(id) else {
            if old.is_none() {
                return Claimed::No;
            }
            stream.set_pending(at, id, None, log);
            return Claimed::Deleted;
        };
        let is_idle =
            |old: &Pending| self.min_idle_ms == 0 || log.now_ms.wrapping_sub(old.delivered_ms) >= self.min_idle_ms;
        match &old {
            Some(old) if !is_idle(old) => return Claimed::No,
            None if !self.force => return Claimed::No,
            _ => {}
        }
        if self.only_ids {
            id.write(elements.out);
        } else {
            write_entry(elements, entry);
        }
        let consumer = match *found {
            Some(consumer) => consumer,
            None => *found.insert(stream.see_consumer(at, self.consumer, log)),
        };
        let before = old.map_or(1, |old| old.deliveries);
        let more = if self.only_ids { before } else { before.wrapping_add(1) };
        let deliveries = self.deliveries.unwrap_or(more);
        let pending = Pending { delivered_ms: self.delivered_ms, deliveries, consumer };
        stream.set_pending(at, id, Some(pending), log);
        Claimed::Yes
    }
}

fn min_idle(cx: &Context<'_>, command: &str) -> Result<i64, Error> {
    let number = cx.integer(4).map_err(|_| Error::line(format!("ERR Invalid min-idle-time argument for {command}")))?;
    Ok(number.max(0))
}

/// The place of the group that the arguments name.
fn find_group(cx: &mut Context<'_>) -> Result<usize, Error> {
    let (key, name) = (cx.arg(1), cx.arg(2));
    let (stream, _) = cx.read::<Stream>(1)?;
    stream.and_then(|stream| stream.find_group(name)).ok_or_else(|| no_group(key, name, ""))
}

pub(super) fn xclaim(cx: &mut Context<'_>) -> Result<(), Error> {
    let at = find_group(cx)?;
    let now_ms = cx.keys().now_ms();
    let mut claim = Claim {
        consumer: cx.arg(3),
        min_idle_ms: min_idle(cx, "XCLAIM")?,
        delivered_ms: -1,
        deliveries: None,
        force: false,
        only_ids: false,
    };
    let ids: Vec<StreamId> = (5..cx.args.len()).map_while(|index| id(cx, index).ok()).collect();
    let last_id = claim.options(cx, 5 + ids.len(), now_ms)?;
    if !(0..=now_ms).contains(&claim.delivered_ms) {
        claim.delivered_ms = now_ms;
    }
    let Some(mut writing) = cx.store.keyspace.existing::<Stream>(cx.session.database, cx.args.at(1))? else {
        return Ok(());
    };
    let (stream, mut log) = writing.edit();
    let (mut changes, mut moves) = (0, last_id > stream.group(at).last_id);
    if moves {
        let entries_read = stream.group(at).entries_read;
        stream.set_position(at, last_id, entries_read, &mut log);
    }
    let consumers = stream.group(at).consumers().len();
    let (begin, mut written, mut consumer) = (cx.out.len(), 0, None);
    let mut elements = Elements::new(cx.out);
    for id in ids {
        match claim.claim((stream, at), id, &mut consumer, &mut elements, &mut log) {
            Claimed::Yes => written += 1,
            Claimed::No => continue,
            Claimed::Deleted => {}
        }
        (changes, moves) = (changes + 1, false);
    }
    elements.end()?;
    let is_new = stream.group(at).consumers().len() > consumers;
    changes += usize::from(is_new) + usize::from(moves);
    drop(writing);
    if is_new {
        cx.notify(Class::STREAM, "xgroup-createconsumer", cx.arg(1));
    }
    cx.out.array_at(begin, written);
    cx.store.keyspace.stats.changes += changes as u64;
    Ok(())
}

impl Claim<'_> {
    /// Reads XCLAIM's options from an index on; the id that LASTID gives.
    fn options(&mut self, cx: &Context<'_>, mut at: usize, now_ms: i64) -> Result<StreamId, Error> {
        let mut last_id = StreamId::MIN;
        while at < cx.args.len() {
            let has_value = at + 1 < cx.args.len();
            let number = |option: &str| {
                let line = format!("ERR Invalid {option} option argument for XCLAIM");
                cx.integer(at + 1).map_err(|_| Error::line(line))
            };
            if cx.is(at, "FORCE") {
                self.force = true;
                at += 1;
                continue;
            } else if cx.is(at, "JUSTID") {
                self.only_ids = true;
                at += 1;
                continue;
            } else if cx.is(at, "IDLE") && has_value {
                self.delivered_ms = now_ms.wrapping_sub(number("IDLE")?);
            } else if cx.is(at, "TIME") && has_value {
                self.delivered_ms = number("TIME")?;
            } else if cx.is(at, "RETRYCOUNT") && has_value {
                self.deliveries = u64::try_from(number("RETRYCOUNT")?).ok();
            } else if cx.is(at, "LASTID") && has_value {
                last_id = id(cx, at + 1)?;
            } else {
                return Err(Error::quoting("ERR Unrecognized XCLAIM option '", cx.arg(at), "'"));
            }
            at += 2;
        }
        Ok(last_id)
    }
}

pub(super) fn xautoclaim(cx: &mut Context<'_>) -> Result<(), Error> {
    let now_ms = cx.keys().now_ms();
    let mut claim = Claim {
        consumer: cx.arg(3),
        min_idle_ms: min_idle(cx, "XAUTOCLAIM")?,
        delivered_ms: now_ms,
        deliveries: None,
        force: false,
        only_ids: false,
    };
    let first = start(cx, 5)?;
    let count = claim.auto_options(cx)?;
    let at = find_group(cx)?;
    let Some(mut writing) = cx.store.keyspace.existing::<Stream>(cx.session.database, cx.args.at(1))? else {
        return Ok(());
    };
    let (stream, mut log) = writing.edit();
    let consumers = stream.group(at).consumers().len();
    let (begin, mut consumer) = (cx.out.len(), None);
    let (mut claimed, mut deleted, mut next) = (0, Vec::new(), Some(first));
    // Entries that are not idle for long enough are looked at, too, but no more than this.
    let mut looks = count.saturating_mul(10);
    let mut elements = Elements::new(cx.out);
    let following =
        |stream: &Stream, from: StreamId| stream.group(at).pending().iter_from(from).next().map(|(id, _)| id);
    while looks > 0 && claimed + deleted.len() < count {
        let Some(id) = next.and_then(|from| following(stream, from)) else {
            next = None;
            break;
        };
        next = id.next();
        looks -= 1;
        match claim.claim((stream, at), id, &mut consumer, &mut elements, &mut log) {
            Claimed::Yes => claimed += 1,
            Claimed::No => {}
            Claimed::Deleted => deleted.push(id),
        }
    }
    elements.end()?;
    let next = next.and_then(|from| following(stream, from)).unwrap_or(StreamId::MIN);
    let is_new = stream.group(at).consumers().len() > consumers;
    let changes = claimed + deleted.len() + usize::from(is_new);
    drop(writing);
    if is_new {
        cx.notify(Class::STREAM, "xgroup-createconsumer", cx.arg(1));
    }
    cx.store.keyspace.stats.changes += changes as u64;
    // In front of what was claimed stands where to go on, behind it what was found deleted.
    cx.out.insert_at(begin, &mut |out| {
        out.array(3);
        next.write(out);
        out.array(claimed);
    });
    cx.out.array(deleted.len());
    deleted.iter().for_each(|id| id.write(cx.out));
    Ok(())
}

impl Claim<'_> {
    /// Reads XAUTOCLAIM's options; how many entries to claim at most.
    fn auto_options(&mut self, cx: &Context<'_>) -> Result<usize, Error> {
        /// Redis makes room for as many ids of 16 bytes.
        const MOST: i64 = i64::MAX / 16;
        /// More than that no machine has room for.
        const SENSIBLE: i64 = 1 << 43;
        let (mut count, mut at) = (100, 6);
        while at < cx.args.len() {
            if cx.is(at, "COUNT") && at + 1 < cx.args.len() {
                count = cx
                    .integer(at + 1)
                    .ok()
                    .filter(|count| (1..=MOST).contains(count))
                    .ok_or(Error::fixed("ERR COUNT must be > 0"))?;
                at += 1;
            } else if cx.is(at, "JUSTID") {
                self.only_ids = true;
            } else {
                return Err(Error::Syntax);
            }
            at += 1;
        }
        if count > SENSIBLE {
            return Err(Error::fixed("ERR Insufficient memory, failed allocating transient memory, COUNT too high."));
        }
        Ok(usize::try_from(count).unwrap_or(usize::MAX))
    }
}
