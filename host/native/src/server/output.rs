//! Replies on their way to a client: written at once if the socket takes them, kept if it does not.

use std::cell::{Cell, RefCell};
use std::io::{self, ErrorKind};

use socket2::SockRef;
use tokio::net::TcpStream;

/// What a client has not taken yet. Nothing more is read from it while there is any, so this never holds more than the
/// replies of one turn, and what others had for it.
#[derive(Debug, Default)]
pub(crate) struct Output {
    bytes: RefCell<Vec<u8>>,
    written: Cell<usize>,
    /// How much of it came from others since it was last empty.
    pushed: Cell<usize>,
}

impl Output {
    /// Bytes that are still to be written.
    pub(crate) fn len(&self) -> usize {
        self.bytes.borrow().len() - self.written.get()
    }

    /// Bytes that others had for it and that are still to be written, or were since it was last empty.
    pub(crate) fn pushed(&self) -> usize {
        self.pushed.get()
    }

    /// Whether everything has been written.
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds replies; they are moved, not copied, when nothing is waiting.
    pub(crate) fn push(&self, replies: Vec<u8>) {
        let mut bytes = self.bytes.borrow_mut();
        if bytes.is_empty() {
            *bytes = replies;
        } else {
            bytes.extend_from_slice(&replies);
        }
    }

    /// Adds bytes and writes what the socket takes now, without a copy if it takes them all.
    pub(crate) fn send(&self, stream: &TcpStream, bytes: &[u8]) -> io::Result<()> {
        let mut taken = 0;
        while self.is_empty() && taken < bytes.len() {
            match stream.try_write(bytes.get(taken..).unwrap_or_default()) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(count) => taken += count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        let rest = bytes.get(taken..).unwrap_or_default();
        if !rest.is_empty() {
            self.pushed.set(self.pushed.get() + rest.len());
            self.bytes.borrow_mut().extend_from_slice(rest);
        }
        Ok(())
    }

    /// Writes what the socket takes now; true when nothing is left.
    pub(crate) fn write(&self, stream: &TcpStream) -> io::Result<bool> {
        self.write_by(|rest| stream.try_write(rest))
    }

    /// The same while the runtime stands still: it has not seen yet that a socket accepted meanwhile can be written to.
    pub(crate) fn write_past_runtime(&self, stream: &TcpStream) -> io::Result<bool> {
        self.write_by(|rest| SockRef::from(stream).send(rest))
    }

    fn write_by(&self, send: impl Fn(&[u8]) -> io::Result<usize>) -> io::Result<bool> {
        let mut bytes = self.bytes.borrow_mut();
        while let Some(rest) = bytes.get(self.written.get()..).filter(|rest| !rest.is_empty()) {
            match send(rest) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(count) => self.written.set(self.written.get() + count),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        *bytes = Vec::new();
        self.written.set(0);
        self.pushed.set(0);
        Ok(true)
    }
}
