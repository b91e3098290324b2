//! MODULE: modules of native code are not loaded; functions are components.

use crate::command::{Command, Flags};
use crate::context::Context;
use crate::error::Error;

fn list(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.out.array(0);
    Ok(())
}

fn refuse(_: &mut Context<'_>) -> Result<(), Error> {
    Err(Error::Syntax)
}

fn help(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.reply_help(&[("LIST", "The modules: none.")])
}

const fn loads(name: &'static str, arity: i32, since: &'static str) -> Command {
    Command::refused(name, arity, since, refuse).group("server").flags(&[
        Flags::NO_ASYNC_LOADING,
        Flags::ADMIN,
        Flags::NOSCRIPT,
        Flags::PROTECTED,
    ])
}

static SUBCOMMANDS: &[Command] = &[
    Command::new("help", 2, help).flags(&[Flags::LOADING, Flags::STALE]).docs(
        "5.0.0",
        "O(1)",
        "Explains the subcommands.",
    ),
    Command::new("list", 2, list)
        .flags(&[Flags::ADMIN, Flags::NOSCRIPT])
        .tips(&["nondeterministic_output_order"])
        .docs("4.0.0", "O(N) where N is the number of loaded modules.", "The modules: none."),
    loads("load", -3, "4.0.0"),
    loads("loadex", -3, "7.0.0"),
    loads("unload", 3, "4.0.0"),
];

/// The family's rows.
pub(crate) static TABLE: &[Command] = &[Command::container("module", SUBCOMMANDS).group("server").docs(
    "4.0.0",
    "Depends on subcommand.",
    "About modules.",
)];
