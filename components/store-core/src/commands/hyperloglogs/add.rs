//! PFADD: elements counted.

use super::{corrupt, sketch};
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::entry::Value;
use crate::keyspace::notices::Class;
use crate::types::hyperloglog::{self, Element, Encoding};

pub(super) fn pfadd(cx: &mut Context<'_>) -> Result<(), Error> {
    let (database, key, elements) = (cx.database(), cx.arg(1), cx.args.skip(2));
    let sparse_max = cx.store.keyspace.limits.sparse_bytes;
    let changes = cx.store.keyspace.stats.changes;
    let entry = cx.store.keyspace.use_key(database, key);
    let is_new = entry.is_none();
    let mut bytes = match entry.map(sketch).transpose()? {
        Some((_, Encoding::Dense)) => return add_dense(cx),
        Some((bytes, Encoding::Sparse)) => bytes.into_owned(),
        None => hyperloglog::empty(),
    };
    let mut updated = u64::from(is_new);
    let mut result = Ok(());
    for element in elements.iter() {
        match hyperloglog::add(&mut bytes, Element::new(element), sparse_max) {
            Ok(changed) => updated += u64::from(changed),
            Err(error) => {
                result = Err(corrupt(error));
                break;
            }
        }
    }
    if updated > 0 {
        // What was added before the string turned out to be damaged stays.
        hyperloglog::forget_estimate(&mut bytes);
        cx.store.keyspace.update(database, key, Value::Long(&bytes));
        cx.store.keyspace.stats.changes = changes + updated;
        cx.notify(Class::STRING, "pfadd", key);
    } else {
        cx.store.keyspace.make_raw(database, key);
    }
    result?;
    cx.reply_integer(i64::from(updated > 0))
}

/// Changes registers where they are.
fn add_dense(cx: &mut Context<'_>) -> Result<(), Error> {
    let (database, key) = (cx.database(), cx.arg(1));
    let keys = &mut cx.store.keyspace;
    let (changes, mut updated) = (keys.stats.changes, 0);
    for element in cx.args.skip(2).iter() {
        let Some(entry) = keys.peek(database, key) else { break };
        let Some(patch) = hyperloglog::patch(&sketch(entry)?.0, Element::new(element)) else { continue };
        keys.splice(database, key, patch.offset, patch.bytes())?;
        updated += 1;
    }
    if updated > 0 {
        let stale = keys.peek(database, key).and_then(|entry| hyperloglog::stale_patch(&sketch(entry).ok()?.0));
        if let Some((at, byte)) = stale {
            keys.splice(database, key, at, &[byte])?;
        }
        keys.stats.changes = changes + updated;
        keys.notify(Class::STRING, "pfadd", database, key);
    }
    cx.reply_integer(i64::from(updated > 0))
}
