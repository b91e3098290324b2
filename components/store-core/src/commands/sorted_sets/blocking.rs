//! BZPOPMIN, BZPOPMAX and BZMPOP: as their namesakes, and wait where there is nothing.

use super::pop::{End, Many, Shape, pop_from};
use crate::context::Context;
use crate::error::Error;
use crate::parked::Timeout;
use crate::types::SortedSet;

pub(super) fn bzpop(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.pop_or_park(pop_named, pop_if_sorted_set)
}

fn pop_if_sorted_set(cx: &mut Context<'_>, key: &[u8]) -> Result<bool, Error> {
    Ok(cx.holds::<SortedSet>(key) && pop_named(cx, key)?)
}

/// Replies with the key, the member taken from it, and its score.
fn pop_named(cx: &mut Context<'_>, key: &[u8]) -> Result<bool, Error> {
    let end = if cx.command.name == "bzpopmin" { End::Min } else { End::Max };
    pop_from(cx, key, end, 1, Shape::Bare, &mut |out| {
        out.array(3);
        out.bulk(key);
    })
}

pub(super) fn bzmpop(cx: &mut Context<'_>) -> Result<(), Error> {
    let many = Many::parse(cx, 2)?;
    let timeout = Timeout::parse(cx, 1)?;
    if !many.pop(cx)? {
        cx.park(many.keys, timeout, pop_many, |out| out.null_array());
    }
    Ok(())
}

fn pop_many(cx: &mut Context<'_>, key: &[u8]) -> Result<bool, Error> {
    let many = Many::parse(cx, 2)?;
    Ok(cx.holds::<SortedSet>(key) && many.pop_key(cx, key)?)
}
