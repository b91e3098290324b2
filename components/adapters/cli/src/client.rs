//! One client: its streams, its session, what it sent and what it has not read.

use wasip2::io::poll::Pollable;
use wasip2::io::streams::{InputStream, OutputStream, StreamError};
use wasip2::sockets::tcp::TcpSocket;

use crate::bindings::ferrite::store::wire::{Next, Pending, Session, Turn};
use crate::limits;

/// What a turn left for others.
#[derive(Default)]
pub(crate) struct Left {
    pub(crate) outbox: bool,
    pub(crate) events: bool,
}

/// What a client waits for.
#[derive(Clone, Copy, PartialEq)]
enum Wait {
    /// Bytes, at least as many in all as this.
    Input(usize),
    /// Room for replies; then the rest of its commands.
    Room,
    /// A delivery, or this time in microseconds since the Unix epoch.
    Parked(Option<u64>),
    /// That its last replies are written.
    End,
}

/// Fields are dropped in this order, as WASI asks it: what watches a stream, the streams, their socket.
pub(crate) struct Client {
    pub(crate) readable: Pollable,
    pub(crate) writable: Pollable,
    input: InputStream,
    output: OutputStream,
    _socket: Option<TcpSocket>,
    session: Session,
    pub(crate) id: u64,
    /// What was read and not consumed.
    held: Vec<u8>,
    /// What is to be written.
    replies: Vec<u8>,
    wait: Wait,
    /// Bytes were written and the host may hold them back.
    unflushed: bool,
    /// Its streams failed or it exceeded a limit.
    pub(crate) gone: bool,
}

impl Client {
    pub(crate) fn new(input: InputStream, output: OutputStream, socket: Option<TcpSocket>, address: &str) -> Client {
        let session = Session::new(address, "");
        Client {
            readable: input.subscribe(),
            writable: output.subscribe(),
            id: session.id(),
            input,
            output,
            _socket: socket,
            session,
            held: Vec::new(),
            replies: Vec::new(),
            wait: Wait::Input(0),
            unflushed: false,
            gone: false,
        }
    }

    /// Whether its bytes are wanted now. A parked client's are not read, so it holds no more than it had sent.
    pub(crate) fn reads(&self) -> bool {
        matches!(self.wait, Wait::Input(_)) && self.replies.len() < limits::REPLY_BYTES
    }

    pub(crate) fn writes(&self) -> bool {
        !self.replies.is_empty() || self.unflushed
    }

    /// Until when it is parked.
    pub(crate) fn parked_until(&self) -> Option<u64> {
        if let Wait::Parked(until) = self.wait { until } else { None }
    }

    pub(crate) fn is_parked(&self) -> bool {
        matches!(self.wait, Wait::Parked(_))
    }

    /// Its replies are written and nothing more will come of it.
    pub(crate) fn is_over(&self) -> bool {
        self.gone || (self.wait == Wait::End && !self.writes())
    }

    /// Lets it go once its replies are written.
    pub(crate) fn close(&mut self) {
        self.wait = Wait::End;
    }

    /// Adds bytes that somebody else caused.
    pub(crate) fn deliver(&mut self, bytes: &[u8]) {
        self.replies.extend_from_slice(bytes);
        self.gone |= self.replies.len() > limits::UNREAD_BYTES;
    }

    /// Takes what has come.
    pub(crate) fn read(&mut self) -> Left {
        match self.input.read(limits::READ_BYTES) {
            Ok(bytes) if bytes.is_empty() => return Left::default(),
            Ok(bytes) => self.held.extend_from_slice(&bytes),
            Err(StreamError::Closed) => {
                self.close();
                return Left::default();
            }
            Err(StreamError::LastOperationFailed(_)) => {
                self.gone = true;
                return Left::default();
            }
        }
        match self.wait {
            Wait::Input(need) if self.held.len() < need => Left::default(),
            _ => self.run(),
        }
    }

    /// Offers the held bytes until the session wants something else.
    pub(crate) fn run(&mut self) -> Left {
        let mut left = Left::default();
        let mut done = 0;
        loop {
            let Turn { consumed, replies, next, has } =
                self.session.exchange(self.held.get(done..).unwrap_or_default());
            done += consumed as usize;
            self.replies.extend_from_slice(&replies);
            left.outbox |= has.contains(Pending::OUTBOX);
            left.events |= has.contains(Pending::EVENTS);
            self.wait = match next {
                Next::Again if self.replies.len() < limits::REPLY_BYTES => continue,
                Next::Again => Wait::Room,
                Next::Input => Wait::Input(0),
                Next::Need(bytes) => Wait::Input(bytes as usize),
                Next::Parked(until_us) => Wait::Parked(until_us),
                // The store hands out only commands that its host announced, and this one announces none.
                Next::Close | Next::Host(_) => Wait::End,
            };
            break;
        }
        self.held.drain(..done.min(self.held.len()));
        if self.held.len() > limits::COMMAND_BYTES {
            let limit = limits::COMMAND_BYTES >> 20;
            self.deliver(format!("-ERR a command may have {limit} MB\r\n").as_bytes());
            self.close();
        }
        left
    }

    /// Writes what the stream takes now.
    pub(crate) fn write(&mut self) -> Left {
        match self.write_some() {
            Ok(()) => {}
            Err(_) => self.gone = true,
        }
        if self.wait == Wait::Room && self.replies.len() < limits::REPLY_BYTES { self.run() } else { Left::default() }
    }

    fn write_some(&mut self) -> Result<(), StreamError> {
        let mut written = 0;
        while let Some(rest) = self.replies.get(written..).filter(|rest| !rest.is_empty()) {
            let room = usize::try_from(self.output.check_write()?).unwrap_or(usize::MAX);
            if room == 0 {
                break;
            }
            let now = rest.get(..room).unwrap_or(rest);
            self.output.write(now)?;
            written += now.len();
            self.unflushed = true;
        }
        self.replies.drain(..written);
        if self.replies.is_empty() && self.unflushed && self.output.check_write()? > 0 {
            self.output.flush()?;
            // A flush is over when the stream takes bytes again.
            self.unflushed = self.output.check_write()? == 0;
        }
        Ok(())
    }
}
