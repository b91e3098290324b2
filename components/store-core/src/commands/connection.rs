//! The connection itself. <https://redis.io/docs/latest/commands/?group=connection>

use ferrite_resp::Protocol;

use crate::command::{Command, Flags, Handler};
use crate::context::Context;
use crate::error::Error;
use crate::session::ReplyMode;
use crate::store::VERSION;

fn ping(cx: &mut Context<'_>) -> Result<(), Error> {
    match cx.args.len() {
        1 | 2 if cx.session.only_listens() => {
            cx.out.array(2);
            cx.out.bulk(b"pong");
            cx.out.bulk(cx.arg(1));
        }
        1 => cx.out.raw(b"+PONG\r\n"),
        2 => cx.out.bulk(cx.arg(1)),
        _ => return Err(Error::Arity("ping".into())),
    }
    Ok(())
}

fn echo(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.out.bulk(cx.arg(1));
    Ok(())
}

fn select(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.session.database = super::databases::database_number(cx, 1)?;
    cx.ok()
}

fn quit(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.session.closing = true;
    cx.ok()
}

fn reset(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.store.keyspace.watch.clear(cx.session.id);
    let authenticated = cx.store.settings.password().is_none();
    let session = &mut *cx.session;
    session.multi = None;
    session.database = 0;
    session.authenticated = authenticated;
    session.name = Box::default();
    session.reply = ReplyMode::On;
    session.no_touch = false;
    cx.store.hear_nothing(session);
    cx.set_protocol(Protocol::Resp2);
    cx.out.simple("RESET");
    Ok(())
}

fn auth(cx: &mut Context<'_>) -> Result<(), Error> {
    match cx.args.len() {
        2 if cx.store.settings.password().is_none() => Err(Error::fixed(
            "ERR AUTH <password> called without any password configured for the default user. \
             Are you sure your configuration is correct?",
        )),
        2 => authenticate(cx, b"default", cx.arg(1)).and_then(|()| cx.ok()),
        3 => authenticate(cx, cx.arg(1), cx.arg(2)).and_then(|()| cx.ok()),
        _ => Err(Error::Syntax),
    }
}

/// Checks a name and a password; `default` is the only user there is.
fn authenticate(cx: &mut Context<'_>, user: &[u8], password: &[u8]) -> Result<(), Error> {
    let expected = cx.store.settings.password().map(str::as_bytes);
    let accepted = user == b"default" && expected.is_none_or(|expected| equal_in_constant_time(expected, password));
    if !accepted {
        return Err(Error::fixed("WRONGPASS invalid username-password pair or user is disabled."));
    }
    cx.session.authenticated = true;
    Ok(())
}

/// Whether two secrets are equal, in a time that depends on the length of the attempt only.
fn equal_in_constant_time(secret: &[u8], attempt: &[u8]) -> bool {
    let mut difference = secret.len() ^ attempt.len();
    for (index, byte) in attempt.iter().enumerate() {
        let other = secret.get(index % secret.len().max(1)).copied().unwrap_or_default();
        difference |= usize::from(byte ^ other);
    }
    std::hint::black_box(difference) == 0
}

fn hello(cx: &mut Context<'_>) -> Result<(), Error> {
    let mut protocol = cx.session.protocol;
    if cx.args.len() > 1 {
        let version = ferrite_resp::number::parse_i64(cx.arg(1))
            .ok_or(Error::fixed("ERR Protocol version is not an integer or out of range"))?;
        protocol = Protocol::from_version(version).ok_or(Error::fixed("NOPROTO unsupported protocol version"))?;
    }
    // Each option takes effect when it is read, also in front of one that is wrong.
    let mut at = 2;
    while at < cx.args.len() {
        let left = cx.args.len() - at - 1;
        if cx.is(at, "AUTH") && left >= 2 {
            authenticate(cx, cx.arg(at + 1), cx.arg(at + 2))?;
            at += 3;
        } else if cx.is(at, "SETNAME") && left >= 1 {
            super::client::check_name(cx.arg(at + 1))?;
            cx.session.name = cx.arg(at + 1).into();
            at += 2;
        } else {
            return Err(Error::quoting("ERR Syntax error in HELLO option '", cx.arg(at), "'"));
        }
    }
    if cx.store.needs_auth(cx.session) {
        return Err(Error::fixed(
            "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH <user> \
             <pass> option can be used to authenticate the client and select the RESP protocol version at the same time",
        ));
    }
    cx.set_protocol(protocol);
    let id = cx.session.id as i64;
    let out = &mut *cx.out;
    out.map(7);
    out.bulk(b"server");
    out.bulk(b"redis");
    out.bulk(b"version");
    out.bulk(VERSION.as_bytes());
    out.bulk(b"proto");
    out.integer(i64::from(protocol.version()));
    out.bulk(b"id");
    out.integer(id);
    out.bulk(b"mode");
    out.bulk(b"standalone");
    out.bulk(b"role");
    out.bulk(b"master");
    out.bulk(b"modules");
    out.array(0);
    Ok(())
}

const fn connection(name: &'static str, arity: i32, handler: Handler) -> Command {
    Command::new(name, arity, handler).group("connection").categories(&["connection"])
}

const ANYTIME: &[Flags] = &[Flags::LOADING, Flags::STALE, Flags::FAST];
const BEFORE_AUTH: &[Flags] =
    &[Flags::NOSCRIPT, Flags::LOADING, Flags::STALE, Flags::FAST, Flags::NO_AUTH, Flags::ALLOW_BUSY];
const BEFORE_AUTH_AT_ONCE: &[Flags] = &[
    Flags::NOSCRIPT,
    Flags::LOADING,
    Flags::STALE,
    Flags::FAST,
    Flags::NO_AUTH,
    Flags::ALLOW_BUSY,
    Flags::NOT_QUEUED,
    Flags::WHILE_LISTENING,
];

/// The family's rows.
pub(crate) static TABLE: &[Command] = &[
    connection("auth", -2, auth).flags(BEFORE_AUTH).docs(
        "1.0.0",
        "O(N) where N is the number of passwords defined for the user",
        "Tells the password.",
    ),
    connection("echo", 2, echo).flags(ANYTIME).docs("1.0.0", "O(1)", "Returns its argument."),
    connection("hello", -1, hello).flags(BEFORE_AUTH).docs(
        "6.0.0",
        "O(1)",
        "Chooses the protocol version, and tells who is there.",
    ),
    connection("ping", -1, ping)
        .flags(&[Flags::FAST, Flags::WHILE_LISTENING])
        .tips(&["request_policy:all_shards", "response_policy:all_succeeded"])
        .docs("1.0.0", "O(1)", "Answers PONG, or its argument."),
    connection("quit", -1, quit).flags(BEFORE_AUTH_AT_ONCE).docs("1.0.0", "O(1)", "Closes the connection."),
    connection("reset", 1, reset).flags(BEFORE_AUTH_AT_ONCE).docs(
        "6.2.0",
        "O(1)",
        "Makes the connection as it was when it was new.",
    ),
    connection("select", 2, select).flags(ANYTIME).docs("1.0.0", "O(1)", "Chooses the connection's database."),
];
