//! VECTOR.SEARCH: what is near.

use super::arguments::{filter, width};
use super::elements::{fitting, vector};
use super::index::NO_INDEX;
use crate::commands::reply::reserve;
use crate::context::Context;
use crate::error::Error;
use crate::types::VectorSet;
use crate::types::vector_set::{Found, MOST_EF, Query, USUAL_EF};
use crate::types::vectors::Search;
use crate::types::vectors::filter::Expression;

/// How many vectors a filtered search looks at for each that it is to find, before it ends with what it has.
pub(super) const EFFORT: usize = 100;

#[derive(Default)]
struct Options {
    count: Option<usize>,
    ef: Option<usize>,
    filter: Option<Expression>,
    with_scores: bool,
    with_attributes: bool,
}

pub(super) fn search(cx: &mut Context<'_>) -> Result<(), Error> {
    const BAD_COUNT: Error = Error::fixed("ERR K must be a positive number");
    let mut options = Options::default();
    if !cx.is(2, "K") {
        return Err(Error::Syntax);
    }
    let count = cx.integer(3).ok().filter(|&count| count > 0).ok_or(BAD_COUNT)?;
    options.count = Some(usize::try_from(count).unwrap_or(usize::MAX));
    let (numbers, next) = vector(cx, 4)?;
    options.parse(cx, next)?;
    let (set, out) = cx.read::<VectorSet>(1)?;
    let set = set.ok_or(NO_INDEX)?;
    let numbers = fitting(set, numbers)?;
    let (search, start) = (options.search(set), out.len());
    let columns = 1 + usize::from(options.with_scores) + usize::from(options.with_attributes);
    let (mut found, mut room, is_resp3) = (0, Ok(()), out.is_resp3());
    set.search(Query::Numbers(&numbers), search, false, options.filter.as_ref(), &mut |near: Found<'_>| {
        if room.is_ok() {
            room = reserve(out, near.name.len() + near.attributes.map_or(0, <[u8]>::len));
        }
        if room.is_err() {
            return;
        }
        found += 1;
        if columns > 1 && is_resp3 {
            out.array(columns);
        }
        out.bulk(near.name);
        if options.with_scores {
            out.double(f64::from(near.distance));
        }
        if options.with_attributes {
            out.optional_bulk(near.attributes);
        }
    });
    room?;
    out.array_at(start, if is_resp3 { found } else { found * columns });
    Ok(())
}

impl Options {
    fn parse(&mut self, cx: &Context<'_>, first: usize) -> Result<(), Error> {
        let mut at = first;
        while at < cx.args.len() {
            let has_value = at + 1 < cx.args.len();
            at += match () {
                () if cx.is(at, "WITHSCORES") => {
                    self.with_scores = true;
                    1
                }
                () if cx.is(at, "WITHATTR") => {
                    self.with_attributes = true;
                    1
                }
                () if cx.is(at, "EF") && has_value => {
                    let ef = width(cx, at + 1);
                    let bad = || Error::line(format!("ERR EF must be a number from 1 to {MOST_EF}"));
                    self.ef = Some(ef.ok_or_else(bad)?);
                    2
                }
                () if cx.is(at, "FILTER") && has_value => {
                    self.filter = Some(filter(cx, at + 1)?);
                    2
                }
                () => return Err(Error::Syntax),
            };
        }
        Ok(())
    }

    fn search(&self, set: &VectorSet) -> Search {
        let count = self.count.unwrap_or_default().min(set.len());
        let ef = self.ef.unwrap_or(USUAL_EF).max(count);
        let effort = if self.filter.is_some() { ef.saturating_mul(EFFORT) } else { usize::MAX };
        Search { count, ef, effort }
    }
}
