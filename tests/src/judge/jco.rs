//! The store component, transpiled by jco, in Node: `judges/jco/serve.mjs` as a child process.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use super::child::ChildServer;

/// A running Node process that serves the component; it ends when this is dropped.
#[derive(Debug)]
pub struct JcoServer {
    server: ChildServer,
    /// Where the JavaScript lives as long as the process.
    _folder: TempDir,
}

impl JcoServer {
    /// Transpiles the component and serves it. Call [`crate::require`] for `node` and `npm` before.
    pub fn start(component: &Path) -> Result<JcoServer> {
        let judge = judge_folder()?;
        // Inside of the judge's folder, so that what is generated finds its packages.
        let generated = judge.join("node_modules").join(".transpiled");
        std::fs::create_dir_all(&generated)?;
        let folder = tempfile::Builder::new().prefix("store-").tempdir_in(&generated)?;
        let mut command = Command::new("node");
        command.arg("serve.mjs").args([component, folder.path()]).current_dir(&judge);
        Ok(JcoServer { server: ChildServer::start(&mut command)?, _folder: folder })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }
}

/// The judge's folder with its packages installed as the lock file says.
fn judge_folder() -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("judges").join("jco");
    // npm writes this file last, with what it has installed.
    let installed = folder.join("node_modules").join(".package-lock.json");
    let modified = |path: &Path| path.metadata().and_then(|file| file.modified()).ok();
    if modified(&installed) < modified(&folder.join("package-lock.json")) {
        let status = Command::new("npm")
            .args(["ci", "--no-audit", "--no-fund", "--silent"])
            .current_dir(&folder)
            .stdin(Stdio::null())
            .status()
            .context("cannot run npm")?;
        if !status.success() {
            bail!("`npm ci` in {} failed", folder.display());
        }
    }
    Ok(folder)
}
