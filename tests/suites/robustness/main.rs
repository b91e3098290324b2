//! Bad clients: whatever they send or leave undone, they get a clear error or a closed connection, memory stays bounded,
//! and the server goes on serving others. Then the server's own beginning and end.
//!
//! Where Redis behaves the same, a check runs against redis-server too. Deadlines are guards against hanging.

mod authentication;
mod client_limits;
mod greedy;
mod idle;
mod malformed;
mod process;
mod random_bytes;
mod shutdown;
mod start;
mod subscribers;
mod trap;

use anyhow::{Context, Result, ensure};
use ferrite_tests::Client;
use ferrite_tests::subject::Server;
use std::time::{Duration, Instant};

/// How long something may take that takes milliseconds on an idle machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A new client writes and reads: the server serves others.
fn assert_serves(server: &Server) -> Result<()> {
    let mut client = server.connect()?;
    ensure!(client.command(&["SET", "served", "yes"])? == b"+OK\r\n", "SET is not served");
    ensure!(client.command(&["GET", "served"])? == b"$3\r\nyes\r\n", "GET is not served");
    Ok(())
}

/// Waits until the server counts no more than this many clients, the asking one among them.
fn wait_for_clients(client: &mut Client, at_most: usize) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let connected = connected_clients(client)?;
        if connected <= at_most {
            return Ok(());
        }
        ensure!(Instant::now() < deadline, "{connected} clients are still there, not {at_most}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// What INFO says.
fn connected_clients(client: &mut Client) -> Result<usize> {
    let info = String::from_utf8(client.command(&["INFO", "clients"])?)?;
    let value = info.lines().find_map(|line| line.strip_prefix("connected_clients:"));
    Ok(value.context("INFO clients has no connected_clients")?.trim().parse()?)
}
