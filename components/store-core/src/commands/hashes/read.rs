//! Fields read.

use crate::commands::reply::{self, Elements};
use crate::commands::scan;
use crate::context::Context;
use crate::error::Error;
use crate::types::Hash;

pub(super) fn hget(cx: &mut Context<'_>) -> Result<(), Error> {
    let (name, now_ms) = (cx.arg(2), cx.keys().now_ms());
    let (hash, out) = cx.read::<Hash>(1)?;
    reply::optional(out, hash.and_then(|hash| hash.get(name, now_ms)))
}

pub(super) fn hmget(cx: &mut Context<'_>) -> Result<(), Error> {
    let (names, now_ms) = (cx.args.skip(2), cx.keys().now_ms());
    let (hash, out) = cx.read::<Hash>(1)?;
    out.array(names.len());
    names.iter().try_for_each(|name| reply::optional(out, hash.and_then(|hash| hash.get(name, now_ms))))
}

pub(super) fn hexists(cx: &mut Context<'_>) -> Result<(), Error> {
    let (name, now_ms) = (cx.arg(2), cx.keys().now_ms());
    let (hash, out) = cx.read::<Hash>(1)?;
    out.integer(i64::from(hash.is_some_and(|hash| hash.get(name, now_ms).is_some())));
    Ok(())
}

pub(super) fn hstrlen(cx: &mut Context<'_>) -> Result<(), Error> {
    let (name, now_ms) = (cx.arg(2), cx.keys().now_ms());
    let (hash, out) = cx.read::<Hash>(1)?;
    let value = hash.and_then(|hash| hash.get(name, now_ms));
    out.integer(value.map_or(0, |value| value.len()) as i64);
    Ok(())
}

pub(super) fn hlen(cx: &mut Context<'_>) -> Result<(), Error> {
    let (hash, out) = cx.read::<Hash>(1)?;
    out.integer(hash.map_or(0, Hash::len) as i64);
    Ok(())
}

pub(super) fn hgetall(cx: &mut Context<'_>) -> Result<(), Error> {
    all(cx, true, true)
}

pub(super) fn hkeys(cx: &mut Context<'_>) -> Result<(), Error> {
    all(cx, true, false)
}

pub(super) fn hvals(cx: &mut Context<'_>) -> Result<(), Error> {
    all(cx, false, true)
}

/// Replies with the names, the values, or both of all fields.
fn all(cx: &mut Context<'_>, names: bool, values: bool) -> Result<(), Error> {
    let now_ms = cx.keys().now_ms();
    let (hash, out) = cx.read::<Hash>(1)?;
    let len = hash.map_or(0, |hash| hash.living(now_ms));
    if names && values {
        out.map(len);
    } else {
        out.array(len);
    }
    let mut elements = Elements::new(out);
    if let Some(hash) = hash {
        hash.each(now_ms, &mut |field| {
            if names {
                elements.push(field.name);
            }
            if values {
                elements.push(field.value);
            }
        });
    }
    elements.end()
}

pub(super) fn hscan(cx: &mut Context<'_>) -> Result<(), Error> {
    let cursor = scan::cursor(cx, 2)?;
    // What is wrong with the options is only said when the key exists.
    let options = scan::Options::of_collection(cx);
    let now_ms = cx.keys().now_ms();
    let (hash, out) = cx.read::<Hash>(1)?;
    let Some(hash) = hash else { return scan::reply_page(out, |_| 0) };
    let options = options?;
    scan::reply_page(out, |page| {
        hash.scan(cursor, options.count, now_ms, &mut |field| {
            if options.matches(&field.name.text()) {
                page.push(field.name);
                page.push(field.value);
            }
        })
    })
}
