//! Connections that do nothing: ten thousand of them, half-open ones, and those whose time is over.

use std::fs;
use std::io::Write;
use std::net::Shutdown;
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use ferrite_tests::client::encode;
use ferrite_tests::require::skip;
use ferrite_tests::{Client, Subject};

use crate::process::{raise_open_files, resident_bytes};
use crate::{PATIENCE, assert_serves, connected_clients, wait_for_clients};

ferrite_tests::on_both!(
    ten_thousand_idle_connections_are_kept_and_given_back,
    a_client_that_stops_sending_still_gets_its_replies,
    a_client_that_vanishes_is_noticed,
    connections_are_kept_alive_so_that_half_open_ones_end,
    timeout_closes_idle_clients_only,
);

fn ten_thousand_idle_connections_are_kept_and_given_back(subject: Subject) -> Result<()> {
    const IDLE: usize = 10_000;
    const BYTES_EACH: u64 = 32 * 1024;
    if !raise_open_files(13_000) {
        skip("the limit of open files is below 13,000 and cannot be raised");
        return Ok(());
    }
    let Some(server) = subject.start(&["--maxclients", "12000"])? else { return Ok(()) };
    let mut other = server.connect()?;
    assert_serves(&server)?;
    let before = resident_bytes(server.pid())?;
    let mut idle = Vec::with_capacity(IDLE);
    for i in 0..IDLE {
        let mut client = server.connect().with_context(|| format!("connection {i}"))?;
        client.send(b"PING\r\n")?;
        idle.push(client);
        if i % 1000 == 0 {
            assert_eq!(other.command(&["ECHO", "served"])?, b"$6\r\nserved\r\n");
        }
    }
    for client in &mut idle {
        assert_eq!(client.reply()?, b"+PONG\r\n");
    }
    assert!(connected_clients(&mut other)? > IDLE);
    let each = resident_bytes(server.pid())?.saturating_sub(before) / IDLE as u64;
    println!("an idle connection takes {each} bytes");
    assert!(each < BYTES_EACH, "an idle connection takes {each} bytes");
    assert_serves(&server)?;

    // They are alive, the oldest among them.
    for client in idle.iter_mut().step_by(997) {
        assert_eq!(client.command(&["ECHO", "alive"])?, b"$5\r\nalive\r\n");
    }
    drop(idle);
    wait_for_clients(&mut other, 1)?;
    assert_serves(&server)
}

fn a_client_that_stops_sending_still_gets_its_replies(subject: Subject) -> Result<()> {
    let Some(server) = subject.start(&[])? else { return Ok(()) };
    let mut client = server.connect()?;
    client.send(&encode(&["INCR", "n"]).repeat(1000))?;
    client.stream().shutdown(Shutdown::Write)?;
    for n in 1..=1000 {
        assert_eq!(client.reply()?, format!(":{n}\r\n").into_bytes());
    }
    ensure!(client.is_closed_within(PATIENCE)?, "half-closed and still open");
    assert_serves(&server)
}

fn a_client_that_vanishes_is_noticed(subject: Subject) -> Result<()> {
    let Some(server) = subject.start(&[])? else { return Ok(()) };
    for i in 0..300 {
        let client = server.connect()?;
        let part: &[u8] = match i % 3 {
            0 => b"",
            1 => b"*2\r\n$3\r\nGET\r\n$100\r\n",
            _ => b"PING\r\nPING\r\nPING\r\n",
        };
        client.stream().write_all(part)?;
        reset(&client)?;
    }
    let mut other = server.connect()?;
    wait_for_clients(&mut other, 1)
}

/// Lets a connection end by RST, as when the machine at the other end lost power and came back.
fn reset(client: &Client) -> Result<()> {
    let linger = libc::linger { l_onoff: 1, l_linger: 0 };
    // SAFETY: the descriptor is open as long as `client`, and `linger` is what SO_LINGER takes.
    let set = unsafe {
        libc::setsockopt(
            client.stream().as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_LINGER,
            (&raw const linger).cast(),
            libc::socklen_t::try_from(size_of::<libc::linger>())?,
        )
    };
    ensure!(set == 0, "SO_LINGER: {}", std::io::Error::last_os_error());
    Ok(())
}

/// A peer that is gone without a word is found out by TCP keep-alive: its timer runs on the server's socket.
fn connections_are_kept_alive_so_that_half_open_ones_end(subject: Subject) -> Result<()> {
    let Some(server) = subject.start(&[])? else { return Ok(()) };
    let mut client = server.connect()?;
    assert_eq!(client.command(&["PING"])?, b"+PONG\r\n");
    let port = |address: std::net::SocketAddr| format!(":{:04X}", address.port());
    let (local, remote) = (port(server.address()), port(client.stream().local_addr()?));
    let table = fs::read_to_string("/proc/net/tcp")?;
    let timer = table.lines().find_map(|line| {
        let mut fields = line.split_whitespace().skip(1);
        let ours = fields.next()?.ends_with(&local) && fields.next()?.ends_with(&remote);
        fields.nth(2).filter(|_| ours)
    });
    let timer = timer.context("the connection is not in /proc/net/tcp")?;
    assert!(timer.starts_with("02:"), "no keep-alive timer: {timer}");
    Ok(())
}

fn timeout_closes_idle_clients_only(subject: Subject) -> Result<()> {
    let Some(server) = subject.start(&["--timeout", "1"])? else { return Ok(()) };
    let mut idle = server.connect()?;
    assert_eq!(idle.command(&["PING"])?, b"+PONG\r\n");
    let mut silent = server.connect()?;
    let mut half = server.connect()?;
    half.send(b"*2\r\n$3\r\nGET\r\n$100\r\nabc")?;
    let mut busy = server.connect()?;
    let deadline = Instant::now() + PATIENCE;
    for client in [&mut idle, &mut silent, &mut half] {
        while !client.is_closed_within(Duration::from_millis(100))? {
            assert_eq!(busy.command(&["PING"])?, b"+PONG\r\n", "a client that is not idle was closed");
            ensure!(Instant::now() < deadline, "an idle client is still connected");
        }
    }
    assert_eq!(busy.command(&["CONFIG", "SET", "timeout", "0"])?, b"+OK\r\n");
    let mut later = server.connect()?;
    assert_eq!(later.command(&["PING"])?, b"+PONG\r\n");
    ensure!(!later.is_closed_within(Duration::from_secs(3))?, "closed although the timeout is off");
    Ok(())
}
