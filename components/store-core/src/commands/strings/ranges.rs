//! Parts of strings.

use crate::context::Context;
use crate::error::Error;
use crate::keyspace::entry::Entry;
use crate::keyspace::notices::Class;
use crate::types::string;

pub(super) fn getrange(cx: &mut Context<'_>) -> Result<(), Error> {
    let (start, end) = (cx.integer(2)?, cx.integer(3)?);
    let (database, key) = (cx.database(), cx.arg(1));
    match cx.store.keyspace.get(database, key).map(Entry::string).transpose()? {
        Some(value) => cx.out.bulk(string::range(&string::text(value), start, end)),
        None => cx.out.bulk(b""),
    }
    Ok(())
}

pub(super) fn setrange(cx: &mut Context<'_>) -> Result<(), Error> {
    let offset = cx.integer(2)?;
    let (database, key, bytes) = (cx.database(), cx.arg(1), cx.arg(3));
    let longest = cx.store.settings.max_bulk_bytes();
    let len = string::set_range(&mut cx.store.keyspace, database, key, offset, bytes, longest)?;
    if !bytes.is_empty() {
        cx.notify(Class::STRING, "setrange", key);
    }
    cx.reply_integer(len as i64)
}

pub(super) fn append(cx: &mut Context<'_>) -> Result<(), Error> {
    let (database, key, bytes) = (cx.database(), cx.arg(1), cx.arg(2));
    let longest = cx.store.settings.max_bulk_bytes();
    let len = string::append(&mut cx.store.keyspace, database, key, bytes, longest)?;
    cx.notify(Class::STRING, "append", key);
    cx.reply_integer(len as i64)
}
