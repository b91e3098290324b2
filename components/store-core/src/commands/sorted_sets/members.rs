//! Members by their names: removed, and asked for their scores and ranks.

use crate::context::Context;
use crate::error::Error;
use crate::keyspace::notices::Class;
use crate::types::SortedSet;

pub(super) fn zrem(cx: &mut Context<'_>) -> Result<(), Error> {
    let members = cx.args.skip(2);
    let Some(mut writing) = cx.existing::<SortedSet>(1)? else { return cx.reply_integer(0) };
    let (set, mut log) = writing.edit();
    let removed = members.iter().filter(|member| set.remove(member, &mut log)).count();
    writing.event(Class::SORTED_SET, "zrem");
    drop(writing);
    cx.reply_integer(removed as i64)
}

pub(super) fn zcard(cx: &mut Context<'_>) -> Result<(), Error> {
    let (set, out) = cx.read::<SortedSet>(1)?;
    out.integer(set.map_or(0, SortedSet::len) as i64);
    Ok(())
}

pub(super) fn zscore(cx: &mut Context<'_>) -> Result<(), Error> {
    let member = cx.arg(2);
    let (set, out) = cx.read::<SortedSet>(1)?;
    match set.and_then(|set| set.score(member)) {
        Some(score) => out.double(score),
        None => out.null(),
    }
    Ok(())
}

pub(super) fn zmscore(cx: &mut Context<'_>) -> Result<(), Error> {
    let members = cx.args.skip(2);
    let (set, out) = cx.read::<SortedSet>(1)?;
    out.array(members.len());
    for member in members.iter() {
        match set.and_then(|set| set.score(member)) {
            Some(score) => out.double(score),
            None => out.null(),
        }
    }
    Ok(())
}

pub(super) fn zrank(cx: &mut Context<'_>) -> Result<(), Error> {
    reply_rank(cx, false)
}

pub(super) fn zrevrank(cx: &mut Context<'_>) -> Result<(), Error> {
    reply_rank(cx, true)
}

fn reply_rank(cx: &mut Context<'_>, backwards: bool) -> Result<(), Error> {
    let member = cx.arg(2);
    let (set, out) = cx.read::<SortedSet>(1)?;
    let rank = set.and_then(|set| {
        let rank = set.rank(member)?;
        Some(if backwards { set.len() - 1 - rank } else { rank })
    });
    match rank {
        Some(rank) => out.integer(rank as i64),
        None => out.null(),
    }
    Ok(())
}
