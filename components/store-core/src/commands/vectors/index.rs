//! VECTOR.CREATE, VECTOR.DROP, VECTOR.INFO, VECTOR.LIST: indexes as a whole.

use super::writing::{Making, change};
use crate::commands::reply::Elements;
use crate::context::Context;
use crate::error::Error;
use crate::types::vector_set::{LINKS, MOST_DIMENSIONS, MOST_EF, usual};
use crate::types::vectors::{Kind, Metric, Options};
use crate::types::{Element, Typed, VectorSet};

/// What the commands for indexes say of a key that does not exist.
pub(super) const NO_INDEX: Error = Error::fixed("ERR no such index, VECTOR.CREATE makes one");

pub(super) fn create(cx: &mut Context<'_>) -> Result<(), Error> {
    let options = options(cx)?;
    if cx.read::<VectorSet>(1)?.0.is_some() {
        return Err(Error::fixed("ERR index already exists"));
    }
    let making = Making { options, projection: None, stays: true };
    change(cx, "vector.create", Some(making), &mut |_, log| log.note(1))?;
    cx.ok()
}

fn options(cx: &Context<'_>) -> Result<Options, Error> {
    let number = |at: usize, least: usize, most: usize, what: &str| {
        let given = cx.integer(at).ok().and_then(|given| usize::try_from(given).ok());
        let given = given.filter(|given| (least..=most).contains(given));
        given.ok_or_else(|| Error::line(format!("ERR {what} must be a number from {least} to {most}")))
    };
    let mut dimension = None;
    let mut options = usual(0);
    let mut at = 2;
    while at < cx.args.len() {
        if at + 1 == cx.args.len() {
            return Err(Error::Syntax);
        }
        let value = at + 1;
        match () {
            () if cx.is(at, "DIM") => dimension = Some(number(value, 1, MOST_DIMENSIONS, "DIM")?),
            () if cx.is(at, "M") => options.links = number(value, *LINKS.start(), *LINKS.end(), "M")?,
            () if cx.is(at, "EF_CONSTRUCTION") => {
                options.ef_construction = number(value, 1, MOST_EF, "EF_CONSTRUCTION")?;
            }
            () if cx.is(at, "DISTANCE") => options.metric = metric(cx, value)?,
            () if cx.is(at, "TYPE") => options.kind = kind(cx, value)?,
            () => return Err(Error::Syntax),
        }
        at += 2;
    }
    let dimension = dimension.ok_or(Error::fixed("ERR DIM is missing: the numbers of a vector"))?;
    Ok(Options { dimension, ..options })
}

fn metric(cx: &Context<'_>, at: usize) -> Result<Metric, Error> {
    match () {
        () if cx.is(at, "cosine") => Ok(Metric::Cosine),
        () if cx.is(at, "l2") => Ok(Metric::L2),
        () if cx.is(at, "ip") => Ok(Metric::InnerProduct),
        () => Err(Error::fixed("ERR unknown DISTANCE, expected cosine, l2 or ip")),
    }
}

fn kind(cx: &Context<'_>, at: usize) -> Result<Kind, Error> {
    match () {
        () if cx.is(at, "f32") => Ok(Kind::F32),
        () if cx.is(at, "int8") => Ok(Kind::Int8),
        () => Err(Error::fixed("ERR unknown TYPE, expected f32 or int8")),
    }
}

pub(super) fn drop_index(cx: &mut Context<'_>) -> Result<(), Error> {
    if cx.read::<VectorSet>(1)?.0.is_none() {
        return Err(NO_INDEX);
    }
    let (database, key) = (cx.database(), cx.arg(1));
    cx.keys().delete(database, key);
    cx.ok()
}

pub(super) fn info(cx: &mut Context<'_>) -> Result<(), Error> {
    let (set, out) = cx.read::<VectorSet>(1)?;
    let set = set.ok_or(NO_INDEX)?;
    let options = set.options();
    let metric = match options.metric {
        Metric::Cosine => "cosine",
        Metric::L2 => "l2",
        Metric::InnerProduct => "ip",
    };
    let kind = match options.kind {
        Kind::F32 => "f32",
        Kind::Int8 => "int8",
        Kind::Binary => "binary",
    };
    out.map(9);
    for (name, value) in [("distance", metric), ("type", kind)] {
        out.bulk(name.as_bytes());
        out.bulk(value.as_bytes());
    }
    for (name, value) in [
        ("dimension", options.dimension),
        ("m", options.links),
        ("ef_construction", options.ef_construction),
        ("vectors", set.len()),
        ("attributes", set.attributed()),
        ("max_level", usize::from(set.index().top_level())),
        ("memory_bytes", set.memory(SAMPLES)),
    ] {
        out.bulk(name.as_bytes());
        out.integer(value as i64);
    }
    Ok(())
}

/// Of how many names the memory of all is estimated.
const SAMPLES: usize = 100;

pub(super) fn list(cx: &mut Context<'_>) -> Result<(), Error> {
    let (database, start) = (cx.database(), cx.out.len());
    let mut found = 0;
    let mut elements = Elements::new(cx.out);
    for entry in cx.store.keyspace.entries(database) {
        if entry.content().type_name() == "vectorset" {
            found += 1;
            if !elements.push(Element::Bytes(entry.key())) {
                break;
            }
        }
    }
    elements.end()?;
    cx.out.array_at(start, found);
    Ok(())
}
