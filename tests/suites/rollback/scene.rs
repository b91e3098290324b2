//! A server with data and witnesses, and every way in which the function `faulty` is to fail there.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use ferrite_tests::client::encode;
use ferrite_tests::functions::{ask, load_as};
use ferrite_tests::{Client, FerriteServer};
use tempfile::TempDir;

use crate::PATIENCE;
use crate::data::{self, State, figure};
use crate::witnesses::Witnesses;

/// A way to fail.
pub(crate) struct Fault {
    /// What the guest does.
    pub(crate) how: &'static str,
    /// With which limits it is loaded: the end of its name.
    limits: &'static str,
    /// How the error line begins.
    pub(crate) error: &'static str,
    /// Whether another client has to end it.
    kill: bool,
}

impl Fault {
    const fn new(how: &'static str, limits: &'static str, error: &'static str) -> Fault {
        Fault { how, limits, error, kill: false }
    }

    /// The name of the function to call.
    pub(crate) fn function(&self, isolation: &str) -> String {
        format!("{isolation}-{}", self.limits)
    }
}

pub(crate) const FAULTS: &[Fault] = &[
    Fault::new("error", "plain", "FAULT on purpose"),
    Fault::new("trap", "plain", "ERR wasm: trap: unreachable code reached"),
    Fault::new("panic", "plain", "ERR wasm: panic: "),
    Fault::new("loop", "plain", "ERR wasm: fuel exhausted after "),
    Fault::new("loop", "hasty", "ERR wasm: deadline of 30 ms exceeded"),
    Fault { kill: true, ..Fault::new("loop", "patient", "ERR wasm: killed") },
    Fault::new("memory", "plain", "ERR wasm: memory limit of 2097152 bytes exceeded"),
    Fault::new("stack", "deep", "ERR wasm: trap: "),
    Fault::new("reply", "plain", "ERR wasm: invalid reply: "),
    Fault::new("large-reply", "plain", "ERR wasm: reply limit of 500000 bytes exceeded"),
    Fault::new("calls", "plain", "ERR wasm: limit of 2000 store calls exceeded"),
    Fault::new("crossing", "deep", "ERR wasm: limit of 67108864 bytes in one reply or argument exceeded"),
];

pub(crate) const ISOLATIONS: [&str; 2] = ["pooled", "fresh"];

const LIMITS: &[(&str, &[&str])] = &[
    ("plain", &["FUEL", "4000000", "MEMORY", "2097152"]),
    ("deep", &["FUEL", "1000000000"]),
    ("hasty", &["FUEL", "1000000000000", "TIMEOUT", "30"]),
    ("patient", &["FUEL", "1000000000000", "TIMEOUT", "3600000"]),
];

/// Functions end by their limits alone: none is suspended for failing again and again, and none waits for its share of
/// the time.
const CONFIGURATION: &str = "[wasm.limits]
suspend_after = 0
max_store_calls = 2000
max_reply_bytes = 500000
[wasm.budget]
function = 1.0
all_functions = 1.0
[wasm.ceilings]
max_fuel = 1000000000000
max_duration_ms = 3600000
";

/// A server that leaves the ending of functions to the tests. The folder holds its configuration.
pub(crate) fn server() -> Result<(FerriteServer, TempDir)> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("ferrite.toml");
    std::fs::write(&path, CONFIGURATION)?;
    Ok((FerriteServer::start(&["--config", &path.display().to_string(), "--enable-debug-command", "yes"])?, folder))
}

/// Loads the function in both isolations with all limits.
pub(crate) fn load_all(client: &mut Client) -> Result<()> {
    for isolation in ISOLATIONS {
        for (limits, words) in LIMITS {
            let options = [&["PERMISSIONS", "WRITE", "ISOLATION", isolation], *words].concat();
            let reply = load_as(client, &format!("{isolation}-{limits}"), "faulty", &options)?;
            ensure!(reply == "+OK\r\n", "{isolation}-{limits}: {reply}");
        }
    }
    Ok(())
}

/// How many steps the function has.
pub(crate) fn steps(client: &mut Client) -> Result<usize> {
    let reply = ask(client, "WASM.CALL pooled-plain ARGS count")?;
    reply.trim_end().strip_prefix(':').with_context(|| format!("no number: {reply}"))?.parse().context("a number")
}

/// How long the fields of a hash live, which no command tells.
pub(crate) fn lifetimes(client: &mut Client) -> Result<String> {
    ask(client, "WASM.CALL pooled-plain ARGS look")
}

/// All of it.
pub(crate) struct Scene {
    _server: FerriteServer,
    _folder: TempDir,
    pub(crate) client: Client,
    /// Ends what does not end.
    operator: Client,
    pub(crate) witnesses: Witnesses,
    pub(crate) before: State,
    lifetimes: String,
    changes: i64,
    pub(crate) steps: usize,
}

impl Scene {
    pub(crate) fn new() -> Result<Scene> {
        let (server, folder) = server()?;
        let mut client = server.connect()?;
        load_all(&mut client)?;
        data::fill(&mut client, "pooled-plain")?;
        let witnesses = Witnesses::gather(&server, &mut client)?;
        Ok(Scene {
            before: data::of(&mut client)?,
            lifetimes: lifetimes(&mut client)?,
            changes: figure(&mut client, "persistence", "rdb_changes_since_last_save")?,
            steps: steps(&mut client)?,
            operator: server.connect()?,
            _server: server,
            _folder: folder,
            client,
            witnesses,
        })
    }

    /// Calls, and asserts that it fails as it should.
    fn assert_fails(&mut self, fault: &Fault, isolation: &str, arguments: &str) -> Result<()> {
        let line = format!("WASM.CALL {} ARGS {arguments}", fault.function(isolation));
        self.client.send(&encode(&line.split(' ').collect::<Vec<_>>()))?;
        if fault.kill {
            // It may not have begun when the first KILL comes.
            let begun = Instant::now();
            while ask(&mut self.operator, "WASM.KILL")? != "+OK\r\n" {
                ensure!(begun.elapsed() < PATIENCE, "{line}: nothing to kill");
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        let reply = String::from_utf8_lossy(&self.client.reply_within(PATIENCE)?).into_owned();
        assert!(reply.starts_with(&format!("-{}", fault.error)), "{line}: {reply}");
        Ok(())
    }

    /// The call fails, and nobody can tell that it was made.
    pub(crate) fn assert_undone(&mut self, fault: &Fault, isolation: &str, arguments: &str) -> Result<()> {
        self.assert_fails(fault, isolation, arguments)?;
        self.assert_unharmed(&format!("{} {arguments}", fault.function(isolation)))
    }

    /// Data, figures and clients are as before, and another client is served.
    pub(crate) fn assert_unharmed(&mut self, after: &str) -> Result<()> {
        self.witnesses.assert_undisturbed(&mut self.operator, after)?;
        let state = data::of(&mut self.operator)?;
        assert_eq!(data::difference(&self.before, &state), None, "after {after}");
        assert_eq!(lifetimes(&mut self.operator)?, self.lifetimes, "after {after}");
        let changes = figure(&mut self.operator, "persistence", "rdb_changes_since_last_save")?;
        assert_eq!(changes, self.changes, "nothing is to be saved, after {after}");
        Ok(())
    }

    /// The same failing call again and again takes no more memory than it took the first time.
    ///
    /// The first call may leave what the store keeps for the next (a table that grew, a buffer), so that the second is
    /// the measure. What was removed is freed in slices between commands, so that the figure may take a while.
    pub(crate) fn assert_flat(&mut self, fault: &Fault, isolation: &str, times: usize) -> Result<()> {
        let arguments = format!("{} {}", self.steps, fault.how);
        for _ in 0..2 {
            self.assert_fails(fault, isolation, &arguments)?;
        }
        let before = self.settled_memory()?;
        for _ in 0..times {
            self.assert_fails(fault, isolation, &arguments)?;
        }
        let begun = Instant::now();
        let mut after = self.settled_memory()?;
        while after > before && begun.elapsed() < Duration::from_secs(10) {
            after = self.settled_memory()?;
        }
        assert!(
            after <= before,
            "{times} calls of {} {arguments}: used_memory was {before}, and is {after}",
            fault.function(isolation)
        );
        Ok(())
    }

    /// `used_memory` as soon as it is the same twice.
    fn settled_memory(&mut self) -> Result<i64> {
        let mut last = figure(&mut self.operator, "memory", "used_memory")?;
        loop {
            std::thread::sleep(Duration::from_millis(20));
            let now = figure(&mut self.operator, "memory", "used_memory")?;
            if now == last {
                return Ok(now);
            }
            last = now;
        }
    }
}
