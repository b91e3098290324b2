//! BLPOP, BRPOP, BLMPOP, BLMOVE and BRPOPLPUSH: as their namesakes, and wait where there is nothing.

use super::End;
use super::moves::move_element;
use super::pop::{Many, pop_one, pop_some};
use crate::context::Context;
use crate::error::Error;
use crate::parked::Timeout;
use crate::types::List;

pub(super) fn blpop(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.pop_or_park(pop_named, pop_if_list)
}

fn pop_if_list(cx: &mut Context<'_>, key: &[u8]) -> Result<bool, Error> {
    Ok(cx.holds::<List>(key) && pop_named(cx, key)?)
}

/// Replies with the key and the element taken from it.
fn pop_named(cx: &mut Context<'_>, key: &[u8]) -> Result<bool, Error> {
    let end = if cx.command.name == "blpop" { End::Front } else { End::Back };
    pop_one(cx, key, end, &mut |out| {
        out.array(2);
        out.bulk(key);
    })
}

pub(super) fn blmpop(cx: &mut Context<'_>) -> Result<(), Error> {
    let many = Many::parse(cx, 2)?;
    let timeout = Timeout::parse(cx, 1)?;
    if !many.pop(cx)? {
        cx.park(many.keys, timeout, pop_many, |out| out.null_array());
    }
    Ok(())
}

fn pop_many(cx: &mut Context<'_>, key: &[u8]) -> Result<bool, Error> {
    let Many { end, count, .. } = Many::parse(cx, 2)?;
    let mut head = |out: &mut ferrite_resp::Writer| {
        out.array(2);
        out.bulk(key);
    };
    Ok(cx.holds::<List>(key) && pop_some(cx, key, end, count, &mut head)?)
}

pub(super) fn blmove(cx: &mut Context<'_>) -> Result<(), Error> {
    let (ends, timeout) = (ends(cx)?, Timeout::parse(cx, cx.args.len() - 1)?);
    if !move_element(cx, (cx.arg(1), ends.0), (cx.arg(2), ends.1))? {
        cx.park(cx.args.slice(1, 1), timeout, move_if_list, |out| out.null());
    }
    Ok(())
}

fn move_if_list(cx: &mut Context<'_>, key: &[u8]) -> Result<bool, Error> {
    let ends = ends(cx)?;
    Ok(cx.holds::<List>(key) && move_element(cx, (key, ends.0), (cx.arg(2), ends.1))?)
}

fn ends(cx: &Context<'_>) -> Result<(End, End), Error> {
    match cx.command.name {
        "blmove" => Ok((End::parse(cx, 3)?, End::parse(cx, 4)?)),
        _ => Ok((End::Back, End::Front)),
    }
}
