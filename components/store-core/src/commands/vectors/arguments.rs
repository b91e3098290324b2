//! What arguments of several commands are: vectors, widths, filters, attributes.

use ferrite_resp::number::{parse_f64, parse_i64};

use crate::context::Context;
use crate::error::Error;
use crate::memory;
use crate::types::VectorSet;
use crate::types::vector_set::{MOST_ATTRIBUTE_BYTES, MOST_DIMENSIONS, MOST_EF, MOST_NAME_BYTES, MOST_SQUARE};
use crate::types::vectors::filter::Expression;
use crate::types::vectors::kernels;

/// Why arguments are no vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotAVector {
    /// They do not look like one.
    Malformed,
    /// So many numbers.
    TooManyDimensions(usize),
    /// Infinite, none, or so great that the sum of their squares is.
    NotFinite,
}

/// Numbers in `VALUES n v ...`, `at` being where the count is; and the argument behind them.
pub(super) fn values(cx: &Context<'_>, at: usize) -> Result<(Vec<f32>, usize), NotAVector> {
    let count = parse_i64(cx.arg(at)).and_then(|count| usize::try_from(count).ok()).filter(|&count| count > 0);
    let count = count.ok_or(NotAVector::Malformed)?;
    if count > MOST_DIMENSIONS {
        return Err(NotAVector::TooManyDimensions(count));
    }
    if cx.args.len() - at - 1 < count {
        return Err(NotAVector::Malformed);
    }
    let number = |index| parse_f64(cx.arg(index)).map(|number| number as f32).ok_or(NotAVector::Malformed);
    let numbers = (at + 1..=at + count).map(number).collect::<Result<Vec<f32>, _>>()?;
    Ok((finite(numbers)?, at + 1 + count))
}

/// Numbers of 32 bits, the lowest byte first.
pub(super) fn blob(bytes: &[u8]) -> Result<Vec<f32>, NotAVector> {
    let (numbers, rest) = bytes.as_chunks::<4>();
    if numbers.is_empty() || !rest.is_empty() {
        return Err(NotAVector::Malformed);
    }
    if numbers.len() > MOST_DIMENSIONS {
        return Err(NotAVector::TooManyDimensions(numbers.len()));
    }
    finite(numbers.iter().map(|four| f32::from_le_bytes(*four)).collect())
}

fn finite(numbers: Vec<f32>) -> Result<Vec<f32>, NotAVector> {
    // False also when it is no number.
    if kernels::dot(&numbers, &numbers) < MOST_SQUARE { Ok(numbers) } else { Err(NotAVector::NotFinite) }
}

/// The argument as the width of a search.
pub(super) fn width(cx: &Context<'_>, at: usize) -> Option<usize> {
    let width = parse_i64(cx.arg(at))?;
    usize::try_from(width).ok().filter(|width| (1..=MOST_EF).contains(width))
}

/// The argument as a filter.
pub(super) fn filter(cx: &Context<'_>, at: usize) -> Result<Expression, Error> {
    let text = cx.arg(at);
    let parsed = match std::str::from_utf8(text) {
        Ok(text) => Expression::parse(text).map_err(|error| (error.at, error.to_string())),
        Err(error) => Err((error.valid_up_to(), "the filter is no UTF-8".to_owned())),
    };
    parsed.map_err(|(at, why)| {
        let rest = text.get(at..).filter(|rest| !rest.is_empty()).unwrap_or(text);
        let shown = rest.get(..rest.len().min(128)).unwrap_or_default();
        Error::quoting("ERR syntax error in FILTER expression near: ", shown, &format!(" ({why})"))
    })
}

/// Whether there may be an element of this name with these attributes.
pub(super) fn check_element(name: &[u8], attributes: &[u8]) -> Result<(), Error> {
    if name.len() > MOST_NAME_BYTES {
        let given = name.len();
        return Err(Error::line(format!(
            "ERR the element's name has {given} bytes, at most {MOST_NAME_BYTES} are allowed"
        )));
    }
    if attributes.len() > MOST_ATTRIBUTE_BYTES {
        let given = attributes.len();
        return Err(Error::line(format!(
            "ERR the attributes have {given} bytes, at most {MOST_ATTRIBUTE_BYTES} are allowed"
        )));
    }
    Ok(())
}

/// Whether there is room for one more element of a set with these numbers of dimensions and links.
pub(super) fn check_room(dimension: usize, links: usize) -> Result<(), Error> {
    // Memory comes in pieces for the vectors of many elements, and for their links.
    let piece = (4 * dimension).max(8 * (links + 1)).max(64 << 10);
    if memory::has_room(4 * piece + MOST_ATTRIBUTE_BYTES + MOST_NAME_BYTES) { Ok(()) } else { Err(Error::OutOfMemory) }
}

/// The set's own numbers of those that were given: projected where it projects.
pub(super) fn of_set(set: &VectorSet, numbers: Vec<f32>) -> Vec<f32> {
    match set.projection() {
        Some(projection) if projection.from() == numbers.len() => projection.apply(&numbers),
        _ => numbers,
    }
}
