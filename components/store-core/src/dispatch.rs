//! One command: found in the table, checked, queued or executed.

use ferrite_resp::{Args, Protocol, Writer};

use crate::command::{Command, Flags};
use crate::context::Context;
use crate::error::{Error, c_string};
use crate::keyspace::UNDO_MAX_BYTES;
use crate::memory;
use crate::rows::Row;
use crate::session::{Queued, Session};
use crate::store::Store;
use crate::turn::HostCall;

/// How to go on after a command.
pub(crate) enum Flow {
    /// With the next one.
    Go,
    /// The host has to answer this first.
    Host(HostCall),
    /// Not before something came for the session, or this time in microseconds since the Unix epoch.
    Park(Option<u64>),
    /// Not at all: the connection closes.
    Close,
}

impl Store {
    /// Runs one command of a client, its name being the first argument.
    #[inline]
    pub(crate) fn dispatch(&mut self, session: &mut Session, args: Args<'_>, out: &mut Writer) -> Flow {
        if let Some((number, command)) = self.rows.own(args.at(0))
            && command.subcommands.is_empty()
            && command.accepts(args.len())
            && session.is_plain()
            && self.has_room_for_any()
        {
            // By far the most commands: nothing to queue, to refuse or to leave unanswered.
            let flow = self.call_own(session, number, command, args, out);
            session.last_command = Some(Row::Own { number, container: None, command });
            return flow;
        }
        self.dispatch_any(session, args, out)
    }

    #[inline(never)]
    fn dispatch_any(&mut self, session: &mut Session, args: Args<'_>, out: &mut Writer) -> Flow {
        let row = match self.find_row(args) {
            Ok(row) => row,
            Err(_) if is_http(args.at(0)) => return Flow::Close,
            Err(refusal) => return self.refuse(session, None, refusal, out),
        };
        if let Some(refusal) = self.check(session, &row, args) {
            return self.refuse(session, Some(&row), refusal, out);
        }
        if let Some(multi) = &mut session.multi
            && !row.flags().contains(Flags::NOT_QUEUED)
        {
            multi.queue.push_back(Queued { row, args: args.to_owned_args() });
            if !session.is_muted() {
                out.simple("QUEUED");
            }
            session.command_ended();
            return Flow::Go;
        }
        let flow = match self.call(session, &row, args, out) {
            Flow::Go if session.exec.is_some() => {
                self.show_exec_last(session, &row, args);
                self.continue_exec(session, out)
            }
            flow => flow,
        };
        if let Some(tracking) = &mut session.tracking
            && session.multi.is_none()
            && !matches!(&row, Row::Own { container: Some(container), .. } if container.name == "client")
        {
            // CLIENT CACHING is about one command, or about one transaction.
            tracking.caching = false;
        }
        session.last_command = Some(row);
        if matches!(flow, Flow::Go) {
            session.command_ended();
        }
        flow
    }

    /// The row of a command, or of its subcommand.
    #[inline]
    pub(crate) fn find_row(&self, args: Args<'_>) -> Result<Row, Error> {
        let name = args.at(0);
        let Some((number, command)) = self.rows.own(name) else {
            return self.rows.host(name).cloned().map(Row::Host).ok_or_else(|| unknown(args));
        };
        if command.subcommands.is_empty() || args.len() < 2 {
            return Ok(Row::Own { number, container: None, command });
        }
        match command.subcommand(args.at(1)) {
            Some((place, found)) => {
                let number = self.rows.number_of_subcommand(number, place);
                Ok(Row::Own { number, container: Some(command), command: found })
            }
            None => {
                let name = command.name.to_ascii_uppercase();
                Err(Error::quoting(
                    "ERR unknown subcommand '",
                    shown(args.at(1), SHOWN),
                    &format!("'. Try {name} HELP."),
                ))
            }
        }
    }

    /// Why a command must not run now, in the order in which Redis asks.
    #[inline]
    pub(crate) fn check(&mut self, session: &Session, row: &Row, args: Args<'_>) -> Option<Error> {
        let flags = row.flags();
        if !row.accepts(args.len()) {
            return Some(Error::Arity(row.full_name().into()));
        }
        if flags.contains(Flags::PROTECTED) {
            let is_debug = args.at(0).eq_ignore_ascii_case(b"debug");
            if !(is_debug && self.allows_debug(session)) {
                return Some(Error::fixed(if is_debug { PROTECTED } else { MODULES }));
            }
        }
        if !flags.contains(Flags::NO_AUTH) && self.needs_auth(session) {
            return Some(Error::fixed("NOAUTH Authentication required."));
        }
        if session.multi.is_some() && flags.contains(Flags::NO_MULTI) {
            return Some(Error::fixed("ERR Command not allowed inside a transaction"));
        }
        // Keys are evicted before any command, and never within one, nor between those of EXEC.
        if self.is_over_limit() && !self.make_room() && takes_memory(session, row) {
            return Some(Error::OutOfMemory);
        }
        if self.is_unsaved() && would_write(session, row) {
            return Some(Error::fixed(MISCONF));
        }
        if session.only_listens() && !flags.contains(Flags::WHILE_LISTENING) {
            let name = row.full_name();
            return Some(Error::line(format!(
                "ERR Can't execute '{name}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in \
                 this context"
            )));
        }
        if session.monitors && flags.intersects(Flags::READONLY | Flags::WRITE | Flags::MAY_REPLICATE) {
            return Some(Error::fixed("ERR Replica can't interact with the keyspace"));
        }
        None
    }

    /// Whether `enable-debug-command` lets a session use DEBUG.
    #[cold]
    pub(crate) fn allows_debug(&self, session: &Session) -> bool {
        let is_local = ["127.", "[::1]", "/"].iter().any(|local| session.address.starts_with(local));
        match self.settings.get("enable-debug-command") {
            Some("yes") => true,
            Some("local") => is_local || session.address.is_empty(),
            _ => false,
        }
    }

    /// Whether a session must authenticate before it may do anything else.
    #[inline]
    pub(crate) fn needs_auth(&self, session: &Session) -> bool {
        !session.authenticated && self.settings.password().is_some()
    }

    /// Answers a command that is not executed; inside MULTI the transaction will be refused too. EXEC itself ends it.
    #[cold]
    fn refuse(&mut self, session: &mut Session, row: Option<&Row>, error: Error, out: &mut Writer) -> Flow {
        let mut line = error.to_bytes();
        if let Some(multi) = &mut session.multi {
            multi.failed = true;
        }
        if row.is_some_and(|row| row.full_name() == "exec") {
            session.multi = None;
            self.keyspace.watch.clear(session.id);
            let reason = line.strip_prefix(b"ERR ").unwrap_or(&line);
            line = [b"EXECABORT Transaction discarded because of: ", reason].concat().into();
        }
        if let Some(Row::Own { number, .. }) = row
            && let Some(calls) = self.rows.calls.get_mut(*number as usize)
        {
            calls.rejected += 1;
        }
        self.count_error(&line);
        if !session.is_muted() {
            out.error_bytes(&line);
        }
        session.command_ended();
        Flow::Go
    }

    /// Executes a command whose checks have passed.
    pub(crate) fn call(&mut self, session: &mut Session, row: &Row, args: Args<'_>, out: &mut Writer) -> Flow {
        let start = out.len();
        let flow = match row {
            Row::Own { number, command, .. } => self.call_own(session, *number, command, args, out),
            Row::Host(command) => {
                self.stats.commands += 1;
                self.track(session, row, args);
                if !self.monitors.is_empty() {
                    self.show(session, command.flags, args);
                }
                return Flow::Host(handed_out(session, args));
            }
        };
        if session.tracking.is_some() {
            self.track(session, row, args);
        }
        // Asked afterwards: what switches replies on is answered itself.
        if session.is_muted() {
            out.truncate(start);
        }
        flow
    }

    #[inline]
    fn call_own(
        &mut self,
        session: &mut Session,
        number: u16,
        command: &'static Command,
        args: Args<'_>,
        out: &mut Writer,
    ) -> Flow {
        self.stats.commands += 1;
        if session.no_touch {
            self.keyspace.unnoticed = command.name != "touch";
        }
        let calls = self.rows.calls.get(number as usize).map_or(0, |calls| calls.calls);
        let weight = self.timing.weight(command, args, calls);
        let start_us = if weight == 0 { 0 } else { self.begin_timing() };
        let start = out.len();
        let result = match self.may_write(command) {
            Ok(()) => (command.handler)(&mut Context { store: self, session, command, args, out }),
            Err(error) => Err(error),
        };
        self.keyspace.unnoticed = false;
        if let Some(calls) = self.rows.calls.get_mut(number as usize) {
            calls.calls += 1;
        }
        if weight == 0 {
            self.timing.was_read(0);
        } else {
            self.end_timing(session, (number, command), args, (start_us, weight));
        }
        if let Err(error) = result {
            out.truncate(start);
            self.fail(number, &error, out);
        }
        if !self.keyspace.notices.is_empty() || !self.monitors.is_empty() {
            self.tell_now(session, command, args, start, out);
        }
        match &session.parked {
            _ if session.closing => ended(session, args),
            None => Flow::Go,
            Some(parked) => Flow::Park(parked.until_us()),
        }
    }

    /// Puts EXEC behind what it runs, where there is somebody to show it to.
    fn show_exec_last(&self, session: &mut Session, row: &Row, args: Args<'_>) {
        if let Some(queue) = session.exec.as_mut().filter(|_| !self.monitors.is_empty()) {
            queue.push_back(Queued { row: row.clone(), args: args.to_owned_args() });
        }
    }

    /// Shows the command to those who see all of them, and tells subscribers what it did to keys. The session itself gets
    /// that in front of the reply.
    #[cold]
    fn tell_now(
        &mut self,
        session: &Session,
        command: &'static Command,
        args: Args<'_>,
        start: usize,
        out: &mut Writer,
    ) {
        // EXEC is shown when all that it runs has been shown.
        let shown_later = session.exec.is_some() && command.name == "exec";
        if !self.monitors.is_empty() && !shown_later {
            self.show(session, command.flags, args);
        }
        if session.is_muted() {
            return self.tell_subscribers(None);
        }
        let mut own = Writer::new(session.protocol);
        self.tell_subscribers(Some(&mut own));
        let own = own.into_vec();
        if !own.is_empty() {
            out.insert_at(start, &mut |out| out.raw(&own));
        }
    }

    #[inline]
    fn may_write(&self, command: &'static Command) -> Result<(), Error> {
        if !command.flags.contains(Flags::WRITE) || !self.keyspace.in_transaction() {
            return Ok(());
        }
        if !self.keyspace.may_write() {
            return Err(Error::ReadOnly);
        }
        match self.keyspace.undo_overflow() {
            Some(requested) => Err(Error::UndoTooLarge { allowed: UNDO_MAX_BYTES, requested }),
            None => Ok(()),
        }
    }

    #[cold]
    fn fail(&mut self, number: u16, error: &Error, out: &mut Writer) {
        let line = error.to_bytes();
        if let Some(calls) = self.rows.calls.get_mut(number as usize) {
            calls.failed += 1;
        }
        self.count_error(&line);
        out.error_bytes(&line);
    }

    /// Runs what is left of EXEC's queue.
    pub(crate) fn continue_exec(&mut self, session: &mut Session, out: &mut Writer) -> Flow {
        while let Some(queued) = session.exec.as_mut().and_then(|queue| queue.pop_front()) {
            // What is never queued can only be EXEC itself, which has run.
            if queued.row.flags().contains(Flags::NOT_QUEUED) {
                self.show(session, queued.row.flags(), queued.args.view());
                continue;
            }
            let flow = match self.recheck(&queued) {
                Some(error) => {
                    let line = error.to_bytes();
                    self.count_error(&line);
                    if !session.is_muted() {
                        out.error_bytes(&line);
                    }
                    Flow::Go
                }
                None => self.call(session, &queued.row, queued.args.view(), out),
            };
            match flow {
                // Nothing parks within EXEC.
                Flow::Go | Flow::Park(_) | Flow::Close => {}
                flow @ Flow::Host(_) => return flow,
            }
        }
        session.exec = None;
        if session.closing { Flow::Close } else { Flow::Go }
    }

    /// What may have changed since a command was queued. As in Redis `maxmemory` is looked at when EXEC begins; what the
    /// store itself can bear is a limit at any time.
    fn recheck(&self, queued: &Queued) -> Option<Error> {
        (memory::is_scarce() && queued.row.flags().contains(Flags::DENYOOM)).then_some(Error::OutOfMemory)
    }
}

/// A command that the host executes.
fn handed_out(session: &Session, args: Args<'_>) -> HostCall {
    HostCall {
        database: session.database,
        protocol_version: session.protocol.version(),
        in_exec: session.exec.is_some(),
        commands: encoded(args),
    }
}

/// How to go on after a command that ends the session, or that is the host's to answer.
#[cold]
fn ended(session: &mut Session, args: Args<'_>) -> Flow {
    if !std::mem::take(&mut session.is_handed_out) {
        return Flow::Close;
    }
    session.closing = false;
    Flow::Host(handed_out(session, args))
}

/// A command as a RESP array of bulk strings.
fn encoded(args: Args<'_>) -> Vec<u8> {
    let mut out = Writer::from_vec(Vec::with_capacity(args.total_bytes() + 16 * args.len()), Protocol::Resp2);
    out.array(args.len());
    args.iter().for_each(|argument| out.bulk(argument));
    out.into_vec()
}

/// The answer to commands that a server's configuration file would have to allow.
pub(crate) const PROTECTED: &str = "ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\", you can run \
     it from a local connection, otherwise you need to set this option in the configuration file, and then restart the \
     server.";

/// The same of modules.
const MODULES: &str = "ERR MODULE command not allowed. If the enable-module-command option is set to \"local\", you can run \
     it from a local connection, otherwise you need to set this option in the configuration file, and then restart the \
     server.";

/// The answer to writes while snapshots fail.
const MISCONF: &str = "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. Commands \
     that may modify the data set are disabled, because this instance is configured to report errors during writes if RDB \
     snapshotting fails (stop-writes-on-bgsave-error option). Please check the Redis logs for details about the RDB error.";

/// Whether a command is refused while snapshots fail: writes, EXEC with one of them, and PING, which asks whether all is
/// well.
#[cold]
fn would_write(session: &Session, row: &Row) -> bool {
    let queue = session.multi.iter().flat_map(|multi| &multi.queue);
    match row.full_name().as_str() {
        "ping" => true,
        "exec" => queue.into_iter().any(|queued| queued.row.flags().contains(Flags::WRITE)),
        _ => row.flags().contains(Flags::WRITE),
    }
}

/// Whether a command is refused at the memory limit: the queue of MULTI takes memory whatever is queued, and EXEC as
/// much as what it runs.
#[cold]
fn takes_memory(session: &Session, row: &Row) -> bool {
    match (&session.multi, row.full_name().as_str()) {
        (Some(multi), "exec") => multi.queue.iter().any(|queued| queued.row.flags().contains(Flags::DENYOOM)),
        (Some(_), "discard" | "quit" | "reset") => false,
        (Some(_), _) => true,
        (None, _) => row.flags().contains(Flags::DENYOOM),
    }
}

/// Whether this is how an HTTP request begins: a web page must not reach a store on its user's machine (as in Redis).
fn is_http(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"host:") || name.eq_ignore_ascii_case(b"post")
}

/// Redis shows so many bytes of a name, and stops to list arguments here.
const SHOWN: usize = 128;

/// The answer to a command that is not in the table.
#[cold]
fn unknown(args: Args<'_>) -> Error {
    let mut list = Vec::new();
    for arg in args.skip(1) {
        if list.len() >= SHOWN {
            break;
        }
        list.extend_from_slice(&[b"'", shown(arg, SHOWN - list.len()), b"' "].concat());
    }
    let mut line = [b"ERR unknown command '", shown(args.at(0), SHOWN), b"', with args beginning with: "].concat();
    line.append(&mut list);
    Error::Quoting(line)
}

/// The first bytes of an argument, for an error line.
fn shown(bytes: &[u8], most: usize) -> &[u8] {
    c_string(bytes.get(..most).unwrap_or(bytes))
}
