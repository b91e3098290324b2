//! VECTOR.ADD, VECTOR.DEL, VECTOR.GET: vectors by their ids.

use super::arguments::{NotAVector, blob, check_element, check_room, of_set, values};
use super::index::NO_INDEX;
use super::writing::change;
use crate::context::Context;
use crate::error::Error;
use crate::types::VectorSet;
use crate::types::vector_set::{MOST_DIMENSIONS, is_object};

/// A blob or `VALUES n v ...` from an argument on, and the argument behind it.
pub(super) fn vector(cx: &Context<'_>, at: usize) -> Result<(Vec<f32>, usize), Error> {
    let read = if cx.is(at, "VALUES") { values(cx, at + 1) } else { blob(cx.arg(at)).map(|numbers| (numbers, at + 1)) };
    read.map_err(|wrong| match wrong {
        NotAVector::Malformed => Error::fixed(
            "ERR expected a vector: numbers of 32 bits in 4 bytes each, the lowest first, or VALUES, how many, and the numbers",
        ),
        NotAVector::TooManyDimensions(given) => {
            Error::line(format!("ERR the vector has {given} dimensions, at most {MOST_DIMENSIONS} are allowed"))
        }
        NotAVector::NotFinite => Error::fixed("ERR the vector has a number that is infinite, NaN, or too great to be squared"),
    })
}

/// Numbers that were given, as the set keeps them, if they are as many as its vectors have.
pub(super) fn fitting(set: &VectorSet, numbers: Vec<f32>) -> Result<Vec<f32>, Error> {
    let (given, expected) = (numbers.len(), set.given_dimension());
    if given != expected {
        return Err(Error::line(format!("ERR the vector has {given} dimensions, the index has {expected}")));
    }
    Ok(of_set(set, numbers))
}

pub(super) fn add(cx: &mut Context<'_>) -> Result<(), Error> {
    let (numbers, next) = vector(cx, 3)?;
    let attributes = match cx.args.len() - next {
        0 => None,
        2 if cx.is(next, "ATTR") => Some(cx.arg(next + 1)),
        _ => return Err(Error::Syntax),
    };
    let name = cx.arg(2);
    check_element(name, attributes.unwrap_or_default())?;
    if attributes.is_some_and(|attributes| !is_object(attributes)) {
        return Err(Error::fixed("ERR ATTR must be a JSON object"));
    }
    let (set, _) = cx.read::<VectorSet>(1)?;
    let set = set.ok_or(NO_INDEX)?;
    let numbers = fitting(set, numbers)?;
    check_room(numbers.len(), set.options().links)?;
    let mut is_new = false;
    change(cx, "vector.add", None, &mut |set, log| {
        is_new = set.put(name, &numbers, None, log);
        // What was said of the old vector does not hold for the new one.
        set.set_attributes(name, attributes, log);
    })?;
    cx.reply_integer(i64::from(is_new))
}

pub(super) fn del(cx: &mut Context<'_>) -> Result<(), Error> {
    let names = cx.args.skip(2);
    let mut removed = 0;
    change(cx, "vector.del", None, &mut |set, log| {
        removed = names.iter().filter(|name| set.remove(name, log)).count();
    })?;
    cx.reply_integer(removed as i64)
}

pub(super) fn get(cx: &mut Context<'_>) -> Result<(), Error> {
    let name = cx.arg(2);
    let with_attributes = match cx.args.len() {
        3 => false,
        4 if cx.is(3, "WITHATTR") => true,
        _ => return Err(Error::Syntax),
    };
    let (set, out) = cx.read::<VectorSet>(1)?;
    let found = set.and_then(|set| {
        let slot = set.slot(name)?;
        Some((set.index().vector(slot)?, set.attributes(slot)))
    });
    let Some((numbers, attributes)) = found else {
        out.null();
        return Ok(());
    };
    if with_attributes {
        out.array(2);
    }
    out.array(numbers.len());
    numbers.iter().for_each(|number| out.double(f64::from(*number)));
    if with_attributes {
        out.optional_bulk(attributes);
    }
    Ok(())
}
