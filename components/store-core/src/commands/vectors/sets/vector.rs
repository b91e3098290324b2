//! Vectors as the commands of vector sets take them.

use ferrite_resp::number::parse_i64;

use crate::commands::vectors::arguments::{NotAVector, blob, values};
use crate::context::Context;
use crate::error::Error;
use crate::types::vector_set::MOST_DIMENSIONS;

/// A vector, and to how many numbers it is to be reduced.
pub(super) struct Given {
    pub(super) numbers: Vec<f32>,
    pub(super) reduce: Option<usize>,
}

const INVALID: Error = Error::fixed("ERR invalid vector specification");

/// `[REDUCE dim] (FP32 blob | VALUES n v ...)` from an argument on, and the argument behind it.
pub(super) fn given(cx: &Context<'_>, at: usize, may_reduce: bool) -> Result<(Given, usize), Error> {
    let (mut at, mut reduce) = (at, None);
    if may_reduce && cx.is(at, "REDUCE") {
        let to = parse_i64(cx.arg(at + 1)).and_then(|to| usize::try_from(to).ok()).filter(|&to| to > 0);
        reduce = Some(to.ok_or(INVALID)?);
        at += 2;
    }
    let read = match () {
        () if cx.is(at, "FP32") => blob(cx.arg(at + 1)).map(|numbers| (numbers, at + 2)),
        () if cx.is(at, "VALUES") => values(cx, at + 1),
        () => return Err(INVALID),
    };
    let (numbers, next) = read.map_err(|wrong| match wrong {
        NotAVector::Malformed => INVALID,
        NotAVector::TooManyDimensions(given) => Error::line(format!(
            "ERR invalid vector specification: {given} dimensions, at most {MOST_DIMENSIONS} are allowed"
        )),
        NotAVector::NotFinite => {
            Error::fixed("ERR invalid vector specification: a number is infinite, NaN, or too great to be squared")
        }
    })?;
    if reduce.is_some_and(|to| to > numbers.len()) {
        return Err(INVALID);
    }
    Ok((Given { numbers, reduce }, next))
}
