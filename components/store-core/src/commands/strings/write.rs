//! SET and its relatives.

use super::options::{self, Condition, Expiry};
use super::{reply_value, value};
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::notices::Class;

pub(super) fn set(cx: &mut Context<'_>) -> Result<(), Error> {
    if cx.args.len() != 3 {
        return set_with_options(cx);
    }
    let (database, key, value) = (cx.database(), cx.arg(1), value(cx.arg(2))?);
    cx.store.keyspace.set(database, key, value, None);
    cx.notify(Class::STRING, "set", key);
    cx.out.ok();
    Ok(())
}

fn set_with_options(cx: &mut Context<'_>) -> Result<(), Error> {
    let options = options::of_set(cx)?;
    let expire_ms = options.expiry.time_ms(cx)?;
    let (database, key, value) = (cx.database(), cx.arg(1), value(cx.arg(2))?);
    if options.returns_old {
        reply_value(cx, 1)?;
    }
    if let Some(condition) = options.condition
        && cx.store.keyspace.contains(database, key) != (condition == Condition::IfPresent)
    {
        if !options.returns_old {
            cx.out.null();
        }
        return Ok(());
    }
    match options.expiry {
        Expiry::Keep => cx.store.keyspace.update(database, key, value),
        _ => cx.store.keyspace.set(database, key, value, expire_ms),
    }
    cx.notify(Class::STRING, "set", key);
    if expire_ms.is_some() {
        cx.notify(Class::GENERIC, "expire", key);
    }
    if !options.returns_old {
        cx.out.ok();
    }
    Ok(())
}

pub(super) fn setnx(cx: &mut Context<'_>) -> Result<(), Error> {
    let (database, key) = (cx.database(), cx.arg(1));
    let absent = !cx.store.keyspace.contains(database, key);
    if absent {
        cx.store.keyspace.set(database, key, value(cx.arg(2))?, None);
        cx.notify(Class::STRING, "set", key);
    }
    cx.reply_integer(i64::from(absent))
}

pub(super) fn setex(cx: &mut Context<'_>) -> Result<(), Error> {
    set_for(cx, 1000)
}

pub(super) fn psetex(cx: &mut Context<'_>) -> Result<(), Error> {
    set_for(cx, 1)
}

fn set_for(cx: &mut Context<'_>, unit_ms: i64) -> Result<(), Error> {
    let time = options::time_ms(cx, unit_ms, true, cx.arg(2))?;
    let (database, key) = (cx.database(), cx.arg(1));
    cx.store.keyspace.set(database, key, value(cx.arg(3))?, Some(time));
    cx.notify(Class::STRING, "set", key);
    cx.notify(Class::GENERIC, "expire", key);
    cx.out.ok();
    Ok(())
}

pub(super) fn getset(cx: &mut Context<'_>) -> Result<(), Error> {
    reply_value(cx, 1)?;
    let (database, key) = (cx.database(), cx.arg(1));
    cx.store.keyspace.set(database, key, value(cx.arg(2))?, None);
    cx.notify(Class::STRING, "set", key);
    Ok(())
}
