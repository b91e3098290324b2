//! Fields set and removed.

use super::expiry::{self, Time};
use super::fields::{self, Fields};
use crate::commands::reply;
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::notices::Class;
use crate::memory;
use crate::types::Hash;
use crate::types::hash::Expiry;

/// HSET and HMSET.
pub(super) fn hset(cx: &mut Context<'_>) -> Result<(), Error> {
    let pairs = cx.args.skip(2);
    if !pairs.len().is_multiple_of(2) {
        return Err(Error::Arity(cx.command.name.into()));
    }
    check_room(cx)?;
    let mut added = 0;
    {
        let mut writing = cx.create::<Hash>(1)?;
        let (hash, mut log) = writing.edit();
        let mut pairs = pairs.iter();
        while let (Some(name), Some(value)) = (pairs.next(), pairs.next()) {
            added += i64::from(hash.set(name, value, Expiry::Clear, &mut log));
        }
        writing.event(Class::HASH, "hset");
    }
    if cx.command.name == "hmset" { cx.ok() } else { cx.reply_integer(added) }
}

pub(super) fn hsetnx(cx: &mut Context<'_>) -> Result<(), Error> {
    check_room(cx)?;
    let (name, value) = (cx.arg(2), cx.arg(3));
    let mut writing = cx.create::<Hash>(1)?;
    let (hash, mut log) = writing.edit();
    let absent = hash.get(name, log.now_ms).is_none();
    if absent {
        hash.set(name, value, Expiry::Clear, &mut log);
    }
    writing.event(Class::HASH, "hset");
    drop(writing);
    cx.reply_integer(i64::from(absent))
}

pub(super) fn hdel(cx: &mut Context<'_>) -> Result<(), Error> {
    let names = cx.args.skip(2);
    let mut removed = 0;
    if let Some(mut writing) = cx.existing::<Hash>(1)? {
        let (hash, mut log) = writing.edit();
        removed = names.iter().filter(|name| hash.remove(name, &mut log)).count();
        writing.event(Class::HASH, "hdel");
    }
    cx.reply_integer(removed as i64)
}

pub(super) fn hgetdel(cx: &mut Context<'_>) -> Result<(), Error> {
    let args = cx.args;
    let mut found = cx.store.keyspace.existing::<Hash>(cx.session.database, args.at(1))?;
    let names = Fields::NAMES.parse(args, 2)?;
    if let Some(writing) = &mut found {
        writing.event(Class::HASH, "hdel");
    }
    cx.out.array(names.len());
    for name in names.iter() {
        let Some(writing) = &mut found else {
            cx.out.null();
            continue;
        };
        let (hash, mut log) = writing.edit();
        reply::optional(cx.out, hash.get(name, log.now_ms))?;
        hash.remove(name, &mut log);
    }
    Ok(())
}

/// When HSETEX writes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Condition {
    /// FNX: when none of the fields exists.
    NoneExists,
    /// FXX: when all of them do.
    AllExist,
}

#[derive(Default)]
struct Options {
    condition: Option<Condition>,
    time: Option<Time>,
    keeps_time: bool,
    /// Where the names and values begin.
    pairs: usize,
}

impl Options {
    fn parse(cx: &Context<'_>) -> Result<Options, Error> {
        const TWO_TIMES: Error =
            Error::fixed("ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified");
        const TWO_CONDITIONS: Error = Error::fixed("ERR Only one of FXX or FNX arguments can be specified");
        const NO_TIME: Error = Error::fixed("ERR missing expire time");
        let mut options = Options::default();
        let mut at = 2;
        while at < cx.args.len() {
            let timed = options.time.is_some() || options.keeps_time;
            let condition = match () {
                () if cx.is(at, "FNX") => Some(Condition::NoneExists),
                () if cx.is(at, "FXX") => Some(Condition::AllExist),
                () => None,
            };
            if cx.is(at, "FIELDS") {
                options.pairs = fields::pairs(cx, at)?;
                return Ok(options);
            } else if condition.is_some() {
                if options.condition.is_some() {
                    return Err(TWO_CONDITIONS);
                }
                options.condition = condition;
            } else if cx.is(at, "KEEPTTL") {
                if timed {
                    return Err(TWO_TIMES);
                }
                options.keeps_time = true;
            } else if let Some(unit) = expiry::unit(cx, at) {
                if timed {
                    return Err(TWO_TIMES);
                }
                if at + 1 >= cx.args.len() {
                    return Err(NO_TIME);
                }
                at += 1;
                options.time = Some(Time::parse(cx, at, unit)?);
            } else {
                return Err(Error::quoting("ERR unknown argument: ", cx.arg(at), ""));
            }
            at += 1;
        }
        // Redis gives up here; there is nothing to set.
        Err(Error::Arity(cx.command.name.into()))
    }

    fn holds(&self, hash: Option<&Hash>, names: &mut dyn Iterator<Item = &[u8]>, now_ms: i64) -> bool {
        let mut exists = names.map(|name| hash.is_some_and(|hash| hash.get(name, now_ms).is_some()));
        match self.condition {
            None => true,
            Some(Condition::NoneExists) => !exists.any(|exists| exists),
            Some(Condition::AllExist) => exists.all(|exists| exists),
        }
    }
}

pub(super) fn hsetex(cx: &mut Context<'_>) -> Result<(), Error> {
    let options = Options::parse(cx)?;
    check_room(cx)?;
    let pairs = cx.args.skip(options.pairs);
    let now_ms = cx.keys().now_ms();
    let mut writing = cx.create::<Hash>(1)?;
    let holds = options.holds(Some(writing.get()), &mut pairs.iter().step_by(2), now_ms);
    if holds {
        let (hash, mut log) = writing.edit();
        let mut pairs = pairs.iter();
        while let (Some(name), Some(value)) = (pairs.next(), pairs.next()) {
            match options.time {
                Some(time) if time.is_past() => drop(hash.remove(name, &mut log)),
                Some(time) => drop(hash.set(name, value, Expiry::At(time.at_ms), &mut log)),
                None if options.keeps_time => drop(hash.set(name, value, Expiry::Keep, &mut log)),
                None => drop(hash.set(name, value, Expiry::Clear, &mut log)),
            }
        }
        writing.event(Class::HASH, "hset");
        if let Some(time) = options.time {
            writing.event(Class::HASH, time.event());
        }
    }
    drop(writing);
    cx.reply_integer(i64::from(holds))
}

/// Whether there is memory for what the command brings.
#[inline]
fn check_room(cx: &Context<'_>) -> Result<(), Error> {
    if memory::has_room(cx.args.total_bytes()) { Ok(()) } else { Err(Error::OutOfMemory) }
}
