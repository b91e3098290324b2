//! A judge that is a program of its own: it prints `ready <port>` and runs until its standard input ends.

use std::io::{BufRead, BufReader, Read};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// So long may a judge take to end by itself, which is when it removes what it made.
const PATIENCE: Duration = Duration::from_secs(10);

/// A running judge; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct ChildServer {
    child: Child,
    address: SocketAddr,
}

impl ChildServer {
    /// Starts it and waits until it is ready.
    pub(super) fn start(command: &mut Command) -> Result<ChildServer> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().display()))?;
        let output = child.stdout.take().context("its output is a pipe")?;
        // Owned from here on, so that a failure ends it.
        let mut server = ChildServer { child, address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)) };
        server.address.set_port(read_port(output)?);
        Ok(server)
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }
}

fn read_port(output: impl Read) -> Result<u16> {
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    let port = line.trim().strip_prefix("ready ").context("it ended before it was ready; its messages are above")?;
    Ok(port.parse()?)
}

impl Drop for ChildServer {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let end = Instant::now() + PATIENCE;
        while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(10));
        }
        // It may have ended already; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
