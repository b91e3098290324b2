//! CLIENT: sessions about themselves and about others. <https://redis.io/docs/latest/commands/client/>

use std::fmt::Write;

use super::client_tracking::{self, redirection};
use super::client_waits;
use crate::command::{Command, Flags, Handler};
use crate::context::Context;
use crate::error::Error;
use crate::pubsub::Kind as Subscription;
use crate::session::{ReplyMode, Session};
use crate::sorting;
use crate::store::Store;
use crate::turn::Event;

fn id(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.reply_integer(cx.session.id as i64)
}

fn getname(cx: &mut Context<'_>) -> Result<(), Error> {
    match &*cx.session.name {
        [] => cx.out.null(),
        name => cx.out.bulk(name),
    }
    Ok(())
}

fn setname(cx: &mut Context<'_>) -> Result<(), Error> {
    let name = cx.arg(2);
    check_name(name)?;
    cx.session.name = name.into();
    cx.ok()
}

/// Names are shown in lines of words, so they are words.
pub(super) fn check_name(name: &[u8]) -> Result<(), Error> {
    if name.iter().all(u8::is_ascii_graphic) {
        return Ok(());
    }
    Err(Error::fixed("ERR Client names cannot contain spaces, newlines or special characters."))
}

fn setinfo(cx: &mut Context<'_>) -> Result<(), Error> {
    let (attribute, value) = (cx.arg(2), cx.arg(3));
    let valid = value.iter().all(u8::is_ascii_graphic);
    let (name, place) = match attribute.to_ascii_lowercase().as_slice() {
        b"lib-name" => ("lib-name", &mut cx.session.library_name),
        b"lib-ver" => ("lib-ver", &mut cx.session.library_version),
        _ => return Err(Error::quoting("ERR Unrecognized option '", attribute, "'")),
    };
    if !valid {
        return Err(Error::line(format!("ERR {name} cannot contain spaces, newlines or special characters.")));
    }
    *place = value.into();
    cx.ok()
}

/// The switch that the argument is.
fn switch(cx: &Context<'_>) -> Result<bool, Error> {
    match () {
        () if cx.is(2, "ON") => Ok(true),
        () if cx.is(2, "OFF") => Ok(false),
        () => Err(Error::Syntax),
    }
}

fn no_evict(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.session.no_evict = switch(cx)?;
    cx.ok()
}

fn no_touch(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.session.no_touch = switch(cx)?;
    cx.ok()
}

fn reply(cx: &mut Context<'_>) -> Result<(), Error> {
    if cx.is(2, "ON") {
        cx.session.reply = ReplyMode::On;
        return cx.ok();
    }
    if cx.is(2, "OFF") {
        cx.session.reply = ReplyMode::Off;
    } else if !cx.is(2, "SKIP") {
        return Err(Error::Syntax);
    } else if cx.session.reply != ReplyMode::Off {
        cx.session.reply = ReplyMode::SkipNext;
    }
    Ok(())
}

fn info(cx: &mut Context<'_>) -> Result<(), Error> {
    let line = describe(cx, cx.session) + "\n";
    cx.out.verbatim(*b"txt", line.as_bytes());
    Ok(())
}

fn list(cx: &mut Context<'_>) -> Result<(), Error> {
    let mut wanted: Option<Vec<u64>> = None;
    let mut kind = None;
    if cx.args.len() == 4 && cx.is(2, "TYPE") {
        kind = Some(Kind::parse(cx.arg(3))?);
    } else if cx.args.len() > 3 && cx.is(2, "ID") {
        let ids = cx.args.skip(3).iter().map(|id| {
            let id = ferrite_resp::number::parse_i64(id).ok_or(Error::fixed("ERR Invalid client ID"))?;
            // Nobody has the number 0.
            Ok(u64::try_from(id).unwrap_or(0))
        });
        wanted = Some(ids.collect::<Result<_, Error>>()?);
    } else if cx.args.len() != 2 {
        return Err(Error::Syntax);
    }
    let others = cx.store.sessions();
    let mut all: Vec<&Session> = others.into_iter().chain([&*cx.session]).collect();
    sorting::sort_by_key(&mut all, |session| session.id);
    let mut lines = String::new();
    let shown = |session: &&&Session| {
        wanted.as_ref().is_none_or(|ids| ids.contains(&session.id)) && kind.is_none_or(|kind| kind == Kind::of(session))
    };
    for session in all.iter().filter(shown) {
        lines.push_str(&describe(cx, session));
        lines.push('\n');
    }
    cx.out.verbatim(*b"txt", lines.as_bytes());
    Ok(())
}

/// One line of CLIENT LIST. What the engine cannot know (buffers of the connection) is 0.
fn describe(cx: &Context<'_>, session: &Session) -> String {
    let now_us = cx.store.keyspace.now_us();
    let seconds_since = |then: u64| now_us.saturating_sub(then) / 1_000_000;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let watched = cx.store.keyspace.watch.count(session.id);
    let queued = session.multi.as_ref().map_or(-1, |multi| multi.queue.len() as i64);
    let mut flags = String::new();
    if session.monitors {
        flags.push('O');
    }
    if session.subscriptions.is_some() {
        flags.push('P');
    }
    if session.multi.is_some() || session.exec.is_some() {
        flags.push('x');
    }
    if Store::is_blocked(session) {
        flags.push('b');
    }
    if let Some(tracking) = &session.tracking {
        flags.push('t');
        if tracking.is_broken {
            flags.push('R');
        }
        if tracking.broadcasts {
            flags.push('B');
        }
    }
    if cx.store.keyspace.watch.is_dirty(session.id) {
        flags.push('d');
    }
    if session.closing {
        flags.push('c');
    }
    if session.no_evict {
        flags.push('e');
    }
    if session.no_touch {
        flags.push('T');
    }
    if flags.is_empty() {
        flags.push('N');
    }
    let command = match () {
        () if session.id == cx.session.id => cx.full_name(),
        () => session.last_command.as_ref().map_or_else(|| "NULL".to_owned(), |row| row.full_name()),
    };
    let memory: usize =
        session.multi.iter().flat_map(|multi| &multi.queue).map(|queued| queued.args.heap_bytes()).sum();
    let mut line = String::new();
    let _ = write!(
        line,
        "id={} addr={} laddr={} fd={} name={} age={} idle={} flags={flags} db={} sub={} psub={} ssub={} multi={queued} \
         watch={watched} qbuf=0 qbuf-free=0 argv-mem=0 multi-mem={memory} rbs=0 rbp=0 obl=0 oll=0 omem=0 tot-mem={} \
         events=r cmd={command} user=default redir={} resp={} lib-name={} lib-ver={}",
        session.id,
        session.address,
        session.local_address,
        session.id,
        text(&session.name),
        seconds_since(session.opened_us),
        seconds_since(session.last_us),
        session.database,
        session.subscribed(Subscription::Channel),
        session.subscribed(Subscription::Pattern),
        session.subscribed(Subscription::Shard),
        size_of::<Session>() + memory,
        redirection(session.tracking.as_deref()),
        session.protocol.version(),
        text(&session.library_name),
        text(&session.library_version),
    );
    line
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Normal,
    /// It listens to channels.
    PubSub,
    /// Replicas and masters: there are none.
    Other,
}

impl Kind {
    fn parse(name: &[u8]) -> Result<Kind, Error> {
        match name.to_ascii_lowercase().as_slice() {
            b"normal" => Ok(Kind::Normal),
            b"pubsub" => Ok(Kind::PubSub),
            b"master" | b"replica" | b"slave" => Ok(Kind::Other),
            _ => Err(Error::quoting("ERR Unknown client type '", name, "'")),
        }
    }

    fn of(session: &Session) -> Kind {
        if session.subscriptions.is_some() { Kind::PubSub } else { Kind::Normal }
    }
}

/// What CLIENT KILL asks of a session.
#[derive(Default)]
struct Filter<'a> {
    id: Option<u64>,
    address: Option<&'a [u8]>,
    local_address: Option<&'a [u8]>,
    kind: Option<Kind>,
    keep_self: bool,
}

impl<'a> Filter<'a> {
    fn parse(cx: &Context<'a>) -> Result<Filter<'a>, Error> {
        let mut filter = Filter { keep_self: true, ..Filter::default() };
        let mut at = 2;
        while at < cx.args.len() {
            let Some(value) = cx.args.get(at + 1) else { return Err(Error::Syntax) };
            if cx.is(at, "ID") {
                let id = ferrite_resp::number::parse_i64(value).filter(|&id| id > 0);
                let id = id.ok_or(Error::fixed("ERR client-id should be greater than 0"))?;
                filter.id = Some(id as u64);
            } else if cx.is(at, "ADDR") {
                filter.address = Some(value);
            } else if cx.is(at, "LADDR") {
                filter.local_address = Some(value);
            } else if cx.is(at, "TYPE") {
                filter.kind = Some(Kind::parse(value)?);
            } else if cx.is(at, "USER") {
                if value != b"default" {
                    return Err(Error::quoting("ERR No such user '", value, "'"));
                }
            } else if cx.is(at, "SKIPME") {
                filter.keep_self = match () {
                    () if value.eq_ignore_ascii_case(b"yes") => true,
                    () if value.eq_ignore_ascii_case(b"no") => false,
                    () => return Err(Error::Syntax),
                };
            } else {
                return Err(Error::Syntax);
            }
            at += 2;
        }
        Ok(filter)
    }

    fn matches(&self, session: &Session) -> bool {
        self.id.is_none_or(|id| id == session.id)
            && self.address.is_none_or(|address| address == session.address.as_bytes())
            && self.local_address.is_none_or(|address| address == session.local_address.as_bytes())
            && self.kind.is_none_or(|kind| kind == Kind::of(session))
    }
}

fn kill(cx: &mut Context<'_>) -> Result<(), Error> {
    let by_address = cx.args.len() == 3;
    let filter = match by_address {
        true => Filter { address: Some(cx.arg(2)), ..Filter::default() },
        false => Filter::parse(cx)?,
    };
    let others: Vec<u64> =
        cx.store.sessions().into_iter().filter(|session| filter.matches(session)).map(|session| session.id).collect();
    let own = filter.matches(cx.session) && !filter.keep_self;
    let killed = others.len() + usize::from(own);
    for id in others {
        cx.store.emit(Event::CloseSession(id));
        if let Some(session) = cx.store.session_mut(id) {
            session.closing = true;
        }
    }
    if own {
        cx.session.closing = true;
    }
    match (by_address, killed) {
        (true, 0) => Err(Error::fixed("ERR No such client")),
        (true, _) => cx.ok(),
        (false, _) => cx.reply_integer(killed as i64),
    }
}

fn help(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.reply_help(&[
        ("CACHING (YES|NO)", "Says whether the keys of the next command are tracked."),
        ("GETNAME", "The name that SETNAME gave this connection."),
        ("GETREDIR", "Which connection gets the invalidations of this one."),
        ("ID", "The number of this connection."),
        ("INFO", "The line of LIST for this connection."),
        ("KILL <ip:port>", "Closes the connection from this address."),
        (
            "KILL <option> <value> [<option> <value> [...]]",
            "Closes connections by ID, ADDR, LADDR, TYPE, USER, SKIPME.",
        ),
        ("LIST [TYPE <type>] [ID <id> [...]]", "A line for each connection."),
        ("NO-EVICT (ON|OFF)", "Spares this connection when clients take too much memory."),
        ("NO-TOUCH (ON|OFF)", "Commands of this connection do not count as uses of keys, but for TOUCH."),
        ("PAUSE <timeout> [WRITE|ALL]", "Makes clients wait for so many milliseconds, or only those that write."),
        ("REPLY (ON|OFF|SKIP)", "Sends replies, none, or not the next one."),
        ("SETINFO (LIB-NAME|LIB-VER) <value>", "What client library this is."),
        ("SETNAME <name>", "Gives this connection a name."),
        (
            "TRACKING (ON|OFF) [REDIRECT <id>] [BCAST] [PREFIX <prefix> [...]] [OPTIN] [OPTOUT] [NOLOOP]",
            "Tells this connection which keys that it read are not what they were.",
        ),
        ("TRACKINGINFO", "What TRACKING was given."),
        ("UNBLOCK <clientid> [TIMEOUT|ERROR]", "Lets a client go on that a blocking command made wait."),
        ("UNPAUSE", "Ends a pause."),
    ])
}

const fn client(name: &'static str, arity: i32, handler: Handler) -> Command {
    Command::new(name, arity, handler).group("connection").categories(&["connection"]).flags(&[
        Flags::NOSCRIPT,
        Flags::LOADING,
        Flags::STALE,
    ])
}

const ADMIN: &[Flags] = &[Flags::ADMIN];

static SUBCOMMANDS: &[Command] = &[
    client("caching", 3, client_tracking::caching).docs(
        "6.0.0",
        "O(1)",
        "Says whether the keys of the next command are tracked.",
    ),
    client("getname", 2, getname).docs("2.6.9", "O(1)", "The connection's name."),
    client("getredir", 2, client_tracking::getredir).docs(
        "6.0.0",
        "O(1)",
        "Says which connection gets the invalidations.",
    ),
    Command::new("help", 2, help).categories(&["connection"]).flags(&[Flags::LOADING, Flags::STALE]).docs(
        "5.0.0",
        "O(1)",
        "Explains the subcommands.",
    ),
    client("id", 2, id).docs("5.0.0", "O(1)", "The connection's number."),
    client("info", 2, info).tips(&["nondeterministic_output"]).docs(
        "6.2.0",
        "O(1)",
        "What is known of the connection.",
    ),
    client("kill", -3, kill).flags(ADMIN).docs(
        "2.4.0",
        "O(N) where N is the number of client connections",
        "Closes connections.",
    ),
    client("list", -2, list).flags(ADMIN).tips(&["nondeterministic_output"]).docs(
        "2.4.0",
        "O(N) where N is the number of client connections",
        "What is known of all connections.",
    ),
    client("no-evict", 3, no_evict).flags(ADMIN).docs(
        "7.0.0",
        "O(1)",
        "Spares the connection when clients take too much memory.",
    ),
    client("no-touch", 3, no_touch).docs("7.2.0", "O(1)", "Says whether commands count as uses of keys."),
    client("pause", -3, client_waits::pause).flags(ADMIN).docs(
        "2.9.50",
        "O(1)",
        "Makes clients wait, or only those that write.",
    ),
    client("reply", 3, reply).docs("3.2.0", "O(1)", "Says whether replies are wanted."),
    client("setinfo", 4, setinfo).docs("7.2.0", "O(1)", "Says what client library this is."),
    client("setname", 3, setname).docs("2.6.9", "O(1)", "Gives the connection a name."),
    client("tracking", -3, client_tracking::tracking).docs(
        "6.0.0",
        "O(1). Some options may introduce additional complexity.",
        "Tells the connection which keys that it read are not what they were.",
    ),
    client("trackinginfo", 2, client_tracking::trackinginfo).docs("6.2.0", "O(1)", "What CLIENT TRACKING was given."),
    client("unblock", -3, client_waits::unblock).flags(ADMIN).docs(
        "5.0.0",
        "O(log N) where N is the number of client connections",
        "Lets a client go on that a blocking command made wait.",
    ),
    client("unpause", 2, client_waits::unpause).flags(ADMIN).docs(
        "6.2.0",
        "O(N) Where N is the number of paused clients",
        "Ends a pause.",
    ),
];

/// The family's rows.
pub(crate) static TABLE: &[Command] = &[Command::container("client", SUBCOMMANDS).group("connection").docs(
    "2.4.0",
    "Depends on subcommand.",
    "About connections.",
)];
