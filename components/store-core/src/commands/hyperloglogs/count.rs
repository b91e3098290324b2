//! PFCOUNT: how many there are, about.

use super::{corrupt, sketch};
use crate::context::Context;
use crate::error::Error;
use crate::types::hyperloglog::{self, ESTIMATE_AT, REGISTERS};

pub(super) fn pfcount(cx: &mut Context<'_>) -> Result<(), Error> {
    let (database, key) = (cx.database(), cx.arg(1));
    let keys = &mut cx.store.keyspace;
    if cx.args.len() > 2 {
        let mut ranks = vec![0; REGISTERS];
        for key in cx.args.skip(1) {
            if let Some(entry) = keys.get(database, key) {
                hyperloglog::merge(&mut ranks, &sketch(entry)?.0).map_err(corrupt)?;
            }
        }
        return cx.reply_integer(hyperloglog::count_merged(&ranks) as i64);
    }
    let Some(entry) = keys.get(database, key) else { return cx.reply_integer(0) };
    let (bytes, _) = sketch(entry)?;
    let cached = hyperloglog::cached(&bytes);
    let estimate = cached.map_or_else(|| hyperloglog::count(&bytes), Ok);
    if keys.may_write() {
        // Redis makes room for it, also when it stands there already.
        keys.make_raw(database, key);
    }
    let estimate = estimate.map_err(corrupt)?;
    if cached.is_some() {
        return cx.reply_integer(estimate as i64);
    }
    // The estimate is kept for the next time, if there is room: the one write of a command that only reads.
    if keys.may_write() {
        keys.splice(database, key, ESTIMATE_AT, &hyperloglog::to_cache(estimate)).ok();
    }
    cx.reply_integer(estimate as i64)
}
