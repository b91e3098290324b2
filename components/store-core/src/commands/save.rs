//! Snapshots on disk, which only a host can write: the commands are handed out to it.
//! <https://redis.io/docs/latest/commands/save/>

use crate::command::{Command, Flags, Handler};
use crate::context::Context;
use crate::error::Error;

/// A host that has files tells of its snapshots by this field of INFO.
const TOLD: &str = "rdb_last_save_time";

/// The host answers, if it has files.
fn hand_out(cx: &mut Context<'_>) -> Result<(), Error> {
    if cx.store.info.get(TOLD).is_none() || cx.session.is_function {
        return Err(Error::fixed("ERR snapshots are not served: this store has no files"));
    }
    cx.session.is_handed_out = true;
    cx.session.closing = true;
    Ok(())
}

fn bgsave(cx: &mut Context<'_>) -> Result<(), Error> {
    if cx.args.len() > 2 || cx.args.len() == 2 && !cx.is(1, "SCHEDULE") {
        return Err(Error::Syntax);
    }
    hand_out(cx)
}

fn lastsave(cx: &mut Context<'_>) -> Result<(), Error> {
    let told = cx.store.info.get(TOLD).and_then(|told| told.parse().ok());
    let seconds = told.unwrap_or((cx.store.started_us / 1_000_000) as i64);
    cx.reply_integer(seconds)
}

const fn server(name: &'static str, arity: i32, handler: Handler) -> Command {
    Command::new(name, arity, handler).group("server")
}

/// The family's rows.
pub(crate) static TABLE: &[Command] = &[
    server("save", 1, hand_out).flags(&[Flags::ADMIN, Flags::NOSCRIPT, Flags::NO_ASYNC_LOADING, Flags::NO_MULTI]).docs(
        "1.0.0",
        "O(N) where N is the total number of keys in all databases",
        "Writes a snapshot, and lets all wait.",
    ),
    server("bgsave", -1, bgsave).flags(&[Flags::ADMIN, Flags::NOSCRIPT, Flags::NO_ASYNC_LOADING]).docs(
        "1.0.0",
        "O(1)",
        "Writes a snapshot while others are served.",
    ),
    server("lastsave", 1, lastsave)
        .flags(&[Flags::LOADING, Flags::STALE, Flags::FAST])
        .categories(&["admin", "dangerous"])
        .tips(&["nondeterministic_output"])
        .docs("1.0.0", "O(1)", "Tells when the last snapshot was written, in seconds since the Unix epoch."),
];
