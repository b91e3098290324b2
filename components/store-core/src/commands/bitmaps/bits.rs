//! SETBIT and GETBIT: single bits.

use super::{byte_of, offset};
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::entry::{Entry, Value};
use crate::keyspace::notices::Class;
use crate::types::{bitmap, string};

pub(super) fn getbit(cx: &mut Context<'_>) -> Result<(), Error> {
    let offset = offset(cx, 2, None)?;
    let (database, key) = (cx.database(), cx.arg(1));
    let value = cx.store.keyspace.get(database, key).map(Entry::string).transpose()?;
    let bit = value.is_some_and(|value| bitmap::bit(&string::text(value), offset));
    cx.reply_integer(i64::from(bit))
}

pub(super) fn setbit(cx: &mut Context<'_>) -> Result<(), Error> {
    const BAD_BIT: Error = Error::fixed("ERR bit is not an integer or out of range");
    let offset = offset(cx, 2, None)?;
    let set = match cx.integer(3) {
        Ok(0) => false,
        Ok(1) => true,
        _ => return Err(BAD_BIT),
    };
    let at = byte_of(offset)?;
    let (database, key) = (cx.database(), cx.arg(1));
    let value = cx.store.keyspace.use_key(database, key).map(Entry::string).transpose()?;
    let (byte, is_raw) = match value {
        Some(Value::Long(bytes)) => (bytes.get(at).copied(), true),
        Some(other) => (string::text(other).get(at).copied(), false),
        None => (None, false),
    };
    let mask = 0x80 >> (offset % 8);
    let old = byte.unwrap_or(0) & mask != 0;
    // A bit that is so already changes nothing, if the string is long enough; Redis leaves it raw all the same.
    if old == set && byte.is_some() {
        if !is_raw {
            cx.store.keyspace.make_raw(database, key);
        }
    } else {
        let byte = byte.unwrap_or(0) & !mask | if set { mask } else { 0 };
        cx.store.keyspace.splice(database, key, at, &[byte])?;
        cx.notify(Class::STRING, "setbit", key);
    }
    cx.reply_integer(i64::from(old))
}
