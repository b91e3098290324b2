//! XADD, XDEL, XTRIM and XSETID: entries added and deleted.

use super::arguments::{Options, id};
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::notices::Class;
use crate::memory;
use crate::types::Stream;
use crate::types::stream::{AppendError, Figures, NewId, StreamId};

pub(super) fn xadd(cx: &mut Context<'_>) -> Result<(), Error> {
    let options = Options::parse(cx, true)?;
    let pairs = cx.args.skip(options.end);
    if pairs.is_empty() || !pairs.len().is_multiple_of(2) {
        return Err(Error::Arity(cx.command.name.into()));
    }
    if options.id == NewId::Exactly(StreamId::MIN) {
        return Err(Error::fixed("ERR The ID specified in XADD must be greater than 0-0"));
    }
    if !memory::has_room(pairs.total_bytes()) {
        return Err(Error::OutOfMemory);
    }
    let writing = if options.creates { Some(cx.create::<Stream>(1)?) } else { cx.existing::<Stream>(1)? };
    let added = writing.map(|mut writing| {
        let (stream, mut log) = writing.edit();
        let id = stream.append(options.id, pairs, &mut log)?;
        let trimmed = options.trim.as_ref().map_or(0, |trim| stream.trim(trim, &mut log));
        writing.event(Class::STREAM, "xadd");
        if trimmed > 0 {
            writing.event(Class::STREAM, "xtrim");
        }
        Ok(id)
    });
    match added.transpose().map_err(append_error)? {
        Some(id) => id.write(cx.out),
        None => cx.out.null(),
    }
    Ok(())
}

#[cold]
fn append_error(error: AppendError) -> Error {
    Error::fixed(match error {
        AppendError::Exhausted => "ERR The stream has exhausted the last possible ID, unable to add more items",
        AppendError::NotBehind => "ERR The ID specified in XADD is equal or smaller than the target stream top item",
        // Redis has no words of its own for it when only the number is exhausted.
        AppendError::NoNumber | AppendError::TooLarge => "ERR Elements are too large to be stored",
    })
}

pub(super) fn xdel(cx: &mut Context<'_>) -> Result<(), Error> {
    let ids: Result<Vec<StreamId>, Error> = (2..cx.args.len()).map(|index| id(cx, index)).collect();
    let Some(mut writing) = cx.existing::<Stream>(1)? else { return cx.reply_integer(0) };
    let (stream, mut log) = writing.edit();
    let deleted = ids?.into_iter().filter(|&id| stream.delete(id, &mut log)).count();
    writing.event(Class::STREAM, "xdel");
    drop(writing);
    cx.reply_integer(deleted as i64)
}

pub(super) fn xtrim(cx: &mut Context<'_>) -> Result<(), Error> {
    let options = Options::parse(cx, false)?;
    let Some(mut writing) = cx.existing::<Stream>(1)? else { return cx.reply_integer(0) };
    let (stream, mut log) = writing.edit();
    let deleted = options.trim.map_or(0, |trim| stream.trim(&trim, &mut log));
    if deleted > 0 {
        log.note(deleted);
        writing.event(Class::STREAM, "xtrim");
    }
    drop(writing);
    cx.reply_integer(deleted as i64)
}

pub(super) fn xsetid(cx: &mut Context<'_>) -> Result<(), Error> {
    let last_id = id(cx, 2)?;
    let (mut entries_added, mut max_deleted_id) = (None, StreamId::MIN);
    let mut at = 3;
    while at < cx.args.len() {
        let has_value = at + 1 < cx.args.len();
        if cx.is(at, "ENTRIESADDED") && has_value {
            let added = u64::try_from(cx.integer(at + 1)?);
            entries_added = Some(added.map_err(|_| Error::fixed("ERR entries_added must be positive"))?);
        } else if cx.is(at, "MAXDELETEDID") && has_value {
            max_deleted_id = id(cx, at + 1)?;
            if last_id < max_deleted_id {
                return Err(Error::fixed(
                    "ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id",
                ));
            }
        } else {
            return Err(Error::Syntax);
        }
        at += 2;
    }
    let Some(mut writing) = cx.existing::<Stream>(1)? else { return Err(Error::NoSuchKey) };
    let (stream, mut log) = writing.edit();
    let old = *stream.figures();
    if stream.last_entry_id().is_some_and(|last| last_id < last) {
        return Err(Error::fixed("ERR The ID specified in XSETID is smaller than the target stream top item"));
    }
    if old.length > 0 && entries_added.is_some_and(|added| old.length > added) {
        return Err(Error::fixed("ERR The entries_added specified in XSETID is smaller than the target stream length"));
    }
    let figures = Figures {
        last_id,
        entries_added: entries_added.unwrap_or(old.entries_added),
        max_deleted_id: if max_deleted_id == StreamId::MIN { old.max_deleted_id } else { max_deleted_id },
        ..old
    };
    stream.set_figures(figures, &mut log);
    drop(writing);
    cx.store.keyspace.stats.changes += 1;
    cx.notify(Class::STREAM, "xsetid", cx.arg(1));
    cx.ok()
}
