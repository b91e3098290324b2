//! GEOPOS, GEODIST and GEOHASH: places by their names.

use super::arguments::unit;
use super::{write_distance, write_point};
use crate::context::Context;
use crate::error::Error;
use crate::types::SortedSet;
use crate::types::geo::Point;

/// The place of the member, if it is there.
fn place(set: Option<&SortedSet>, member: &[u8]) -> Option<Point> {
    set?.score(member).map(Point::of_score)
}

pub(super) fn geopos(cx: &mut Context<'_>) -> Result<(), Error> {
    let members = cx.args.skip(2);
    let (set, out) = cx.read::<SortedSet>(1)?;
    out.array(members.len());
    for member in members.iter() {
        match place(set, member) {
            Some(point) => write_point(out, point),
            None => out.null_array(),
        }
    }
    Ok(())
}

pub(super) fn geohash(cx: &mut Context<'_>) -> Result<(), Error> {
    let members = cx.args.skip(2);
    let (set, out) = cx.read::<SortedSet>(1)?;
    out.array(members.len());
    for member in members.iter() {
        out.optional_bulk(place(set, member).map(Point::geohash).as_ref().map(<[u8; 11]>::as_slice));
    }
    Ok(())
}

pub(super) fn geodist(cx: &mut Context<'_>) -> Result<(), Error> {
    let unit = match cx.args.len() {
        4 => 1.0,
        5 => unit(cx, 4)?,
        _ => return Err(Error::Syntax),
    };
    let (from, to) = (cx.arg(2), cx.arg(3));
    let (set, out) = cx.read::<SortedSet>(1)?;
    match (place(set, from), place(set, to)) {
        (Some(from), Some(to)) => write_distance(out, from.distance(to) / unit),
        _ => out.null(),
    }
    Ok(())
}
