//! The places that a search finds.

use ferrite_resp::Writer;

use super::arguments::Options;
use super::{write_distance, write_point};
use crate::commands::reply::Elements;
use crate::error::Error;
use crate::memory;
use crate::types::geo::{Area, Point};
use crate::types::sorted_set::ScoreRange;
use crate::types::{Element, SortedSet};

/// A place within the area.
pub(super) struct Found {
    pub(super) member: Box<[u8]>,
    pub(super) score: f64,
    point: Point,
    /// From the middle of the area.
    pub(super) distance: f64,
}

/// The places in an area in the order in which Redis comes upon them, at most so many, 0 for all.
pub(super) fn find(set: &SortedSet, area: &Area, limit: usize) -> Result<Vec<Found>, Error> {
    let mut found = Vec::new();
    let mut bytes = 0;
    for (min, end) in area.ranges() {
        let range = ScoreRange { min: min as f64, above_min: false, max: end as f64, below_max: true };
        let (first, count) = set.ranks_by_score(&range);
        if limit > 0 && found.len() >= limit {
            break;
        }
        let mut has_room = true;
        set.each(first, count, false, &mut |member, score| {
            let point = Point::of_score(score);
            if let Some(distance) = area.distance(point) {
                bytes += member.len() + size_of::<Found>();
                found.push(Found { member: member.into(), score, point, distance });
                has_room = !found.len().is_multiple_of(ASKED_EVERY) || memory::has_room(bytes.saturating_mul(2));
            }
            has_room && (limit == 0 || found.len() < limit)
        });
        if !has_room {
            return Err(Error::OutOfMemory);
        }
    }
    Ok(found)
}

/// After how many places it is asked whether there is memory for as many more.
const ASKED_EVERY: usize = 1 << 14;

/// Replies with members, each in an array with what else is asked for.
pub(super) fn reply(out: &mut Writer, found: &[Found], options: &Options<'_>) -> Result<(), Error> {
    let Options { with_distance, with_hash, with_point, .. } = *options;
    let parts = usize::from(with_distance) + usize::from(with_hash) + usize::from(with_point);
    out.array(found.len());
    let mut elements = Elements::new(out);
    for found in found {
        if parts > 0 {
            elements.out.array(parts + 1);
        }
        if !elements.push(Element::Bytes(&found.member)) {
            break;
        }
        if with_distance {
            write_distance(elements.out, found.distance);
        }
        if with_hash {
            elements.out.integer(found.score as i64);
        }
        if with_point {
            write_point(elements.out, found.point);
        }
    }
    elements.end()
}
