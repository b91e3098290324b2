//! Clients that want more memory than they pay for: announced bodies that never come, replies that are never read.

use std::io::{ErrorKind, Read, Write};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use ferrite_tests::{Client, Subject};

use crate::process::resident_bytes;
use crate::{PATIENCE, assert_serves, wait_for_clients};

ferrite_tests::on_both!(
    an_announced_body_costs_nothing_until_it_comes,
    many_announced_arguments_cost_nothing_until_they_come,
    half_a_command_is_never_executed,
    the_limit_of_unread_replies_disconnects,
);

fn an_announced_body_costs_nothing_until_it_comes(subject: Subject) -> Result<()> {
    let Some(server) = subject.start(&[])? else { return Ok(()) };
    assert_serves(&server)?;
    let before = resident_bytes(server.pid())?;
    let mut waiting = Vec::new();
    for _ in 0..16 {
        let mut client = server.connect()?;
        client.send(b"PING\r\n*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$536870912\r\n")?;
        assert_eq!(client.reply()?, b"+PONG\r\n");
        waiting.push(client);
    }
    // Each has been read: PONG came from the same bytes, and others are served in between.
    assert_serves(&server)?;
    let grown = resident_bytes(server.pid())?.saturating_sub(before);
    assert!(grown < 64 << 20, "16 headers of 512 MB grew the server by {grown} bytes");

    // What has come counts, and is given back.
    let megabyte = vec![b'x'; 1 << 20];
    for client in &mut waiting {
        client.send(&megabyte)?;
    }
    assert_serves(&server)?;
    let grown = resident_bytes(server.pid())?.saturating_sub(before);
    assert!(grown < 160 << 20, "16 MB of bodies grew the server by {grown} bytes");
    drop(waiting);
    let mut client = server.connect()?;
    wait_for_clients(&mut client, 1)?;
    assert_eq!(client.command(&["EXISTS", "key"])?, b":0\r\n");
    Ok(())
}

fn many_announced_arguments_cost_nothing_until_they_come(subject: Subject) -> Result<()> {
    let Some(server) = subject.start(&[])? else { return Ok(()) };
    assert_serves(&server)?;
    let before = resident_bytes(server.pid())?;
    let mut waiting = Vec::new();
    for _ in 0..200 {
        let mut client = server.connect()?;
        client.send(b"PING\r\n*1048576\r\n$4\r\nMGET\r\n")?;
        assert_eq!(client.reply()?, b"+PONG\r\n");
        waiting.push(client);
    }
    assert_serves(&server)?;
    let grown = resident_bytes(server.pid())?.saturating_sub(before);
    assert!(grown < 64 << 20, "200 headers of a mebi of arguments grew the server by {grown} bytes");
    Ok(())
}

fn half_a_command_is_never_executed(subject: Subject) -> Result<()> {
    let Some(server) = subject.start(&[])? else { return Ok(()) };
    let whole = b"*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\nvalue\r\n";
    for length in 0..whole.len() {
        let mut client = server.connect()?;
        client.send(whole.get(..length).context("a part")?)?;
        client.stream().shutdown(std::net::Shutdown::Write)?;
        ensure!(client.is_closed_within(PATIENCE)?, "still open after {length} bytes");
    }
    let mut client = server.connect()?;
    assert_eq!(client.command(&["EXISTS", "key"])?, b":0\r\n");
    Ok(())
}

fn the_limit_of_unread_replies_disconnects(subject: Subject) -> Result<()> {
    const SIZE: usize = 64 << 20;
    let Some(server) = subject.start(&["--client-output-buffer-limit", "normal 1048576 0 0"])? else { return Ok(()) };
    let mut other = server.connect()?;
    let last = (SIZE - 1).to_string();
    assert_eq!(other.command(&["SETRANGE", "big", &last, "x"])?, format!(":{SIZE}\r\n").into_bytes());
    let greedy = server.connect()?;
    (&mut greedy.stream()).write_all(b"GET big\r\n")?;
    wait_for_clients(&mut other, 1)?;

    // What was in the sockets still arrives; the whole reply does not.
    greedy.stream().set_read_timeout(Some(PATIENCE))?;
    let mut arrived = Vec::new();
    match greedy.stream().read_to_end(&mut arrived) {
        Ok(_) => {}
        Err(error) => ensure!(error.kind() == ErrorKind::ConnectionReset, "{error}"),
    }
    assert!(arrived.len() < SIZE, "{} bytes arrived", arrived.len());
    assert_serves(&server)
}

/// Redis has no limit here for ordinary clients unless it is configured; Ferrite bounds it by itself.
#[test]
fn replies_that_nobody_reads_are_bounded() -> Result<()> {
    const CLIENTS: usize = 8;
    let Some(server) = Subject::Ferrite.start(&[])? else { return Ok(()) };
    let mut other = server.connect()?;
    assert_eq!(other.command(&["SET".as_bytes(), b"big", &vec![b'x'; 1 << 20]])?, b"+OK\r\n");
    let before = resident_bytes(server.pid())?;
    let mut most = before;
    let mut greedy = Vec::new();
    for _ in 0..CLIENTS {
        let client = server.connect()?;
        client.stream().set_nonblocking(true)?;
        greedy.push(client);
    }
    // Each asks until the server takes no more: it stopped reading, or it closed the connection.
    let requests = b"*2\r\n$3\r\nGET\r\n$3\r\nbig\r\n".repeat(1000);
    let mut blocked = [None; CLIENTS];
    let deadline = Instant::now() + PATIENCE;
    while blocked.iter().any(|since: &Option<Instant>| since.is_none_or(|at| at.elapsed() < Duration::from_secs(2))) {
        ensure!(Instant::now() < deadline, "the server takes requests without end");
        for (client, since) in greedy.iter().zip(&mut blocked) {
            match pour_some(client, &requests)? {
                0 => _ = since.get_or_insert_with(Instant::now),
                _ => *since = None,
            }
        }
        assert_eq!(other.command(&["INCR", "n"])?.first(), Some(&b':'), "others are served");
        most = most.max(resident_bytes(server.pid())?);
    }
    let grown = most - before;
    println!("{CLIENTS} clients that never read: {grown} bytes more");
    assert!(
        grown < (CLIENTS as u64) * (16 << 20),
        "{CLIENTS} clients that never read grew the server by {grown} bytes"
    );
    assert_serves(&server)?;
    drop(greedy);
    wait_for_clients(&mut other, 1)
}

/// Writes what the socket takes; 0 when it takes nothing, also because it was closed.
fn pour_some(client: &Client, bytes: &[u8]) -> Result<usize> {
    match client.stream().write(bytes) {
        Ok(written) => Ok(written),
        Err(error) => match error.kind() {
            ErrorKind::WouldBlock | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => Ok(0),
            _ => Err(error.into()),
        },
    }
}
