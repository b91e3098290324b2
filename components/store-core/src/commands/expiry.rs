//! Times to live. <https://redis.io/docs/latest/commands/expire/>

use crate::command::{Command, Flags, Handler, KeySpec, one_key};
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::notices::Class;

const SECOND: i64 = 1000;
const MILLISECOND: i64 = 1;

/// When a time to live may be set, by what the key has.
#[derive(Default)]
struct Condition {
    /// NX: only if it has none.
    absent: bool,
    /// XX: only if it has one.
    present: bool,
    /// GT: only if the new time is later; a key without one lives forever.
    later: bool,
    /// LT: only if the new time is earlier.
    earlier: bool,
}

impl Condition {
    fn parse(cx: &Context<'_>) -> Result<Condition, Error> {
        let mut condition = Condition::default();
        for option in cx.args.skip(3) {
            match option.to_ascii_lowercase().as_slice() {
                b"nx" => condition.absent = true,
                b"xx" => condition.present = true,
                b"gt" => condition.later = true,
                b"lt" => condition.earlier = true,
                _ => return Err(Error::quoting("ERR Unsupported option ", option, "")),
            }
        }
        if condition.absent && (condition.present || condition.later || condition.earlier) {
            const LINE: &str = "ERR NX and XX, GT or LT options at the same time are not compatible";
            return Err(Error::fixed(LINE));
        }
        if condition.later && condition.earlier {
            return Err(Error::fixed("ERR GT and LT options at the same time are not compatible"));
        }
        Ok(condition)
    }

    fn allows(&self, old_ms: Option<i64>, new_ms: i64) -> bool {
        match old_ms {
            None => !self.present && !self.later,
            Some(old) => !(self.absent || self.later && new_ms <= old || self.earlier && new_ms >= old),
        }
    }
}

/// Sets the time of expiry to that many units after `base_ms`.
fn expire_after(cx: &mut Context<'_>, base_ms: i64, unit_ms: i64) -> Result<(), Error> {
    let condition = Condition::parse(cx)?;
    let time = cx.integer(2)?;
    let expire_ms = time.checked_mul(unit_ms).and_then(|time| time.checked_add(base_ms));
    let expire_ms = expire_ms.ok_or(Error::InvalidExpire(cx.command.name))?;
    let (database, key) = (cx.database(), cx.arg(1));
    let keys = cx.keys();
    let Some(entry) = keys.use_key(database, key) else { return cx.reply_integer(0) };
    if !condition.allows(entry.expire_ms(), expire_ms) {
        return cx.reply_integer(0);
    }
    if expire_ms <= keys.now_ms() {
        keys.delete(database, key);
    } else {
        keys.set_expire(database, key, Some(expire_ms));
        keys.notify(Class::GENERIC, "expire", database, key);
    }
    cx.reply_integer(1)
}

fn expire(cx: &mut Context<'_>) -> Result<(), Error> {
    let now_ms = cx.keys().now_ms();
    expire_after(cx, now_ms, SECOND)
}

fn pexpire(cx: &mut Context<'_>) -> Result<(), Error> {
    let now_ms = cx.keys().now_ms();
    expire_after(cx, now_ms, MILLISECOND)
}

fn expireat(cx: &mut Context<'_>) -> Result<(), Error> {
    expire_after(cx, 0, SECOND)
}

fn pexpireat(cx: &mut Context<'_>) -> Result<(), Error> {
    expire_after(cx, 0, MILLISECOND)
}

/// Replies what `figure` makes of the time of expiry and of the present, -1 for none, -2 for no key.
fn reply_time(cx: &mut Context<'_>, figure: impl FnOnce(i64, i64) -> i64) -> Result<(), Error> {
    let database = cx.database();
    let now_ms = cx.keys().now_ms();
    let key = cx.arg(1);
    let time = match cx.keys().inspect(database, key).map(|entry| entry.expire_ms()) {
        None => -2,
        Some(None) => -1,
        Some(Some(expire_ms)) => figure(expire_ms, now_ms),
    };
    cx.reply_integer(time)
}

/// Milliseconds as seconds, rounded. Times of expiry are not negative, and may be as late as there are numbers.
fn seconds(ms: i64) -> i64 {
    (ms.unsigned_abs().saturating_add(500) / 1000) as i64
}

fn left_ms(expire_ms: i64, now_ms: i64) -> i64 {
    expire_ms.saturating_sub(now_ms).max(0)
}

fn ttl(cx: &mut Context<'_>) -> Result<(), Error> {
    reply_time(cx, |expire_ms, now_ms| seconds(left_ms(expire_ms, now_ms)))
}

fn pttl(cx: &mut Context<'_>) -> Result<(), Error> {
    reply_time(cx, left_ms)
}

fn expiretime(cx: &mut Context<'_>) -> Result<(), Error> {
    reply_time(cx, |expire_ms, _| seconds(expire_ms))
}

fn pexpiretime(cx: &mut Context<'_>) -> Result<(), Error> {
    reply_time(cx, |expire_ms, _| expire_ms)
}

fn persist(cx: &mut Context<'_>) -> Result<(), Error> {
    let (database, key) = (cx.database(), cx.arg(1));
    let expires = cx.keys().use_key(database, key).is_some_and(|entry| entry.expire_ms().is_some());
    if expires {
        cx.keys().set_expire(database, key, None);
        cx.notify(Class::GENERIC, "persist", key);
    }
    cx.reply_integer(i64::from(expires))
}

const UPDATED: &[KeySpec] = &[one_key(&["RW", "update"])];
const READ: &[KeySpec] = &[one_key(&["RO", "access"])];

const fn sets(name: &'static str, arity: i32, handler: Handler) -> Command {
    Command::new(name, arity, handler)
        .group("generic")
        .categories(&["keyspace"])
        .flags(&[Flags::WRITE, Flags::FAST])
        .keys(UPDATED)
}

const fn tells(name: &'static str, handler: Handler) -> Command {
    Command::new(name, 2, handler)
        .group("generic")
        .categories(&["keyspace"])
        .flags(&[Flags::READONLY, Flags::FAST])
        .keys(READ)
}

/// The family's rows.
pub(crate) static TABLE: &[Command] = &[
    sets("expire", -3, expire).docs("1.0.0", "O(1)", "Lets a key live for that many seconds."),
    sets("pexpire", -3, pexpire).docs("2.6.0", "O(1)", "Lets a key live for that many milliseconds."),
    sets("expireat", -3, expireat).docs("1.2.0", "O(1)", "Lets a key live until a time, in seconds since 1970."),
    sets("pexpireat", -3, pexpireat).docs("2.6.0", "O(1)", "Lets a key live until a time, in milliseconds since 1970."),
    tells("ttl", ttl).tips(&["nondeterministic_output"]).docs(
        "1.0.0",
        "O(1)",
        "Returns how many seconds a key still has to live.",
    ),
    tells("pttl", pttl).tips(&["nondeterministic_output"]).docs(
        "2.6.0",
        "O(1)",
        "Returns how many milliseconds a key still has to live.",
    ),
    tells("expiretime", expiretime).docs("7.0.0", "O(1)", "Returns when a key expires, in seconds since 1970."),
    tells("pexpiretime", pexpiretime).docs("7.0.0", "O(1)", "Returns when a key expires, in milliseconds since 1970."),
    sets("persist", 2, persist).docs("2.2.0", "O(1)", "Lets a key live for good."),
];
