//! Times to live of fields. <https://redis.io/docs/latest/commands/hexpire/>

use super::fields::Fields;
use crate::commands::reply;
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::notices::Class;
use crate::types::Hash;
use crate::types::hash::LATEST_MS;

/// What the replies say of a field.
const NO_FIELD: i64 = -2;
const NO_TIME: i64 = -1;
const REFUSED: i64 = 0;
const DONE: i64 = 1;
const REMOVED: i64 = 2;

/// How a time is written.
#[derive(Clone, Copy)]
pub(super) struct Unit {
    ms: i64,
    from_now: bool,
}

const EX: Unit = Unit { ms: 1000, from_now: true };
const PX: Unit = Unit { ms: 1, from_now: true };
const EXAT: Unit = Unit { ms: 1000, from_now: false };
const PXAT: Unit = Unit { ms: 1, from_now: false };

/// The unit that the argument names.
pub(super) fn unit(cx: &Context<'_>, at: usize) -> Option<Unit> {
    let units = [("EX", EX), ("PX", PX), ("EXAT", EXAT), ("PXAT", PXAT)];
    units.into_iter().find(|(name, _)| cx.is(at, name)).map(|(_, unit)| unit)
}

/// A time at which fields expire.
#[derive(Clone, Copy)]
pub(super) struct Time {
    /// In milliseconds since the Unix epoch.
    pub(super) at_ms: i64,
    now_ms: i64,
}

impl Time {
    pub(super) fn parse(cx: &Context<'_>, at: usize, unit: Unit) -> Result<Time, Error> {
        let now_ms = cx.store.keyspace.now_ms();
        let number = cx.integer(at)?;
        if number < 0 {
            return Err(Error::fixed("ERR invalid expire time, must be >= 0"));
        }
        let origin_ms = if unit.from_now { now_ms } else { 0 };
        let at_ms = number.checked_mul(unit.ms).and_then(|ms| ms.checked_add(origin_ms));
        let at_ms = at_ms.filter(|&at_ms| at_ms <= LATEST_MS).ok_or(Error::InvalidExpire(cx.command.name))?;
        Ok(Time { at_ms, now_ms })
    }

    /// Whether it has come: then fields are removed instead.
    pub(super) fn is_past(self) -> bool {
        self.at_ms <= self.now_ms
    }

    /// What subscribers are told when fields were given this time.
    pub(super) fn event(self) -> &'static str {
        if self.is_past() { "hdel" } else { "hexpire" }
    }
}

pub(super) fn hexpire(cx: &mut Context<'_>) -> Result<(), Error> {
    expire(cx, EX)
}

pub(super) fn hpexpire(cx: &mut Context<'_>) -> Result<(), Error> {
    expire(cx, PX)
}

pub(super) fn hexpireat(cx: &mut Context<'_>) -> Result<(), Error> {
    expire(cx, EXAT)
}

pub(super) fn hpexpireat(cx: &mut Context<'_>) -> Result<(), Error> {
    expire(cx, PXAT)
}

/// When a time is set, by what the field has. A field without one lives forever.
#[derive(Clone, Copy)]
enum Condition {
    Absent,
    Present,
    Later,
    Earlier,
}

impl Condition {
    fn parse(cx: &Context<'_>, at: usize) -> Option<Condition> {
        use Condition::{Absent, Earlier, Later, Present};
        let conditions = [("NX", Absent), ("XX", Present), ("GT", Later), ("LT", Earlier)];
        conditions.into_iter().find(|(name, _)| cx.is(at, name)).map(|(_, condition)| condition)
    }

    fn allows(self, old_ms: Option<i64>, new_ms: i64) -> bool {
        match self {
            Condition::Absent => old_ms.is_none(),
            Condition::Present => old_ms.is_some(),
            Condition::Later => old_ms.is_some_and(|old| new_ms > old),
            Condition::Earlier => old_ms.is_none_or(|old| new_ms < old),
        }
    }
}

fn expire(cx: &mut Context<'_>, unit: Unit) -> Result<(), Error> {
    let (args, database) = (cx.args, cx.database());
    // Its type is what Redis looks at first.
    cx.store.keyspace.existing::<Hash>(database, args.at(1))?;
    let time = Time::parse(cx, 2, unit)?;
    let condition = Condition::parse(cx, 3);
    let names = Fields::TIMES.parse(args, if condition.is_some() { 4 } else { 3 })?;
    cx.out.array(names.len());
    let mut found = cx.store.keyspace.existing::<Hash>(database, args.at(1))?;
    if let Some(writing) = &mut found {
        writing.event(Class::HASH, time.event());
    }
    for name in names.iter() {
        let result = match &mut found {
            None => NO_FIELD,
            Some(writing) => {
                let (hash, mut log) = writing.edit();
                match hash.field(name, log.now_ms).map(|field| field.expire_ms) {
                    None => NO_FIELD,
                    Some(old_ms) if condition.is_some_and(|condition| !condition.allows(old_ms, time.at_ms)) => REFUSED,
                    Some(_) if time.is_past() => {
                        hash.remove(name, &mut log);
                        REMOVED
                    }
                    Some(_) => {
                        hash.set_expire(name, Some(time.at_ms), &mut log);
                        DONE
                    }
                }
            }
        };
        cx.out.integer(result);
    }
    Ok(())
}

pub(super) fn httl(cx: &mut Context<'_>) -> Result<(), Error> {
    let now_ms = cx.keys().now_ms();
    tell(cx, |time_ms| seconds(time_ms - now_ms))
}

pub(super) fn hpttl(cx: &mut Context<'_>) -> Result<(), Error> {
    let now_ms = cx.keys().now_ms();
    tell(cx, |time_ms| time_ms - now_ms)
}

pub(super) fn hexpiretime(cx: &mut Context<'_>) -> Result<(), Error> {
    tell(cx, seconds)
}

pub(super) fn hpexpiretime(cx: &mut Context<'_>) -> Result<(), Error> {
    tell(cx, |time_ms| time_ms)
}

/// Milliseconds as seconds, rounded up.
fn seconds(ms: i64) -> i64 {
    (ms + 999) / 1000
}

/// Replies what `figure` makes of the time of each field.
fn tell(cx: &mut Context<'_>, figure: impl Fn(i64) -> i64) -> Result<(), Error> {
    let (args, now_ms) = (cx.args, cx.keys().now_ms());
    let (hash, out) = cx.read::<Hash>(1)?;
    let names = Fields::NAMES.parse(args, 2)?;
    out.array(names.len());
    for name in names.iter() {
        let time = match hash.and_then(|hash| hash.field(name, now_ms)) {
            None => NO_FIELD,
            Some(field) => field.expire_ms.map_or(NO_TIME, &figure),
        };
        out.integer(time);
    }
    Ok(())
}

pub(super) fn hpersist(cx: &mut Context<'_>) -> Result<(), Error> {
    let (args, database) = (cx.args, cx.database());
    let mut found = cx.store.keyspace.existing::<Hash>(database, args.at(1))?;
    let names = Fields::NAMES.parse(args, 2)?;
    if let Some(writing) = &mut found {
        writing.event(Class::HASH, "hpersist");
    }
    cx.out.array(names.len());
    for name in names.iter() {
        let result = match &mut found {
            None => NO_FIELD,
            Some(writing) => {
                let (hash, mut log) = writing.edit();
                match hash.field(name, log.now_ms).map(|field| field.expire_ms) {
                    None => NO_FIELD,
                    Some(None) => NO_TIME,
                    Some(Some(_)) => {
                        hash.set_expire(name, None, &mut log);
                        DONE
                    }
                }
            }
        };
        cx.out.integer(result);
    }
    Ok(())
}

/// What HGETEX does with the times.
#[derive(Clone, Copy)]
enum Change {
    None,
    Clear,
    Set(Time),
}

pub(super) fn hgetex(cx: &mut Context<'_>) -> Result<(), Error> {
    let (args, database) = (cx.args, cx.database());
    cx.store.keyspace.existing::<Hash>(database, args.at(1))?;
    let (change, at) = match unit(cx, 2) {
        Some(unit) => (Change::Set(Time::parse(cx, 3, unit)?), 4),
        None if cx.is(2, "PERSIST") => (Change::Clear, 3),
        None => (Change::None, 2),
    };
    let names = Fields::NAMES.parse(args, at)?;
    cx.out.array(names.len());
    let mut found = cx.store.keyspace.existing::<Hash>(database, args.at(1))?;
    if let Some(writing) = &mut found {
        match change {
            Change::Set(time) => writing.event(Class::HASH, time.event()),
            Change::Clear => writing.event(Class::HASH, "hpersist"),
            Change::None => {}
        }
    }
    for name in names.iter() {
        let Some(writing) = &mut found else {
            cx.out.null();
            continue;
        };
        let (hash, mut log) = writing.edit();
        let field = hash.field(name, log.now_ms);
        reply::optional(cx.out, field.map(|field| field.value))?;
        let Some(expire_ms) = field.map(|field| field.expire_ms) else { continue };
        match change {
            Change::Set(time) if time.is_past() => drop(hash.remove(name, &mut log)),
            Change::Set(time) => drop(hash.set_expire(name, Some(time.at_ms), &mut log)),
            Change::Clear if expire_ms.is_some() => drop(hash.set_expire(name, None, &mut log)),
            Change::Clear | Change::None => {}
        }
    }
    Ok(())
}
