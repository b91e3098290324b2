//! ZRANGE in all its forms: members in a range of ranks, scores or bytes, replied or stored.

use ferrite_resp::number::parse_i64;

use super::ranges::{self, clamp};
use crate::commands::reply::Elements;
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::notices::Class;
use crate::memory;
use crate::types::sorted_set::{LexRange, ScoreRange};
use crate::types::{Kind, SortedSet, Typed};

/// What a range is of, when the command or an option has said so.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Rank,
    Score,
    Bytes,
}

/// What a command's name alone says.
#[derive(Clone, Copy, Default)]
struct Form {
    order: Option<Order>,
    backwards: Option<bool>,
    stores: bool,
}

enum Range<'a> {
    Ranks(i64, i64),
    Scores(ScoreRange),
    Bytes(LexRange<'a>),
}

/// What is asked for.
struct Query<'a> {
    range: Range<'a>,
    backwards: bool,
    /// How many to pass over; none are left when it is negative.
    offset: i64,
    /// How many at most, any number when it is negative.
    limit: i64,
    with_scores: bool,
}

impl<'a> Query<'a> {
    /// Reads the arguments from the key at index `key` on.
    fn parse(cx: &Context<'a>, key: usize, form: Form) -> Result<Query<'a>, Error> {
        let Form { mut order, mut backwards, stores } = form;
        let (mut offset, mut limit, mut with_scores) = (0, -1, false);
        let mut at = key + 3;
        while at < cx.args.len() {
            if !stores && cx.is(at, "WITHSCORES") {
                with_scores = true;
            } else if cx.is(at, "LIMIT") && at + 2 < cx.args.len() {
                (offset, limit) = (cx.integer(at + 1)?, cx.integer(at + 2)?);
                at += 2;
            } else if backwards.is_none() && cx.is(at, "REV") {
                backwards = Some(true);
            } else if order.is_none() && cx.is(at, "BYLEX") {
                order = Some(Order::Bytes);
            } else if order.is_none() && cx.is(at, "BYSCORE") {
                order = Some(Order::Score);
            } else {
                return Err(Error::Syntax);
            }
            at += 1;
        }
        let (order, backwards) = (order.unwrap_or(Order::Rank), backwards.unwrap_or(false));
        if limit != -1 && order == Order::Rank {
            return Err(Error::fixed(
                "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX",
            ));
        }
        if with_scores && order == Order::Bytes {
            return Err(Error::fixed("ERR syntax error, WITHSCORES not supported in combination with BYLEX"));
        }
        let (mut min, mut max) = (cx.arg(key + 1), cx.arg(key + 2));
        if backwards && order != Order::Rank {
            (min, max) = (max, min);
        }
        let range = match order {
            Order::Rank => {
                offset = 0;
                let rank = |text| parse_i64(text).ok_or(Error::NotAnInteger);
                Range::Ranks(rank(min)?, rank(max)?)
            }
            Order::Score => Range::Scores(ranges::scores(min, max)?),
            Order::Bytes => Range::Bytes(ranges::bytes(min, max)?),
        };
        Ok(Query { range, backwards, offset, limit, with_scores })
    }

    /// The rank of the first member to visit, and how many there are to visit from there on.
    fn resolve(&self, set: &SortedSet) -> (usize, usize) {
        let (first, count) = match &self.range {
            Range::Ranks(start, end) => {
                let (first, count) = clamp(*start, *end, set.len());
                (if self.backwards { set.len() - first - count } else { first }, count)
            }
            Range::Scores(range) => set.ranks_by_score(range),
            Range::Bytes(range) => set.ranks_by_lex(range),
        };
        let passed = usize::try_from(self.offset).unwrap_or(usize::MAX).min(count);
        let left = count - passed;
        let count = usize::try_from(self.limit).map_or(left, |limit| left.min(limit));
        if self.backwards { ((first + left).saturating_sub(1), count) } else { (first + passed, count) }
    }
}

fn reply(cx: &mut Context<'_>, form: Form) -> Result<(), Error> {
    let query = Query::parse(cx, 1, form)?;
    let (set, out) = cx.read::<SortedSet>(1)?;
    let Some(set) = set else {
        out.array(0);
        return Ok(());
    };
    let (first, count) = query.resolve(set);
    let words = if query.with_scores && !out.is_resp3() { 2 * count } else { count };
    out.array(words);
    let mut elements = Elements::new(out);
    set.each(first, count, query.backwards, &mut |member, score| {
        elements.push_member(member, query.with_scores.then_some(score))
    });
    elements.end()
}

pub(super) fn zrangestore(cx: &mut Context<'_>) -> Result<(), Error> {
    /// How many members are looked at to learn how large they are.
    const SAMPLES: usize = 5;
    let query = Query::parse(cx, 2, Form { stores: true, ..Form::default() })?;
    let (database, from, to) = (cx.database(), cx.arg(2), cx.arg(1));
    let keys = &mut cx.store.keyspace;
    keys.read::<SortedSet>(database, from)?;
    let limits = &keys.limits;
    let mut result = SortedSet::default();
    if let Some(set) = keys.view(database, from).and_then(SortedSet::of) {
        let (first, count) = query.resolve(set);
        if !memory::has_room(set.memory(SAMPLES) / set.len().max(1) * count) {
            return Err(Error::OutOfMemory);
        }
        if matches!(query.range, Range::Ranks(..)) {
            // Only then Redis knows in advance how many there will be. It shows in negative zeros, which are not packed.
            result = SortedSet::for_members(count, limits);
        }
        set.each(first, count, query.backwards, &mut |member, score| {
            result.build(member, score, limits);
            true
        });
    }
    let len = result.len();
    keys.store(database, to, result.into_collection(), None);
    if len > 0 {
        cx.notify(Class::SORTED_SET, "zrangestore", to);
    }
    cx.reply_integer(len as i64)
}

pub(super) fn zrange(cx: &mut Context<'_>) -> Result<(), Error> {
    reply(cx, Form::default())
}

pub(super) fn zrevrange(cx: &mut Context<'_>) -> Result<(), Error> {
    reply_of(cx, Order::Rank, true)
}

pub(super) fn zrangebyscore(cx: &mut Context<'_>) -> Result<(), Error> {
    reply_of(cx, Order::Score, false)
}

pub(super) fn zrevrangebyscore(cx: &mut Context<'_>) -> Result<(), Error> {
    reply_of(cx, Order::Score, true)
}

pub(super) fn zrangebylex(cx: &mut Context<'_>) -> Result<(), Error> {
    reply_of(cx, Order::Bytes, false)
}

pub(super) fn zrevrangebylex(cx: &mut Context<'_>) -> Result<(), Error> {
    reply_of(cx, Order::Bytes, true)
}

fn reply_of(cx: &mut Context<'_>, order: Order, backwards: bool) -> Result<(), Error> {
    reply(cx, Form { order: Some(order), backwards: Some(backwards), stores: false })
}
