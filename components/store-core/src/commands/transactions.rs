//! MULTI and EXEC. <https://redis.io/docs/latest/develop/using-commands/transactions/>

use crate::command::{Command, Flags, Handler, all_keys};
use crate::context::Context;
use crate::error::Error;
use crate::session::Multi;

fn multi(cx: &mut Context<'_>) -> Result<(), Error> {
    if cx.session.multi.is_some() {
        return Err(Error::fixed("ERR MULTI calls can not be nested"));
    }
    cx.session.multi = Some(Multi::default());
    cx.ok()
}

/// Writes the reply's header and leaves the queue in the session, from where the dispatcher runs it: a command in it may
/// be the host's.
fn exec(cx: &mut Context<'_>) -> Result<(), Error> {
    let Some(multi) = cx.session.multi.take() else { return Err(Error::fixed("ERR EXEC without MULTI")) };
    let dirty = cx.store.keyspace.is_watch_broken(cx.session.id);
    cx.store.keyspace.watch.clear(cx.session.id);
    if multi.failed {
        return Err(Error::fixed("EXECABORT Transaction discarded because of previous errors."));
    }
    if dirty {
        cx.out.null_array();
        return Ok(());
    }
    cx.out.array(multi.queue.len());
    cx.session.exec = Some(multi.queue);
    Ok(())
}

fn discard(cx: &mut Context<'_>) -> Result<(), Error> {
    if cx.session.multi.take().is_none() {
        return Err(Error::fixed("ERR DISCARD without MULTI"));
    }
    cx.store.keyspace.watch.clear(cx.session.id);
    cx.ok()
}

fn watch(cx: &mut Context<'_>) -> Result<(), Error> {
    if cx.session.multi.is_some() {
        return Err(Error::fixed("ERR WATCH inside MULTI is not allowed"));
    }
    let (session, database) = (cx.session.id, cx.database());
    for key in cx.args.skip(1) {
        cx.store.keyspace.watch(session, database, key);
    }
    cx.ok()
}

fn unwatch(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.store.keyspace.watch.clear(cx.session.id);
    cx.ok()
}

const fn transaction(name: &'static str, arity: i32, handler: Handler) -> Command {
    Command::new(name, arity, handler).group("transactions").categories(&["transaction"])
}

const CONTROL: &[Flags] = &[Flags::NOSCRIPT, Flags::LOADING, Flags::STALE, Flags::FAST, Flags::ALLOW_BUSY];
const CONTROL_AT_ONCE: &[Flags] =
    &[Flags::NOSCRIPT, Flags::LOADING, Flags::STALE, Flags::FAST, Flags::ALLOW_BUSY, Flags::NOT_QUEUED];

/// The family's rows.
pub(crate) static TABLE: &[Command] = &[
    transaction("multi", 1, multi).flags(CONTROL_AT_ONCE).docs(
        "1.2.0",
        "O(1)",
        "Begins a transaction: commands are queued until EXEC.",
    ),
    transaction("exec", 1, exec)
        .flags(&[Flags::NOSCRIPT, Flags::LOADING, Flags::STALE, Flags::SKIP_SLOWLOG, Flags::NOT_QUEUED])
        .docs(
            "1.2.0",
            "Depends on commands in the transaction",
            "Runs the queued commands, unless a watched key changed.",
        ),
    transaction("discard", 1, discard).flags(CONTROL_AT_ONCE).docs(
        "2.0.0",
        "O(N), when N is the number of queued commands",
        "Forgets the queued commands.",
    ),
    transaction("watch", -2, watch).flags(CONTROL_AT_ONCE).keys(&[all_keys(&["RO"], 1)]).docs(
        "2.2.0",
        "O(1) for every key.",
        "Makes the next EXEC depend on these keys staying as they are.",
    ),
    transaction("unwatch", 1, unwatch).flags(CONTROL).docs("2.2.0", "O(1)", "Forgets which keys are watched."),
];
