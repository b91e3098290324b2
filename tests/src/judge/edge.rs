//! The npm package in one of its runtimes: `host/edge/test/serve.mjs` as a child process.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::child::ChildServer;
use crate::workspace;

/// A store in a JavaScript runtime, which RESP reaches; it ends when this is dropped.
#[derive(Debug)]
pub struct EdgeServer(ChildServer);

impl EdgeServer {
    /// Installs the package from its tarball into an empty project and serves it from there.
    pub fn start(runtime: &str, tarball: &Path) -> Result<EdgeServer> {
        let mut command = Command::new("node");
        command.args(["test/serve.mjs", runtime]).arg(tarball).current_dir(workspace().join("host/edge"));
        command.env("FERRITE_EDGE_FUNCTIONS", workspace().join("target/edge"));
        Ok(EdgeServer(ChildServer::start(&mut command)?))
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.0.address()
    }
}
