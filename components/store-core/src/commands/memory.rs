//! MEMORY: what keys take. <https://redis.io/docs/latest/commands/memory-usage/>

use crate::command::{Command, Flags, key_at};
use crate::context::Context;
use crate::error::Error;

fn usage(cx: &mut Context<'_>) -> Result<(), Error> {
    const SAMPLES: usize = 5;
    let (mut at, mut samples) = (3, SAMPLES);
    while at < cx.args.len() {
        if !cx.is(at, "SAMPLES") || at + 1 >= cx.args.len() {
            return Err(Error::Syntax);
        }
        let wanted = cx.integer(at + 1)?;
        if wanted < 0 {
            return Err(Error::Syntax);
        }
        samples = usize::try_from(wanted).unwrap_or(usize::MAX);
        at += 2;
    }
    let (database, key) = (cx.database(), cx.arg(2));
    match cx.keys().memory_usage(database, key, samples) {
        Some(bytes) => cx.out.integer(bytes as i64),
        None => cx.out.null(),
    }
    Ok(())
}

fn help(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.reply_help(&[(
        "USAGE <key> [SAMPLES <count>]",
        "Bytes that a key takes with its value and its place in the table. Big values are estimated from samples.",
    )])
}

static SUBCOMMANDS: &[Command] = &[
    Command::new("usage", -3, usage).group("server").flags(&[Flags::READONLY]).keys(&[key_at(2, &["RO"])]).docs(
        "4.0.0",
        "O(N) where N is the number of samples.",
        "Returns how many bytes a key takes.",
    ),
    Command::new("help", 2, help).group("server").flags(&[Flags::LOADING, Flags::STALE]).docs(
        "4.0.0",
        "O(1)",
        "Explains the subcommands.",
    ),
];

/// The family's rows.
pub(crate) static TABLE: &[Command] = &[Command::container("memory", SUBCOMMANDS).group("server").docs(
    "4.0.0",
    "Depends on subcommand.",
    "Says what keys take.",
)];
