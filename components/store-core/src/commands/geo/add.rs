//! GEOADD: places as members of a sorted set.

use super::arguments::point;
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::notices::Class;
use crate::memory;
use crate::types::SortedSet;

pub(super) fn geoadd(cx: &mut Context<'_>) -> Result<(), Error> {
    let (mut if_absent, mut if_present, mut counts_changes) = (false, false, false);
    let mut first = 2;
    while first < cx.args.len() {
        match () {
            () if cx.is(first, "NX") => if_absent = true,
            () if cx.is(first, "XX") => if_present = true,
            () if cx.is(first, "CH") => counts_changes = true,
            () => break,
        }
        first += 1;
    }
    let triples = cx.args.skip(first);
    if triples.is_empty() || !triples.len().is_multiple_of(3) || if_absent && if_present {
        return Err(Error::Syntax);
    }
    let places = (first..cx.args.len()).step_by(3);
    let scores: Vec<f64> =
        places.map(|at| point(cx, at).map(|point| point.score() as f64)).collect::<Result<_, _>>()?;
    if !memory::has_room(triples.total_bytes()) {
        return Err(Error::OutOfMemory);
    }
    if if_present && cx.existing::<SortedSet>(1)?.is_none() {
        return cx.reply_integer(0);
    }
    let mut writing = cx.create::<SortedSet>(1)?;
    let (set, mut log) = writing.edit();
    let mut counted = 0;
    for (member, &score) in triples.iter().skip(2).step_by(3).zip(&scores) {
        let mut decide = |old: Option<f64>| match old {
            None if if_present => None,
            None => {
                counted += 1;
                Some(score)
            }
            Some(_) if if_absent => None,
            Some(old) => {
                counted += i64::from(counts_changes && old != score);
                Some(score)
            }
        };
        set.update(member, &mut decide, &mut log);
    }
    writing.event(Class::SORTED_SET, "zadd");
    drop(writing);
    cx.reply_integer(counted)
}
