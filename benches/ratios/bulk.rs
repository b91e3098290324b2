//! A client that fills a server: many different commands in large batches over one connection.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Result, ensure};

/// So many commands go out before their replies are read.
const BATCH: u64 = 500;

/// The connection.
#[derive(Debug)]
pub(crate) struct Bulk {
    stream: TcpStream,
    commands: Vec<u8>,
    received: Vec<u8>,
    /// So many bytes of what was received are done with.
    read: usize,
}

impl Bulk {
    pub(crate) fn connect(server: SocketAddr) -> Result<Bulk> {
        let stream = TcpStream::connect(server)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        Ok(Bulk { stream, commands: Vec::new(), received: Vec::new(), read: 0 })
    }

    /// Sends the commands with these numbers, as `command` spells them in words, and hands each reply's first line to
    /// `reply`. Replies are lines, or bulk strings.
    pub(crate) fn run(
        &mut self,
        numbers: std::ops::Range<u64>,
        mut command: impl FnMut(u64, &mut Vec<u8>),
        mut reply: impl FnMut(u64, &[u8]),
    ) -> Result<()> {
        let mut first = numbers.start;
        while first < numbers.end {
            let last = numbers.end.min(first + BATCH);
            self.commands.clear();
            (first..last).for_each(|number| command(number, &mut self.commands));
            self.stream.write_all(&self.commands)?;
            (first..last).try_for_each(|number| self.receive(|line| reply(number, line)))?;
            first = last;
        }
        Ok(())
    }

    /// As [`Bulk::run`], where no reply may be an error.
    pub(crate) fn fill(&mut self, count: u64, command: impl FnMut(u64, &mut Vec<u8>)) -> Result<()> {
        let mut error = None;
        self.run(0..count, command, |_, line| {
            if line.starts_with(b"-") && error.is_none() {
                error = Some(String::from_utf8_lossy(line).into_owned());
            }
        })?;
        ensure!(error.is_none(), "a command was refused: {}", error.unwrap_or_default());
        Ok(())
    }

    fn receive(&mut self, reply: impl FnOnce(&[u8])) -> Result<()> {
        loop {
            let rest = self.received.get(self.read..).unwrap_or_default();
            if let Some((line, whole)) = first_reply(rest) {
                reply(rest.get(..line).unwrap_or_default());
                self.read += whole;
                return Ok(());
            }
            self.received.drain(..self.read);
            self.read = 0;
            let mut piece = [0; 1 << 16];
            let length = self.stream.read(&mut piece)?;
            ensure!(length > 0, "the server closed the connection");
            self.received.extend_from_slice(piece.get(..length).unwrap_or_default());
        }
    }
}

/// How long the first line and the whole of the first reply are, if all of it is there.
fn first_reply(bytes: &[u8]) -> Option<(usize, usize)> {
    let line = bytes.iter().position(|&byte| byte == b'\r')?;
    let length =
        bytes.get(..line)?.strip_prefix(b"$").and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
    // A bulk string is followed by a line end of its own; the missing one has no bytes at all.
    let whole = line + 2 + length.map_or(0, |length: usize| length + 2);
    (bytes.len() >= whole).then_some((line, whole))
}
