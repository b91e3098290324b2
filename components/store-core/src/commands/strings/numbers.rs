//! Strings that are numbers.

use crate::context::Context;
use crate::error::Error;
use crate::keyspace::notices::Class;
use crate::types::string;

pub(super) fn incr(cx: &mut Context<'_>) -> Result<(), Error> {
    add(cx, 1)
}

pub(super) fn decr(cx: &mut Context<'_>) -> Result<(), Error> {
    add(cx, -1)
}

pub(super) fn incrby(cx: &mut Context<'_>) -> Result<(), Error> {
    let by = cx.integer(2)?;
    add(cx, by)
}

pub(super) fn decrby(cx: &mut Context<'_>) -> Result<(), Error> {
    let by = cx.integer(2)?;
    add(cx, by.checked_neg().ok_or(Error::fixed("ERR decrement would overflow"))?)
}

#[inline]
fn add(cx: &mut Context<'_>, by: i64) -> Result<(), Error> {
    let (database, key) = (cx.database(), cx.arg(1));
    let sum = string::increment(&mut cx.store.keyspace, database, key, by)?;
    cx.notify(Class::STRING, "incrby", key);
    cx.reply_integer(sum)
}

pub(super) fn incrbyfloat(cx: &mut Context<'_>) -> Result<(), Error> {
    let (database, key, by) = (cx.database(), cx.arg(1), cx.arg(2));
    let sum = string::increment_by_float(&mut cx.store.keyspace, database, key, by)?;
    cx.notify(Class::STRING, "incrbyfloat", key);
    cx.out.bulk(&sum);
    Ok(())
}
