//! BITCOUNT and BITPOS: bits within a range.

use std::borrow::Cow;

use crate::context::Context;
use crate::error::Error;
use crate::types::bitmap::{self, Range, Unit};
use crate::types::string;

/// The argument as a unit.
fn unit(cx: &Context<'_>, index: usize) -> Result<Unit, Error> {
    match () {
        () if cx.is(index, "BIT") => Ok(Unit::Bit),
        () if cx.is(index, "BYTE") => Ok(Unit::Byte),
        () => Err(Error::Syntax),
    }
}

pub(super) fn bitcount(cx: &mut Context<'_>) -> Result<(), Error> {
    let range = parse_count(cx);
    let (database, key) = (cx.database(), cx.arg(1));
    let Some(entry) = cx.store.keyspace.get(database, key) else { return cx.reply_integer(0) };
    let text = string::text(entry.string()?);
    let range = match range? {
        None => Range::all(text.len()),
        Some((start, end, _)) if start < 0 && end < 0 && start > end => None,
        Some((start, end, unit)) => Range::clamped(text.len(), start, end, unit),
    };
    let count = range.map_or(0, |range| bitmap::count(&text, range));
    cx.reply_integer(count as i64)
}

fn parse_count(cx: &Context<'_>) -> Result<Option<(i64, i64, Unit)>, Error> {
    match cx.args.len() {
        2 => Ok(None),
        4 | 5 => {
            let (start, end) = (cx.integer(2)?, cx.integer(3)?);
            // Of bounds that have nothing between them Redis does not ask the unit.
            let is_nothing = start < 0 && end < 0 && start > end;
            let unit = if cx.args.len() == 5 && !is_nothing { unit(cx, 4)? } else { Unit::Byte };
            Ok(Some((start, end, unit)))
        }
        _ => Err(Error::Syntax),
    }
}

pub(super) fn bitpos(cx: &mut Context<'_>) -> Result<(), Error> {
    let set = match cx.integer(2)? {
        0 => false,
        1 => true,
        _ => return Err(Error::fixed("ERR The bit argument must be 1 or 0.")),
    };
    let bounds = parse_position(cx);
    let (database, key) = (cx.database(), cx.arg(1));
    let Some(entry) = cx.store.keyspace.get(database, key) else {
        // A key that does not exist is zeros without an end.
        return cx.reply_integer(if set { -1 } else { 0 });
    };
    let text: Cow<'_, [u8]> = string::text(entry.string()?);
    let (start, end, unit) = bounds?;
    let range = Range::clamped(text.len(), start, end.unwrap_or(-1), unit);
    let found = range.and_then(|range| bitmap::position(&text, set, range));
    let position = match found {
        Some(found) => found as i64,
        // Behind the string are zeros, unless the range ends in it.
        None if !set && end.is_none() && range.is_some() => text.len() as i64 * 8,
        None => -1,
    };
    cx.reply_integer(position)
}

fn parse_position(cx: &Context<'_>) -> Result<(i64, Option<i64>, Unit), Error> {
    match cx.args.len() {
        3 => Ok((0, None, Unit::Byte)),
        4..=6 => {
            let start = cx.integer(3)?;
            let unit = if cx.args.len() == 6 { unit(cx, 5)? } else { Unit::Byte };
            let end = if cx.args.len() > 4 { Some(cx.integer(4)?) } else { None };
            Ok((start, end, unit))
        }
        _ => Err(Error::Syntax),
    }
}
