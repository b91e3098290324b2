//! What it runs on: how many processors, how busy others keep them, and which process goes where.
//!
//! With two processors or more the server has one for itself and whoever drives it another: left to itself the
//! scheduler moves both about, and runs are harder to compare.

use std::fs;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

/// The processor of servers.
pub(crate) const SERVER: &str = "0";
/// The processor of those who send commands.
pub(crate) const DRIVER: &str = "1";

/// Whether processes can be given a processor each.
pub(crate) fn can_pin() -> bool {
    processors() >= 2 && ferrite_tests::require("taskset").is_some()
}

/// Gives all threads of a process one processor. Where that is not possible they stay where they are.
pub(crate) fn pin(pid: u32, processor: &str) {
    if can_pin() {
        let mut taskset = Command::new("taskset");
        taskset.args(["-a", "-c", "-p", processor, &pid.to_string()]).stdout(Stdio::null());
        if !taskset.status().is_ok_and(|status| status.success()) {
            println!("process {pid} could not be given processor {processor}");
        }
    }
}

/// A command that will run on one processor.
pub(crate) fn pinned(program: &str, processor: &str) -> Command {
    if can_pin() {
        let mut taskset = Command::new("taskset");
        taskset.args(["-c", processor, program]);
        taskset
    } else {
        Command::new(program)
    }
}

/// As many as this process had at its start, before it was given one.
fn processors() -> usize {
    static PROCESSORS: OnceLock<usize> = OnceLock::new();
    *PROCESSORS.get_or_init(|| thread::available_parallelism().map_or(1, usize::from))
}

/// One line about the machine and how quiet it is now.
pub(crate) fn describe() -> String {
    let model = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = model.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("unknown");
    let model = model.trim_start_matches(['\t', ' ', ':']);
    format!("{} processors ({model}), of which others keep {:.2} busy", processors(), busy())
}

/// How many processors were busy in the last half second, while this process slept.
fn busy() -> f64 {
    let before = jiffies();
    thread::sleep(Duration::from_millis(500));
    let after = jiffies();
    let total = after.0.saturating_sub(before.0);
    let idle = after.1.saturating_sub(before.1);
    if total == 0 { 0.0 } else { (total.saturating_sub(idle)) as f64 / total as f64 * processors() as f64 }
}

/// All time and idle time since the start, of all processors together.
fn jiffies() -> (u64, u64) {
    let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
    let line = stat.lines().next().unwrap_or_default();
    let fields: Vec<u64> = line.split_whitespace().skip(1).filter_map(|field| field.parse().ok()).collect();
    let idle = fields.iter().skip(3).take(2).sum();
    (fields.iter().take(8).sum(), idle)
}
