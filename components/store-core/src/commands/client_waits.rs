//! CLIENT PAUSE, UNPAUSE and UNBLOCK: who waits, and for how long.

use ferrite_resp::number::parse_i64;

use crate::context::Context;
use crate::error::Error;
use crate::parked::{Pause, Unpark};

/// The argument as milliseconds to wait.
pub(super) fn milliseconds(cx: &Context<'_>, index: usize) -> Result<u64, Error> {
    let timeout = parse_i64(cx.arg(index)).ok_or(Error::fixed("ERR timeout is not an integer or out of range"))?;
    u64::try_from(timeout).map_err(|_| Error::fixed("ERR timeout is negative"))
}

pub(super) fn pause(cx: &mut Context<'_>) -> Result<(), Error> {
    let writes_only = match cx.args.len() {
        3 => false,
        4 if cx.is(3, "WRITE") => true,
        4 if cx.is(3, "ALL") => false,
        4 => return Err(Error::fixed("ERR CLIENT PAUSE mode must be WRITE or ALL")),
        _ => return Err(super::reply::subcommand_arity(cx)),
    };
    let duration_us = milliseconds(cx, 2)?.saturating_mul(1000);
    let until_us = cx.store.keyspace.now_us().saturating_add(duration_us);
    cx.store.set_pause(Pause { until_us, writes_only });
    cx.ok()
}

pub(super) fn unpause(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.store.end_pause();
    cx.ok()
}

pub(super) fn unblock(cx: &mut Context<'_>) -> Result<(), Error> {
    let why = match cx.args.len() {
        3 => Unpark::TimedOut,
        4 if cx.is(3, "TIMEOUT") => Unpark::TimedOut,
        4 if cx.is(3, "ERROR") => Unpark::Refused,
        4 => return Err(Error::fixed("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR")),
        _ => return Err(super::reply::subcommand_arity(cx)),
    };
    let id = cx.integer(2)?;
    let unblocked = u64::try_from(id).is_ok_and(|id| cx.store.unblock(id, why));
    cx.reply_integer(i64::from(unblocked))
}

/// WAIT: there are no replicas to wait for, so a client that asks for any waits for its timeout.
pub(super) fn wait(cx: &mut Context<'_>) -> Result<(), Error> {
    let replicas = cx.integer(1)?;
    let timeout = milliseconds(cx, 2)?;
    if replicas > 0 && cx.may_park() {
        cx.park_for_replicas(crate::parked::Timeout::milliseconds(timeout));
        return Ok(());
    }
    cx.reply_integer(0)
}
