//! VSIM: the elements that are most alike.

use ferrite_resp::number::{parse_f64, parse_i64};

use super::vector::{Given, given};
use crate::commands::reply::reserve;
use crate::commands::vectors::arguments::{filter, of_set, width};
use crate::commands::vectors::search::EFFORT;
use crate::context::Context;
use crate::error::Error;
use crate::types::VectorSet;
use crate::types::vector_set::{Found, Query, USUAL_EF};
use crate::types::vectors::Search;
use crate::types::vectors::filter::Expression;

/// How many are found when nobody says.
const USUAL_COUNT: usize = 10;

struct Options {
    count: usize,
    /// How far from 1 what is found may be alike.
    epsilon: f64,
    ef: Option<usize>,
    filter: Option<Expression>,
    effort: Option<usize>,
    is_exact: bool,
    with_scores: bool,
    with_attributes: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            count: USUAL_COUNT,
            epsilon: 2.0,
            ef: None,
            filter: None,
            effort: None,
            is_exact: false,
            with_scores: false,
            with_attributes: false,
        }
    }
}

impl Options {
    fn parse(cx: &Context<'_>, first: usize) -> Result<Options, Error> {
        let positive = |at: usize, wrong: &'static str| {
            let number = parse_i64(cx.arg(at)).filter(|&number| number > 0);
            number.map(|number| usize::try_from(number).unwrap_or(usize::MAX)).ok_or(Error::fixed(wrong))
        };
        let mut options = Options::default();
        let mut at = first;
        while at < cx.args.len() {
            let (value, has_value) = (at + 1, at + 1 < cx.args.len());
            match () {
                () if cx.is(at, "WITHSCORES") => options.with_scores = true,
                () if cx.is(at, "WITHATTRIBS") => options.with_attributes = true,
                () if cx.is(at, "TRUTH") => options.is_exact = true,
                // There is one thread.
                () if cx.is(at, "NOTHREAD") => {}
                () if !has_value => return Err(Error::fixed("ERR syntax error in VSIM command")),
                () => {
                    match () {
                        () if cx.is(at, "COUNT") => options.count = positive(value, "ERR invalid COUNT")?,
                        () if cx.is(at, "EPSILON") => {
                            let epsilon = parse_f64(cx.arg(value)).filter(|&epsilon| epsilon > 0.0);
                            options.epsilon = epsilon.ok_or(Error::fixed("ERR invalid EPSILON"))?;
                        }
                        () if cx.is(at, "EF") => {
                            options.ef = Some(width(cx, value).ok_or(Error::fixed("ERR invalid EF"))?);
                        }
                        () if cx.is(at, "FILTER-EF") => {
                            options.effort = Some(positive(value, "ERR invalid FILTER-EF")?);
                        }
                        () if cx.is(at, "FILTER") => options.filter = Some(filter(cx, value)?),
                        () => return Err(Error::fixed("ERR syntax error in VSIM command")),
                    }
                    at += 1;
                }
            }
            at += 1;
        }
        Ok(options)
    }

    fn search(&self, set: &VectorSet) -> Search {
        let count = self.count.min(set.len());
        let effort = match &self.filter {
            Some(_) => self.effort.unwrap_or(self.count.saturating_mul(EFFORT)),
            None => usize::MAX,
        };
        Search { count, ef: self.ef.unwrap_or(USUAL_EF).max(count), effort }
    }
}

pub(super) fn vsim(cx: &mut Context<'_>) -> Result<(), Error> {
    let (is_element, name) = (cx.is(2, "ELE"), cx.arg(3));
    let Some(set) = cx.read::<VectorSet>(1)?.0 else {
        cx.out.array(0);
        return Ok(());
    };
    if is_element && set.slot(name).is_none() {
        return Err(Error::fixed("ERR element not found in set"));
    }
    let (numbers, next) = if is_element { (Vec::new(), 4) } else { numbers(cx)? };
    let options = Options::parse(cx, next)?;
    let query = if is_element { Query::Element(name) } else { Query::Numbers(&numbers) };
    reply(cx, &options, query)
}

fn reply(cx: &mut Context<'_>, options: &Options, query: Query<'_>) -> Result<(), Error> {
    let (set, out) = cx.read::<VectorSet>(1)?;
    let Some(set) = set else { return Err(Error::NoSuchKey) };
    let (search, start) = (options.search(set), out.len());
    let columns = 1 + usize::from(options.with_scores) + usize::from(options.with_attributes);
    let (mut found, mut room, is_resp3) = (0, Ok(()), out.is_resp3());
    set.search(query, search, options.is_exact, options.filter.as_ref(), &mut |near: Found<'_>| {
        if near.distance / 2.0 > options.epsilon as f32 {
            return;
        }
        if room.is_ok() {
            room = reserve(out, near.name.len() + near.attributes.map_or(0, <[u8]>::len));
        }
        if room.is_err() {
            return;
        }
        found += 1;
        out.bulk(near.name);
        if columns == 3 && is_resp3 {
            out.array(2);
        }
        if options.with_scores {
            out.double(set.similarity(near.distance));
        }
        if options.with_attributes {
            out.optional_bulk(near.attributes);
        }
    });
    room?;
    if columns > 1 && is_resp3 {
        out.insert_at(start, &mut |out| out.map(found));
    } else {
        out.array_at(start, found * columns);
    }
    Ok(())
}

/// The numbers of the query as the set keeps its own, and the argument behind them.
fn numbers(cx: &mut Context<'_>) -> Result<(Vec<f32>, usize), Error> {
    let (Given { numbers, .. }, next) = given(cx, 2, false)?;
    let Some(set) = cx.read::<VectorSet>(1)?.0 else { return Err(Error::NoSuchKey) };
    let (got, own) = (numbers.len(), set.options().dimension);
    if got == own {
        return Ok((numbers, next));
    }
    match set.projection() {
        Some(projection) if projection.from() == got => Ok((of_set(set, numbers), next)),
        Some(projection) => {
            let from = projection.from();
            let line = format!("ERR Input dimension mismatch for projection - got {got} but projection expects {from}");
            Err(Error::line(line))
        }
        None => Err(Error::line(format!("ERR Vector dimension mismatch - got {got} but set has {own}"))),
    }
}
