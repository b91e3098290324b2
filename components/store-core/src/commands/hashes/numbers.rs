//! Fields that are numbers.

use ferrite_resp::Extended;

use crate::context::Context;
use crate::error::Error;
use crate::keyspace::notices::Class;
use crate::types::Hash;

pub(super) fn hincrby(cx: &mut Context<'_>) -> Result<(), Error> {
    let (name, by) = (cx.arg(2), cx.integer(3)?);
    let mut writing = cx.create::<Hash>(1)?;
    let (hash, mut log) = writing.edit();
    let sum = hash.increment(name, by, &mut log)?;
    writing.event(Class::HASH, "hincrby");
    drop(writing);
    cx.reply_integer(sum)
}

pub(super) fn hincrbyfloat(cx: &mut Context<'_>) -> Result<(), Error> {
    let (name, by) = (cx.arg(2), Extended::parse(cx.arg(3)).ok_or(Error::NotAFloat)?);
    if by.is_infinite() {
        return Err(Error::fixed("ERR value is NaN or Infinity"));
    }
    let mut writing = cx.create::<Hash>(1)?;
    let (hash, mut log) = writing.edit();
    let sum = hash.increment_by_float(name, by, &mut log)?;
    writing.event(Class::HASH, "hincrbyfloat");
    drop(writing);
    cx.out.bulk(&sum);
    Ok(())
}
