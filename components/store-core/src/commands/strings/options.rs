//! What SET and GETEX understand behind their key and value.

use ferrite_resp::Args;

use crate::context::Context;
use crate::error::Error;

/// The options of one command.
#[derive(Default)]
pub(super) struct Options<'a> {
    pub(super) condition: Option<Condition>,
    /// GET: reply with the old value.
    pub(super) returns_old: bool,
    pub(super) expiry: Expiry<'a>,
}

/// When SET writes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Condition {
    /// NX
    IfAbsent,
    /// XX
    IfPresent,
}

/// What becomes of the time to live.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Expiry<'a> {
    /// Nothing was said: SET clears it, GETEX leaves it.
    #[default]
    Clear,
    /// KEEPTTL
    Keep,
    /// PERSIST
    Persist,
    /// EX, PX, EXAT, PXAT with their argument as it came.
    Time { unit_ms: i64, from_now: bool, number: &'a [u8] },
}

/// SET's options.
pub(super) fn of_set<'a>(cx: &Context<'a>) -> Result<Options<'a>, Error> {
    let mut options = Options::default();
    let mut rest = cx.args.skip(3);
    while let Some(word) = rest.get(0) {
        let other = |condition| options.condition.is_some_and(|given| given != condition);
        match word {
            _ if is(word, "NX") && !other(Condition::IfAbsent) => options.condition = Some(Condition::IfAbsent),
            _ if is(word, "XX") && !other(Condition::IfPresent) => options.condition = Some(Condition::IfPresent),
            _ if is(word, "GET") => options.returns_old = true,
            _ if is(word, "KEEPTTL") => options.expiry.becomes(Expiry::Keep)?,
            _ => {
                options.expiry.becomes(time(rest)?)?;
                rest = rest.skip(1);
            }
        }
        rest = rest.skip(1);
    }
    Ok(options)
}

/// GETEX's options.
pub(super) fn of_getex<'a>(cx: &Context<'a>) -> Result<Options<'a>, Error> {
    let mut options = Options::default();
    let mut rest = cx.args.skip(2);
    while let Some(word) = rest.get(0) {
        if is(word, "PERSIST") {
            options.expiry.becomes(Expiry::Persist)?;
        } else {
            options.expiry.becomes(time(rest)?)?;
            rest = rest.skip(1);
        }
        rest = rest.skip(1);
    }
    Ok(options)
}

fn is(word: &[u8], keyword: &str) -> bool {
    word.eq_ignore_ascii_case(keyword.as_bytes())
}

/// One of the four forms of a time, and its number.
fn time<'a>(rest: Args<'a>) -> Result<Expiry<'a>, Error> {
    let (Some(word), Some(number)) = (rest.get(0), rest.get(1)) else { return Err(Error::Syntax) };
    let (unit_ms, from_now) = match word {
        _ if is(word, "EX") => (1000, true),
        _ if is(word, "PX") => (1, true),
        _ if is(word, "EXAT") => (1000, false),
        _ if is(word, "PXAT") => (1, false),
        _ => return Err(Error::Syntax),
    };
    Ok(Expiry::Time { unit_ms, from_now, number })
}

impl<'a> Expiry<'a> {
    /// A second option about time is only allowed when it is of the same kind; then it counts.
    fn becomes(&mut self, next: Expiry<'a>) -> Result<(), Error> {
        let kind = |expiry: Expiry<'_>| match expiry {
            Expiry::Time { unit_ms, from_now, .. } => Expiry::Time { unit_ms, from_now, number: &[] },
            Expiry::Clear => Expiry::Clear,
            Expiry::Keep => Expiry::Keep,
            Expiry::Persist => Expiry::Persist,
        };
        if *self != Expiry::Clear && kind(*self) != kind(next) {
            return Err(Error::Syntax);
        }
        *self = next;
        Ok(())
    }

    /// The time of expiry in milliseconds since the Unix epoch, none without EX, PX, EXAT or PXAT.
    pub(super) fn time_ms(self, cx: &Context<'_>) -> Result<Option<i64>, Error> {
        match self {
            Expiry::Time { unit_ms, from_now, number } => time_ms(cx, unit_ms, from_now, number).map(Some),
            _ => Ok(None),
        }
    }
}

/// A time in this unit as milliseconds since the Unix epoch; errors name the command.
pub(super) fn time_ms(cx: &Context<'_>, unit_ms: i64, from_now: bool, number: &[u8]) -> Result<i64, Error> {
    let number = ferrite_resp::number::parse_i64(number).ok_or(Error::NotAnInteger)?;
    let origin = if from_now { cx.store.keyspace.now_ms() } else { 0 };
    let time = number.checked_mul(unit_ms).and_then(|time| time.checked_add(origin));
    time.filter(|_| number > 0).ok_or(Error::InvalidExpire(cx.command.name))
}
