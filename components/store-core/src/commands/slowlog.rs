//! SLOWLOG. <https://redis.io/docs/latest/commands/slowlog/>

use crate::command::{Command, Flags, Handler};
use crate::context::Context;
use crate::error::Error;

fn get(cx: &mut Context<'_>) -> Result<(), Error> {
    const USUAL: usize = 10;
    let wanted = match cx.args.len() {
        2 => USUAL,
        3 => {
            let count = cx.integer(2).ok().filter(|&count| count >= -1);
            let count = count.ok_or(Error::fixed("ERR count should be greater than or equal to -1"))?;
            usize::try_from(count).unwrap_or(usize::MAX)
        }
        _ => return Err(super::reply::subcommand_arity(cx)),
    };
    let entries = &cx.store.timing.slow_log.entries;
    let out = &mut *cx.out;
    out.array(entries.len().min(wanted));
    for entry in entries.iter().take(wanted) {
        out.array(6);
        [entry.id, entry.time_s, entry.took_us].iter().for_each(|&figure| out.integer(figure as i64));
        out.array(entry.args.len());
        entry.args.iter().for_each(|arg| out.bulk(arg));
        out.bulk(entry.address.as_bytes());
        out.bulk(&entry.name);
    }
    Ok(())
}

fn len(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.reply_integer(cx.store.timing.slow_log.entries.len() as i64)
}

fn reset(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.store.timing.slow_log.entries.clear();
    cx.ok()
}

fn help(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.reply_help(&[
        ("GET [<count>]", "The latest slow commands: id, time, microseconds, arguments, client."),
        ("LEN", "How many there are."),
        ("RESET", "Forgets them."),
    ])
}

const fn slowlog(name: &'static str, arity: i32, handler: Handler) -> Command {
    Command::new(name, arity, handler).flags(&[Flags::ADMIN, Flags::LOADING, Flags::STALE])
}

static SUBCOMMANDS: &[Command] = &[
    slowlog("get", -2, get).tips(&["request_policy:all_nodes", "nondeterministic_output"]).docs(
        "2.2.12",
        "O(N) where N is the number of entries returned",
        "The latest slow commands.",
    ),
    Command::new("help", 2, help).flags(&[Flags::LOADING, Flags::STALE]).docs(
        "6.2.0",
        "O(1)",
        "Explains the subcommands.",
    ),
    slowlog("len", 2, len)
        .tips(&["request_policy:all_nodes", "response_policy:agg_sum", "nondeterministic_output"])
        .docs("2.2.12", "O(1)", "How many slow commands there are."),
    slowlog("reset", 2, reset).tips(&["request_policy:all_nodes", "response_policy:all_succeeded"]).docs(
        "2.2.12",
        "O(N) where N is the number of entries in the slowlog",
        "Forgets the slow commands.",
    ),
];

/// The family's rows.
pub(crate) static TABLE: &[Command] = &[Command::container("slowlog", SUBCOMMANDS).group("server").docs(
    "2.2.12",
    "Depends on subcommand.",
    "Commands that took long.",
)];
