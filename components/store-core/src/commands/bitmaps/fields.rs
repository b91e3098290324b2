//! BITFIELD: integers of any width at any bit.

use super::{byte_of, offset};
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::entry::{Entry, Value};
use crate::keyspace::notices::Class;
use crate::types::bitmap::{Field, Overflow};
use crate::types::string;

/// One of the operations of a call.
struct Operation {
    field: Field,
    offset: u64,
    action: Action,
}

#[derive(Clone, Copy)]
enum Action {
    Get,
    Set(i64, Overflow),
    Add(i64, Overflow),
}

impl Operation {
    /// The index behind the last bit.
    fn end(&self) -> u64 {
        self.offset + self.field.bits() as u64
    }
}

pub(super) fn bitfield(cx: &mut Context<'_>) -> Result<(), Error> {
    let operations = parse(cx)?;
    let (database, key) = (cx.database(), cx.arg(1));
    let writes = operations.iter().filter(|operation| !matches!(operation.action, Action::Get));
    let mut has_grown = false;
    match writes.map(Operation::end).max() {
        Some(end) => {
            // The string becomes raw and as long as all operations need it before the first of them.
            let len = byte_of(end - 1)? + 1;
            match cx.store.keyspace.use_key(database, key).map(Entry::string).transpose()? {
                Some(Value::Long(bytes)) if bytes.len() >= len => {}
                Some(value) if value.len() >= len => cx.store.keyspace.make_raw(database, key),
                _ => {
                    cx.store.keyspace.splice(database, key, len, b"")?;
                    has_grown = true;
                }
            }
        }
        None => {
            cx.store.keyspace.get(database, key).map(Entry::string).transpose()?;
        }
    }
    run(cx, &operations, has_grown)
}

pub(super) fn bitfield_ro(cx: &mut Context<'_>) -> Result<(), Error> {
    let operations = parse(cx)?;
    if operations.iter().any(|operation| !matches!(operation.action, Action::Get)) {
        return Err(Error::fixed("ERR BITFIELD_RO only supports the GET subcommand"));
    }
    let (database, key) = (cx.database(), cx.arg(1));
    cx.store.keyspace.get(database, key).map(Entry::string).transpose()?;
    run(cx, &operations, false)
}

fn parse(cx: &Context<'_>) -> Result<Vec<Operation>, Error> {
    const BAD_FIELD: Error = Error::fixed(
        "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.",
    );
    let mut operations = Vec::new();
    let mut overflow = Overflow::Wrap;
    let mut at = 2;
    while at < cx.args.len() {
        let behind = cx.args.len() - at - 1;
        if cx.is(at, "OVERFLOW") && behind >= 1 {
            overflow = match () {
                () if cx.is(at + 1, "WRAP") => Overflow::Wrap,
                () if cx.is(at + 1, "SAT") => Overflow::Saturate,
                () if cx.is(at + 1, "FAIL") => Overflow::Fail,
                () => return Err(Error::fixed("ERR Invalid OVERFLOW type specified")),
            };
            at += 2;
            continue;
        }
        let action: Option<fn(i64, Overflow) -> Action> = match () {
            () if cx.is(at, "GET") && behind >= 2 => None,
            () if cx.is(at, "SET") && behind >= 3 => Some(Action::Set),
            () if cx.is(at, "INCRBY") && behind >= 3 => Some(Action::Add),
            () => return Err(Error::Syntax),
        };
        let field = Field::parse(cx.arg(at + 1)).ok_or(BAD_FIELD)?;
        let offset = offset(cx, at + 2, Some(field.bits()))?;
        let action = match action {
            Some(action) => action(cx.integer(at + 3)?, overflow),
            None => Action::Get,
        };
        at += if matches!(action, Action::Get) { 3 } else { 4 };
        operations.push(Operation { field, offset, action });
    }
    Ok(operations)
}

fn run(cx: &mut Context<'_>, operations: &[Operation], has_grown: bool) -> Result<(), Error> {
    let (database, key) = (cx.database(), cx.arg(1));
    let mut is_written = false;
    cx.out.array(operations.len());
    for Operation { field, offset, action } in operations {
        let value = cx.store.keyspace.peek(database, key).map(Entry::string).transpose()?;
        let text = value.map(string::text).unwrap_or_default();
        let old = field.get(&text, *offset);
        let (new, is_sum) = match *action {
            Action::Get => {
                cx.out.integer(old);
                continue;
            }
            Action::Set(value, overflow) => (field.store(value, overflow), false),
            Action::Add(by, overflow) => (field.add(old, by, overflow), true),
        };
        let Some(new) = new else {
            cx.out.null();
            continue;
        };
        cx.out.integer(if is_sum { new } else { old });
        if new == old {
            // Nothing is written, and nobody who watches the key disturbed.
            is_written |= has_grown;
            continue;
        }
        let (at, patch) = field.patch(&text, *offset, new);
        cx.store.keyspace.splice(database, key, at, &patch)?;
        is_written = true;
    }
    if is_written {
        cx.notify(Class::STRING, "setbit", key);
    }
    Ok(())
}
