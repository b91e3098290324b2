//! A server on a WASI socket.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Stdio};

use anyhow::{Context, Result};
use ferrite_build::compose::CLI;
use ferrite_tests::Client;
use ferrite_tests::judge::TcpJudge;
use ferrite_tests::program::run;
use ferrite_tests::transcript::judge_all;

use crate::Compiled;

/// The program on a free port, killed when dropped.
struct Listening {
    child: Child,
    address: SocketAddr,
    _compiled: Compiled,
}

impl Listening {
    fn start(arguments: &[&str]) -> Result<Option<Listening>> {
        let Some(compiled) = Compiled::new(&CLI)? else { return Ok(None) };
        let arguments = [&["--listen", "127.0.0.1:0"], arguments].concat();
        let mut command = compiled.command("run", &["-S", "inherit-network"], &arguments);
        let mut child = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stderr.take().context("standard error is piped")?).read_line(&mut line)?;
        let address = line.trim().strip_prefix("ready for clients on ").with_context(|| format!("it said {line:?}"))?;
        Ok(Some(Listening { address: address.parse()?, child, _compiled: compiled }))
    }

    fn connect(&self) -> Result<Client> {
        Client::connect(self.address)
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn it_answers_as_the_transcripts_say() -> Result<()> {
    let Some(server) = Listening::start(&[])? else { return Ok(()) };
    judge_all(&mut TcpJudge::connect("wasmtime run", server.address, None)?)
}

#[test]
fn clients_share_one_store_and_wake_each_other() -> Result<()> {
    let Some(server) = Listening::start(&[])? else { return Ok(()) };
    let (mut waits, mut listens, mut writes) = (server.connect()?, server.connect()?, server.connect()?);
    assert!(listens.command(&["SUBSCRIBE", "news"])?.starts_with(b"*3\r\n$9\r\nsubscribe"));
    waits.send(b"BLPOP jobs 0\r\nPING\r\n")?;
    while !writes.command(&["INFO", "clients"])?.windows(17).any(|text| text == b"blocked_clients:1") {}
    assert_eq!(writes.command(&["RPUSH", "jobs", "one"])?, b":1\r\n");
    assert_eq!(waits.reply()?, b"*2\r\n$4\r\njobs\r\n$3\r\none\r\n");
    assert_eq!(waits.reply()?, b"+PONG\r\n");
    assert_eq!(writes.command(&["PUBLISH", "news", "hello"])?, b":1\r\n");
    assert_eq!(listens.reply()?, b"*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$5\r\nhello\r\n");
    Ok(())
}

#[test]
fn a_password_is_asked_for() -> Result<()> {
    let Some(server) = Listening::start(&["--requirepass", "pass word"])? else { return Ok(()) };
    let mut client = server.connect()?;
    assert!(client.command(&["GET", "k"])?.starts_with(b"-NOAUTH"));
    assert_eq!(client.command(&["AUTH", "pass word"])?, b"+OK\r\n");
    assert_eq!(client.command(&["GET", "k"])?, b"$-1\r\n");
    Ok(())
}

#[test]
fn a_client_that_reads_nothing_holds_nobody_up() -> Result<()> {
    let Some(server) = Listening::start(&[])? else { return Ok(()) };
    let (mut deaf, mut other) = (server.connect()?, server.connect()?);
    assert_eq!(other.command(&["SETRANGE", "big", "4000000", "x"])?, b":4000001\r\n");
    for _ in 0..50 {
        deaf.send(b"GET big\r\n")?;
    }
    for _ in 0..100 {
        assert_eq!(other.command(&["PING"])?, b"+PONG\r\n");
    }
    for _ in 0..50 {
        assert_eq!(deaf.reply()?.len(), 4_000_001 + 12);
    }
    Ok(())
}

#[test]
fn shutdown_ends_the_program() -> Result<()> {
    let Some(mut server) = Listening::start(&[])? else { return Ok(()) };
    server.connect()?.send(b"SHUTDOWN\r\n")?;
    assert!(server.child.wait()?.success());
    Ok(())
}

#[test]
fn without_a_network_it_says_what_to_add() -> Result<()> {
    let Some(compiled) = Compiled::new(&CLI)? else { return Ok(()) };
    let output = run(&mut compiled.command("run", &[], &["--listen", "127.0.0.1:0"]), b"")?;
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stderr.contains("add `-S inherit-network`"), "{}", output.stderr);
    Ok(())
}
