//! What the system says of a server's process.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};

/// The bytes of its memory that are resident.
pub(crate) fn resident_bytes(pid: u32) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS of a process")?;
    let kib: f64 = line.split_whitespace().next().context("VmRSS has a figure")?.parse()?;
    Ok(kib * 1024.0)
}

/// The processor's time that it took since it began, in its own code and in the kernel's, in steps of 10 ms.
pub(crate) fn processor_time(pid: u32) -> Result<Duration> {
    const TICK: Duration = Duration::from_millis(10);
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // Behind the name, which may hold anything, the first field is the third of proc(5); 14 and 15 are the times.
    let (_, fields) = stat.rsplit_once(')').context("a process has a name")?;
    let times = fields.split_whitespace().skip(11).take(2).map(str::parse::<u32>);
    Ok(TICK * times.sum::<Result<u32, _>>()?)
}
