//! CONFIG: settings while the server runs. <https://redis.io/docs/latest/commands/config/>

use crate::command::{Command, Flags, Handler};
use crate::context::Context;
use crate::error::Error;
use crate::glob;
use crate::settings::{self, Applies, SETTINGS, Setting};
use crate::turn::Event;

fn get(cx: &mut Context<'_>) -> Result<(), Error> {
    let patterns = cx.args.skip(2);
    let wanted = |name: &str| patterns.iter().any(|pattern| glob::matches_ignoring_case(pattern, name.as_bytes()));
    let names = SETTINGS.iter().flat_map(|setting| setting.names().map(move |name| (name, setting)));
    let found: Vec<(&str, &Setting)> = names.filter(|(name, _)| wanted(name)).collect();
    cx.out.map(found.len());
    for (name, setting) in found {
        // As in Redis, a name comes back in the case in which it was asked for.
        let asked = patterns.iter().find(|pattern| name.as_bytes().eq_ignore_ascii_case(pattern));
        cx.out.bulk(asked.unwrap_or(name.as_bytes()));
        let value = cx.store.settings.get(setting.name).unwrap_or_default();
        cx.out.bulk(setting.kind.shown(value).as_bytes());
    }
    Ok(())
}

/// Sets all or none: every pair is checked before the first takes effect.
fn set(cx: &mut Context<'_>) -> Result<(), Error> {
    let pairs = cx.args.skip(2);
    if !pairs.len().is_multiple_of(2) {
        return Err(Error::Syntax);
    }
    let mut changes: Vec<(&str, &'static Setting, String)> = Vec::new();
    for index in (0..pairs.len()).step_by(2) {
        let (name, value) = (pairs.at(index), pairs.at(index + 1));
        let (name, setting) = settings::find(name)
            .ok_or_else(|| Error::quoting("ERR Unknown option or number of arguments for CONFIG SET - '", name, "'"))?;
        if setting.applies == Applies::AtStart {
            return Err(refused(name, "can't set immutable config"));
        }
        if changes.iter().any(|(other, ..)| *other == name) {
            return Err(refused(name, "duplicate parameter"));
        }
        changes.push((name, setting, setting.kind.parse(value).map_err(|reason| refused(name, &reason))?));
    }
    for (_, setting, value) in changes {
        cx.store.settings.learn(setting.name, &value);
        if setting.applies == Applies::Host || setting.name == "requirepass" {
            cx.store.emit(Event::Setting { name: setting.name.to_owned(), value });
        }
    }
    cx.store.apply_settings();
    cx.ok()
}

fn refused(name: &str, reason: &str) -> Error {
    Error::line(format!("ERR CONFIG SET failed (possibly related to argument '{name}') - {reason}"))
}

fn resetstat(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.store.reset_stats();
    cx.ok()
}

fn rewrite(_: &mut Context<'_>) -> Result<(), Error> {
    Err(Error::fixed("ERR Rewriting config file: Ferrite never writes its configuration file; edit it yourself"))
}

fn help(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.reply_help(&[
        ("GET <pattern> [...]", "Settings whose names match, and their values."),
        ("SET <setting> <value> [...]", "Changes settings, all of them or none."),
        ("RESETSTAT", "Sets the figures of INFO back to zero."),
        ("REWRITE", "Refused: the configuration file is yours."),
    ])
}

const fn config(name: &'static str, arity: i32, handler: Handler) -> Command {
    Command::new(name, arity, handler).group("server").flags(&[
        Flags::ADMIN,
        Flags::NOSCRIPT,
        Flags::LOADING,
        Flags::STALE,
    ])
}

static SUBCOMMANDS: &[Command] = &[
    config("get", -3, get).docs(
        "2.0.0",
        "O(N) when N is the number of configuration parameters provided",
        "Values of settings.",
    ),
    Command::new("help", 2, help).flags(&[Flags::LOADING, Flags::STALE]).docs(
        "5.0.0",
        "O(1)",
        "Explains the subcommands.",
    ),
    config("resetstat", 2, resetstat).docs("2.0.0", "O(1)", "Sets the figures of INFO back to zero."),
    config("rewrite", 2, rewrite).docs("2.8.0", "O(1)", "Refused: the configuration file is the operator's."),
    config("set", -4, set).tips(&["request_policy:all_nodes", "response_policy:all_succeeded"]).docs(
        "2.0.0",
        "O(N) when N is the number of configuration parameters provided",
        "Changes settings.",
    ),
];

/// The family's rows.
pub(crate) static TABLE: &[Command] = &[Command::container("config", SUBCOMMANDS).group("server").docs(
    "2.0.0",
    "Depends on subcommand.",
    "About settings.",
)];
