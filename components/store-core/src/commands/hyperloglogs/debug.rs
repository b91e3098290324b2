//! PFDEBUG and PFSELFTEST: what a HyperLogLog is made of.

use super::{corrupt, sketch};
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::entry::Value;
use crate::types::hyperloglog::{self, Element, Encoding};

pub(super) fn pfdebug(cx: &mut Context<'_>) -> Result<(), Error> {
    let (database, key) = (cx.database(), cx.arg(2));
    let entry = cx.store.keyspace.use_key(database, key);
    let (bytes, encoding) = sketch(entry.ok_or(Error::fixed("ERR The specified key does not exist"))?)?;
    let (bytes, is_sparse) = (bytes.into_owned(), encoding == Encoding::Sparse);
    cx.store.keyspace.make_raw(database, key);
    match () {
        () if cx.is(1, "GETREG") => {
            make_dense(cx, bytes.clone(), is_sparse)?;
            let ranks = hyperloglog::ranks(&bytes).map_err(corrupt)?;
            cx.out.array(ranks.len());
            ranks.iter().for_each(|&rank| cx.out.integer(i64::from(rank)));
        }
        () if cx.is(1, "DECODE") && is_sparse => cx.out.bulk(hyperloglog::describe(&bytes).as_bytes()),
        () if cx.is(1, "DECODE") => return Err(Error::fixed("ERR HLL encoding is not sparse")),
        () if cx.is(1, "ENCODING") => cx.out.simple(if is_sparse { "sparse" } else { "dense" }),
        () if cx.is(1, "TODENSE") => {
            make_dense(cx, bytes, is_sparse)?;
            cx.out.integer(i64::from(is_sparse));
        }
        () => return Err(Error::quoting("ERR Unknown PFDEBUG subcommand '", cx.arg(1), "'")),
    }
    Ok(())
}

fn make_dense(cx: &mut Context<'_>, mut bytes: Vec<u8>, is_sparse: bool) -> Result<(), Error> {
    if is_sparse {
        hyperloglog::to_dense(&mut bytes).map_err(corrupt)?;
        let (database, key) = (cx.database(), cx.arg(2));
        cx.store.keyspace.update(database, key, Value::Long(&bytes));
    }
    Ok(())
}

/// Counts some elements in both forms: they must agree, and be near the truth.
pub(super) fn pfselftest(cx: &mut Context<'_>) -> Result<(), Error> {
    const FAILED: Error = Error::fixed("TESTFAILED sparse and dense registers disagree, or count wrongly");
    const ELEMENTS: u64 = 5000;
    let (mut sparse, mut dense) = (hyperloglog::empty(), hyperloglog::empty());
    for number in 0..ELEMENTS {
        let element = Element::new(&number.to_le_bytes());
        hyperloglog::add(&mut sparse, element, usize::MAX).map_err(corrupt)?;
        hyperloglog::add(&mut dense, element, 0).map_err(corrupt)?;
    }
    let counts = (hyperloglog::count(&sparse).map_err(corrupt)?, hyperloglog::count(&dense).map_err(corrupt)?);
    let agree = counts.0 == counts.1 && hyperloglog::ranks(&sparse) == hyperloglog::ranks(&dense);
    if !agree || counts.0.abs_diff(ELEMENTS) > ELEMENTS / 20 {
        return Err(FAILED);
    }
    cx.ok()
}
