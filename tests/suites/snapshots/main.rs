//! Snapshots on disk: from redis-server to Ferrite and back, while clients write, and from files that are broken.

mod broken;
mod fill;
mod interchange;
mod point_in_time;
mod vectors;

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use ferrite_tests::Client;

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// What all databases hold, as DEBUG DIGEST says.
fn digest(client: &mut Client) -> Result<String> {
    Ok(String::from_utf8(client.command(&["DEBUG", "DIGEST"])?)?)
}

/// A field of INFO.
fn info(client: &mut Client, field: &str) -> Result<String> {
    let text = String::from_utf8(client.command(&["INFO", "persistence"])?)?;
    let value = text.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    Ok(value.unwrap_or_default().to_owned())
}

/// Waits until no snapshot is being written.
fn wait_until_saved(client: &mut Client) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while info(client, "rdb_bgsave_in_progress")? != "0" {
        if Instant::now() > deadline {
            bail!("the snapshot is not written after {PATIENCE:?}");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}
