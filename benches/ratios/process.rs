//! What the system says of a server's process.

use std::fs;

use anyhow::{Context, Result};

/// The bytes of its memory that are resident.
pub(crate) fn resident_bytes(pid: u32) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS of a process")?;
    let kib: f64 = line.split_whitespace().next().context("VmRSS has a figure")?.parse()?;
    Ok(kib * 1024.0)
}
