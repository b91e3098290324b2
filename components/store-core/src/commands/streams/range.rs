//! XLEN, XRANGE and XREVRANGE: a stream without groups.

use super::arguments::{end, start};
use super::write_entries;
use crate::context::Context;
use crate::error::Error;
use crate::types::Stream;

pub(super) fn xlen(cx: &mut Context<'_>) -> Result<(), Error> {
    let (stream, out) = cx.read::<Stream>(1)?;
    out.integer(stream.map_or(0, |stream| stream.figures().length) as i64);
    Ok(())
}

pub(super) fn xrange(cx: &mut Context<'_>) -> Result<(), Error> {
    range(cx, false)
}

pub(super) fn xrevrange(cx: &mut Context<'_>) -> Result<(), Error> {
    range(cx, true)
}

fn range(cx: &mut Context<'_>, backwards: bool) -> Result<(), Error> {
    let (start_at, end_at) = if backwards { (3, 2) } else { (2, 3) };
    let (first, last) = (start(cx, start_at)?, end(cx, end_at)?);
    let mut count = None;
    let mut at = 4;
    while at < cx.args.len() {
        if !cx.is(at, "COUNT") || at + 1 == cx.args.len() {
            return Err(Error::Syntax);
        }
        count = Some(cx.integer(at + 1)?);
        at += 2;
    }
    let (stream, out) = cx.read::<Stream>(1)?;
    match (stream, count) {
        (None, _) => out.array(0),
        (Some(_), Some(..1)) => out.null_array(),
        (Some(stream), count) => {
            let count = count.and_then(|count| usize::try_from(count).ok()).unwrap_or(usize::MAX);
            write_entries(out, stream.range(first, last, backwards).take(count))?;
        }
    }
    Ok(())
}
