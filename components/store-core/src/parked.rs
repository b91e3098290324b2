//! Sessions that wait: for keys, for the end of CLIENT PAUSE, for nothing but time. They cost no thread and are not
//! polled: whoever writes a key that somebody waits for serves them behind its own command or transaction.

use ferrite_resp::{Args, Extended, OwnedArgs, Writer, number};

use crate::command::{Command, Flags};
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::WatchedKey;
use crate::rows::Row;
use crate::session::Session;
use crate::store::Store;

/// Tries to serve a parked command from one key that was written: true when it wrote the reply, false when there is
/// nothing for it there. An error is the reply, too.
pub(crate) type Serve = fn(&mut Context<'_>, key: &[u8]) -> Result<bool, Error>;

/// What a session waits for, and until when.
pub(crate) struct Parked {
    /// In microseconds since the Unix epoch; none: for as long as it takes.
    until_us: Option<u64>,
    reason: Reason,
}

enum Reason {
    Keys(Box<Blocked>),
    /// CLIENT PAUSE: the command has not been consumed.
    Pause,
    /// WAIT: there are no replicas.
    Replicas,
}

/// A command that waits for keys.
struct Blocked {
    command: &'static Command,
    args: OwnedArgs,
    keys: Vec<WatchedKey>,
    serve: Serve,
}

/// How long a command may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Timeout(Option<u64>);

impl Timeout {
    /// So many milliseconds; 0 is for ever.
    pub(crate) fn milliseconds(milliseconds: u64) -> Timeout {
        Timeout((milliseconds > 0).then_some(milliseconds))
    }

    /// The argument in seconds, with a fraction. 0 is for ever.
    pub(crate) fn parse(cx: &Context<'_>, index: usize) -> Result<Timeout, Error> {
        const NEGATIVE: Error = Error::fixed("ERR timeout is negative");
        let text = cx.arg(index);
        // Redis reads 80 bits: what is too much for a double only wraps, too.
        let seconds = match number::parse_f64(text) {
            None if Extended::parse(text).is_some() => number::strtod(text),
            seconds => seconds,
        };
        let seconds = seconds.ok_or(Error::fixed("ERR timeout is not a float or out of range"))?;
        let milliseconds = (seconds * 1000.0).ceil();
        // Redis counts in 64 bits with a sign, which wrap.
        if milliseconds < 0.0 || milliseconds >= i64::MAX as f64 {
            return Err(NEGATIVE);
        }
        Ok(Timeout::milliseconds(milliseconds as u64))
    }

    fn until_us(self, now_us: u64) -> Option<u64> {
        self.0.map(|milliseconds| now_us.saturating_add(milliseconds.saturating_mul(1000)))
    }
}

impl Context<'_> {
    /// Whether the command may park its session: not in EXEC, and not for a function.
    pub(crate) fn may_park(&self) -> bool {
        !self.session.is_function && self.session.exec.is_none()
    }

    /// Parks the session until `serve` finds something in one of the keys. Where that is not possible, the reply is that
    /// there is nothing: `otherwise` writes it.
    pub(crate) fn park(&mut self, keys: Args<'_>, timeout: Timeout, serve: Serve, otherwise: fn(&mut Writer)) {
        if !self.may_park() {
            return otherwise(self.out);
        }
        self.park_as(self.args.to_owned_args(), keys, timeout, serve);
    }

    /// What BLPOP and its kin do, whose arguments are keys and a timeout: pops from the first key that has something, or
    /// parks the session until `serve` can.
    pub(crate) fn pop_or_park(&mut self, pop: Serve, serve: Serve) -> Result<(), Error> {
        let last = self.args.len() - 1;
        let timeout = Timeout::parse(self, last)?;
        let keys = self.args.slice(1, last - 1);
        for key in keys.iter() {
            if pop(self, key)? {
                return Ok(());
            }
        }
        self.park(keys, timeout, serve, |out| out.null_array());
        Ok(())
    }

    /// As [`Context::park`] where it is possible, with other arguments than the client's for `serve` to see.
    pub(crate) fn park_as(&mut self, args: OwnedArgs, keys: Args<'_>, timeout: Timeout, serve: Serve) {
        let database = self.database();
        let keys: Vec<WatchedKey> = keys.iter().map(|key| (database, key.into())).collect();
        for key in &keys {
            self.store.keyspace.waiting.add(self.session.id, key);
        }
        let reason = Reason::Keys(Box::new(Blocked { command: self.command, args, keys, serve }));
        let until_us = timeout.until_us(self.store.keyspace.now_us());
        self.session.parked = Some(Box::new(Parked { until_us, reason }));
    }

    /// Parks the session until the time is over (WAIT).
    pub(crate) fn park_for_replicas(&mut self, timeout: Timeout) {
        let until_us = timeout.until_us(self.store.keyspace.now_us());
        self.session.parked = Some(Box::new(Parked { until_us, reason: Reason::Replicas }));
    }
}

/// Why a session goes on although nothing came for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unpark {
    /// Its time is over, or CLIENT UNBLOCK says so.
    TimedOut,
    /// CLIENT UNBLOCK … ERROR.
    Refused,
}

/// CLIENT PAUSE. <https://redis.io/docs/latest/commands/client-pause/>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pause {
    /// In microseconds since the Unix epoch.
    pub(crate) until_us: u64,
    /// Only commands that may write wait.
    pub(crate) writes_only: bool,
}

impl Store {
    /// Whether a session waits for something other than the end of a pause.
    pub(crate) fn is_blocked(session: &Session) -> bool {
        session.parked.as_ref().is_some_and(|parked| !matches!(parked.reason, Reason::Pause))
    }

    /// Until when a session still has to wait (none: for as long as it takes); none when it may go on. One whose time is
    /// over gets its reply.
    pub(crate) fn still_parked(&mut self, session: &mut Session, out: &mut Writer) -> Option<Option<u64>> {
        let parked = session.parked.as_ref()?;
        let is_over = match parked.reason {
            Reason::Pause => self.pause().is_none(),
            _ => parked.until_us.is_some_and(|until| until <= self.keyspace.now_us()),
        };
        if !is_over {
            return Some(parked.until_us);
        }
        self.unpark(session, Unpark::TimedOut, out);
        None
    }

    /// The session goes on, with the reply that says why.
    pub(crate) fn unpark(&mut self, session: &mut Session, why: Unpark, out: &mut Writer) {
        let Some(parked) = session.parked.take() else { return };
        if matches!(parked.reason, Reason::Pause) {
            return;
        }
        if !session.is_muted() {
            match (why, &parked.reason) {
                (Unpark::Refused, _) => out.error("UNBLOCKED client unblocked via CLIENT UNBLOCK"),
                (Unpark::TimedOut, Reason::Replicas) => out.integer(0),
                (Unpark::TimedOut, _) => out.null_array(),
            }
        }
        self.forget_parked(session.id, *parked);
        session.command_ended();
    }

    /// Whoever waits for a key no longer does.
    pub(crate) fn forget_parked(&mut self, session: u64, parked: Parked) {
        if let Reason::Keys(blocked) = parked.reason {
            blocked.keys.iter().for_each(|key| self.keyspace.waiting.remove(session, key));
        }
    }

    /// Serves those who wait for keys that were written: first written first, and first come first.
    pub(crate) fn serve_parked(&mut self) {
        while let Some((key, sessions)) = self.keyspace.waiting.take_ready() {
            for id in sessions {
                let waits = |session: &mut Box<Session>| session.parked.as_ref().is_some_and(|it| it.waits_for(&key));
                let Some(mut session) = self.sessions.get_mut(&id).and_then(|place| place.take_if(waits)) else {
                    continue;
                };
                self.serve_session(&mut session, &key.1);
                if let Some(place) = self.sessions.get_mut(&id) {
                    *place = Some(session);
                }
            }
        }
    }

    fn serve_session(&mut self, session: &mut Session, key: &[u8]) {
        let Some(parked) = session.parked.take() else { return };
        let Reason::Keys(blocked) = &parked.reason else { return };
        let mut out = Writer::new(session.protocol);
        let turn_of = std::mem::replace(&mut self.outbox.turn_of, session.id);
        let writer = std::mem::replace(&mut self.keyspace.tracked.writer, session.id);
        let own = std::mem::replace(&mut self.outbox.own, Writer::new(session.protocol));
        let (command, args, serve) = (blocked.command, blocked.args.view(), blocked.serve);
        let served = serve(&mut Context { store: self, session, command, args, out: &mut out }, key);
        if !self.keyspace.notices.is_empty() {
            self.tell_subscribers(None);
        }
        self.outbox.turn_of = turn_of;
        self.keyspace.tracked.writer = writer;
        let pushed = std::mem::replace(&mut self.outbox.own, own);
        match served {
            Ok(false) => {
                session.parked = Some(parked);
                return;
            }
            Ok(true) => {}
            Err(error) => {
                let line = error.to_bytes();
                self.count_error(&line);
                out.truncate(0);
                out.error_bytes(&line);
            }
        }
        if session.is_muted() {
            out.truncate(0);
        }
        out.raw(pushed.as_bytes());
        self.outbox.send(session.id, out.as_bytes());
        self.forget_parked(session.id, *parked);
        session.command_ended();
    }

    /// CLIENT UNBLOCK: whether that session waited.
    pub(crate) fn unblock(&mut self, id: u64, why: Unpark) -> bool {
        let place = self.sessions.get_mut(&id);
        let Some(mut session) = place.and_then(|place| place.take_if(|session| Store::is_blocked(session))) else {
            return false;
        };
        let mut out = Writer::new(session.protocol);
        self.unpark(&mut session, why, &mut out);
        self.outbox.send(id, out.as_bytes());
        if let Some(place) = self.sessions.get_mut(&id) {
            *place = Some(session);
        }
        true
    }

    /// The pause that holds now.
    pub(crate) fn pause(&self) -> Option<Pause> {
        self.pause.filter(|pause| pause.until_us > self.keyspace.now_us())
    }

    /// Whether CLIENT PAUSE makes this command wait; its session is parked then, until the returned time.
    #[cold]
    pub(crate) fn pause_before(&mut self, session: &mut Session, args: Args<'_>) -> Option<u64> {
        const WRITES: Flags = Flags::WRITE.union(Flags::MAY_REPLICATE);
        let Some(pause) = self.pause() else {
            self.pause = None;
            return None;
        };
        let waits = !pause.writes_only
            || self.find_row(args).is_ok_and(|row| {
                let queue = session.multi.iter().flat_map(|multi| &multi.queue);
                let is_exec = matches!(&row, Row::Own { command, .. } if command.name == "exec");
                row.flags().intersects(WRITES) || is_exec && { queue }.any(|it| it.row.flags().intersects(WRITES))
            });
        waits.then(|| {
            session.parked = Some(Box::new(Parked { until_us: Some(pause.until_us), reason: Reason::Pause }));
            pause.until_us
        })
    }

    /// CLIENT PAUSE: an earlier one is never shortened or weakened.
    pub(crate) fn set_pause(&mut self, new: Pause) {
        self.pause = Some(match self.pause() {
            None => new,
            Some(old) => {
                Pause { until_us: old.until_us.max(new.until_us), writes_only: old.writes_only && new.writes_only }
            }
        });
    }

    /// CLIENT UNPAUSE: those who waited for its end are offered their input again.
    pub(crate) fn end_pause(&mut self) {
        self.pause = None;
        let paused: Vec<u64> = self
            .sessions
            .values_mut()
            .flatten()
            .filter(|session| session.parked.as_ref().is_some_and(|parked| matches!(parked.reason, Reason::Pause)))
            .map(|session| session.id)
            .collect();
        self.outbox.broadcast(paused, Vec::new());
    }
}

impl Parked {
    /// Until when, in microseconds since the Unix epoch; none: for as long as it takes.
    pub(crate) fn until_us(&self) -> Option<u64> {
        self.until_us
    }

    fn waits_for(&self, key: &WatchedKey) -> bool {
        matches!(&self.reason, Reason::Keys(blocked) if blocked.keys.contains(key))
    }
}
