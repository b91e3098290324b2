//! The server as a whole. <https://redis.io/docs/latest/commands/?group=server>

use crate::command::{Command, Flags, Handler};
use crate::context::Context;
use crate::error::Error;
use crate::turn::{Event, SaveMode};

fn time(cx: &mut Context<'_>) -> Result<(), Error> {
    let now_us = cx.store.keyspace.now_us();
    cx.out.array(2);
    cx.out.bulk((now_us / 1_000_000).to_string().as_bytes());
    cx.out.bulk((now_us % 1_000_000).to_string().as_bytes());
    Ok(())
}

/// The host stops serving; there is no reply, the connection just closes.
fn shutdown(cx: &mut Context<'_>) -> Result<(), Error> {
    let mut mode = SaveMode::Unspecified;
    let mut abort = false;
    for index in 1..cx.args.len() {
        match () {
            () if cx.is(index, "NOSAVE") && mode != SaveMode::Save => mode = SaveMode::Discard,
            () if cx.is(index, "SAVE") && mode != SaveMode::Discard => mode = SaveMode::Save,
            () if cx.is(index, "NOW") || cx.is(index, "FORCE") => {}
            () if cx.is(index, "ABORT") => abort = true,
            () => return Err(Error::Syntax),
        }
    }
    if abort {
        return Err(if cx.args.len() == 2 { Error::fixed("ERR No shutdown in progress.") } else { Error::Syntax });
    }
    cx.store.emit(Event::ShutDown(mode));
    cx.session.closing = true;
    Ok(())
}

fn bgrewriteaof(_: &mut Context<'_>) -> Result<(), Error> {
    Err(Error::fixed("ERR BGREWRITEAOF is not served: there is no append-only file"))
}

const fn server(name: &'static str, arity: i32, handler: Handler) -> Command {
    Command::new(name, arity, handler).group("server")
}

/// The family's rows.
pub(crate) static TABLE: &[Command] = &[
    Command::new("wait", 3, super::client_waits::wait)
        .group("generic")
        .categories(&["connection"])
        .flags(&[Flags::NOSCRIPT])
        .tips(&["request_policy:all_shards", "response_policy:agg_min"])
        .docs("3.0.0", "O(1)", "Waits until replicas have what was written: there are none."),
    Command::refused("bgrewriteaof", 1, "1.0.0", bgrewriteaof).group("server").flags(&[
        Flags::NO_ASYNC_LOADING,
        Flags::ADMIN,
        Flags::NOSCRIPT,
    ]),
    server("debug", -2, super::debug::debug)
        .flags(&[Flags::ADMIN, Flags::NOSCRIPT, Flags::LOADING, Flags::STALE, Flags::PROTECTED, Flags::SYSTEM])
        .docs("1.0.0", "Depends on subcommand.", "For those who work on the server, and for tests."),
    server("shutdown", -1, shutdown)
        .flags(&[Flags::ADMIN, Flags::NOSCRIPT, Flags::LOADING, Flags::STALE, Flags::NO_MULTI, Flags::ALLOW_BUSY])
        .docs("1.0.0", "O(1)", "Ends the server."),
    server("time", 1, time)
        .flags(&[Flags::LOADING, Flags::STALE, Flags::FAST])
        .tips(&["nondeterministic_output"])
        .docs("2.6.0", "O(1)", "Seconds and microseconds since the Unix epoch."),
];
