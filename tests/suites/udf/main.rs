//! User-defined functions as clients meet them: loading, calling, what they may do, and what is left when they fail.

mod added_commands;
mod admission;
mod calls;
mod collections;
mod commands;
mod compiled;
mod figures;
mod kill;
mod limits;
mod loading;
mod module_dir;
mod nested;
mod outside;
mod permissions;
mod pipelines;
mod short;
mod transactions;
mod typed;
mod values;
mod wasi;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use ferrite_tests::FerriteServer;

/// How long something may take that takes milliseconds on an idle machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server with this configuration. The folder holds the file as long as the server runs.
fn start_with(configuration: &str) -> Result<(FerriteServer, tempfile::TempDir)> {
    let folder = tempfile::tempdir()?;
    let path: PathBuf = folder.path().join("ferrite.toml");
    std::fs::write(&path, configuration)?;
    let server = FerriteServer::start(&["--config", &path.display().to_string()])?;
    Ok((server, folder))
}
