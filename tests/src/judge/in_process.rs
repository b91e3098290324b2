//! Judges without sockets: an engine in this process, and what a host does around it.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};

use super::{Judge, Received};
use crate::client::encode;
use crate::frame::frame_length;
use crate::transcript::Version;

/// The wire of a store, as every host sees it.
pub trait Engine {
    /// A session of this engine.
    type Session;

    /// Opens a session.
    fn open(&mut self, address: &str, local_address: &str) -> Result<Self::Session>;

    /// The session's number.
    fn id(&self, session: &Self::Session) -> u64;

    /// Ends a session.
    fn close(&mut self, session: Self::Session) -> Result<()>;

    /// Runs what is complete at the front of `input`.
    fn exchange(&mut self, session: &Self::Session, input: &[u8]) -> Result<Turn>;

    /// What there is for other sessions: who gets which bytes.
    fn take_outbox(&mut self) -> Result<Vec<(Vec<u64>, Vec<u8>)>>;

    /// The sessions that events say must be closed.
    fn take_closed(&mut self) -> Result<Vec<u64>>;

    /// Moves the clock, and does what a host does from time to time.
    fn advance(&mut self, milliseconds: u64) -> Result<()>;
}

/// What came of an exchange.
#[derive(Debug)]
pub struct Turn {
    /// Bytes of the input that are done with.
    pub consumed: usize,
    /// Encoded replies.
    pub replies: Vec<u8>,
    /// Why the engine stopped.
    pub next: Next,
}

/// Why an engine stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It needs more input.
    Input,
    /// It has more to do with the same input.
    Again,
    /// It waits for a delivery, or for time to pass.
    Parked,
    /// The connection ends.
    Close,
}

/// An engine, its sessions by the names of the transcript.
#[derive(Debug)]
pub struct InProcessJudge<E: Engine> {
    name: String,
    engine: E,
    control: Connection<E::Session>,
    sessions: BTreeMap<String, Connection<E::Session>>,
    ports: u16,
}

#[derive(Debug)]
struct Connection<S> {
    session: Option<S>,
    input: Vec<u8>,
    output: Vec<u8>,
    is_parked: bool,
}

impl<S> Connection<S> {
    fn new(session: S) -> Connection<S> {
        Connection { session: Some(session), input: Vec::new(), output: Vec::new(), is_parked: false }
    }
}

impl<E: Engine> InProcessJudge<E> {
    /// A judge with this name in reports.
    pub fn new(name: &str, mut engine: E) -> Result<InProcessJudge<E>> {
        let session = engine.open("127.0.0.1:10000", "127.0.0.1:6379")?;
        let control = Connection::new(session);
        Ok(InProcessJudge { name: name.to_owned(), engine, control, sessions: BTreeMap::new(), ports: 10_000 })
    }

    fn control(&mut self, command: &[&str]) -> Result<()> {
        feed(&mut self.engine, &mut self.control, &encode(command))?;
        let reply = std::mem::take(&mut self.control.output);
        if !reply.starts_with(b"+") {
            bail!("{} answered {command:?} with \"{}\"", self.name, reply.escape_ascii());
        }
        Ok(())
    }

    fn close_all(&mut self) -> Result<()> {
        for (_, connection) in std::mem::take(&mut self.sessions) {
            if let Some(session) = connection.session {
                self.engine.close(session)?;
            }
        }
        Ok(())
    }

    /// Hands out what there is for other sessions, and what their held input makes of it.
    fn deliver(&mut self) -> Result<()> {
        loop {
            let deliveries = self.engine.take_outbox()?;
            if deliveries.is_empty() {
                return Ok(());
            }
            for (ids, bytes) in deliveries {
                for connection in self.sessions.values_mut() {
                    let id = connection.session.as_ref().map(|session| self.engine.id(session));
                    if id.is_some_and(|id| ids.contains(&id)) {
                        connection.output.extend_from_slice(&bytes);
                        if connection.is_parked {
                            feed(&mut self.engine, connection, b"")?;
                        }
                    }
                }
            }
        }
    }

    /// Ends the sessions that somebody killed.
    fn close_killed(&mut self) -> Result<()> {
        for id in self.engine.take_closed()? {
            if self.control.session.as_ref().is_some_and(|session| self.engine.id(session) == id) {
                let killed = self.control.session.replace(self.engine.open("127.0.0.1:10000", "127.0.0.1:6379")?);
                killed.map_or(Ok(()), |killed| self.engine.close(killed))?;
            }
            for connection in self.sessions.values_mut() {
                let killed = connection.session.take_if(|session| self.engine.id(session) == id);
                killed.map_or(Ok(()), |killed| self.engine.close(killed))?;
            }
        }
        Ok(())
    }
}

/// What a host does with bytes from a client.
fn feed<E: Engine>(engine: &mut E, connection: &mut Connection<E::Session>, bytes: &[u8]) -> Result<()> {
    connection.input.extend_from_slice(bytes);
    while let Some(session) = &connection.session {
        let turn = engine.exchange(session, &connection.input)?;
        connection.input.drain(..turn.consumed);
        connection.output.extend(turn.replies);
        connection.is_parked = turn.next == Next::Parked;
        match turn.next {
            Next::Again => {}
            Next::Input | Next::Parked => break,
            Next::Close => {
                let session = connection.session.take().context("the loop has just seen it")?;
                engine.close(session)?;
            }
        }
    }
    Ok(())
}

impl<E: Engine> Judge for InProcessJudge<E> {
    fn name(&self) -> &str {
        &self.name
    }

    fn version(&self) -> Option<Version> {
        None
    }

    fn begin_case(&mut self) -> Result<()> {
        self.close_all()?;
        self.control(&["FLUSHALL"])
    }

    fn end_case(&mut self) -> Result<Vec<(String, Vec<u8>)>> {
        self.control(&["CONFIG", "SET", "requirepass", ""])?;
        let unread =
            self.sessions.iter_mut().map(|(name, session)| (name.clone(), std::mem::take(&mut session.output)));
        let unread = unread.filter(|(_, bytes)| !bytes.is_empty()).collect();
        self.close_all()?;
        Ok(unread)
    }

    fn send(&mut self, session: &str, bytes: &[u8]) -> Result<()> {
        if !self.sessions.contains_key(session) {
            self.ports = self.ports.checked_add(1).unwrap_or(10_000);
            let opened = self.engine.open(&format!("127.0.0.1:{}", self.ports), "127.0.0.1:6379")?;
            self.sessions.insert(session.to_owned(), Connection::new(opened));
        }
        let connection = self.sessions.get_mut(session).context("it has just been opened")?;
        feed(&mut self.engine, connection, bytes)?;
        self.deliver()?;
        self.close_killed()
    }

    fn receive(&mut self, session: &str, replies: usize, closes: bool) -> Result<Received> {
        let connection = self.sessions.get_mut(session).context("nothing was sent on this session")?;
        let mut received = Received { closed: connection.session.is_none(), ..Received::default() };
        let mut output = connection.output.as_slice();
        while received.frames.len() < replies {
            let Some(length) = frame_length(output) else { break };
            let (frame, rest) = output.split_at(length);
            received.frames.push(frame.to_vec());
            output = rest;
        }
        connection.output = output.to_vec();
        if closes || received.frames.len() < replies {
            received.rest = std::mem::take(&mut connection.output);
        }
        Ok(received)
    }

    fn advance(&mut self, milliseconds: u64) -> Result<()> {
        self.engine.advance(milliseconds)?;
        for connection in self.sessions.values_mut().filter(|connection| connection.is_parked) {
            feed(&mut self.engine, connection, b"")?;
        }
        self.deliver()
    }
}
