//! Lua, which is not served: functions are components. <https://redis.io/docs/latest/commands/?group=scripting>

use crate::command::{Begin, Command, Find, Flags, KeySpec};
use crate::context::Context;
use crate::error::Error;

fn refuse(_: &mut Context<'_>) -> Result<(), Error> {
    Err(Error::fixed(
        "ERR Lua is not served: functions are WebAssembly components, loaded with WASM.LOAD and called with FCALL",
    ))
}

const fn row(name: &'static str, arity: i32, since: &'static str) -> Command {
    Command::refused(name, arity, since, refuse).group("scripting").categories(&["scripting"]).flags(&[Flags::NOSCRIPT])
}

const fn eval(name: &'static str, since: &'static str, keys: &'static [KeySpec]) -> Command {
    const EVAL: &[Flags] = &[Flags::STALE, Flags::SKIP_MONITOR, Flags::NO_MANDATORY_KEYS, Flags::MOVABLE_KEYS];
    row(name, -3, since).flags(EVAL).keys(keys)
}

const fn counted(flags: &'static [&'static str]) -> KeySpec {
    KeySpec { flags, begin: Begin::Index(2), find: Find::Counted { count: 0, first: 1, step: 1 } }
}

const ANY: &[KeySpec] = &[counted(&["RW", "access", "update"])];
const READ: &[KeySpec] = &[counted(&["RO", "access"])];
const HELP: &[Flags] = &[Flags::LOADING, Flags::STALE];
const ON_NODES: &[&str] = &["request_policy:all_nodes", "response_policy:all_succeeded"];
const ON_SHARDS: &[&str] = &["request_policy:all_shards", "response_policy:all_succeeded"];
const KILL: &[&str] = &["request_policy:all_shards", "response_policy:one_succeeded"];

static SCRIPT: &[Command] = &[
    row("debug", 3, "3.2.0"),
    row("exists", -3, "2.6.0").tips(&["request_policy:all_shards", "response_policy:agg_logical_and"]),
    row("flush", -2, "2.6.0").tips(ON_NODES),
    Command::refused("help", 2, "5.0.0", refuse).categories(&["scripting"]).flags(HELP),
    row("kill", 2, "2.6.0").flags(&[Flags::ALLOW_BUSY]).tips(KILL),
    row("load", 3, "2.6.0").flags(&[Flags::STALE]).tips(ON_NODES),
];

static FUNCTION: &[Command] = &[
    row("delete", 3, "7.0.0").flags(&[Flags::WRITE]).tips(ON_SHARDS),
    row("dump", 2, "7.0.0"),
    row("flush", -2, "7.0.0").flags(&[Flags::WRITE]).tips(ON_SHARDS),
    Command::refused("help", 2, "7.0.0", refuse).categories(&["scripting"]).flags(HELP),
    row("kill", 2, "7.0.0").flags(&[Flags::ALLOW_BUSY]).tips(KILL),
    row("list", -2, "7.0.0").tips(&["nondeterministic_output_order"]),
    row("load", -3, "7.0.0").flags(&[Flags::WRITE, Flags::DENYOOM]).tips(ON_SHARDS),
    row("restore", -3, "7.0.0").flags(&[Flags::WRITE, Flags::DENYOOM]).tips(ON_SHARDS),
    row("stats", 2, "7.0.0").flags(&[Flags::ALLOW_BUSY]).tips(&[
        "nondeterministic_output",
        "request_policy:all_shards",
        "response_policy:special",
    ]),
];

/// The family's rows. FCALL and FCALL_RO are the host's.
pub(crate) static TABLE: &[Command] = &[
    eval("eval", "2.6.0", ANY),
    eval("eval_ro", "7.0.0", READ).flags(&[Flags::READONLY]),
    eval("evalsha", "2.6.0", ANY),
    eval("evalsha_ro", "7.0.0", READ).flags(&[Flags::READONLY]),
    Command::container("function", FUNCTION).group("scripting").docs("7.0.0", "Depends on subcommand.", "Refused."),
    Command::container("script", SCRIPT).group("scripting").docs("2.6.0", "Depends on subcommand.", "Refused."),
];
