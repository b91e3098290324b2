//! What CONFIG shows and sets: one row a setting, with Redis' names, units and defaults.

use std::num::IntErrorKind;

use crate::keyspace::access::{Frequency, Tracking};
use crate::keyspace::notices::Class;

/// The row of a setting.
pub struct Setting {
    /// Redis' name.
    pub name: &'static str,
    /// Its earlier name, which goes on to work.
    pub alias: Option<&'static str>,
    /// What a value looks like.
    pub kind: Kind,
    /// The value that holds when nobody sets one.
    pub default: &'static str,
    /// Who acts when it changes.
    pub applies: Applies,
}

/// What a setting's value looks like.
pub enum Kind {
    /// A whole number in this range.
    Integer(i64, i64),
    /// Bytes, with Redis' units (`100mb`).
    Memory,
    /// As many bytes at least.
    MemoryFrom(u64),
    /// `yes` or `no`.
    Switch,
    /// One of these.
    Choice(&'static [&'static str]),
    /// `no`, and why it is nothing else.
    Off(&'static str),
    /// Classes of events of keys, a letter each.
    Events,
    /// Pairs of seconds and changes, none for never.
    SavePoints,
    /// Any text.
    Text,
}

/// Who acts when a setting changes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Applies {
    /// It cannot change while the server runs.
    AtStart,
    /// The engine.
    Engine,
    /// The host, by an event.
    Host,
    /// Nobody: it is taken and shown, for tools and programs that set it, and there is nothing here that it is about.
    Nobody,
}

const fn row(name: &'static str, kind: Kind, default: &'static str, applies: Applies) -> Setting {
    Setting { name, alias: None, kind, default, applies }
}

/// The row of a setting that had another name in earlier versions.
const fn renamed(name: &'static str, alias: &'static str, kind: Kind, default: &'static str) -> Setting {
    Setting { name, alias: Some(alias), kind, default, applies: Applies::Engine }
}

/// The row of a setting that changes nothing here.
const fn idle(name: &'static str, kind: Kind, default: &'static str) -> Setting {
    row(name, kind, default, Applies::Nobody)
}

/// The row of one that had another name in earlier versions.
const fn idle_renamed(name: &'static str, alias: &'static str, kind: Kind, default: &'static str) -> Setting {
    Setting { name, alias: Some(alias), kind, default, applies: Applies::Nobody }
}

const I32_MAX: i64 = i32::MAX as i64;
const U32_MAX: i64 = u32::MAX as i64;
/// How many there may be of something.
const COUNT: Kind = Kind::Integer(0, i64::MAX);
const POLICIES: &[&str] = &[
    "volatile-lru",
    "volatile-lfu",
    "volatile-random",
    "volatile-ttl",
    "allkeys-lru",
    "allkeys-lfu",
    "allkeys-random",
    "noeviction",
];

const OUTPUT_LIMITS: &str = "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60";

/// The table of settings. Those that would change nothing here yet (persistence, replication) show what holds.
pub static SETTINGS: &[Setting] = &[
    row("appendfsync", Kind::Choice(&["everysec", "always", "no"]), "everysec", Applies::AtStart),
    row("appendonly", Kind::Off("there is no append-only file"), "no", Applies::Nobody),
    row("bind", Kind::Text, "127.0.0.1", Applies::AtStart),
    row("client-output-buffer-limit", Kind::Text, OUTPUT_LIMITS, Applies::AtStart),
    row("client-query-buffer-limit", Kind::Memory, "1073741824", Applies::AtStart),
    row("cluster-enabled", Kind::Switch, "no", Applies::AtStart),
    row("databases", Kind::Integer(1, I32_MAX), "16", Applies::AtStart),
    row("dbfilename", Kind::Text, "dump.rdb", Applies::AtStart),
    row("dir", Kind::Text, "", Applies::AtStart),
    row("enable-debug-command", Kind::Text, "no", Applies::AtStart),
    renamed("hash-max-listpack-entries", "hash-max-ziplist-entries", COUNT, "512"),
    renamed("hash-max-listpack-value", "hash-max-ziplist-value", Kind::Memory, "64"),
    row("hll-sparse-max-bytes", Kind::Memory, "3000", Applies::Engine),
    idle("hz", Kind::Integer(0, I32_MAX), "10"),
    row("latency-monitor-threshold", COUNT, "0", Applies::Engine),
    row("latency-tracking", Kind::Switch, "yes", Applies::Engine),
    row("latency-tracking-info-percentiles", Kind::Text, "50 99 99.9", Applies::Engine),
    row("lfu-decay-time", Kind::Integer(0, I32_MAX), "1", Applies::Engine),
    row("lfu-log-factor", Kind::Integer(0, I32_MAX), "10", Applies::Engine),
    row("list-compress-depth", Kind::Integer(0, I32_MAX), "0", Applies::Engine),
    renamed("list-max-listpack-size", "list-max-ziplist-size", Kind::Integer(i32::MIN as i64, I32_MAX), "-2"),
    row("loglevel", Kind::Choice(&["debug", "verbose", "notice", "warning"]), "notice", Applies::Host),
    row("maxclients", Kind::Integer(1, U32_MAX), "10000", Applies::Host),
    row("maxmemory", Kind::Memory, "0", Applies::Engine),
    row("maxmemory-eviction-tenacity", Kind::Integer(0, 100), "10", Applies::Engine),
    row("maxmemory-policy", Kind::Choice(POLICIES), "noeviction", Applies::Engine),
    row("maxmemory-samples", Kind::Integer(1, I32_MAX), "5", Applies::Engine),
    row("notify-keyspace-events", Kind::Events, "", Applies::Engine),
    row("port", Kind::Integer(0, 65_535), "6379", Applies::AtStart),
    row("protected-mode", Kind::Switch, "yes", Applies::Host),
    row("proto-max-bulk-len", Kind::MemoryFrom(1 << 20), "536870912", Applies::Engine),
    row("requirepass", Kind::Text, "", Applies::Engine),
    row("save", Kind::SavePoints, "", Applies::Host),
    row("set-max-intset-entries", COUNT, "512", Applies::Engine),
    row("stream-node-max-bytes", Kind::Memory, "4096", Applies::Engine),
    row("stream-node-max-entries", COUNT, "100", Applies::Engine),
    row("slowlog-log-slower-than", Kind::Integer(-1, i64::MAX), "10000", Applies::Engine),
    row("slowlog-max-len", COUNT, "128", Applies::Engine),
    row("stop-writes-on-bgsave-error", Kind::Switch, "yes", Applies::Engine),
    row("tcp-backlog", Kind::Integer(0, I32_MAX), "511", Applies::AtStart),
    row("tcp-keepalive", Kind::Integer(0, I32_MAX), "300", Applies::Host),
    row("timeout", Kind::Integer(0, I32_MAX), "0", Applies::Host),
    row("tracking-table-max-keys", COUNT, "1000000", Applies::Engine),
    renamed("zset-max-listpack-entries", "zset-max-ziplist-entries", COUNT, "128"),
    renamed("zset-max-listpack-value", "zset-max-ziplist-value", Kind::Memory, "64"),
    // What is fixed here.
    row("aclfile", Kind::Text, "", Applies::AtStart),
    row("appenddirname", Kind::Text, "appendonlydir", Applies::AtStart),
    row("appendfilename", Kind::Text, "appendonly.aof", Applies::AtStart),
    row("daemonize", Kind::Text, "no", Applies::AtStart),
    row("enable-module-command", Kind::Text, "no", Applies::AtStart),
    row("io-threads", Kind::Text, "1", Applies::AtStart),
    row("logfile", Kind::Text, "", Applies::AtStart),
    row("pidfile", Kind::Text, "", Applies::AtStart),
    Setting { name: "replicaof", alias: Some("slaveof"), kind: Kind::Text, default: "", applies: Applies::AtStart },
    row("set-proc-title", Kind::Text, "yes", Applies::AtStart),
    row("supervised", Kind::Text, "no", Applies::AtStart),
    row("unixsocket", Kind::Text, "", Applies::AtStart),
    // What is taken and changes nothing.
    idle("acllog-max-len", COUNT, "128"),
    idle("active-expire-effort", Kind::Integer(1, 10), "1"),
    idle("activedefrag", Kind::Switch, "no"),
    idle("activerehashing", Kind::Switch, "yes"),
    idle("aof-load-truncated", Kind::Switch, "yes"),
    idle("aof-rewrite-incremental-fsync", Kind::Switch, "yes"),
    idle("aof-use-rdb-preamble", Kind::Switch, "yes"),
    idle("auto-aof-rewrite-min-size", Kind::Memory, "67108864"),
    idle("auto-aof-rewrite-percentage", Kind::Integer(0, I32_MAX), "100"),
    idle_renamed("busy-reply-threshold", "lua-time-limit", COUNT, "5000"),
    idle("crash-log-enabled", Kind::Switch, "yes"),
    idle("dynamic-hz", Kind::Switch, "yes"),
    idle("jemalloc-bg-thread", Kind::Switch, "yes"),
    idle("lazyfree-lazy-eviction", Kind::Switch, "no"),
    idle("lazyfree-lazy-expire", Kind::Switch, "no"),
    idle("lazyfree-lazy-server-del", Kind::Switch, "no"),
    idle("lazyfree-lazy-user-del", Kind::Switch, "no"),
    idle("lazyfree-lazy-user-flush", Kind::Switch, "no"),
    idle("masterauth", Kind::Text, ""),
    idle("masteruser", Kind::Text, ""),
    idle_renamed("min-replicas-max-lag", "min-slaves-max-lag", Kind::Integer(0, I32_MAX), "10"),
    idle_renamed("min-replicas-to-write", "min-slaves-to-write", Kind::Integer(0, 0), "0"),
    idle("no-appendfsync-on-rewrite", Kind::Switch, "no"),
    idle("oom-score-adj", Kind::Choice(&["no", "yes", "relative", "absolute"]), "no"),
    idle("rdb-save-incremental-fsync", Kind::Switch, "yes"),
    idle("repl-backlog-size", Kind::Memory, "1048576"),
    idle("repl-backlog-ttl", COUNT, "3600"),
    idle("repl-disable-tcp-nodelay", Kind::Switch, "no"),
    idle("repl-diskless-sync", Kind::Switch, "yes"),
    idle("repl-diskless-sync-delay", Kind::Integer(0, I32_MAX), "5"),
    idle_renamed("repl-ping-replica-period", "repl-ping-slave-period", Kind::Integer(1, I32_MAX), "10"),
    idle("repl-timeout", Kind::Integer(1, I32_MAX), "60"),
    idle_renamed("replica-announce-ip", "slave-announce-ip", Kind::Text, ""),
    idle_renamed("replica-announce-port", "slave-announce-port", Kind::Integer(0, 65_535), "0"),
    idle_renamed("replica-ignore-maxmemory", "slave-ignore-maxmemory", Kind::Switch, "yes"),
    idle_renamed("replica-lazy-flush", "slave-lazy-flush", Kind::Switch, "no"),
    idle_renamed("replica-priority", "slave-priority", Kind::Integer(0, I32_MAX), "100"),
    idle_renamed("replica-read-only", "slave-read-only", Kind::Switch, "yes"),
    idle_renamed("replica-serve-stale-data", "slave-serve-stale-data", Kind::Switch, "yes"),
    idle("shutdown-timeout", Kind::Integer(0, I32_MAX), "10"),
    idle("tls-port", Kind::Integer(0, 0), "0"),
];

impl Kind {
    /// A value as it is kept and shown, or what is wrong with it, in Redis' words.
    pub fn parse(&self, value: &[u8]) -> Result<String, String> {
        let text = String::from_utf8_lossy(value).into_owned();
        match self {
            Kind::Text => Ok(text),
            Kind::Events => {
                let known = Class::parse(value).map(Class::letters);
                known.ok_or("Invalid event class character. Use 'Ag$lshzxeKEtmdn'.".into())
            }
            Kind::SavePoints => save_points(&text).ok_or("Invalid save parameters".into()),
            Kind::Integer(least, most) => match ferrite_resp::number::parse_i64(value) {
                None => Err("argument couldn't be parsed into an integer".into()),
                Some(number) if number < *least || number > *most => {
                    Err(format!("argument must be between {least} and {most} inclusive"))
                }
                Some(number) => Ok(number.to_string()),
            },
            Kind::Memory => {
                memory_bytes(&text).map(|bytes| bytes.to_string()).ok_or("argument must be a memory value".into())
            }
            Kind::MemoryFrom(least) => match memory_bytes(&text) {
                None => Kind::Memory.parse(value),
                Some(bytes) if bytes < *least || i64::try_from(bytes).is_err() => {
                    Err(format!("argument must be between {least} and {} inclusive", i64::MAX))
                }
                Some(bytes) => Ok(bytes.to_string()),
            },
            Kind::Switch => match text.to_ascii_lowercase().as_str() {
                value @ ("yes" | "no") => Ok(value.to_owned()),
                _ => Err("argument must be 'yes' or 'no'".into()),
            },
            Kind::Off(reason) => match Kind::Switch.parse(value)?.as_str() {
                off @ "no" => Ok(off.to_owned()),
                _ => Err((*reason).into()),
            },
            Kind::Choice(choices) => match choices.iter().find(|choice| choice.eq_ignore_ascii_case(&text)) {
                Some(choice) => Ok((*choice).to_owned()),
                None => Err(format!("argument(s) must be one of the following: {}", choices.join(", "))),
            },
        }
    }
}

impl Kind {
    /// A value as CONFIG GET shows it: of `A`, Redis does not say whether `n` holds besides.
    pub fn shown(&self, value: &str) -> String {
        match self {
            Kind::Events if value.starts_with('A') => value.replace('n', ""),
            _ => value.to_owned(),
        }
    }
}

/// Pairs of seconds and changes as they are shown; none when they are not that.
fn save_points(text: &str) -> Option<String> {
    let numbers: Vec<&str> = text.split(' ').filter(|_| !text.is_empty()).collect();
    let number = |(index, text): (usize, &&str)| {
        // As Redis reads it: nothing is 0, and what is more than 64 bits hold is as much as they hold.
        let least = i64::from(index % 2 == 0);
        let number = match text.parse::<i64>().map_err(|error| *error.kind()) {
            Ok(number) => number,
            Err(IntErrorKind::PosOverflow) => i64::MAX,
            Err(IntErrorKind::Empty) => 0,
            Err(_) => return None,
        };
        (number >= least).then(|| number.to_string())
    };
    let shown: Vec<String> = numbers.iter().enumerate().map(number).collect::<Option<_>>()?;
    shown.len().is_multiple_of(2).then(|| shown.join(" "))
}

/// Bytes with an optional unit: `k` is 1000, `kb` 1024, and so on; none when it is not that.
pub fn memory_bytes(text: &str) -> Option<u64> {
    let digits = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor: u64 = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" => 1000,
        "kb" => 1 << 10,
        "m" => 1_000_000,
        "mb" => 1 << 20,
        "g" => 1_000_000_000,
        "gb" => 1 << 30,
        _ => return None,
    };
    // As Redis reads it: no digits are 0, and what is more than 64 bits hold is as much as they hold.
    let number = if number.is_empty() { 0 } else { number.parse::<u64>().unwrap_or(u64::MAX) };
    Some(number.saturating_mul(factor))
}

impl Setting {
    /// Its names, the earlier one last.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.alias)
    }
}

/// The row that has this name, in any case, and the name as it is written.
pub fn find(name: &[u8]) -> Option<(&'static str, &'static Setting)> {
    let named = |setting: &'static Setting| {
        let known = setting.names().find(|known| known.as_bytes().eq_ignore_ascii_case(name))?;
        Some((known, setting))
    };
    SETTINGS.iter().find_map(named)
}

/// The values of all settings.
pub struct Settings {
    values: Vec<String>,
    max_memory: u64,
    max_bulk_bytes: usize,
}

impl Default for Settings {
    fn default() -> Self {
        let values = SETTINGS.iter().map(|setting| setting.default.to_owned()).collect();
        let mut settings = Settings { values, max_memory: 0, max_bulk_bytes: 0 };
        settings.refresh();
        settings
    }
}

impl Settings {
    /// The value of a setting.
    pub fn get(&self, name: &str) -> Option<&str> {
        let index = SETTINGS.iter().position(|setting| setting.name == name)?;
        self.values.get(index).map(String::as_str)
    }

    /// The value of a setting that is a number.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.get(name)?.parse().ok()
    }

    /// Takes a value over as it is; unknown settings are ignored.
    pub fn learn(&mut self, name: &str, value: &str) {
        let index = SETTINGS.iter().position(|setting| setting.names().any(|known| known == name));
        if let Some(place) = index.and_then(|index| self.values.get_mut(index)) {
            *place = value.to_owned();
            self.refresh();
        }
    }

    fn refresh(&mut self) {
        let number = |name| self.get(name).and_then(|value| value.parse::<u64>().ok()).unwrap_or(0);
        let (max_memory, max_bulk_bytes) = (number("maxmemory"), number("proto-max-bulk-len"));
        self.max_memory = max_memory;
        // No string of 32 bits is longer, whatever is allowed.
        self.max_bulk_bytes = max_bulk_bytes.min(isize::MAX as u64) as usize;
    }

    /// `maxmemory` in bytes, 0 for none.
    #[inline]
    pub fn max_memory(&self) -> u64 {
        self.max_memory
    }

    /// `proto-max-bulk-len` in bytes.
    #[inline]
    pub fn max_bulk_bytes(&self) -> usize {
        self.max_bulk_bytes
    }

    /// `requirepass`, if one is set.
    pub fn password(&self) -> Option<&str> {
        self.get("requirepass").filter(|password| !password.is_empty())
    }

    /// What `maxmemory-policy` makes keys remember of their use.
    pub fn tracking(&self) -> Tracking {
        match self.get("maxmemory-policy") {
            Some("allkeys-lfu" | "volatile-lfu") => {
                let number = |name| self.number(name).and_then(|number| u32::try_from(number).ok()).unwrap_or(1);
                Tracking::LeastFrequentlyUsed(Frequency {
                    log_factor: number("lfu-log-factor"),
                    decay_minutes: number("lfu-decay-time"),
                })
            }
            _ => Tracking::LeastRecentlyUsed,
        }
    }
}
