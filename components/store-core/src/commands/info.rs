//! INFO: what the engine knows of itself, with what the host told it. <https://redis.io/docs/latest/commands/info/>

use std::fmt::Write;

use crate::command::{Command, Flags};
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::DATABASES;
use crate::pubsub::Kind;
use crate::store::{Store, VERSION};
use ferrite_resp::number::{format_fixed, parse_f64};

type Fill = fn(&Store, &mut Fields);

struct Section {
    name: &'static str,
    /// Whether INFO without an argument shows it.
    by_default: bool,
    fill: Fill,
}

static SECTIONS: &[Section] = &[
    Section { name: "Server", by_default: true, fill: server },
    Section { name: "Clients", by_default: true, fill: clients },
    Section { name: "Memory", by_default: true, fill: memory },
    Section { name: "Persistence", by_default: true, fill: persistence },
    Section { name: "Stats", by_default: true, fill: stats },
    Section { name: "Replication", by_default: true, fill: replication },
    Section { name: "CPU", by_default: true, fill: cpu },
    Section { name: "Modules", by_default: true, fill: nothing },
    Section { name: "Wasm", by_default: true, fill: functions },
    Section { name: "Commandstats", by_default: false, fill: command_stats },
    Section { name: "Errorstats", by_default: true, fill: error_stats },
    Section { name: "Latencystats", by_default: false, fill: latency_stats },
    Section { name: "Cluster", by_default: true, fill: cluster },
    Section { name: "Keyspace", by_default: true, fill: keyspace },
];

fn info(cx: &mut Context<'_>) -> Result<(), Error> {
    let asked = cx.args.skip(1);
    let is_asked = |word: &str| asked.iter().any(|name| name.eq_ignore_ascii_case(word.as_bytes()));
    let all = is_asked("all") || is_asked("everything");
    let default = asked.is_empty() || is_asked("default");
    let mut fields = Fields { text: String::new(), store: cx.store };
    let shown = SECTIONS.iter().filter(|section| all || default && section.by_default || is_asked(section.name));
    for section in shown {
        if !fields.text.is_empty() {
            fields.text.push_str("\r\n");
        }
        let _ = write!(fields.text, "# {}\r\n", section.name);
        (section.fill)(cx.store, &mut fields);
    }
    cx.out.verbatim(*b"txt", fields.text.as_bytes());
    Ok(())
}

/// The lines of INFO. What the host told of a field comes before what stands here.
struct Fields<'a> {
    text: String,
    store: &'a Store,
}

impl Fields<'_> {
    fn add(&mut self, name: &str, value: impl std::fmt::Display) {
        self.put(name, &value);
    }

    #[inline(never)]
    fn put(&mut self, name: &str, value: &dyn std::fmt::Display) {
        let _ = match self.store.info.get(name) {
            Some(told) => write!(self.text, "{name}:{told}\r\n"),
            None => write!(self.text, "{name}:{value}\r\n"),
        };
    }

    fn all(&mut self, fields: &[(&str, &str)]) {
        fields.iter().for_each(|(name, value)| self.add(name, value));
    }

    /// Fields of what there is none of, each with the same value.
    fn each(&mut self, names: &str, value: &str) {
        names.split_ascii_whitespace().for_each(|name| self.add(name, value));
    }

    fn bytes(&mut self, name: &str, bytes: u64) {
        let bytes = self.store.info.get(name).and_then(|told| told.parse().ok()).unwrap_or(bytes);
        self.add(name, bytes);
        self.add(&format!("{name}_human"), human(bytes));
    }
}

/// Bytes for people, with binary units as Redis prints them.
fn human(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["K", "M", "G", "T"];
    if bytes < 1024 {
        return format!("{bytes}B");
    }
    let mut amount = bytes as f64 / 1024.0;
    let mut units = UNITS.iter();
    let mut unit = units.next();
    while amount >= 1024.0 && units.len() > 0 {
        amount /= 1024.0;
        unit = units.next();
    }
    format_fixed(amount, 2) + unit.unwrap_or(&"T")
}

fn server(store: &Store, fields: &mut Fields<'_>) {
    let uptime = store.keyspace.now_us().saturating_sub(store.started_us) / 1_000_000;
    fields.add("redis_version", VERSION);
    fields.add("ferrite_version", env!("CARGO_PKG_VERSION"));
    fields.all(&[
        ("redis_git_sha1", "00000000"),
        ("redis_git_dirty", "0"),
        ("redis_build_id", "0"),
        ("redis_mode", "standalone"),
        ("os", ""),
        ("arch_bits", "32"),
        ("multiplexing_api", ""),
        ("process_id", "0"),
    ]);
    fields.add("run_id", &store.run_id);
    fields.add("tcp_port", store.settings.get("port").unwrap_or_default());
    fields.add("server_time_usec", store.keyspace.now_us());
    fields.add("uptime_in_seconds", uptime);
    fields.add("uptime_in_days", uptime / 86_400);
    fields.add("hz", store.settings.get("hz").unwrap_or_default());
    fields.add("configured_hz", store.settings.get("hz").unwrap_or_default());
    fields.add("lru_clock", (store.keyspace.now_us() / 1_000_000) & 0x00ff_ffff);
    fields.all(&[("executable", ""), ("config_file", ""), ("io_threads_active", "0")]);
    fields.all(&[
        ("monotonic_clock", "host"),
        ("atomicvar_api", "none"),
        ("gcc_version", "0.0.0"),
        ("process_supervised", "no"),
    ]);
}

fn clients(store: &Store, fields: &mut Fields<'_>) {
    fields.add("connected_clients", store.open_sessions());
    fields.add("cluster_connections", 0);
    fields.add("maxclients", store.settings.get("maxclients").unwrap_or_default());
    let blocked = store.sessions().into_iter().filter(|session| Store::is_blocked(session)).count();
    fields.add("blocked_clients", blocked);
    let [tracking, ..] = store.keyspace.tracked.figures();
    fields.add("tracking_clients", tracking);
    fields.add("clients_in_timeout_table", 0);
    fields.each("client_recent_max_input_buffer client_recent_max_output_buffer", "0");
}

fn memory(store: &Store, fields: &mut Fields<'_>) {
    fields.bytes("used_memory", crate::memory::used() as u64);
    fields.bytes("used_memory_rss", crate::memory::used() as u64);
    let (used, peak) = (crate::memory::used(), crate::memory::peak());
    fields.bytes("used_memory_peak", peak as u64);
    fields.add("used_memory_peak_perc", format_fixed(used as f64 * 100.0 / peak.max(1) as f64, 2) + "%");
    fields.bytes("total_system_memory", 0);
    fields.bytes("maxmemory", store.settings.max_memory());
    fields.add("maxmemory_policy", store.settings.get("maxmemory-policy").unwrap_or_default());
    let used = used.max(1) as f64;
    let resident = store.info.get("used_memory_rss").and_then(|told| parse_f64(told.as_bytes())).unwrap_or(used);
    fields.add("mem_fragmentation_ratio", format_fixed(resident / used, 2));
    fields.add("mem_fragmentation_bytes", (resident - used) as i64);
    fields.add("mem_not_counted_for_evict", 0);
    fields.all(&[("mem_allocator", "dlmalloc"), ("active_defrag_running", "0")]);
    fields.add("lazyfree_pending_objects", store.keyspace.unfreed());
    let used = crate::memory::used() as u64;
    let startup = store.started_bytes.min(used);
    let overhead = store.overhead();
    let dataset = used.saturating_sub(overhead);
    fields.add("used_memory_overhead", overhead);
    fields.add("used_memory_startup", startup);
    fields.add("used_memory_dataset", dataset);
    let percent = dataset as f64 * 100.0 / used.saturating_sub(startup).max(1) as f64;
    fields.add("used_memory_dataset_perc", format_fixed(percent, 2) + "%");
    for name in ["allocator_allocated", "allocator_active", "allocator_resident"] {
        fields.add(name, used);
    }
    fields.each("used_memory_lua used_memory_vm_eval used_memory_scripts_eval number_of_cached_scripts", "0");
    fields.each("number_of_functions number_of_libraries used_memory_vm_functions used_memory_vm_total", "0");
    fields.each("used_memory_functions used_memory_scripts allocator_frag_bytes allocator_rss_bytes", "0");
    fields.each("used_memory_lua_human used_memory_vm_total_human used_memory_scripts_human", "0B");
    fields.each("allocator_frag_ratio allocator_rss_ratio rss_overhead_ratio", "1.00");
    fields.each("rss_overhead_bytes mem_replication_backlog mem_total_replication_buffers mem_clients_slaves", "0");
    fields.each("mem_clients_normal mem_cluster_links mem_aof_buffer lazyfreed_objects", "0");
}

fn persistence(store: &Store, fields: &mut Fields<'_>) {
    fields.all(&[("loading", "0"), ("async_loading", "0")]);
    fields.add("rdb_changes_since_last_save", store.unsaved());
    fields.add("rdb_bgsave_in_progress", 0);
    fields.add("rdb_last_save_time", store.started_us / 1_000_000);
    fields.all(&[("rdb_last_bgsave_status", "ok"), ("aof_enabled", "0"), ("aof_rewrite_in_progress", "0")]);
    fields.each("current_cow_peak current_cow_size current_cow_size_age current_save_keys_processed", "0");
    fields.each("current_save_keys_total rdb_last_cow_size aof_rewrite_scheduled aof_rewrites aof_last_cow_size", "0");
    fields.each("aof_rewrites_consecutive_failures module_fork_in_progress module_fork_last_cow_size", "0");
    fields.each("aof_last_rewrite_time_sec aof_current_rewrite_time_sec", "-1");
    fields.each("aof_last_bgrewrite_status aof_last_write_status", "ok");
    fields.each("current_fork_perc", "0.00");
}

fn stats(store: &Store, fields: &mut Fields<'_>) {
    let keyspace = &store.keyspace.stats;
    fields.add("total_connections_received", store.stats.connections);
    fields.add("total_commands_processed", store.stats.commands);
    fields.add("instantaneous_ops_per_sec", store.rates.per_second[0]);
    fields.add("total_net_input_bytes", store.stats.input_bytes);
    fields.add("total_net_output_bytes", store.stats.output_bytes);
    fields.add("rejected_connections", 0);
    fields.add("expired_keys", keyspace.expired);
    fields.add("expired_subkeys", keyspace.expired_fields);
    fields.add("evicted_keys", keyspace.evicted);
    let (total_ms, current_ms) = store.exceeded_ms();
    fields.add("total_eviction_exceeded_time", total_ms);
    fields.add("current_eviction_exceeded_time", current_ms);
    fields.add("keyspace_hits", keyspace.hits);
    fields.add("keyspace_misses", keyspace.misses);
    fields.add("pubsub_channels", store.subscribers.len(Kind::Channel));
    fields.add("pubsub_patterns", store.subscribers.len(Kind::Pattern));
    fields.add("pubsubshard_channels", store.subscribers.len(Kind::Shard));
    let [_, keys, items, prefixes] = store.keyspace.tracked.figures();
    fields.add("tracking_total_keys", keys);
    fields.add("tracking_total_items", items);
    fields.add("tracking_total_prefixes", prefixes);
    fields.add("latest_fork_usec", 0);
    fields.add("total_error_replies", store.stats.errors.iter().map(|(_, count)| count).sum::<u64>());
    fields
        .each("total_net_repl_input_bytes total_net_repl_output_bytes sync_full sync_partial_ok sync_partial_err", "0");
    let kilobytes = |bytes: u64| format_fixed(bytes as f64 / 1024.0, 2);
    fields.add("instantaneous_input_kbps", kilobytes(store.rates.per_second[1]));
    fields.add("instantaneous_output_kbps", kilobytes(store.rates.per_second[2]));
    fields.each("expired_stale_perc", "0.00");
    fields.each("instantaneous_input_repl_kbps instantaneous_output_repl_kbps", "0.00");
    fields.each("expired_time_cap_reached_count expire_cycle_cpu_milliseconds evicted_clients total_forks", "0");
    fields.each("migrate_cached_sockets slave_expires_tracked_keys active_defrag_hits active_defrag_misses", "0");
    fields.each("active_defrag_key_hits active_defrag_key_misses total_active_defrag_time", "0");
    fields.each("current_active_defrag_time unexpected_error_replies dump_payload_sanitizations", "0");
    fields.each("total_reads_processed total_writes_processed io_threaded_reads_processed", "0");
    fields.each("io_threaded_writes_processed reply_buffer_shrinks reply_buffer_expands", "0");
}

fn replication(_: &Store, fields: &mut Fields<'_>) {
    fields.all(&[
        ("role", "master"),
        ("connected_slaves", "0"),
        ("master_failover_state", "no-failover"),
        ("master_replid", "0000000000000000000000000000000000000000"),
        ("master_replid2", "0000000000000000000000000000000000000000"),
        ("master_repl_offset", "0"),
        ("second_repl_offset", "-1"),
        ("repl_backlog_active", "0"),
        ("repl_backlog_size", "0"),
        ("repl_backlog_first_byte_offset", "0"),
        ("repl_backlog_histlen", "0"),
    ]);
}

fn cpu(_: &Store, fields: &mut Fields<'_>) {
    fields.all(&[
        ("used_cpu_sys", "0"),
        ("used_cpu_user", "0"),
        ("used_cpu_sys_children", "0"),
        ("used_cpu_user_children", "0"),
    ]);
    fields.each("used_cpu_sys_main_thread used_cpu_user_main_thread", "0");
}

fn nothing(_: &Store, _: &mut Fields<'_>) {}

/// What the host tells of user-defined functions.
fn functions(store: &Store, fields: &mut Fields<'_>) {
    let told: Vec<&String> = store.info.iter().map(|(name, _)| name).filter(|name| name.starts_with("wasm_")).collect();
    told.into_iter().for_each(|name| fields.add(name, ""));
}

fn command_stats(store: &Store, fields: &mut Fields<'_>) {
    for (name, calls) in store.rows.counted() {
        let per_call = if calls.calls == 0 { 0.0 } else { calls.us as f64 / calls.calls as f64 };
        let figures = format!(
            "calls={},usec={},usec_per_call={},rejected_calls={},failed_calls={}",
            calls.calls,
            calls.us,
            format_fixed(per_call, 2),
            calls.rejected,
            calls.failed
        );
        fields.add(&format!("cmdstat_{name}"), figures);
    }
}

fn latency_stats(store: &Store, fields: &mut Fields<'_>) {
    let percentiles = store.settings.get("latency-tracking-info-percentiles").unwrap_or_default();
    for (name, calls) in store.rows.counted() {
        let Some(histogram) = &calls.histogram else { continue };
        let figure = |percent: &str| {
            let most_us = histogram.percentile(parse_f64(percent.as_bytes()).unwrap_or(100.0));
            format!("p{percent}={most_us}.000")
        };
        let figures: Vec<String> = percentiles.split_ascii_whitespace().map(figure).collect();
        fields.add(&format!("latency_percentiles_usec_{name}"), figures.join(","));
    }
}

fn error_stats(store: &Store, fields: &mut Fields<'_>) {
    for (code, count) in store.stats.errors.iter() {
        fields.add(&format!("errorstat_{code}"), format!("count={count}"));
    }
}

fn cluster(_: &Store, fields: &mut Fields<'_>) {
    fields.add("cluster_enabled", 0);
}

fn keyspace(store: &Store, fields: &mut Fields<'_>) {
    for database in 0..DATABASES {
        let keys = store.keyspace.len(database);
        if keys > 0 {
            let expires = store.keyspace.expiring(database);
            fields.add(&format!("db{database}"), format!("keys={keys},expires={expires},avg_ttl=0"));
        }
    }
}

/// The family's rows.
pub(crate) static TABLE: &[Command] = &[Command::new("info", -1, info)
    .group("server")
    .flags(&[Flags::LOADING, Flags::STALE])
    .categories(&["dangerous"])
    .tips(&["nondeterministic_output", "request_policy:all_shards", "response_policy:special"])
    .docs("1.0.0", "O(1)", "Figures about the server, by section.")];
