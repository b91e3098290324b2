//! Many keys at once.

use ferrite_resp::Args;

use super::reply_value;
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::entry::Value;
use crate::keyspace::notices::Class;
use crate::memory;

pub(super) fn mget(cx: &mut Context<'_>) -> Result<(), Error> {
    let count = cx.args.len();
    cx.out.array(count - 1);
    for index in 1..count {
        // What is no string is as good as nothing here.
        match reply_value(cx, index) {
            Err(Error::WrongType) => cx.out.null(),
            replied => drop(replied?),
        }
    }
    Ok(())
}

pub(super) fn mset(cx: &mut Context<'_>) -> Result<(), Error> {
    let pairs = pairs(cx)?;
    set_all(cx, pairs)?;
    cx.out.ok();
    Ok(())
}

pub(super) fn msetnx(cx: &mut Context<'_>) -> Result<(), Error> {
    let pairs = pairs(cx)?;
    let database = cx.database();
    let none_exists = !pairs.iter().step_by(2).any(|key| cx.store.keyspace.contains(database, key));
    if none_exists {
        set_all(cx, pairs)?;
    }
    cx.reply_integer(i64::from(none_exists))
}

/// Keys and values in turn.
fn pairs<'a>(cx: &Context<'a>) -> Result<Args<'a>, Error> {
    let pairs = cx.args.skip(1);
    if pairs.len().is_multiple_of(2) { Ok(pairs) } else { Err(Error::Arity(cx.command.name.into())) }
}

/// All or none: whether there is room for the values is asked before the first is set.
fn set_all(cx: &mut Context<'_>, pairs: Args<'_>) -> Result<(), Error> {
    if !memory::has_room(pairs.total_bytes()) {
        return Err(Error::OutOfMemory);
    }
    let database = cx.database();
    let mut pairs = pairs.iter();
    while let (Some(key), Some(value)) = (pairs.next(), pairs.next()) {
        cx.store.keyspace.set(database, key, Value::compact(value), None);
        cx.notify(Class::STRING, "set", key);
    }
    Ok(())
}
