//! A judge behind a socket: redis-server, ferrite, or the edge build in Node.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};

use super::{Judge, Received};
use crate::client::Client;
use crate::transcript::Version;

/// How long a reply may take. Long, so that a loaded machine fails nothing.
const REPLY: Duration = Duration::from_secs(10);

/// A server at an address.
#[derive(Debug)]
pub struct TcpJudge {
    name: String,
    address: SocketAddr,
    version: Option<Version>,
    /// Outlives the cases: what a case leaves set, such as a password, does not lock it out.
    control: Client,
    sessions: BTreeMap<String, Client>,
}

impl TcpJudge {
    /// Connects to a server. `version` is the Redis that it is.
    pub fn connect(name: &str, address: SocketAddr, version: Option<Version>) -> Result<TcpJudge> {
        let control = Client::connect(address)?;
        Ok(TcpJudge { name: name.to_owned(), address, version, control, sessions: BTreeMap::new() })
    }

    /// Reads until the session is silent.
    pub fn drain(&mut self, session: &str, quiet: Duration) -> Result<Received> {
        let client = self.session(session)?;
        let mut received = Received::default();
        while let Some(frame) = client.next_frame(quiet)? {
            received.frames.push(frame);
        }
        received.closed = client.is_closed();
        received.rest = client.take_unread();
        Ok(received)
    }

    fn session(&mut self, name: &str) -> Result<&mut Client> {
        if !self.sessions.contains_key(name) {
            self.sessions.insert(name.to_owned(), Client::connect(self.address)?);
        }
        match self.sessions.get_mut(name) {
            Some(client) => Ok(client),
            None => bail!("the session \"{name}\" has just been inserted"),
        }
    }

    fn control(&mut self, command: &[&str]) -> Result<()> {
        let reply = match self.control.command(command) {
            Ok(reply) => reply,
            Err(_) => {
                // A case may have killed everybody but itself.
                self.control = Client::connect(self.address)?;
                self.control.command(command)?
            }
        };
        if !reply.starts_with(b"+") {
            bail!("{} answered {command:?} with \"{}\"", self.name, reply.escape_ascii());
        }
        Ok(())
    }
}

impl Judge for TcpJudge {
    fn name(&self) -> &str {
        &self.name
    }

    fn version(&self) -> Option<Version> {
        self.version
    }

    fn begin_case(&mut self) -> Result<()> {
        self.sessions.clear();
        self.control(&["FLUSHALL"])
    }

    fn end_case(&mut self) -> Result<Vec<(String, Vec<u8>)>> {
        // What a case did without a reply is done when this is answered.
        self.control(&["PING"])?;
        self.control(&["CONFIG", "SET", "requirepass", ""])?;
        let mut unread = Vec::new();
        for (name, mut client) in std::mem::take(&mut self.sessions) {
            let bytes = client.poll()?;
            if !bytes.is_empty() {
                unread.push((name, bytes));
            }
        }
        Ok(unread)
    }

    fn send(&mut self, session: &str, bytes: &[u8]) -> Result<()> {
        let client = self.session(session)?;
        if !bytes.is_empty() {
            client.send(bytes)?;
        }
        Ok(())
    }

    fn receive(&mut self, session: &str, replies: usize, closes: bool) -> Result<Received> {
        let client = self.session(session)?;
        let mut received = Received::default();
        while received.frames.len() < replies {
            match client.next_frame(REPLY)? {
                Some(frame) => received.frames.push(frame),
                None => break,
            }
        }
        while closes && !client.is_closed() {
            match client.next_frame(REPLY)? {
                Some(frame) => received.rest.extend(frame),
                None => break,
            }
        }
        received.closed = client.is_closed();
        if closes || received.frames.len() < replies {
            received.rest.extend(client.take_unread());
        }
        if replies == 0 && !closes {
            // Other sessions must find what this one did.
            self.control(&["PING"])?;
        }
        Ok(received)
    }

    fn advance(&mut self, milliseconds: u64) -> Result<()> {
        thread::sleep(Duration::from_millis(milliseconds));
        Ok(())
    }
}
