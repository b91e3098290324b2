//! CLUSTER and what belongs to it: refused as by a Redis that is no node of a cluster.
//! <https://redis.io/docs/latest/commands/?group=cluster>

use crate::command::{Command, Flags};
use crate::context::Context;
use crate::error::Error;

fn disabled(_: &mut Context<'_>) -> Result<(), Error> {
    Err(Error::fixed("ERR This instance has cluster support disabled"))
}

const fn row(name: &'static str, arity: i32, since: &'static str) -> Command {
    Command::refused(name, arity, since, disabled).group("cluster")
}

/// Tells about the cluster.
const fn tells(name: &'static str, arity: i32, since: &'static str) -> Command {
    row(name, arity, since).flags(&[Flags::STALE])
}

/// Changes the cluster.
const fn changes(name: &'static str, arity: i32, since: &'static str) -> Command {
    row(name, arity, since).flags(&[Flags::NO_ASYNC_LOADING, Flags::ADMIN, Flags::STALE])
}

/// Tells administrators.
const fn reports(name: &'static str, since: &'static str) -> Command {
    row(name, 3, since).flags(&[Flags::ADMIN, Flags::STALE]).tips(VARIES)
}

const VARIES: &[&str] = &["nondeterministic_output"];

static SUBCOMMANDS: &[Command] = &[
    changes("addslots", -3, "3.0.0"),
    changes("addslotsrange", -4, "7.0.0"),
    changes("bumpepoch", 2, "3.0.0").tips(VARIES),
    reports("count-failure-reports", "3.0.0"),
    tells("countkeysinslot", 3, "3.0.0"),
    changes("delslots", -3, "3.0.0"),
    changes("delslotsrange", -4, "7.0.0"),
    changes("failover", -2, "3.0.0"),
    changes("flushslots", 2, "3.0.0"),
    changes("forget", 3, "3.0.0"),
    tells("getkeysinslot", 4, "3.0.0").tips(VARIES),
    row("help", 2, "5.0.0").flags(&[Flags::LOADING, Flags::STALE]),
    tells("info", 2, "3.0.0").tips(VARIES),
    tells("keyslot", 3, "3.0.0"),
    tells("links", 2, "7.0.0").tips(VARIES),
    changes("meet", -4, "3.0.0"),
    tells("myid", 2, "3.0.0"),
    tells("nodes", 2, "3.0.0").tips(VARIES),
    reports("replicas", "5.0.0"),
    changes("replicate", 3, "3.0.0"),
    row("reset", -2, "3.0.0").flags(&[Flags::ADMIN, Flags::STALE, Flags::NOSCRIPT]),
    changes("saveconfig", 2, "3.0.0"),
    changes("set-config-epoch", 3, "3.0.0"),
    changes("setslot", -4, "3.0.0"),
    tells("shards", 2, "7.0.0").tips(VARIES),
    reports("slaves", "3.0.0").deprecated("5.0.0", "`CLUSTER REPLICAS`"),
    tells("slots", 2, "3.0.0").tips(VARIES).deprecated("7.0.0", "`CLUSTER SHARDS`"),
];

/// Of a connection to a node.
const fn connection(name: &'static str) -> Command {
    row(name, 1, "3.0.0").categories(&["connection"])
}

/// The family's rows.
pub(crate) static TABLE: &[Command] = &[
    Command::container("cluster", SUBCOMMANDS).group("cluster").docs("3.0.0", "Depends on subcommand.", "Refused."),
    connection("asking").flags(&[Flags::FAST]),
    connection("readonly").flags(&[Flags::LOADING, Flags::STALE, Flags::FAST]),
    connection("readwrite").flags(&[Flags::LOADING, Flags::STALE, Flags::FAST]),
];
