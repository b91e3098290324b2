//! ACL: the one user there is, and what the table knows of categories. Other users are refused.
//! <https://redis.io/docs/latest/commands/acl/>

use std::fmt::Write;

use super::command::{CATEGORIES, for_each_command};
use crate::command::{Command, Flags, Handler};
use crate::context::Context;
use crate::error::Error;

const USER: &[u8] = b"default";

fn whoami(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.out.bulk(USER);
    Ok(())
}

fn users(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.out.array(1);
    cx.out.bulk(USER);
    Ok(())
}

/// The digest of a password is not shown.
fn list(cx: &mut Context<'_>) -> Result<(), Error> {
    let password = if cx.store.settings.password().is_none() { "nopass" } else { "#(hidden)" };
    cx.out.array(1);
    cx.out.bulk(format!("user default on {password} ~* &* +@all").as_bytes());
    Ok(())
}

fn getuser(cx: &mut Context<'_>) -> Result<(), Error> {
    if cx.arg(2) != USER {
        cx.out.null();
        return Ok(());
    }
    let open = cx.store.settings.password().is_none();
    cx.out.map(6);
    cx.out.bulk(b"flags");
    cx.out.set(1 + usize::from(open));
    cx.out.bulk(b"on");
    if open {
        cx.out.bulk(b"nopass");
    }
    cx.out.bulk(b"passwords");
    cx.out.array(usize::from(!open));
    if !open {
        cx.out.bulk(b"(hidden)");
    }
    for (name, value) in [("commands", "+@all"), ("keys", "~*"), ("channels", "&*")] {
        cx.out.bulk(name.as_bytes());
        cx.out.bulk(value.as_bytes());
    }
    cx.out.bulk(b"selectors");
    cx.out.array(0);
    Ok(())
}

fn cat(cx: &mut Context<'_>) -> Result<(), Error> {
    if cx.args.len() == 2 {
        cx.out.array(CATEGORIES.len());
        CATEGORIES.iter().for_each(|name| cx.out.bulk(name.as_bytes()));
        return Ok(());
    }
    let wanted = cx.arg(2);
    if cx.args.len() > 3 {
        return Err(super::reply::subcommand_arity(cx));
    }
    if !CATEGORIES.iter().any(|name| name.as_bytes().eq_ignore_ascii_case(wanted)) {
        return Err(Error::quoting("ERR Unknown category '", wanted, "'"));
    }
    let mut names = Vec::new();
    for_each_command(cx.store, |name, categories| {
        if categories.iter().any(|category| category.as_bytes().eq_ignore_ascii_case(wanted)) {
            names.push(name.to_owned());
        }
    });
    cx.out.array(names.len());
    names.iter().for_each(|name| cx.out.bulk(name.as_bytes()));
    Ok(())
}

fn dryrun(cx: &mut Context<'_>) -> Result<(), Error> {
    if cx.arg(2) != USER {
        return Err(Error::quoting("ERR User '", cx.arg(2), "' not found"));
    }
    let args = cx.args.skip(3);
    match cx.store.find_row(args) {
        Err(_) => Err(Error::quoting("ERR Command '", cx.arg(3), "' not found")),
        Ok(row) if !row.accepts(args.len()) => Err(Error::Arity(row.full_name().into())),
        Ok(_) => cx.ok(),
    }
}

fn genpass(cx: &mut Context<'_>) -> Result<(), Error> {
    const MOST_BITS: i64 = 4096;
    if cx.args.len() > 3 {
        return Err(super::reply::subcommand_arity(cx));
    }
    let bits = if cx.args.len() == 3 { cx.integer(2)? } else { 256 };
    if !(1..=MOST_BITS).contains(&bits) {
        return Err(Error::fixed(
            "ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to 4096",
        ));
    }
    let digits = (bits as usize).div_ceil(4);
    let mut password = String::new();
    while password.len() < digits {
        let _ = write!(password, "{:016x}", cx.store.entropy());
    }
    password.truncate(digits);
    cx.out.bulk(password.as_bytes());
    Ok(())
}

/// Nobody but the default user was ever denied anything.
fn log(cx: &mut Context<'_>) -> Result<(), Error> {
    match cx.args.len() {
        3 if cx.is(2, "RESET") => return cx.ok(),
        3 => {
            cx.integer(2)?;
        }
        2 => {}
        _ => return Err(super::reply::subcommand_arity(cx)),
    }
    cx.out.array(0);
    Ok(())
}

fn deluser(cx: &mut Context<'_>) -> Result<(), Error> {
    if cx.args.skip(2).iter().any(|name| name == USER) {
        return Err(Error::fixed("ERR The 'default' user cannot be removed"));
    }
    cx.reply_integer(0)
}

fn setuser(_: &mut Context<'_>) -> Result<(), Error> {
    Err(Error::fixed("ERR ACL users are not served: there is 'default' alone, whose password is requirepass"))
}

fn file(_: &mut Context<'_>) -> Result<(), Error> {
    Err(Error::fixed(
        "ERR This Redis instance is not configured to use an ACL file. You may want to specify users via the ACL \
         SETUSER command and then issue a CONFIG REWRITE (assuming you have a Redis configuration file set) in order to \
         store users in the Redis configuration.",
    ))
}

fn help(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.reply_help(&[
        ("CAT [<category>]", "Categories, or the commands of one."),
        ("DRYRUN <username> <command> [<arg> ...]", "Whether the user may call it."),
        ("GENPASS [<bits>]", "A password made by chance."),
        ("GETUSER <username>", "What a user may do."),
        ("LIST", "Users as rules."),
        ("LOG [<count> | RESET]", "What was denied."),
        ("USERS", "Names of users."),
        ("WHOAMI", "The connection's user."),
    ])
}

const fn acl(name: &'static str, arity: i32, handler: Handler) -> Command {
    Command::new(name, arity, handler).group("server").flags(&[Flags::NOSCRIPT, Flags::LOADING, Flags::STALE])
}

const ADMIN: &[Flags] = &[Flags::ADMIN];
const USERS: &str = "O(N). Where N is the number of configured users.";

static SUBCOMMANDS: &[Command] = &[
    acl("cat", -2, cat).docs(
        "6.0.0",
        "O(1) since the categories and commands are a fixed set.",
        "Categories, or the commands of one.",
    ),
    acl("deluser", -3, deluser).flags(ADMIN).docs(
        "6.0.0",
        "O(1) amortized time considering the typical user.",
        "Removes users: there is none.",
    ),
    acl("dryrun", -4, dryrun).flags(ADMIN).docs("7.0.0", "O(1).", "Whether a user may call a command."),
    acl("genpass", -2, genpass).docs("6.0.0", "O(1)", "A password made by chance."),
    acl("getuser", 3, getuser).flags(ADMIN).docs(
        "6.0.0",
        "O(N). Where N is the number of password, command and pattern rules that the user has.",
        "What a user may do.",
    ),
    Command::new("help", 2, help).flags(&[Flags::LOADING, Flags::STALE]).docs(
        "6.0.0",
        "O(1)",
        "Explains the subcommands.",
    ),
    acl("list", 2, list).flags(ADMIN).docs("6.0.0", USERS, "Users as rules."),
    acl("load", 2, file).flags(ADMIN).docs("6.0.0", USERS, "Refused: there is no such file."),
    acl("log", -2, log).flags(ADMIN).docs(
        "6.0.0",
        "O(N) with N being the number of entries shown.",
        "What was denied: nothing.",
    ),
    acl("save", 2, file).flags(ADMIN).docs("6.0.0", USERS, "Refused: there is no such file."),
    acl("setuser", -3, setuser).flags(ADMIN).docs(
        "6.0.0",
        "O(N). Where N is the number of rules provided.",
        "Refused.",
    ),
    acl("users", 2, users).flags(ADMIN).docs("6.0.0", USERS, "Names of users."),
    acl("whoami", 2, whoami).docs("6.0.0", "O(1)", "The connection's user."),
];

/// The family's rows.
pub(crate) static TABLE: &[Command] =
    &[Command::container("acl", SUBCOMMANDS).group("server").docs("6.0.0", "Depends on subcommand.", "About users.")];
