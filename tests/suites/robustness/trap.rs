//! A mistake in the engine: the store component traps, and the server says so and ends, without an answer from what is left
//! of its data. DEBUG PANIC makes it.

use anyhow::{Result, ensure};
use ferrite_tests::FerriteServer;
use ferrite_tests::client::encode;

use crate::PATIENCE;

/// `EX_SOFTWARE` of sysexits.h.
const EX_SOFTWARE: i32 = 70;

const ARGUMENTS: &[&str] = &["--enable-debug-command", "yes", "--save", "3600 1"];

#[test]
fn a_store_that_traps_ends_the_server_with_a_message() -> Result<()> {
    let mut server = FerriteServer::start(ARGUMENTS)?;
    let mut client = server.connect()?;
    let mut other = server.connect()?;
    ensure!(client.command(&["SET", "k", "v"])? == b"+OK\r\n");
    ensure!(client.command(&["SAVE"])? == b"+OK\r\n");
    ensure!(other.command(&["SET", "k", "not saved"])? == b"+OK\r\n");
    let saved = std::fs::read(server.folder().join("dump.rdb"))?;

    // What comes behind it in the same pipeline is not served, nor what another client sends.
    client.send(&[encode(&["DEBUG", "PANIC"]), encode(&["SET", "k", "w"])].concat())?;
    let said = client.reply().unwrap_or_default();
    ensure!(said.is_empty() || said.starts_with(b"-ERR the store failed"), "{}", said.escape_ascii());
    ensure!(client.is_closed_within(PATIENCE)?, "still open");
    let answered = other.command(&["GET", "k"]).unwrap_or_default();
    ensure!(answered.is_empty() || answered.starts_with(b"-ERR the store failed"), "{}", answered.escape_ascii());

    let status = server.wait_for_exit(PATIENCE)?;
    let log = server.log();
    ensure!(status.code() == Some(EX_SOFTWARE), "{status}:\n{log}");
    ensure!(log.contains("the store component trapped"), "the log does not say why:\n{log}");
    // The last snapshot is what there was before, whatever `save` says: nothing is made of data that nobody can trust.
    ensure!(std::fs::read(server.folder().join("dump.rdb"))? == saved, "the snapshot was written anew");
    Ok(())
}

#[test]
fn nobody_may_end_the_server_so_unless_it_is_allowed() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    ensure!(client.command(&["DEBUG", "PANIC"])?.starts_with(b"-ERR DEBUG command not allowed"));
    ensure!(client.command(&["PING"])? == b"+PONG\r\n");
    Ok(())
}
