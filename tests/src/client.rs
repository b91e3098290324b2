//! A client that sends literal bytes and reads whole replies, always bounded in time.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::frame::frame_length;

/// How long [`Client::reply`] waits: far longer than any reply takes on a loaded machine.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// One connection.
#[derive(Debug)]
pub struct Client {
    stream: TcpStream,
    /// Bytes that came.
    buffer: Vec<u8>,
    /// How many of them were returned: a reply taken from the front of many moves none of them.
    returned: usize,
    closed: bool,
}

impl Client {
    /// Connects to a server on this machine.
    pub fn connect(address: SocketAddr) -> Result<Client> {
        let stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))
            .with_context(|| format!("cannot connect to {address}"))?;
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Client { stream, buffer: Vec::new(), returned: 0, closed: false })
    }

    /// Writes bytes as they are.
    pub fn send(&mut self, bytes: &[u8]) -> Result<()> {
        self.stream.write_all(bytes).context("the server does not take what is sent")
    }

    /// Sends a command and returns the bytes of its reply.
    pub fn command<A: AsRef<[u8]>>(&mut self, arguments: &[A]) -> Result<Vec<u8>> {
        self.send(&encode(arguments))?;
        self.reply()
    }

    /// The bytes of the next whole reply.
    pub fn reply(&mut self) -> Result<Vec<u8>> {
        self.reply_within(PATIENCE)
    }

    /// The bytes of the next whole reply, if it comes in time.
    pub fn reply_within(&mut self, patience: Duration) -> Result<Vec<u8>> {
        match self.next_frame(patience)? {
            Some(frame) => Ok(frame),
            None if self.closed => bail!("the connection was closed instead of a reply: {}", self.unread()),
            None => bail!("no reply within {patience:?}: {}", self.unread()),
        }
    }

    /// The next whole reply, or `None` when the time is over or the connection was closed before one came.
    pub fn next_frame(&mut self, patience: Duration) -> Result<Option<Vec<u8>>> {
        let deadline = Instant::now() + patience;
        loop {
            if let Some(frame) = self.take_frame() {
                return Ok(Some(frame));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if self.closed || left.is_zero() {
                return Ok(None);
            }
            self.fill(left)?;
        }
    }

    /// Whether the server closes the connection in time; what it sends before is read and dropped.
    pub fn is_closed_within(&mut self, patience: Duration) -> Result<bool> {
        let deadline = Instant::now() + patience;
        while !self.closed {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(false);
            }
            self.fill(left)?;
            self.take_unread();
        }
        Ok(true)
    }

    /// Whether the end of the stream has been seen.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// What came and is no whole reply, readable.
    pub fn unread(&self) -> String {
        format!("unread bytes \"{}\"", self.unread_bytes().escape_ascii())
    }

    /// Takes what came and is no whole reply.
    pub fn take_unread(&mut self) -> Vec<u8> {
        let unread = self.unread_bytes().to_vec();
        self.buffer.clear();
        self.returned = 0;
        unread
    }

    fn unread_bytes(&self) -> &[u8] {
        self.buffer.get(self.returned..).unwrap_or_default()
    }

    fn take_frame(&mut self) -> Option<Vec<u8>> {
        let unread = self.unread_bytes();
        let frame = unread.get(..frame_length(unread)?)?.to_vec();
        self.returned += frame.len();
        Some(frame)
    }

    /// Takes everything that has arrived, without waiting for more.
    pub fn poll(&mut self) -> Result<Vec<u8>> {
        while !self.closed {
            let before = self.buffer.len();
            self.fill(Duration::from_millis(1))?;
            if self.buffer.len() == before {
                break;
            }
        }
        Ok(self.take_unread())
    }

    /// The socket, for tests that half-close or stop reading.
    pub fn stream(&self) -> &TcpStream {
        &self.stream
    }

    /// Reads what is there, waiting at most this long.
    fn fill(&mut self, patience: Duration) -> Result<()> {
        self.buffer.drain(..std::mem::take(&mut self.returned));
        self.stream.set_read_timeout(Some(patience.max(Duration::from_millis(1))))?;
        let mut chunk = [0; 64 * 1024];
        match self.stream.read(&mut chunk) {
            Ok(0) => self.closed = true,
            Ok(read) => self.buffer.extend_from_slice(chunk.get(..read).unwrap_or_default()),
            Err(error) => match error.kind() {
                ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted => {}
                ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => self.closed = true,
                _ => return Err(error.into()),
            },
        }
        Ok(())
    }
}

/// A command as a RESP array of bulk strings.
pub fn encode<A: AsRef<[u8]>>(arguments: &[A]) -> Vec<u8> {
    let mut bytes = format!("*{}\r\n", arguments.len()).into_bytes();
    for argument in arguments {
        let argument = argument.as_ref();
        bytes.extend_from_slice(format!("${}\r\n", argument.len()).as_bytes());
        bytes.extend_from_slice(argument);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}
