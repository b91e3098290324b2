//! What the engine cannot know by itself: settings, the process, the machine.

use std::net::SocketAddr;

use super::Shard;
use crate::config::Config;
use crate::wasm::Fact;

/// Settings of the host that CONFIG GET shows.
pub(super) fn settings(config: &Config, port: u16, maxclients: u32) -> Vec<Fact> {
    let server = &config.server;
    let yes_or_no = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    let directory = std::path::absolute(&server.dir).unwrap_or_else(|_| server.dir.clone());
    [
        ("port", port.to_string()),
        ("bind", server.bind.join(" ")),
        ("dir", directory.display().to_string()),
        ("dbfilename", server.dbfilename.clone()),
        ("enable-debug-command", server.enable_debug_command.clone()),
        ("save", server.save_points().to_owned()),
        ("maxclients", maxclients.to_string()),
        ("requirepass", server.requirepass.clone()),
        ("timeout", server.timeout.to_string()),
        ("tcp-keepalive", server.tcp_keepalive.to_string()),
        ("tcp-backlog", server.tcp_backlog.to_string()),
        ("protected-mode", yes_or_no(server.protected_mode)),
        ("loglevel", server.loglevel.name().to_owned()),
        ("client-output-buffer-limit", server.client_output_buffer_limit.clone()),
        ("maxmemory", server.maxmemory.0.to_string()),
        ("maxmemory-policy", server.maxmemory_policy.clone()),
    ]
    .into_iter()
    .map(|(name, value)| Fact::Setting(name.to_owned(), value))
    .collect()
}

/// Fields of INFO that hold for the life of the process.
pub(super) fn process(config: &Config, addresses: &[SocketAddr]) -> Vec<Fact> {
    let port = addresses.first().map_or(0, SocketAddr::port);
    let executable = std::env::current_exe().map(|path| path.display().to_string()).unwrap_or_default();
    let config_file = config.file.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
    [
        ("ferrite_version", env!("CARGO_PKG_VERSION").to_owned()),
        ("redis_mode", "standalone".to_owned()),
        ("os", operating_system()),
        ("arch_bits", usize::BITS.to_string()),
        ("multiplexing_api", "epoll".to_owned()),
        ("process_id", std::process::id().to_string()),
        ("process_supervised", "no".to_owned()),
        ("run_id", run_id()),
        ("tcp_port", port.to_string()),
        ("executable", executable),
        ("config_file", config_file),
        ("io_threads_active", "0".to_owned()),
        ("total_system_memory", system_memory_bytes().to_string()),
    ]
    .into_iter()
    .map(|(name, value)| Fact::Info(name.to_owned(), value))
    .collect()
}

/// Fields of INFO that change while the server runs.
pub(super) fn present(shard: &Shard) -> Vec<Fact> {
    let mut facts: Vec<Fact> =
        shard.functions.info().into_iter().map(|(name, value)| Fact::Info(name, value)).collect();
    facts.push(Fact::Info("used_memory_rss".to_owned(), resident_bytes().to_string()));
    let spent = [
        ("", libc::RUSAGE_SELF),
        ("_children", libc::RUSAGE_CHILDREN),
        // INFO is answered on the shard's own thread.
        ("_main_thread", libc::RUSAGE_THREAD),
    ];
    for (suffix, who) in spent {
        let [user, system] = processor_seconds(who);
        facts.push(Fact::Info(format!("used_cpu_user{suffix}"), user));
        facts.push(Fact::Info(format!("used_cpu_sys{suffix}"), system));
    }
    facts
}

/// 40 hexadecimal digits, different for each start.
fn run_id() -> String {
    crate::random::bytes::<20>().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Such as `Linux 6.1.0 x86_64`.
fn operating_system() -> String {
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    ["Linux", release.trim(), std::env::consts::ARCH].join(" ")
}

fn resident_bytes() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split_whitespace().nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0) * page_bytes()
}

/// Seconds in user mode and in the kernel, to the microsecond.
fn processor_seconds(who: libc::c_int) -> [String; 2] {
    // SAFETY: rusage consists of integers, for which zero is a value.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: the pointer is to a valid rusage.
    unsafe { libc::getrusage(who, &raw mut usage) };
    [usage.ru_utime, usage.ru_stime].map(|time| format!("{}.{:06}", time.tv_sec, time.tv_usec))
}

fn system_memory_bytes() -> u64 {
    // SAFETY: sysconf takes no pointers.
    let pages = unsafe { libc::sysconf(libc::_SC_PHYS_PAGES) };
    u64::try_from(pages).unwrap_or(0) * page_bytes()
}

fn page_bytes() -> u64 {
    // SAFETY: sysconf takes no pointers.
    let bytes = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    u64::try_from(bytes).unwrap_or(4096)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_spent_and_shown_to_the_microsecond() {
        let spent = || processor_seconds(libc::RUSAGE_SELF)[0].parse::<f64>().expect("seconds");
        let before = spent();
        while spent() <= before {}
        assert_eq!(processor_seconds(libc::RUSAGE_SELF)[1].split('.').nth(1).map(str::len), Some(6));
    }

    #[test]
    fn a_process_has_memory_and_an_id_of_its_own() {
        assert!(resident_bytes() > 100_000);
        assert!(system_memory_bytes() > resident_bytes());
        let (first, second) = (run_id(), run_id());
        assert_eq!(first.len(), 40);
        assert_ne!(first, second);
    }
}
