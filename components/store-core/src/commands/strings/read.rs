//! GET and its relatives that also do something to the key.

use super::options::{self, Expiry, Options};
use super::reply_value;
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::entry::Entry;
use crate::keyspace::notices::Class;

pub(super) fn get(cx: &mut Context<'_>) -> Result<(), Error> {
    reply_value(cx, 1).map(drop)
}

pub(super) fn getdel(cx: &mut Context<'_>) -> Result<(), Error> {
    if reply_value(cx, 1)? {
        cx.store.keyspace.delete(cx.session.database, cx.arg(1));
    }
    Ok(())
}

pub(super) fn getex(cx: &mut Context<'_>) -> Result<(), Error> {
    let Options { expiry, .. } = options::of_getex(cx)?;
    let (database, key) = (cx.database(), cx.arg(1));
    if !reply_value(cx, 1)? {
        return Ok(());
    }
    let expire_ms = match expiry {
        Expiry::Clear => return Ok(()),
        Expiry::Persist => None,
        expiry => expiry.time_ms(cx)?,
    };
    let had_time = cx.store.keyspace.peek(database, key).is_some_and(|entry| entry.expire_ms().is_some());
    match expire_ms {
        Some(time) if time <= cx.store.keyspace.now_ms() => drop(cx.store.keyspace.delete(database, key)),
        None if !had_time => {}
        expire_ms => {
            cx.store.keyspace.set_expire(database, key, expire_ms);
            cx.notify(Class::GENERIC, if expire_ms.is_some() { "expire" } else { "persist" }, key);
        }
    }
    Ok(())
}

pub(super) fn strlen(cx: &mut Context<'_>) -> Result<(), Error> {
    let (database, key) = (cx.database(), cx.arg(1));
    let value = cx.store.keyspace.get(database, key).map(Entry::string).transpose()?;
    let len = value.map_or(0, |value| value.len());
    cx.reply_integer(len as i64)
}
