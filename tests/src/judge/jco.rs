//! The store component, transpiled by jco, in Node: `judges/jco/serve.mjs` as a child process.

use std::io::{BufRead, BufReader, Read};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

/// A running Node process that serves the component; it ends when this is dropped.
#[derive(Debug)]
pub struct JcoServer {
    child: Child,
    address: SocketAddr,
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
        let mut child = Command::new("node")
            .arg("serve.mjs")
            .args([component, folder.path()])
            .current_dir(&judge)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .context("cannot start node")?;
        let output = child.stdout.take().context("its output is a pipe")?;
        // Owned from here on, so that a failure ends it.
        let mut server = JcoServer { child, address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), _folder: folder };
        server.address.set_port(read_port(output)?);
        Ok(server)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
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

fn read_port(output: impl Read) -> Result<u16> {
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    let port = line.trim().strip_prefix("ready ").context("node ended before it was ready; its messages are above")?;
    Ok(port.parse()?)
}

impl Drop for JcoServer {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
