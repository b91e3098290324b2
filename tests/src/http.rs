//! HTTP by hand: what no library would send.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result};

/// A guard against hanging.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A whole answer.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The status line and the headers.
    pub head: String,
    /// The body, without its chunks.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// A connection that gives up in time.
pub fn connect(address: SocketAddr) -> Result<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// One request on a connection of its own, with `Host` unless there is one among the headers.
pub fn ask(address: SocketAddr, method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Answer> {
    let mut head = format!("{method} {target} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    if !headers.iter().any(|(name, _)| *name == "Host") {
        head += &format!("Host: {address}\r\n");
    }
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    let bytes = [head.as_bytes(), b"\r\n", body].concat();
    exchange(address, &bytes)?.context("the connection was closed without an answer")
}

/// Sends bytes and reads the answer to its end; none if there is none.
pub fn exchange(address: SocketAddr, bytes: &[u8]) -> Result<Option<Answer>> {
    let mut stream = connect(address)?;
    // Who refuses may hang up before all of it is sent.
    let _ = stream.write_all(bytes);
    let mut received = Vec::new();
    match stream.read_to_end(&mut received) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
        Err(error) => return Err(error.into()),
    }
    if received.is_empty() {
        return Ok(None);
    }
    let end = received.windows(4).position(|four| four == b"\r\n\r\n").context("the head has an end")?;
    let head = String::from_utf8_lossy(received.get(..end).unwrap_or_default()).into_owned();
    let status = head.split(' ').nth(1).context("there is a status")?.parse()?;
    let body = received.get(end + 4..).unwrap_or_default().to_vec();
    let answer = Answer { status, head, body };
    let chunked = answer.header("transfer-encoding") == Some("chunked");
    Ok(Some(if chunked { Answer { body: unchunked(&answer.body)?, ..answer } } else { answer }))
}

fn unchunked(mut rest: &[u8]) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n").context("a chunk has a size")?;
        let size = usize::from_str_radix(std::str::from_utf8(rest.get(..end).unwrap_or_default())?, 16)?;
        if size == 0 {
            return Ok(body);
        }
        body.extend_from_slice(rest.get(end + 2..end + 2 + size).context("a chunk is whole")?);
        rest = rest.get(end + 4 + size..).context("a chunk has an end")?;
    }
}
