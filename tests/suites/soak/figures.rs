//! Figures of a server that may not grow: memory, files, threads, instances, the compile cache, the data.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use ferrite_tests::functions::ask;
use ferrite_tests::{Client, FerriteServer};

/// What may come on top, in percent.
const MORE: f64 = 5.0;

/// The figures at the beginning and now.
pub(crate) struct Flat {
    first: BTreeMap<&'static str, u64>,
    last: BTreeMap<&'static str, u64>,
    /// The most memory that was seen.
    peak: u64,
}

/// Kilobytes of the server's process in memory, as the kernel counts them.
pub(crate) struct Resident(u64);

impl fmt::Display for Resident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} KB resident", self.0)
    }
}

/// The memory of the server now.
pub(crate) fn resident(server: &FerriteServer) -> Result<Resident> {
    let status = fs::read_to_string(format!("/proc/{}/status", server.pid()))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("the kernel says VmRSS")?;
    Ok(Resident(line.trim().trim_end_matches(" kB").parse()?))
}

impl Flat {
    /// From here on nothing may grow.
    pub(crate) fn begin(server: &FerriteServer, client: &mut Client) -> Result<Flat> {
        let first = settled(server, client)?;
        let peak = first.get("memory").copied().unwrap_or_default();
        Ok(Flat { last: first.clone(), first, peak })
    }

    /// Looks again.
    pub(crate) fn check(&mut self, server: &FerriteServer, client: &mut Client) -> Result<()> {
        self.last = settled(server, client)?;
        self.peak = self.peak.max(self.last.get("memory").copied().unwrap_or_default());
        Ok(())
    }

    /// Memory and what is mapped into it are what they were, but for a twentieth; all else is exactly what it was. Which
    /// pooled functions have an instance depends on the calls just before: one that failed has taken it along.
    pub(crate) fn assert(&self) {
        let functions = self.first.get("functions").copied().unwrap_or_default();
        for (name, first) in &self.first {
            let last = self.last.get(name).copied().unwrap_or_default();
            let most = match *name {
                "memory" | "mappings" => (*first as f64 * (1.0 + MORE / 100.0)) as u64,
                // Where the tick was in its work.
                "data" => first + 4096,
                "instances" => first + functions,
                _ => *first,
            };
            assert!(last <= most, "{name} has grown: {self}");
        }
    }
}

impl fmt::Display for Flat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, first) in &self.first {
            write!(f, "{name} {first} → {}, ", self.last.get(name).copied().unwrap_or_default())?;
        }
        write!(f, "most memory {}", self.peak)
    }
}

/// The figures when the data's memory is the same twice: what was removed is freed between commands.
fn settled(server: &FerriteServer, client: &mut Client) -> Result<BTreeMap<&'static str, u64>> {
    let began = Instant::now();
    let mut last = read(server, client)?;
    loop {
        std::thread::sleep(Duration::from_millis(10));
        let now = read(server, client)?;
        if now.get("data") == last.get("data") || began.elapsed() > Duration::from_secs(2) {
            return Ok(now);
        }
        last = now;
    }
}

fn read(server: &FerriteServer, client: &mut Client) -> Result<BTreeMap<&'static str, u64>> {
    let process = format!("/proc/{}", server.pid());
    let entries = |name: &str| -> Result<u64> { Ok(fs::read_dir(format!("{process}/{name}"))?.count() as u64) };
    // Two sections: the whole text has counters whose digits may lift the reply's buffer, which is data, over a power of two.
    let info = ask(client, "INFO memory clients")?;
    let figure = |name: &str| -> Result<u64> {
        let line = info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        Ok(line.with_context(|| format!("INFO has no {name}"))?.trim().parse()?)
    };
    Ok(BTreeMap::from([
        ("memory", resident(server)?.0),
        ("data", figure("used_memory")?),
        ("keys", size_of_database(client)?),
        ("clients", figure("connected_clients")?),
        ("functions", statistic(client, "functions")?),
        ("instances", statistic(client, "instances")?),
        ("files", entries("fd")?),
        ("threads", entries("task")?),
        ("mappings", mappings(&process)?),
        ("cache", bytes_below(server.folder())?),
    ]))
}

fn size_of_database(client: &mut Client) -> Result<u64> {
    Ok(ask(client, "DBSIZE")?.trim_start_matches(':').trim_end().parse()?)
}

/// A number of WASM.STATS.
fn statistic(client: &mut Client, name: &str) -> Result<u64> {
    let reply = ask(client, "WASM.STATS")?;
    let mut lines = reply.lines().skip_while(|line| *line != name);
    let value = lines.nth(1).with_context(|| format!("WASM.STATS has no {name}: {reply}"))?;
    Ok(value.trim_start_matches(':').parse()?)
}

fn mappings(process: &str) -> Result<u64> {
    Ok(fs::read_to_string(format!("{process}/maps"))?.lines().count() as u64)
}

/// Bytes of all files in a folder but the log.
fn bytes_below(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        // A file may go between the two looks: another one's compile cache is evicted by whoever adds to it.
        let Ok(metadata) = entry.metadata() else { continue };
        bytes += match metadata.is_dir() {
            true => bytes_below(&entry.path())?,
            false if entry.file_name() == "output.log" => 0,
            false => metadata.len(),
        };
    }
    Ok(bytes)
}
