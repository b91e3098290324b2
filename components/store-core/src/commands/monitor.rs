//! MONITOR: every command, as it is run. <https://redis.io/docs/latest/commands/monitor/>

use crate::command::{Command, Flags};
use crate::context::Context;
use crate::error::Error;

fn monitor(cx: &mut Context<'_>) -> Result<(), Error> {
    if cx.session.exec.is_some() || cx.session.is_function {
        return Err(Error::fixed("ERR MONITOR isn't allowed for DENY BLOCKING client"));
    }
    // As in Redis, a second time there is no reply at all.
    if std::mem::replace(&mut cx.session.monitors, true) {
        return Ok(());
    }
    cx.store.monitors.push(cx.session.id);
    cx.ok()
}

/// The family's rows.
pub(crate) static TABLE: &[Command] = &[Command::new("monitor", 1, monitor)
    .group("server")
    .flags(&[Flags::ADMIN, Flags::NOSCRIPT, Flags::LOADING, Flags::STALE])
    .docs("1.0.0", "", "Sends every command that the server runs.")];
