//! Replication, of which there is none: a master without replicas answers what it can answer, and refuses the rest.

use ferrite_resp::number::parse_i64;

use crate::command::{Begin, Command, Find, Flags, Handler, KeySpec, key_at};
use crate::context::Context;
use crate::error::Error;

fn role(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.out.array(3);
    cx.out.bulk(b"master");
    cx.out.integer(0);
    cx.out.array(0);
    Ok(())
}

fn replicaof(cx: &mut Context<'_>) -> Result<(), Error> {
    if cx.is(1, "NO") && cx.is(2, "ONE") {
        return cx.ok();
    }
    if parse_i64(cx.arg(2)).is_none_or(|port| !(0..=65_535).contains(&port)) {
        return Err(Error::fixed("ERR Invalid master port"));
    }
    refuse(cx)
}

fn failover(cx: &mut Context<'_>) -> Result<(), Error> {
    if cx.args.len() == 2 && cx.is(1, "ABORT") {
        return Err(Error::fixed("ERR No failover in progress."));
    }
    let (mut at, mut timeout, mut to, mut force) = (1, false, false, false);
    while at < cx.args.len() {
        if cx.is(at, "TIMEOUT") && at + 1 < cx.args.len() && !timeout {
            if cx.integer(at + 1)? <= 0 {
                return Err(Error::fixed("ERR FAILOVER timeout must be greater than 0"));
            }
            timeout = true;
            at += 2;
        } else if cx.is(at, "TO") && at + 2 < cx.args.len() && !to {
            if cx.integer(at + 2).is_err() {
                return Err(Error::NotAnInteger);
            }
            to = true;
            at += 3;
        } else if cx.is(at, "FORCE") && !force {
            force = true;
            at += 1;
        } else {
            return Err(Error::Syntax);
        }
    }
    Err(Error::fixed("ERR FAILOVER requires connected replicas."))
}

fn refuse(_: &mut Context<'_>) -> Result<(), Error> {
    Err(Error::fixed("ERR Ferrite does not replicate: it is a master without replicas"))
}

fn migrate(_: &mut Context<'_>) -> Result<(), Error> {
    Err(Error::fixed("ERR MIGRATE is not served: nothing connects to other servers; use DUMP here and RESTORE there"))
}

const fn row(name: &'static str, arity: i32, since: &'static str, handler: Handler) -> Command {
    Command::refused(name, arity, since, handler).group("server")
}

const REPLICATES: &[Flags] = &[Flags::NO_ASYNC_LOADING, Flags::ADMIN, Flags::NOSCRIPT, Flags::STALE];
const SYNCS: &[Flags] = &[Flags::NO_ASYNC_LOADING, Flags::ADMIN, Flags::NO_MULTI, Flags::NOSCRIPT];
const MIGRATED: &[KeySpec] = &[
    key_at(3, &["RW", "access", "delete"]),
    KeySpec {
        flags: &["RW", "access", "delete", "incomplete"],
        begin: Begin::Keyword("KEYS", -2),
        find: Find::Range { last: -1, step: 1, limit: 0 },
    },
];

/// The family's rows.
pub(crate) static TABLE: &[Command] = &[
    row("failover", -1, "6.2.0", failover).flags(&[Flags::ADMIN, Flags::NOSCRIPT, Flags::STALE]),
    row("migrate", -6, "2.6.0", migrate)
        .group("generic")
        .categories(&["keyspace", "dangerous"])
        .flags(&[Flags::WRITE, Flags::MOVABLE_KEYS])
        .tips(&["nondeterministic_output"])
        .keys(MIGRATED),
    row("psync", -3, "2.8.0", refuse).flags(SYNCS),
    row("replconf", -1, "3.0.0", refuse).flags(&[
        Flags::ADMIN,
        Flags::NOSCRIPT,
        Flags::LOADING,
        Flags::STALE,
        Flags::ALLOW_BUSY,
        Flags::SYSTEM,
    ]),
    row("replicaof", 3, "5.0.0", replicaof).flags(REPLICATES),
    Command::new("role", 1, role)
        .group("server")
        .flags(&[Flags::NOSCRIPT, Flags::LOADING, Flags::STALE, Flags::FAST])
        .categories(&["admin", "dangerous"])
        .docs("2.8.12", "O(1)", "A master, and its replicas: none."),
    row("slaveof", 3, "1.0.0", replicaof).flags(REPLICATES).deprecated("5.0.0", "`REPLICAOF`"),
    row("sync", 1, "1.0.0", refuse).flags(SYNCS),
];
