//! `redis-server` and `ferrite` as child processes on free ports of 127.0.0.1, killed when dropped.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::ops::Range;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::binary;
use crate::client::Client;

/// How long a server may take until it answers PING.
const START: Duration = Duration::from_secs(60);

/// A running `redis-server` that persists nothing.
#[derive(Debug)]
pub struct RedisServer(Process);

impl RedisServer {
    /// Starts it. Call [`crate::require`]`("redis-server")` before.
    pub fn start() -> Result<RedisServer> {
        RedisServer::start_with(&[])
    }

    /// Starts it with more arguments (`--requirepass`, `p`).
    pub fn start_with(arguments: &[&str]) -> Result<RedisServer> {
        let fixed = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
        let process = Process::start(Path::new("redis-server"), |port| {
            let mut all = vec!["--port".to_owned(), port.to_string()];
            all.extend(fixed.iter().chain(arguments).map(|argument| (*argument).to_owned()));
            all
        })?;
        Ok(RedisServer(process))
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.0.address
    }

    /// A new connection.
    pub fn connect(&self) -> Result<Client> {
        Client::connect(self.0.address)
    }

    /// Its process id, for figures and signals.
    pub fn pid(&self) -> u32 {
        self.0.child.id()
    }
}

/// A running `ferrite serve`, the binary of this build.
#[derive(Debug)]
pub struct FerriteServer(Process);

impl FerriteServer {
    /// Starts it with these arguments behind `serve --port P --bind 127.0.0.1 --dir <a new folder>`, in that folder.
    pub fn start(arguments: &[&str]) -> Result<FerriteServer> {
        let process = Process::start(&binary::ferrite()?, |port| {
            let mut all = vec!["serve".to_owned(), "--port".to_owned(), port.to_string()];
            all.extend(["--bind", "127.0.0.1", "--dir", "."].map(str::to_owned));
            all.extend(arguments.iter().map(|argument| (*argument).to_owned()));
            all
        })?;
        Ok(FerriteServer(process))
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.0.address
    }

    /// A new connection.
    pub fn connect(&self) -> Result<Client> {
        Client::connect(self.0.address)
    }

    /// Its process id, for figures and signals.
    pub fn pid(&self) -> u32 {
        self.0.child.id()
    }

    /// Its folder (`--dir`), for modules and configuration files.
    pub fn folder(&self) -> &Path {
        self.0.folder.path()
    }

    /// Everything it has written to its output so far.
    pub fn log(&self) -> String {
        self.0.log()
    }

    /// Waits until the process has ended by itself.
    pub fn wait_for_exit(&mut self, patience: Duration) -> Result<std::process::ExitStatus> {
        let deadline = Instant::now() + patience;
        loop {
            if let Some(status) = self.0.child.try_wait()? {
                return Ok(status);
            }
            if Instant::now() > deadline {
                bail!("ferrite still runs after {patience:?}; its log:\n{}", self.log());
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
}

/// A child with a folder of its own.
#[derive(Debug)]
struct Process {
    child: Child,
    address: SocketAddr,
    folder: TempDir,
}

impl Process {
    fn start(program: &Path, arguments: impl Fn(u16) -> Vec<String>) -> Result<Process> {
        // Another process may take the free port before the server does: then the next one.
        let mut last = None;
        for _ in 0..5 {
            match Process::try_start(program, &arguments) {
                Ok(process) => return Ok(process),
                Err(error) => last = Some(error),
            }
        }
        Err(last.context("five attempts leave an error")?)
    }

    fn try_start(program: &Path, arguments: impl Fn(u16) -> Vec<String>) -> Result<Process> {
        let folder = tempfile::Builder::new().prefix("ferrite-tests-").tempdir()?;
        let address = free_address()?;
        let log = File::create(folder.path().join("output.log"))?;
        let child = Command::new(program)
            .args(arguments(address.port()))
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let mut process = Process { child, address, folder };
        process.wait_until_ready(program)?;
        Ok(process)
    }

    fn wait_until_ready(&mut self, program: &Path) -> Result<()> {
        let deadline = Instant::now() + START;
        loop {
            if let Some(status) = self.child.try_wait()? {
                bail!("{} ended with {status}:\n{}", program.display(), self.log());
            }
            // Any answer will do: with a password it is an error.
            let answer = Client::connect(self.address).and_then(|mut client| client.command(&["PING"]));
            if answer.is_ok() {
                return Ok(());
            }
            if Instant::now() > deadline {
                bail!("{} does not answer after {START:?}:\n{}", program.display(), self.log());
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("output.log")).unwrap_or_default()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if thread::panicking() {
            eprintln!("log of the server at {}:\n{}", self.address, self.log());
        }
    }
}

/// An address that nobody listens on now, below the range that outgoing connections take theirs from (32768 on with
/// Linux' defaults), and never the same twice in this process.
pub fn free_address() -> Result<SocketAddr> {
    const PORTS: Range<u32> = 15_000..32_000;
    static TAKEN: AtomicU32 = AtomicU32::new(0);
    for _ in PORTS {
        // Processes that run at the same time begin at different places.
        let step = std::process::id().wrapping_mul(97).wrapping_add(TAKEN.fetch_add(1, Ordering::Relaxed));
        let port = PORTS.start + step % (PORTS.end - PORTS.start);
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, u16::try_from(port)?));
        if TcpListener::bind(address).is_ok() {
            return Ok(address);
        }
    }
    bail!("no port of {PORTS:?} is free on 127.0.0.1")
}
