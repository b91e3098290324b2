//! PFMERGE: one count of many.

use super::{corrupt, sketch};
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::entry::Value;
use crate::keyspace::notices::Class;
use crate::types::hyperloglog::{self, Element, Encoding, REGISTERS};

pub(super) fn pfmerge(cx: &mut Context<'_>) -> Result<(), Error> {
    let (database, target) = (cx.database(), cx.arg(1));
    let keys = &mut cx.store.keyspace;
    let mut ranks = vec![0; REGISTERS];
    let mut is_dense = false;
    for key in cx.args.skip(1) {
        if let Some(entry) = keys.get(database, key) {
            let (bytes, encoding) = sketch(entry)?;
            is_dense |= encoding == Encoding::Dense;
            hyperloglog::merge(&mut ranks, &bytes).map_err(corrupt)?;
        }
    }
    let old = keys.use_key(database, target).map(sketch).transpose()?;
    let mut bytes = old.map_or_else(hyperloglog::empty, |(bytes, _)| bytes.into_owned());
    if is_dense {
        hyperloglog::to_dense(&mut bytes).map_err(corrupt)?;
    }
    let sparse_max = keys.limits.sparse_bytes;
    for (register, rank) in ranks.into_iter().enumerate().filter(|(_, rank)| *rank > 0) {
        hyperloglog::add(&mut bytes, Element { register: register as u16, rank }, sparse_max).map_err(corrupt)?;
    }
    hyperloglog::forget_estimate(&mut bytes);
    keys.update(database, target, Value::Long(&bytes));
    keys.notify(Class::STRING, "pfadd", database, target);
    cx.ok()
}
