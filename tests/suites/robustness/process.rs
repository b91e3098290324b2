//! What the operating system says about a process, and what it allows this one.

use std::fs;

use anyhow::{Context, Result, ensure};

/// Bytes of memory that are resident, from `/proc/<pid>/status`.
pub(crate) fn resident_bytes(pid: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes * 1024)
}

/// Raises the number of files that this process and its children may open; false where the system does not allow it.
pub(crate) fn raise_open_files(needed: u64) -> bool {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `limit` is a valid place for the answer.
    if unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) } != 0 {
        return false;
    }
    if limit.rlim_cur >= needed {
        return true;
    }
    let raised = libc::rlimit { rlim_cur: needed, rlim_max: limit.rlim_max.max(needed) };
    // SAFETY: `raised` is a valid limit; only root may raise the hard one, and others get an error.
    unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const raised) == 0 }
}

/// Sends a signal to a child of this process.
pub(crate) fn signal(pid: u32, signal: i32) -> Result<()> {
    // SAFETY: kill takes numbers only, and the child is not waited for yet, so that the number is still its own.
    let sent = unsafe { libc::kill(libc::pid_t::try_from(pid)?, signal) };
    ensure!(sent == 0, "cannot signal process {pid}");
    Ok(())
}
