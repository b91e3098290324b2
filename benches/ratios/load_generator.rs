//! `redis-benchmark`: a load generator that neither side wrote for this.

use std::net::SocketAddr;

use anyhow::{Context, Result, ensure};

use crate::machine::{self, DRIVER};

/// One way to call it: 50 clients, keys out of 100,000.
#[derive(Debug)]
pub(crate) struct Load {
    pub(crate) operations: u64,
    pub(crate) pipeline: u32,
    /// What is sent: `-t get`, or a command of one's own.
    pub(crate) what: Vec<String>,
}

impl Load {
    /// The arguments, but for the server's address.
    pub(crate) fn arguments(&self) -> Vec<String> {
        let mut arguments: Vec<String> = ["-c", "50", "-r", "100000", "-n"].map(str::to_owned).into();
        arguments.push(self.operations.to_string());
        arguments.extend(["-P".to_owned(), self.pipeline.to_string(), "--csv".to_owned()]);
        arguments.extend(self.what.iter().cloned());
        arguments
    }

    /// Requests a second.
    pub(crate) fn run(&self, server: SocketAddr) -> Result<f64> {
        let mut command = machine::pinned("redis-benchmark", DRIVER);
        command.args(["-h", &server.ip().to_string(), "-p", &server.port().to_string()]);
        let output = command.args(self.arguments()).output().context("cannot start redis-benchmark")?;
        let text = String::from_utf8_lossy(&output.stdout);
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "redis-benchmark failed: {text}{errors}");
        // "test","rps","avg_latency_ms",… then one line of figures; the name of a test may hold commas, but no quote.
        let line = text.lines().last().unwrap_or_default();
        let requests = line.split('"').nth(3).and_then(|field| field.parse().ok());
        requests.with_context(|| format!("redis-benchmark printed no requests a second: {text}{errors}"))
    }
}
