//! Where a command differs from Redis 7.0's, and which are refused. What is not here works as it does there.

/// How a command relates to Redis'.
#[derive(Clone, Copy)]
pub(crate) enum Status {
    /// It works, and differs in this.
    Differs(&'static str),
    /// It answers with an error, for this reason.
    Refused(&'static str),
}

use Status::{Differs, Refused};

/// Commands that the server has and the engine alone has not.
pub(crate) const OF_HOST: &[&str] = &["fcall", "fcall_ro"];

/// Commands that are being made.
pub(crate) const PENDING: &[&str] = &[];

const LUA: Status = Refused("Lua is not served: functions are WebAssembly components (`WASM.LOAD`, `FCALL`)");
const CLUSTER: Status = Refused("this is no cluster's node, with Redis' words for that");
const MODULES: Status = Refused("no native modules, with Redis' words for `enable-module-command no`");
const REPLICATION: Status = Refused("there is no replication");
const HELP: Status = Differs("the texts are Ferrite's own");
const FIGURES: Status = Differs("the figures are those of Ferrite's allocator");
const COMPONENT: Status =
    Differs("calls a WebAssembly component instead of a Lua function; in the server, not at the edge");

const SINES: Status = Differs(
    "with STOREDIST the last digit may be another: sine and cosine are the component's own, not the C library's",
);

/// The table, by full name; a name that ends in `|*` is all of a container's subcommands that have no row.
pub(crate) const DIFFERENCES: &[(&str, Status)] = &[
    ("acl|getuser", Differs("a password's digest is not shown")),
    ("acl|list", Differs("a password's digest is not shown")),
    ("acl|log", Differs("always empty: only wrong passwords would be in it")),
    ("acl|setuser", Refused("there is one user, `default`; its password is `requirepass`")),
    ("acl|load", Refused("no file of users, with Redis' words for that")),
    ("acl|save", Refused("no file of users, with Redis' words for that")),
    ("asking", CLUSTER),
    ("bgrewriteaof", Refused("there is no append-only file")),
    ("client|list", Differs("what only the socket knows (buffers, events) is 0")),
    ("client|info", Differs("what only the socket knows (buffers, events) is 0")),
    ("cluster|*", CLUSTER),
    ("command|docs", Differs("own summaries; no arguments and no history")),
    ("config|rewrite", Refused("the configuration file is the operator's")),
    ("config|set", Differs("settings below that are fixed, or change nothing")),
    ("debug", Differs("where `enable-debug-command` allows it, the parts that tests use")),
    ("eval", LUA),
    ("eval_ro", LUA),
    ("evalsha", LUA),
    ("evalsha_ro", LUA),
    ("fcall", COMPONENT),
    ("fcall_ro", COMPONENT),
    ("function|*", LUA),
    ("georadius", SINES),
    ("georadiusbymember", SINES),
    ("geosearchstore", SINES),
    ("info", Differs("what only Redis has is 0; fast commands are measured by samples")),
    ("latency|doctor", Differs("own words")),
    ("latency|graph", Differs("a bar a second")),
    ("latency|histogram", Differs("buckets are powers of two; fast commands are measured by samples")),
    ("latency|history", Differs("the events are `command` and `fast-command`")),
    ("latency|latest", Differs("the events are `command` and `fast-command`")),
    ("lolwut", Differs("another picture")),
    ("memory|doctor", Differs("own words")),
    ("memory|malloc-stats", FIGURES),
    ("memory|purge", Differs("changes nothing: freed memory is used again, never given back")),
    ("memory|stats", FIGURES),
    ("memory|usage", FIGURES),
    ("migrate", Refused("nothing connects to other servers")),
    ("module|load", MODULES),
    ("module|loadex", MODULES),
    ("module|unload", MODULES),
    ("psync", REPLICATION),
    ("readonly", CLUSTER),
    ("readwrite", CLUSTER),
    ("replconf", REPLICATION),
    ("replicaof", Differs("`NO ONE` alone: there is no replication")),
    ("script|*", LUA),
    ("slaveof", Differs("`NO ONE` alone: there is no replication")),
    (
        "slowlog|get",
        Differs("fast commands with few arguments are measured by samples, unless the threshold is below 100 µs"),
    ),
    ("sort", Differs("a small sorted set stays packed; what `BY` finds equal stays in order")),
    ("sort_ro", Differs("a small sorted set stays packed; what `BY` finds equal stays in order")),
    ("sync", REPLICATION),
    ("wait", Differs("always 0 replicas")),
];

/// How a command relates to Redis', none if it works as it does there.
pub(crate) fn status(name: &str) -> Option<Status> {
    let find = |wanted: &str| DIFFERENCES.iter().find(|(name, _)| *name == wanted).map(|(_, status)| *status);
    let whole = name.split_once('|').and_then(|(container, _)| find(&format!("{container}|*")));
    let container = find(&format!("{name}|*"));
    find(name).or(container).or(whole).or(name.ends_with("|help").then_some(HELP))
}

#[cfg(test)]
mod tests {
    use anyhow::Result;
    use ferrite_resp::Value;

    use super::*;
    use crate::rows::{ask, core, golden, rows};

    #[test]
    fn every_difference_is_one_of_a_command_that_redis_has() -> Result<()> {
        let names: Vec<String> = golden()?.into_iter().map(|(name, ..)| name).collect();
        for (name, _) in DIFFERENCES {
            let container = name.strip_suffix("|*").unwrap_or(name);
            assert!(names.iter().any(|known| known == container), "{name}");
        }
        Ok(())
    }

    #[test]
    fn what_is_refused_answers_with_an_error() -> Result<()> {
        let mut core = core()?;
        for (name, row) in rows(&mut core)? {
            if !matches!(status(&name), Some(Refused(_))) {
                continue;
            }
            let mut command: Vec<&str> = name.split('|').collect();
            while (command.len() as i64) < row.arity.abs() {
                command.push("1");
            }
            assert!(matches!(ask(&mut core, &command)?, Value::Error(_)), "{name}");
        }
        Ok(())
    }
}
