//! Elements changed, inserted and removed anywhere in a list.

use crate::context::Context;
use crate::error::Error;
use crate::keyspace::notices::Class;
use crate::memory;
use crate::types::List;
use crate::types::list::Wanted;
use crate::types::positions::between;

pub(super) fn lset(cx: &mut Context<'_>) -> Result<(), Error> {
    let (position, element) = (cx.integer(2), cx.arg(3));
    let Some(mut writing) = cx.existing::<List>(1)? else { return Err(Error::NoSuchKey) };
    let (list, mut log) = writing.edit();
    let index = list.index(position?).ok_or(Error::fixed("ERR index out of range"))?;
    if !memory::has_room(element.len()) {
        return Err(Error::OutOfMemory);
    }
    list.set(index, element, &mut log);
    writing.event(Class::LIST, "lset");
    drop(writing);
    cx.ok()
}

pub(super) fn linsert(cx: &mut Context<'_>) -> Result<(), Error> {
    let behind = match () {
        () if cx.is(2, "BEFORE") => 0,
        () if cx.is(2, "AFTER") => 1,
        () => return Err(Error::Syntax),
    };
    let (pivot, element) = (Wanted::new(cx.arg(3)), cx.arg(4));
    if !memory::has_room(element.len()) {
        return Err(Error::OutOfMemory);
    }
    let Some(mut writing) = cx.existing::<List>(1)? else { return cx.reply_integer(0) };
    let (list, mut log) = writing.edit();
    let Some(index) = list.iter(0, false).position(|other| pivot.is(other)) else {
        drop(writing);
        return cx.reply_integer(-1);
    };
    list.insert(index + behind, element, &mut log);
    let len = list.len();
    writing.event(Class::LIST, "linsert");
    drop(writing);
    cx.reply_integer(len as i64)
}

pub(super) fn lrem(cx: &mut Context<'_>) -> Result<(), Error> {
    let (count, element) = (cx.integer(2)?, cx.arg(3));
    let Some(mut writing) = cx.existing::<List>(1)? else { return cx.reply_integer(0) };
    let (list, mut log) = writing.edit();
    let most = if count == 0 { usize::MAX } else { usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX) };
    let removed = list.remove(element, most, count < 0, &mut log);
    writing.event(Class::LIST, "lrem");
    drop(writing);
    cx.reply_integer(removed as i64)
}

pub(super) fn ltrim(cx: &mut Context<'_>) -> Result<(), Error> {
    let (start, end) = (cx.integer(2)?, cx.integer(3)?);
    let Some(mut writing) = cx.existing::<List>(1)? else { return cx.ok() };
    let (list, mut log) = writing.edit();
    let len = list.len();
    let (start, count) = between(len, start, end).unwrap_or((len, 0));
    list.pop(false, len - start - count, &mut log);
    list.pop(true, start, &mut log);
    // Redis tells of it although nothing may be removed.
    log.note(0);
    writing.event(Class::LIST, "ltrim");
    drop(writing);
    cx.ok()
}
