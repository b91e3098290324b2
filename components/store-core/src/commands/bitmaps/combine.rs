//! BITOP: whole strings combined.

use crate::context::Context;
use crate::error::Error;
use crate::keyspace::entry::{Entry, Value};
use crate::keyspace::notices::Class;
use crate::memory;
use crate::types::bitmap::{self, Operation};
use crate::types::string;

pub(super) fn bitop(cx: &mut Context<'_>) -> Result<(), Error> {
    let operation = Operation::parse(cx.arg(1)).ok_or(Error::Syntax)?;
    if operation == Operation::Not && cx.args.len() != 4 {
        return Err(Error::fixed("ERR BITOP NOT must be called with a single source key."));
    }
    let (database, target) = (cx.database(), cx.arg(2));
    let keys = &mut cx.store.keyspace;
    let mut result = None;
    for source in cx.args.skip(3) {
        let value = keys.get(database, source).map(Entry::string).transpose()?;
        let text = value.map(string::text).unwrap_or_default();
        if text.len() > result.as_ref().map_or(0, Vec::len) && !memory::has_room(text.len()) {
            return Err(Error::OutOfMemory);
        }
        bitmap::combine(operation, &mut result, &text);
    }
    let result = result.unwrap_or_default();
    if result.is_empty() {
        keys.delete(database, target);
    } else if memory::has_room(result.len()) {
        keys.set(database, target, Value::Long(&result), None);
        keys.notify(Class::STRING, "set", database, target);
    } else {
        return Err(Error::OutOfMemory);
    }
    cx.reply_integer(result.len() as i64)
}
