//! Ranges counted and removed, and how their bounds are read.

use crate::context::Context;
use crate::error::Error;
use crate::keyspace::notices::Class;
use crate::types::SortedSet;
use crate::types::positions::between;
use crate::types::sorted_set::{LexRange, ScoreRange};

/// A range of scores.
pub(super) fn scores(min: &[u8], max: &[u8]) -> Result<ScoreRange, Error> {
    ScoreRange::parse(min, max).ok_or(Error::fixed("ERR min or max is not a float"))
}

/// A range of bytes.
pub(super) fn bytes<'a>(min: &'a [u8], max: &'a [u8]) -> Result<LexRange<'a>, Error> {
    LexRange::parse(min, max).ok_or(Error::fixed("ERR min or max not valid string range item"))
}

/// The first rank from `start` to `end`, both included, and how many there are; negative ones count from the end.
pub(super) fn clamp(start: i64, end: i64, len: usize) -> (usize, usize) {
    between(len, start, end).unwrap_or_default()
}

/// Which members of a sorted set.
type Ranks<'a> = &'a dyn Fn(&SortedSet) -> (usize, usize);

pub(super) fn zcount(cx: &mut Context<'_>) -> Result<(), Error> {
    let range = scores(cx.arg(2), cx.arg(3))?;
    count(cx, &|set| set.ranks_by_score(&range))
}

pub(super) fn zlexcount(cx: &mut Context<'_>) -> Result<(), Error> {
    let range = bytes(cx.arg(2), cx.arg(3))?;
    count(cx, &|set| set.ranks_by_lex(&range))
}

fn count(cx: &mut Context<'_>, ranks: Ranks<'_>) -> Result<(), Error> {
    let (set, out) = cx.read::<SortedSet>(1)?;
    out.integer(set.map_or(0, |set| ranks(set).1) as i64);
    Ok(())
}

pub(super) fn zremrangebyrank(cx: &mut Context<'_>) -> Result<(), Error> {
    let (start, end) = (cx.integer(2)?, cx.integer(3)?);
    remove(cx, "zremrangebyrank", &|set| clamp(start, end, set.len()))
}

pub(super) fn zremrangebyscore(cx: &mut Context<'_>) -> Result<(), Error> {
    let range = scores(cx.arg(2), cx.arg(3))?;
    remove(cx, "zremrangebyscore", &|set| set.ranks_by_score(&range))
}

pub(super) fn zremrangebylex(cx: &mut Context<'_>) -> Result<(), Error> {
    let range = bytes(cx.arg(2), cx.arg(3))?;
    remove(cx, "zremrangebylex", &|set| set.ranks_by_lex(&range))
}

fn remove(cx: &mut Context<'_>, event: &'static str, ranks: Ranks<'_>) -> Result<(), Error> {
    let (database, key) = (cx.database(), cx.arg(1));
    let Some(mut writing) = cx.existing::<SortedSet>(1)? else { return cx.reply_integer(0) };
    writing.event(Class::SORTED_SET, event);
    let (set, mut log) = writing.edit();
    let (first, count) = ranks(set);
    if count > 0 && count == set.len() {
        // The whole sorted set goes, as DEL would remove it; no member is removed by itself.
        log.note(count as u64 - 1);
        drop(writing);
        cx.keys().delete(database, key);
    } else {
        set.take(first, count, &mut log, &mut |_, _| {});
        drop(writing);
    }
    cx.reply_integer(count as i64)
}
