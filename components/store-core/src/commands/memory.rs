//! MEMORY: what keys take. <https://redis.io/docs/latest/commands/memory-usage/>

use ferrite_resp::Writer;

use crate::command::{Command, Flags, Handler, key_at};
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::{DATABASES, Database};
use crate::memory;

fn usage(cx: &mut Context<'_>) -> Result<(), Error> {
    const SAMPLES: usize = 5;
    let (mut at, mut samples) = (3, SAMPLES);
    while at < cx.args.len() {
        if !cx.is(at, "SAMPLES") || at + 1 >= cx.args.len() {
            return Err(Error::Syntax);
        }
        let wanted = cx.integer(at + 1)?;
        if wanted < 0 {
            return Err(Error::Syntax);
        }
        samples = usize::try_from(wanted).unwrap_or(usize::MAX);
        at += 2;
    }
    let (database, key) = (cx.database(), cx.arg(2));
    match cx.keys().memory_usage(database, key, samples) {
        Some(bytes) => cx.out.integer(bytes as i64),
        None => cx.out.null(),
    }
    Ok(())
}

#[inline(never)]
fn integers(fields: &[(&str, u64)], out: &mut Writer) {
    for (name, value) in fields {
        out.bulk(name.as_bytes());
        out.integer(*value as i64);
    }
}

#[inline(never)]
fn double(name: &str, value: f64, out: &mut Writer) {
    out.bulk(name.as_bytes());
    out.double(value);
}

/// In Redis' order. What there is none of is 0.
fn stats(cx: &mut Context<'_>) -> Result<(), Error> {
    let store = &*cx.store;
    let (used, peak) = (memory::used() as u64, memory::peak() as u64);
    let startup = store.started_bytes.min(used);
    let overhead = store.overhead();
    let dataset = used.saturating_sub(overhead);
    let keys = store.measure().keys;
    let databases: Vec<Database> = (0..DATABASES).filter(|&database| store.keyspace.len(database) > 0).collect();
    let resident = store.info.get("used_memory_rss").and_then(|told| told.parse::<u64>().ok()).unwrap_or(used);
    let percent = |part: u64, whole: u64| part as f64 * 100.0 / whole.max(1) as f64;
    let out = &mut *cx.out;
    out.map(27 + databases.len());
    integers(&[("peak.allocated", peak), ("total.allocated", used), ("startup.allocated", startup)], out);
    integers(&[("replication.backlog", 0), ("clients.slaves", 0), ("clients.normal", 0), ("cluster.links", 0)], out);
    integers(&[("aof.buffer", 0), ("lua.caches", 0), ("functions.caches", 0)], out);
    for database in databases {
        out.bulk(format!("db.{database}").as_bytes());
        out.map(3);
        let tables = store.keyspace.overhead(database) as u64;
        integers(&[("overhead.hashtable.main", tables), ("overhead.hashtable.expires", 0)], out);
        integers(&[("overhead.hashtable.slot-to-keys", 0)], out);
    }
    let each = used.saturating_sub(startup) / keys.max(1);
    integers(&[("overhead.total", overhead), ("keys.count", keys)], out);
    integers(&[("keys.bytes-per-key", if keys == 0 { 0 } else { each }), ("dataset.bytes", dataset)], out);
    double("dataset.percentage", percent(dataset, used.saturating_sub(startup)), out);
    double("peak.percentage", percent(used, peak), out);
    integers(&[("allocator.allocated", used), ("allocator.active", used), ("allocator.resident", used)], out);
    double("allocator-fragmentation.ratio", 1.0, out);
    integers(&[("allocator-fragmentation.bytes", 0)], out);
    double("allocator-rss.ratio", 1.0, out);
    integers(&[("allocator-rss.bytes", 0)], out);
    double("rss-overhead.ratio", 1.0, out);
    integers(&[("rss-overhead.bytes", 0)], out);
    double("fragmentation", percent(resident, used) / 100.0, out);
    out.bulk(b"fragmentation.bytes");
    out.integer(resident as i64 - used as i64);
    Ok(())
}

fn doctor(cx: &mut Context<'_>) -> Result<(), Error> {
    /// Less than this says nothing.
    const LITTLE: usize = 5 << 20;
    let (used, limit) = (memory::used(), cx.store.settings.max_memory());
    let text = match () {
        () if used < LITTLE => "There is too little data to say anything about.\n",
        () if memory::peak() / 3 * 2 > used => {
            "The peak was far above what is used now: what was freed will be used again.\n"
        }
        () if limit != 0 && used as u64 > limit / 10 * 9 => "More than nine tenths of maxmemory are used.\n",
        () => "Nothing to complain of.\n",
    };
    cx.out.verbatim(*b"txt", text.as_bytes());
    Ok(())
}

fn malloc_stats(cx: &mut Context<'_>) -> Result<(), Error> {
    let text = format!("{} bytes are allocated, {} were at the peak.\n", memory::used(), memory::peak());
    cx.out.verbatim(*b"txt", text.as_bytes());
    Ok(())
}

/// What is free stays the engine's: linear memory never shrinks.
fn purge(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.ok()
}

fn help(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.reply_help(&[
        ("DOCTOR", "What is to be said about the memory."),
        ("MALLOC-STATS", "What is allocated."),
        ("PURGE", "Changes nothing: what is free is used again."),
        ("STATS", "Figures."),
        (
            "USAGE <key> [SAMPLES <count>]",
            "Bytes that a key takes with its value and its place in the table. Big values are estimated from samples.",
        ),
    ])
}

const fn about(name: &'static str, handler: Handler, complexity: &'static str, summary: &'static str) -> Command {
    Command::new(name, 2, handler).tips(FIGURES).docs("4.0.0", complexity, summary)
}

const FIGURES: &[&str] = &["nondeterministic_output", "request_policy:all_shards", "response_policy:special"];
const ALL: &str = "Depends on how much memory is allocated, could be slow";

static SUBCOMMANDS: &[Command] = &[
    about("doctor", doctor, "O(1)", "What is to be said about the memory."),
    about("help", help, "O(1)", "Explains the subcommands.").tips(&[]).flags(&[Flags::LOADING, Flags::STALE]),
    about("malloc-stats", malloc_stats, ALL, "What is allocated."),
    about("purge", purge, ALL, "Changes nothing.")
        .tips(&["request_policy:all_shards", "response_policy:all_succeeded"]),
    about("stats", stats, "O(1)", "Figures about the memory."),
    Command::new("usage", -3, usage).flags(&[Flags::READONLY]).keys(&[key_at(2, &["RO"])]).docs(
        "4.0.0",
        "O(N) where N is the number of samples.",
        "Returns how many bytes a key takes.",
    ),
];

/// The family's rows.
pub(crate) static TABLE: &[Command] = &[Command::container("memory", SUBCOMMANDS).group("server").docs(
    "4.0.0",
    "Depends on subcommand.",
    "Says what keys take.",
)];
