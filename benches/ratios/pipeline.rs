//! One connection that sends the same commands again and again and knows how long their replies are: as little of a
//! client as there can be, so that what is measured is the server.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use ferrite_tests::client::encode;

/// A batch of one command, and the connection it goes over.
#[derive(Debug)]
pub(crate) struct Pipeline {
    stream: TcpStream,
    batch: Vec<u8>,
    expected: Vec<u8>,
    received: Vec<u8>,
}

impl Pipeline {
    /// `count` times the same command in each batch, each with the same reply.
    pub(crate) fn new(server: SocketAddr, command: &[&str], reply: &[u8], count: usize) -> Result<Pipeline> {
        let stream = TcpStream::connect(server)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let expected = reply.repeat(count);
        Ok(Pipeline { stream, batch: encode(command).repeat(count), received: vec![0; expected.len()], expected })
    }

    /// The time that so many batches take. While the server works on one the next is there already, so that it never
    /// waits for this client.
    pub(crate) fn time(&mut self, batches: u64) -> Result<Duration> {
        let began = Instant::now();
        self.stream.write_all(&self.batch)?;
        for _ in 1..batches {
            self.stream.write_all(&self.batch)?;
            self.receive()?;
        }
        self.receive()?;
        Ok(began.elapsed())
    }

    fn receive(&mut self) -> Result<()> {
        self.stream.read_exact(&mut self.received).context("the server did not answer")?;
        let seen = || String::from_utf8_lossy(&self.received).into_owned();
        ensure!(self.received == self.expected, "another reply than expected: {}", seen());
        Ok(())
    }
}
