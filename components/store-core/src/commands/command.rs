//! COMMAND: the table about itself. <https://redis.io/docs/latest/commands/command/>

use ferrite_resp::Writer;

use crate::command::{Begin, Command, Find, Flags, Handler, KeySpec};
use crate::context::Context;
use crate::error::Error;
use crate::glob;
use crate::key_positions::{KeyPosition, key_positions};
use crate::rows::{HostCommand, HostKeys, Row};
use crate::store::Store;

/// Flags by the names and in the order of COMMAND.
const FLAG_NAMES: &[(Flags, &str)] = &[
    (Flags::WRITE, "write"),
    (Flags::READONLY, "readonly"),
    (Flags::DENYOOM, "denyoom"),
    (Flags::ADMIN, "admin"),
    (Flags::PUBSUB, "pubsub"),
    (Flags::NOSCRIPT, "noscript"),
    (Flags::BLOCKING, "blocking"),
    (Flags::LOADING, "loading"),
    (Flags::STALE, "stale"),
    (Flags::SKIP_MONITOR, "skip_monitor"),
    (Flags::SKIP_SLOWLOG, "skip_slowlog"),
    (Flags::FAST, "fast"),
    (Flags::NO_AUTH, "no_auth"),
    (Flags::ASKING, "asking"),
    (Flags::NO_MANDATORY_KEYS, "no_mandatory_keys"),
    (Flags::NO_ASYNC_LOADING, "no_async_loading"),
    (Flags::NO_MULTI, "no_multi"),
    (Flags::MOVABLE_KEYS, "movablekeys"),
    (Flags::ALLOW_BUSY, "allow_busy"),
];

/// ACL categories in the order of ACL CAT.
pub(super) const CATEGORIES: &[&str] = &[
    "keyspace",
    "read",
    "write",
    "set",
    "sortedset",
    "list",
    "hash",
    "string",
    "bitmap",
    "hyperloglog",
    "geo",
    "stream",
    "pubsub",
    "admin",
    "fast",
    "slow",
    "blocking",
    "dangerous",
    "connection",
    "transaction",
    "scripting",
];

/// What the host's commands are about.
const SCRIPTING: &[&str] = &["scripting"];

fn command(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.out.array(cx.store.rows.len());
    for (_, command) in cx.store.rows.all_own() {
        write_own(None, command, cx.out);
    }
    for command in cx.store.rows.all_host() {
        write_host(command, cx.out);
    }
    Ok(())
}

fn count(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.reply_integer(cx.store.rows.len() as i64)
}

fn info(cx: &mut Context<'_>) -> Result<(), Error> {
    if cx.args.len() == 2 {
        return command(cx);
    }
    cx.out.array(cx.args.len() - 2);
    for name in cx.args.skip(2) {
        match cx.store.rows.named(name) {
            Some(Row::Own { container, command, .. }) => write_own(container, command, cx.out),
            Some(Row::Host(command)) => write_host(&command, cx.out),
            None => cx.out.null(),
        }
    }
    Ok(())
}

/// Whether COMMAND LIST names a command: its name and its ACL categories.
type Filter<'a> = Box<dyn Fn(&str, &[&str]) -> bool + 'a>;

fn list(cx: &mut Context<'_>) -> Result<(), Error> {
    let filter: Filter<'_> = match cx.args.len() {
        2 => Box::new(|_, _| true),
        5 if cx.is(2, "FILTERBY") && cx.is(3, "PATTERN") => {
            let pattern = cx.arg(4);
            Box::new(move |name, _| glob::matches_ignoring_case(pattern, name.as_bytes()))
        }
        5 if cx.is(2, "FILTERBY") && cx.is(3, "ACLCAT") => {
            let wanted = cx.arg(4);
            Box::new(move |_, categories| categories.iter().any(|name| name.as_bytes().eq_ignore_ascii_case(wanted)))
        }
        5 if cx.is(2, "FILTERBY") && cx.is(3, "MODULE") => Box::new(|_, _| false),
        _ => return Err(Error::Syntax),
    };
    let mut names = Vec::new();
    for_each_command(cx.store, |name, categories| {
        if filter(name, categories) {
            names.push(name.to_owned());
        }
    });
    cx.out.array(names.len());
    names.iter().for_each(|name| cx.out.bulk(name.as_bytes()));
    Ok(())
}

/// Calls with the full name and the ACL categories of every command and subcommand.
pub(super) fn for_each_command(store: &Store, mut visit: impl FnMut(&str, &[&str])) {
    for (_, command) in store.rows.all_own() {
        visit(command.name, &categories(command.flags, command.categories));
        for sub in command.subcommands {
            visit(&format!("{}|{}", command.name, sub.name), &categories(sub.flags, sub.categories));
        }
    }
    for command in store.rows.all_host() {
        visit(&command.name.to_ascii_lowercase(), &categories(command.flags, SCRIPTING));
    }
}

fn docs(cx: &mut Context<'_>) -> Result<(), Error> {
    let rows: Vec<Row> = if cx.args.len() == 2 {
        let own = cx.store.rows.all_own().map(|(number, command)| Row::Own { number, container: None, command });
        own.chain(cx.store.rows.all_host().cloned().map(Row::Host)).collect()
    } else {
        cx.args.skip(2).iter().filter_map(|name| cx.store.rows.named(name)).collect()
    };
    cx.out.map(rows.len());
    for row in rows {
        cx.out.bulk(row.full_name().as_bytes());
        match row {
            Row::Own { command, container, .. } => write_docs(container, command, cx.out),
            Row::Host(command) => {
                cx.out.map(2);
                write_field("summary", &command.summary, cx.out);
                write_field("group", "scripting", cx.out);
            }
        }
    }
    Ok(())
}

fn write_field(name: &str, value: &str, out: &mut Writer) {
    out.bulk(name.as_bytes());
    out.bulk(value.as_bytes());
}

fn write_docs(container: Option<&Command>, command: &Command, out: &mut Writer) {
    let has_complexity = !command.docs.complexity.is_empty();
    let flags: &[&str] = match command.docs.deprecated {
        Some(_) => &["deprecated"],
        None if command.flags.contains(Flags::SYSTEM) => &["syscmd"],
        None => &[],
    };
    let optional = [has_complexity, !command.subcommands.is_empty(), !flags.is_empty()];
    let fields = 3 + optional.iter().filter(|&&is_there| is_there).count();
    out.map(fields + 2 * usize::from(command.docs.deprecated.is_some()));
    write_field("summary", command.docs.summary, out);
    write_field("since", command.docs.since, out);
    write_field("group", container.map_or(command.docs.group, |container| container.docs.group), out);
    if has_complexity {
        write_field("complexity", command.docs.complexity, out);
    }
    if !flags.is_empty() {
        out.bulk(b"doc_flags");
        write_statuses(flags.iter().copied(), "", out);
    }
    if let Some((since, instead)) = command.docs.deprecated {
        write_field("deprecated_since", since, out);
        write_field("replaced_by", instead, out);
    }
    if !command.subcommands.is_empty() {
        out.bulk(b"subcommands");
        out.map(command.subcommands.len());
        for sub in command.subcommands {
            out.bulk(format!("{}|{}", command.name, sub.name).as_bytes());
            write_docs(Some(command), sub, out);
        }
    }
}

fn getkeys(cx: &mut Context<'_>) -> Result<(), Error> {
    let keys = find_keys(cx)?;
    cx.out.array(keys.len());
    for key in keys {
        cx.out.bulk(cx.args.at(key.index + 2));
    }
    Ok(())
}

fn getkeysandflags(cx: &mut Context<'_>) -> Result<(), Error> {
    let keys = find_keys(cx)?;
    cx.out.array(keys.len());
    for key in keys {
        cx.out.array(2);
        cx.out.bulk(cx.args.at(key.index + 2));
        cx.out.set(key.flags.len());
        key.flags.iter().for_each(|flag| cx.out.simple(flag));
    }
    Ok(())
}

fn find_keys(cx: &Context<'_>) -> Result<Vec<KeyPosition>, Error> {
    let args = cx.args.skip(2);
    let row = cx.store.find_row(args).map_err(|_| Error::fixed("ERR Invalid command specified"))?;
    let has_keys = match &row {
        Row::Own { command, .. } => command.keys.iter().any(|spec| !spec.flags.contains(&"not_key")),
        Row::Host(command) => command.keys != HostKeys::None,
    };
    if !has_keys {
        return Err(Error::fixed("ERR The command has no key arguments"));
    }
    if !row.accepts(args.len()) {
        return Err(Error::fixed("ERR Invalid number of arguments specified for command"));
    }
    let may_have_none = row.flags().contains(Flags::NO_MANDATORY_KEYS);
    let keys = key_positions(&row, args).unwrap_or_default();
    if keys.is_empty() && !may_have_none {
        return Err(Error::fixed("ERR Invalid arguments specified for command"));
    }
    Ok(keys)
}

fn categories(flags: Flags, own: &[&'static str]) -> Vec<&'static str> {
    let derived = |name: &str| match name {
        // What a script reads is not known.
        "read" => flags.contains(Flags::READONLY) && !own.contains(&"scripting"),
        "write" => flags.contains(Flags::WRITE),
        "admin" => flags.contains(Flags::ADMIN),
        "dangerous" => flags.contains(Flags::ADMIN),
        "pubsub" => flags.contains(Flags::PUBSUB),
        "blocking" => flags.contains(Flags::BLOCKING),
        "fast" => flags.contains(Flags::FAST),
        "slow" => !flags.contains(Flags::FAST),
        _ => false,
    };
    CATEGORIES.iter().copied().filter(|name| derived(name) || own.contains(name)).collect()
}

fn write_statuses<'a>(names: impl ExactSizeIterator<Item = &'a str>, prefix: &str, out: &mut Writer) {
    out.set(names.len());
    names.for_each(|name| out.simple(&format!("{prefix}{name}")));
}

fn flag_names(flags: Flags) -> Vec<&'static str> {
    FLAG_NAMES.iter().filter(|(flag, _)| flags.contains(*flag)).map(|(_, name)| *name).collect()
}

fn write_own(container: Option<&Command>, command: &Command, out: &mut Writer) {
    let name = container.map_or(command.name.to_owned(), |container| format!("{}|{}", container.name, command.name));
    let (first, last, step) = command.key_range();
    out.array(10);
    out.bulk(name.as_bytes());
    out.integer(i64::from(command.arity));
    write_statuses(flag_names(command.flags).into_iter(), "", out);
    [first, last, step].into_iter().for_each(|position| out.integer(i64::from(position)));
    write_statuses(categories(command.flags, command.categories).into_iter(), "@", out);
    out.set(command.tips.len());
    command.tips.iter().for_each(|tip| out.bulk(tip.as_bytes()));
    out.set(command.keys.len());
    command.keys.iter().for_each(|spec| write_key_spec(spec, out));
    out.set(command.subcommands.len());
    command.subcommands.iter().for_each(|sub| write_own(Some(command), sub, out));
}

fn write_host(command: &HostCommand, out: &mut Writer) {
    out.array(10);
    out.bulk(command.name.to_ascii_lowercase().as_bytes());
    out.integer(i64::from(command.arity));
    write_statuses(flag_names(command.flags).into_iter(), "", out);
    let (first, last, step) = match command.keys {
        HostKeys::Range { first, last, step } => (first, last, step),
        HostKeys::None | HostKeys::Counted(_) | HostKeys::Keyword => (0, 0, 0),
    };
    [i64::from(first), i64::from(last), i64::from(step)].into_iter().for_each(|position| out.integer(position));
    write_statuses(categories(command.flags, SCRIPTING).into_iter(), "@", out);
    out.set(0);
    match command.keys {
        HostKeys::Counted(index) => {
            let find = Find::Counted { count: 0, first: 1, step: 1 };
            out.set(1);
            write_key_spec(&KeySpec { flags: command.key_flags(), begin: Begin::Index(index as usize), find }, out);
        }
        HostKeys::Range { first, last, step } => {
            // A specification counts from the first key, a row from the name; both count from the end when negative.
            let last = if last < 0 { last } else { last.saturating_sub_unsigned(first) };
            let find = Find::Range { last, step: step as usize, limit: 0 };
            out.set(1);
            write_key_spec(&KeySpec { flags: command.key_flags(), begin: Begin::Index(first as usize), find }, out);
        }
        HostKeys::None | HostKeys::Keyword => out.set(0),
    }
    out.set(0);
}

fn write_key_spec(spec: &KeySpec, out: &mut Writer) {
    out.map(3);
    out.bulk(b"flags");
    write_statuses(spec.flags.iter().copied(), "", out);
    out.bulk(b"begin_search");
    out.map(2);
    let integers = |fields: &[(&str, i64)], out: &mut Writer| {
        out.bulk(b"spec");
        out.map(fields.len());
        for (name, value) in fields {
            out.bulk(name.as_bytes());
            out.integer(*value);
        }
    };
    match spec.begin {
        Begin::Index(index) => {
            write_field("type", "index", out);
            integers(&[("index", index as i64)], out);
        }
        Begin::Keyword(word, from) => {
            write_field("type", "keyword", out);
            out.bulk(b"spec");
            out.map(2);
            write_field("keyword", word, out);
            out.bulk(b"startfrom");
            out.integer(i64::from(from));
        }
        Begin::Unknown | Begin::Option(..) => return write_unknown_places(out),
    }
    out.bulk(b"find_keys");
    out.map(2);
    match spec.find {
        Find::Range { last, step, limit } => {
            write_field("type", "range", out);
            integers(&[("lastkey", i64::from(last)), ("keystep", step as i64), ("limit", limit as i64)], out);
        }
        Find::Counted { count, first, step } => {
            write_field("type", "keynum", out);
            integers(&[("keynumidx", count as i64), ("firstkey", first as i64), ("keystep", step as i64)], out);
        }
    }
}

fn write_unknown_places(out: &mut Writer) {
    for after in ["find_keys", ""] {
        write_field("type", "unknown", out);
        out.bulk(b"spec");
        out.map(0);
        if !after.is_empty() {
            out.bulk(after.as_bytes());
            out.map(2);
        }
    }
}

fn help(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.reply_help(&[
        ("(no subcommand)", "Everything about all commands."),
        ("COUNT", "How many commands there are."),
        ("DOCS [<command-name> [...]]", "What commands are for."),
        ("GETKEYS <full-command>", "The keys in a command."),
        ("GETKEYSANDFLAGS <full-command>", "The keys in a command, and what it does to them."),
        ("INFO [<command-name> [...]]", "Everything about these commands."),
        ("LIST [FILTERBY (MODULE <name>|ACLCAT <category>|PATTERN <pattern>)]", "Names of commands."),
    ])
}

const fn about(name: &'static str, arity: i32, handler: Handler) -> Command {
    Command::new(name, arity, handler)
        .group("server")
        .categories(&["connection"])
        .flags(&[Flags::LOADING, Flags::STALE])
}

const UNORDERED: &[&str] = &["nondeterministic_output_order"];
const EACH: &str = "O(N) where N is the number of commands to look up";

static SUBCOMMANDS: &[Command] = &[
    about("count", 2, count).docs("2.8.13", "O(1)", "How many commands there are."),
    about("docs", -2, docs).tips(UNORDERED).docs("7.0.0", EACH, "What commands are for."),
    about("getkeys", -4, getkeys).docs(
        "2.8.13",
        "O(N) where N is the number of arguments to the command",
        "The keys in a command.",
    ),
    about("getkeysandflags", -4, getkeysandflags).docs(
        "7.0.0",
        "O(N) where N is the number of arguments to the command",
        "The keys in a command, and what it does to them.",
    ),
    about("help", 2, help).docs("5.0.0", "O(1)", "Explains the subcommands."),
    about("info", -2, info).tips(UNORDERED).docs("2.8.13", EACH, "The rows of these commands."),
    about("list", -2, list).tips(UNORDERED).docs(
        "7.0.0",
        "O(N) where N is the total number of commands",
        "Names of commands.",
    ),
];

/// The family's rows.
pub(crate) static TABLE: &[Command] = &[about("command", -1, command).subcommands(SUBCOMMANDS).tips(UNORDERED).docs(
    "2.8.13",
    "O(N) where N is the total number of commands",
    "The table of commands.",
)];
