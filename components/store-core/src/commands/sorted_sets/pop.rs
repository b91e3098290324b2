//! ZPOPMIN, ZPOPMAX and ZMPOP: the first or the last members, removed.

use ferrite_resp::number::parse_i64;
use ferrite_resp::{Args, Writer};

use crate::commands::reply::Elements;
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::notices::Class;
use crate::types::SortedSet;

/// Which end of a sorted set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Min,
    Max,
}

impl End {
    fn parse(word: &[u8]) -> Option<End> {
        match word.to_ascii_lowercase().as_slice() {
            b"min" => Some(End::Min),
            b"max" => Some(End::Max),
            _ => None,
        }
    }
}

/// How popped members are replied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// An array of arrays of a member and its score.
    Pairs,
    /// An array of members and scores in turn.
    Flat,
    /// Members and scores in turn, of whatever was begun in front.
    Bare,
}

pub(super) fn zpopmin(cx: &mut Context<'_>) -> Result<(), Error> {
    pop(cx, End::Min)
}

pub(super) fn zpopmax(cx: &mut Context<'_>) -> Result<(), Error> {
    pop(cx, End::Max)
}

fn pop(cx: &mut Context<'_>, end: End) -> Result<(), Error> {
    const NEGATIVE: Error = Error::fixed("ERR value is out of range, must be positive");
    if cx.args.len() > 3 {
        return Err(Error::Syntax);
    }
    let count = match cx.args.get(2) {
        Some(count) => Some(parse_i64(count).filter(|&count| count >= 0).ok_or(NEGATIVE)?),
        None => None,
    };
    let shape = if count.is_some() && cx.out.is_resp3() { Shape::Pairs } else { Shape::Flat };
    let count = count.map_or(1, |count| usize::try_from(count).unwrap_or(usize::MAX));
    if !pop_from(cx, cx.arg(1), end, count, shape, &mut |_| {})? {
        cx.out.array(0);
    }
    Ok(())
}

/// Replies with up to `count` members of a sorted set from its end and removes them; false, and no reply, when there is
/// no such key. `head` writes what comes in front.
pub(crate) fn pop_from(
    cx: &mut Context<'_>,
    key: &[u8],
    end: End,
    count: usize,
    shape: Shape,
    head: &mut dyn FnMut(&mut Writer),
) -> Result<bool, Error> {
    let database = cx.database();
    let Some(mut writing) = cx.store.keyspace.existing::<SortedSet>(database, key)? else { return Ok(false) };
    writing.event(Class::SORTED_SET, if end == End::Min { "zpopmin" } else { "zpopmax" });
    let (set, mut log) = writing.edit();
    let len = set.len();
    let count = count.min(len);
    head(cx.out);
    let pairs = shape == Shape::Pairs;
    match shape {
        Shape::Pairs => cx.out.array(count),
        Shape::Flat => cx.out.array(2 * count),
        Shape::Bare => {}
    }
    let (first, backwards) = if end == End::Min { (0, false) } else { (len - 1, true) };
    let mut elements = Elements::new(cx.out);
    set.each(first, count, backwards, &mut |member, score| elements.push_scored(member, score, pairs));
    elements.end()?;
    if count == len {
        // The whole sorted set goes, as DEL would remove it; no member is removed by itself.
        log.note(count as u64 - 1);
        drop(writing);
        cx.store.keyspace.delete(database, key);
    } else {
        set.take(if end == End::Min { 0 } else { len - count }, count, &mut log, &mut |_, _| {});
    }
    Ok(true)
}

/// What ZMPOP and its blocking form ask for.
pub(crate) struct Many<'a> {
    /// The keys, of which the first that exists is taken from.
    pub(crate) keys: Args<'a>,
    /// From which end.
    pub(crate) end: End,
    /// How many at most.
    pub(crate) count: usize,
}

impl<'a> Many<'a> {
    /// Reads the arguments from the number of keys at index `first` on.
    pub(crate) fn parse(cx: &Context<'a>, first: usize) -> Result<Many<'a>, Error> {
        let positive = |index, otherwise: &'static str| {
            let number = parse_i64(cx.arg(index)).filter(|&number| number > 0).ok_or(Error::fixed(otherwise))?;
            Ok(usize::try_from(number).unwrap_or(usize::MAX))
        };
        let keys = positive(first, "ERR numkeys should be greater than 0")?;
        let at = keys.checked_add(first + 1).filter(|&at| at < cx.args.len()).ok_or(Error::Syntax)?;
        let end = End::parse(cx.arg(at)).ok_or(Error::Syntax)?;
        let count = match cx.args.len() - at {
            1 => 1,
            3.. if cx.is(at + 1, "COUNT") => {
                let count = positive(at + 2, "ERR count should be greater than 0")?;
                if cx.args.len() - at > 3 {
                    return Err(Error::Syntax);
                }
                count
            }
            _ => return Err(Error::Syntax),
        };
        Ok(Many { keys: cx.args.slice(first + 1, keys), end, count })
    }

    /// Replies with the members of the first key that exists and removes them; false, and no reply, when none does.
    pub(crate) fn pop(&self, cx: &mut Context<'_>) -> Result<bool, Error> {
        for key in self.keys.iter() {
            if self.pop_key(cx, key)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The same of this key.
    pub(crate) fn pop_key(&self, cx: &mut Context<'_>, key: &[u8]) -> Result<bool, Error> {
        pop_from(cx, key, self.end, self.count, Shape::Pairs, &mut |out| {
            out.array(2);
            out.bulk(key);
        })
    }
}

pub(super) fn zmpop(cx: &mut Context<'_>) -> Result<(), Error> {
    if !Many::parse(cx, 1)?.pop(cx)? {
        cx.out.null_array();
    }
    Ok(())
}
