//! How much work is an operation, whatever else the machine does? Instructions in user space, counted by callgrind.
//!
//! Compared: both servers as whole processes under `redis-benchmark` at P=16, every thread, Ferrite's compiled
//! WebAssembly among it. The difference of two lengths of the same run cancels the start, connections and timers. Left out:
//! the kernel, and that instructions take different times (cache misses, above all).

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use ferrite_tests::{Client, functions, require, server};
use tempfile::TempDir;

use crate::commands;
use crate::load_generator::Load;
use crate::machine::{self, SERVER};
use crate::plan::Plan;
use crate::servers::fill;
use crate::table::{Goal, Ratio, Row, Table, Unit};

const START: Duration = Duration::from_secs(180);

pub(crate) fn run(plan: &Plan, table: &mut Table) -> Result<()> {
    if require("valgrind").is_none() || require("vgdb").is_none() || require("redis-server").is_none() {
        return Ok(());
    }
    println!("\nInstructions an operation, P=16:");
    let redis = Traced::start(Path::new("redis-server"), &["--save", "", "--appendonly", "no"]);
    let ferrite = Traced::start(&ferrite_tests::binary::ferrite()?, &["--dir", "."]);
    let (redis, ferrite) = match (redis, ferrite) {
        (Ok(redis), Ok(ferrite)) => (redis, ferrite),
        (Err(reason), _) | (_, Err(reason)) => {
            // The rest of the table is worth having without it.
            println!("SKIPPED: {reason:#}");
            return Ok(());
        }
    };
    let digest = redis.prepare()?.command(&["SCRIPT", "LOAD", "return 1"])?;
    let digest = String::from_utf8_lossy(&digest).lines().nth(1).context("SCRIPT LOAD answers a digest")?.to_owned();
    functions::load(&mut ferrite.prepare()?, "empty", &[])?;
    table.group(
        "instructions an operation, P=16 (`cargo bench -- instructions`)",
        Ratio::TimesAsGood,
        "Redis",
        "Ferrite",
    );
    let script = format!("EVALSHA {digest} 0");
    let mut cases: Vec<(String, String, String, Goal)> = Vec::new();
    for name in commands::NAMES {
        let test = format!("-t {name}");
        cases.push((name.to_ascii_uppercase(), test.clone(), test, Goal::RatioAtLeast(1.0 / 0.7)));
    }
    cases.push(("empty function".to_owned(), script, "WASM.CALL empty".to_owned(), Goal::None));
    for (question, to_redis, to_ferrite, goal) in cases {
        let of_redis = redis.instructions(plan, &to_redis)?;
        let of_ferrite = ferrite.instructions(plan, &to_ferrite)?;
        println!("{question}\n  Redis   {of_redis:.0}\n  Ferrite {of_ferrite:.0}");
        table.push(Row { question, unit: Unit::Instructions, peer: vec![of_redis], ferrite: vec![of_ferrite], goal });
    }
    Ok(())
}

/// A server under callgrind, which counts only while it is told to.
struct Traced {
    child: Child,
    address: SocketAddr,
    folder: TempDir,
}

impl Traced {
    fn start(program: &Path, arguments: &[&str]) -> Result<Traced> {
        let folder = tempfile::tempdir()?;
        let address = server::free_address()?;
        let log = fs::File::create(folder.path().join("output.log"))?;
        let child = machine::pinned("valgrind", SERVER)
            .args(["--tool=callgrind", "--instr-atstart=no", "--callgrind-out-file=counts"])
            .arg(format!("--vgdb-prefix={}", folder.path().join("vgdb").display()))
            .arg(program)
            .args(["--port", &address.port().to_string(), "--bind", "127.0.0.1"])
            .args(arguments)
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("cannot start valgrind")?;
        let mut traced = Traced { child, address, folder };
        traced.wait_until_ready()?;
        Ok(traced)
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let deadline = Instant::now() + START;
        loop {
            let log = || fs::read_to_string(self.folder.path().join("output.log")).unwrap_or_default();
            if let Some(status) = self.child.try_wait()? {
                bail!("a server under valgrind ended with {status}:\n{}", log());
            }
            if Client::connect(self.address).and_then(|mut client| client.command(&["PING"])).is_ok() {
                return Ok(());
            }
            ensure!(Instant::now() < deadline, "a server under valgrind does not answer:\n{}", log());
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn prepare(&self) -> Result<Client> {
        let mut client = Client::connect(self.address)?;
        fill(&mut client)?;
        Ok(client)
    }

    /// Instructions of one operation.
    fn instructions(&self, plan: &Plan, what: &str) -> Result<f64> {
        let operations = plan.operations(96_000) / 16 * 16;
        // A first run that is not counted: callgrind translates code when it first sees it, wasmtime makes instances.
        self.tell("instrumentation on")?;
        self.drive(operations / 4, what)?;
        let short = self.count(operations / 2, what)?;
        let long = self.count(operations * 3 / 2, what)?;
        self.tell("instrumentation off")?;
        Ok((long as f64 - short as f64) / operations as f64)
    }

    fn count(&self, operations: u64, what: &str) -> Result<u64> {
        self.tell("zero")?;
        self.drive(operations, what)?;
        self.tell("dump")?;
        self.take_counts()
    }

    fn drive(&self, operations: u64, what: &str) -> Result<()> {
        let what = what.split(' ').map(str::to_owned).collect();
        Load { operations, pipeline: 16, what }.run(self.address)?;
        Ok(())
    }

    /// Says something to callgrind inside of the server.
    fn tell(&self, words: &str) -> Result<()> {
        let mut vgdb = Command::new("vgdb");
        vgdb.arg(format!("--vgdb-prefix={}", self.folder.path().join("vgdb").display()));
        vgdb.arg(format!("--pid={}", self.child.id())).args(words.split(' '));
        let output = vgdb.output().context("cannot start vgdb")?;
        ensure!(output.status.success(), "vgdb {words}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }

    /// The sum of what was dumped, over all threads.
    fn take_counts(&self) -> Result<u64> {
        let mut sum = None;
        for entry in fs::read_dir(self.folder.path())? {
            let path: PathBuf = entry?.path();
            let is_dump = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("counts."));
            if !is_dump {
                continue;
            }
            let text = fs::read_to_string(&path)?;
            let line = text.lines().find_map(|line| line.strip_prefix("totals: ").or(line.strip_prefix("summary: ")));
            let count: u64 = line.and_then(|count| count.trim().parse().ok()).context("a dump without a sum")?;
            sum = Some(sum.unwrap_or(0) + count);
            fs::remove_file(path)?;
        }
        sum.context("callgrind dumped nothing")
    }
}

impl Drop for Traced {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
