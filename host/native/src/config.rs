//! What the server is told at start: the built-in defaults, a TOML file above them, flags above both.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use serde::de::{self, Deserializer};

use crate::server::OutputLimits;

/// All settings. Each has a default, so that `Config::default()` serves on 127.0.0.1:6379.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The file's `[server]` table: settings by the names that Redis gave them.
    pub server: Server,
    /// The file's `[wasm]` table: user-defined functions.
    pub wasm: Wasm,
    /// The file that was read, if any.
    #[serde(skip)]
    pub file: Option<PathBuf>,
}

/// Sockets and clients. The names are Redis'.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Server {
    /// TCP port; 0 takes a free one.
    pub port: u16,
    /// Addresses to listen on. One that begins with `-` may be missing on this machine.
    #[serde(deserialize_with = "one_or_many")]
    pub bind: Vec<String>,
    /// Directory of the data, and the working directory that CONFIG GET shows.
    pub dir: PathBuf,
    /// Name of the snapshot in that directory.
    pub dbfilename: String,
    /// When snapshots are written by themselves: pairs of seconds and changes, empty for never. Without it Redis' default
    /// holds if a directory of the data was named, and never otherwise.
    pub save: Option<String>,
    /// Whether DEBUG works: `no`, `local` or `yes`.
    pub enable_debug_command: String,
    /// Most clients at a time.
    pub maxclients: u32,
    /// Password of the default user; empty for none.
    pub requirepass: String,
    /// Seconds after which an idle client is disconnected; 0 for never.
    pub timeout: u32,
    /// Seconds between TCP keep-alive probes; 0 for none.
    pub tcp_keepalive: u32,
    /// Connections that the kernel holds until they are accepted.
    pub tcp_backlog: u32,
    /// Refuse clients from other machines while there is no password.
    #[serde(deserialize_with = "yes_or_no")]
    pub protected_mode: bool,
    /// Address and port of `/metrics`, such as `127.0.0.1:9121`; empty for none. It asks for no password.
    pub metrics_address: String,
    /// What is logged.
    pub loglevel: LogLevel,
    /// Bytes of memory after which keys are evicted or writes refused; 0 for no limit.
    pub maxmemory: Bytes,
    /// What to evict then.
    pub maxmemory_policy: String,
    /// Bytes of replies that a client may leave unread: `normal`, hard limit, soft limit, seconds above the soft one.
    pub client_output_buffer_limit: String,
}

impl Default for Server {
    fn default() -> Server {
        Server {
            port: 6379,
            bind: vec!["127.0.0.1".to_owned()],
            dir: PathBuf::from(HERE),
            dbfilename: "dump.rdb".to_owned(),
            save: None,
            enable_debug_command: "no".to_owned(),
            maxclients: 10_000,
            requirepass: String::new(),
            timeout: 0,
            tcp_keepalive: 300,
            tcp_backlog: 511,
            protected_mode: true,
            metrics_address: String::new(),
            loglevel: LogLevel::Notice,
            maxmemory: Bytes(0),
            maxmemory_policy: "noeviction".to_owned(),
            client_output_buffer_limit: "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60"
                .to_owned(),
        }
    }
}

/// The directory of the data when none is named.
const HERE: &str = ".";
/// Redis' own `save`.
const SAVE: &str = "3600 1 300 100 60 10000";

impl Server {
    /// When snapshots are written by themselves.
    pub(crate) fn save_points(&self) -> &str {
        match &self.save {
            Some(points) => points,
            None if self.dir == Path::new(HERE) => "",
            None => SAVE,
        }
    }
}

/// Redis' eviction policies.
const POLICIES: [&str; 8] = [
    "noeviction",
    "allkeys-lru",
    "allkeys-lfu",
    "allkeys-random",
    "volatile-lru",
    "volatile-lfu",
    "volatile-random",
    "volatile-ttl",
];

/// How much is logged, in Redis' words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Everything, for whoever hunts a fault.
    Debug,
    /// Much that is rarely of use.
    Verbose,
    /// What an operator wants to see.
    Notice,
    /// Only what is wrong.
    Warning,
}

impl LogLevel {
    /// The name that CONFIG GET shows.
    pub fn name(self) -> &'static str {
        match self {
            LogLevel::Debug => "debug",
            LogLevel::Verbose => "verbose",
            LogLevel::Notice => "notice",
            LogLevel::Warning => "warning",
        }
    }

    /// The level of a name, in any case.
    pub fn parse(name: &str) -> Option<LogLevel> {
        [LogLevel::Debug, LogLevel::Verbose, LogLevel::Notice, LogLevel::Warning]
            .into_iter()
            .find(|level| level.name().eq_ignore_ascii_case(name))
    }
}

/// A number of bytes, written as a number or as Redis writes it (`100mb`, `1gb`; `1k` is 1000, `1kb` is 1024).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bytes(pub u64);

impl std::str::FromStr for Bytes {
    type Err = String;

    fn from_str(text: &str) -> Result<Bytes, String> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let unit = match unit.to_ascii_lowercase().as_str() {
            "" | "b" => 1,
            "k" => 1000,
            "kb" => 1 << 10,
            "m" => 1_000_000,
            "mb" => 1 << 20,
            "g" => 1_000_000_000,
            "gb" => 1 << 30,
            _ => return Err(format!("`{text}` is no number of bytes: expected e.g. 1048576, 100mb or 1gb")),
        };
        number
            .parse::<u64>()
            .ok()
            .and_then(|number| number.checked_mul(unit))
            .map(Bytes)
            .ok_or_else(|| format!("`{text}` is no number of bytes: expected e.g. 1048576, 100mb or 1gb"))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "expected a number of bytes such as 1048576 or \"100mb\"")]
        enum Form {
            Number(u64),
            Text(String),
        }
        match Form::deserialize(deserializer)? {
            Form::Number(bytes) => Ok(Bytes(bytes)),
            Form::Text(text) => text.parse().map_err(de::Error::custom),
        }
    }
}

/// User-defined functions.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Wasm {
    /// Whether `WASM.*` and `FCALL` exist.
    pub enabled: bool,
    /// Directory in which WASM.LOAD finds modules by path, and whose modules are loaded at start.
    pub module_dir: PathBuf,
    /// Whether modules in that directory are loaded at start.
    pub load_at_start: bool,
    /// Whether they are loaded again when their files change; looked at each second.
    pub watch: bool,
    /// Limits of a function whose LOAD names none.
    pub limits: WasmLimits,
    /// The most that LOAD may ask for.
    pub ceilings: WasmCeilings,
    /// Instances kept ready.
    pub pool: WasmPool,
    /// How much of the shard's time functions may take.
    pub budget: WasmBudget,
    /// What functions may do.
    pub security: WasmSecurity,
}

impl Default for Wasm {
    fn default() -> Wasm {
        Wasm {
            enabled: true,
            module_dir: PathBuf::from("./wasm"),
            load_at_start: true,
            watch: false,
            limits: WasmLimits::default(),
            ceilings: WasmCeilings::default(),
            pool: WasmPool::default(),
            budget: WasmBudget::default(),
            security: WasmSecurity::default(),
        }
    }
}

/// `[wasm.limits]`: what a call may use when LOAD says nothing else.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WasmLimits {
    /// Bytes of all linear memories of an instance together.
    pub max_memory: u64,
    /// Units of fuel of one call.
    pub max_fuel: u64,
    /// Whether fuel is counted at all; without it functions run faster, and only time bounds their work.
    pub meter_fuel: bool,
    /// Milliseconds of one call.
    pub max_duration_ms: u64,
    /// Functions that call functions: how many deep.
    pub max_call_depth: u32,
    /// Calls on the store of one call.
    pub max_store_calls: u64,
    /// Bytes of one reply, a node counting 16.
    pub max_reply_bytes: u64,
    /// Bytes that one call may log.
    pub max_log_bytes: u64,
    /// Calls that trap one behind the other, after which the function is suspended; 0 never.
    pub suspend_after: u32,
}

impl Default for WasmLimits {
    fn default() -> WasmLimits {
        WasmLimits {
            max_memory: 67_108_864,
            max_fuel: 1_000_000,
            meter_fuel: true,
            max_duration_ms: 5000,
            max_call_depth: 8,
            max_store_calls: 1_000_000,
            max_reply_bytes: 33_554_432,
            max_log_bytes: 16_384,
            suspend_after: 100,
        }
    }
}

/// `[wasm.ceilings]`: the most that LOAD may ask for.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WasmCeilings {
    /// Bytes of all linear memories of an instance together.
    pub max_memory: u64,
    /// Units of fuel of one call.
    pub max_fuel: u64,
    /// Milliseconds of one call.
    pub max_duration_ms: u64,
    /// Bytes of a module.
    pub max_module_bytes: u64,
}

impl Default for WasmCeilings {
    fn default() -> WasmCeilings {
        WasmCeilings {
            max_memory: 268_435_456,
            max_fuel: 1_000_000_000,
            max_duration_ms: 5000,
            max_module_bytes: 67_108_864,
        }
    }
}

/// `[wasm.pool]`: instances kept ready for functions that are loaded with `ISOLATION pooled`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WasmPool {
    /// Instances of one function that are kept however long they idle.
    pub min_instances: u32,
    /// Most idle instances of one function.
    pub max_instances: u32,
    /// Seconds after which an idle instance above the minimum is dropped.
    pub idle_timeout_secs: u64,
}

impl Default for WasmPool {
    fn default() -> WasmPool {
        WasmPool { min_instances: 2, max_instances: 16, idle_timeout_secs: 300 }
    }
}

/// `[wasm.budget]`: how much of the shard's time functions may take while others want it. Time that nobody else wants is
/// theirs.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WasmBudget {
    /// The share of one function, above 0; 1 is no limit.
    pub function: f64,
    /// The share of all functions together, above 0; 1 is no limit.
    pub all_functions: f64,
    /// Milliseconds over which it is measured: a function may use its share of them at once.
    pub window_ms: u64,
    /// What becomes of a call over the budget.
    pub exceeded: OverBudget,
}

/// What becomes of a call over the budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OverBudget {
    /// It waits until nobody else wants the shard, or the budget allows it.
    Wait,
    /// It fails at once.
    Fail,
}

impl Default for WasmBudget {
    fn default() -> WasmBudget {
        WasmBudget { function: 0.5, all_functions: 0.8, window_ms: 100, exceeded: OverBudget::Wait }
    }
}

impl WasmBudget {
    /// As a duration.
    pub(crate) fn window(&self) -> Duration {
        Duration::from_millis(self.window_ms)
    }
}

/// `[wasm.security]`: what functions may be granted.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WasmSecurity {
    /// Which hosts LOAD may grant by NETWORK: `true` for any, or a list such as `["api.example.com:443"]`.
    pub allow_network: Allowance,
    /// Which directories LOAD may grant by FILESYSTEM: `true` for any, or a list such as `["./data:rw"]`.
    pub allow_filesystem: Allowance,
    /// Whether LOAD may grant ADMIN: CONFIG, CLIENT KILL, ACL and what else administrators run.
    pub allow_admin: bool,
    /// Whether every function may touch only what its call declares in KEYS, as LOAD's STRICT_KEYS has it for one.
    pub strict_keys: bool,
    /// What a function may do whose LOAD names no permission.
    pub default_permissions: DefaultPermissions,
}

impl Default for WasmSecurity {
    fn default() -> WasmSecurity {
        WasmSecurity {
            allow_network: Allowance::Nothing,
            allow_filesystem: Allowance::Nothing,
            allow_admin: false,
            strict_keys: false,
            default_permissions: DefaultPermissions::Readonly,
        }
    }
}

/// What LOAD may grant of a kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Allowance {
    /// `false`.
    #[default]
    Nothing,
    /// `true`.
    Anything,
    /// A list.
    Only(Vec<String>),
}

impl Allowance {
    /// The list, if it is one.
    pub(crate) fn list(&self) -> Option<&[String]> {
        match self {
            Allowance::Only(list) => Some(list),
            Allowance::Nothing | Allowance::Anything => None,
        }
    }
}

impl<'de> Deserialize<'de> for Allowance {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Allowance, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "expected true, false, or a list such as [\"api.example.com:443\"]")]
        enum Form {
            Bool(bool),
            List(Vec<String>),
        }
        Ok(match Form::deserialize(deserializer)? {
            Form::Bool(false) => Allowance::Nothing,
            Form::Bool(true) => Allowance::Anything,
            Form::List(list) => Allowance::Only(list),
        })
    }
}

/// What a function may do whose LOAD names no permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DefaultPermissions {
    /// No access to keys.
    None,
    /// READ.
    Readonly,
    /// WRITE, which includes READ.
    Readwrite,
}

/// Why the configuration cannot be used; its text names the key, and the line if it came from a file.
#[derive(Debug)]
pub enum ConfigError {
    /// The file cannot be read.
    Unreadable(PathBuf, std::io::Error),
    /// The file is no TOML, or holds a key or value that is not known.
    Invalid(PathBuf, Box<toml::de::Error>),
    /// A value that no single key is to blame for.
    Rejected(String),
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConfigError::Unreadable(path, error) => write!(f, "cannot read {}: {error}", path.display()),
            ConfigError::Invalid(path, error) => write!(f, "in {}: {error}", path.display()),
            ConfigError::Rejected(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for ConfigError {}

impl Config {
    /// Reads a TOML file.
    pub fn read(path: &Path) -> Result<Config, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|error| ConfigError::Unreadable(path.to_owned(), error))?;
        let config = Config::parse(&text).map_err(|error| ConfigError::Invalid(path.to_owned(), Box::new(error)))?;
        Ok(Config { file: Some(path.to_owned()), ..config })
    }

    /// Finds values that are well-formed and cannot work.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let reject = |reason: String| Err(ConfigError::Rejected(reason));
        let (limits, ceilings) = (&self.wasm.limits, &self.wasm.ceilings);
        for (name, limit, ceiling) in [
            ("max_memory", limits.max_memory, ceilings.max_memory),
            ("max_fuel", limits.max_fuel, ceilings.max_fuel),
            ("max_duration_ms", limits.max_duration_ms, ceilings.max_duration_ms),
        ] {
            if limit == 0 {
                return reject(format!("wasm.limits.{name} is 0: expected at least 1"));
            }
            if limit > ceiling {
                return reject(format!("wasm.limits.{name} is {limit}, more than wasm.ceilings.{name}, {ceiling}"));
            }
        }
        let limits = &self.wasm.limits;
        for (name, limit) in [("max_store_calls", limits.max_store_calls), ("max_reply_bytes", limits.max_reply_bytes)]
        {
            if limit == 0 {
                return reject(format!("wasm.limits.{name} is 0: expected at least 1"));
            }
        }
        let budget = &self.wasm.budget;
        for (name, share) in [("function", budget.function), ("all_functions", budget.all_functions)] {
            if !(share > 0.0 && share <= 1.0) {
                return reject(format!("wasm.budget.{name} is {share}: expected more than 0 and at most 1"));
            }
        }
        if !(1..=60_000).contains(&budget.window_ms) {
            return reject(format!("wasm.budget.window_ms is {}: expected 1 to 60000", budget.window_ms));
        }
        if self.wasm.pool.min_instances > self.wasm.pool.max_instances {
            return reject("wasm.pool.min_instances is more than wasm.pool.max_instances".to_owned());
        }
        if self.server.maxclients == 0 {
            return reject("server.maxclients is 0: expected at least 1".to_owned());
        }
        if self.server.bind.is_empty() {
            return reject("server.bind is empty: expected at least one address".to_owned());
        }
        if OutputLimits::parse(&self.server.client_output_buffer_limit).is_none() {
            let limit = &self.server.client_output_buffer_limit;
            return reject(format!(
                "server.client-output-buffer-limit is {limit:?}: expected e.g. \"normal 256mb 64mb 60\""
            ));
        }
        if !POLICIES.contains(&self.server.maxmemory_policy.as_str()) {
            let policy = &self.server.maxmemory_policy;
            return reject(format!("server.maxmemory-policy is {policy:?}: expected one of {}", POLICIES.join(", ")));
        }
        if !crate::snapshots::are_points(self.server.save_points()) {
            let save = self.server.save_points();
            return reject(format!("server.save is {save:?}: expected e.g. \"3600 1 300 100\", or \"\" for never"));
        }
        let name = Path::new(&self.server.dbfilename);
        if name.file_name() != Some(name.as_os_str()) {
            return reject(format!("server.dbfilename is {name:?}: expected a name without a directory"));
        }
        if !["no", "local", "yes"].contains(&self.server.enable_debug_command.as_str()) {
            let value = &self.server.enable_debug_command;
            return reject(format!("server.enable-debug-command is {value:?}: expected no, local or yes"));
        }
        if !self.server.dir.is_dir() {
            return reject(format!("server.dir is {}: there is no such directory", self.server.dir.display()));
        }
        Ok(())
    }

    /// Reads TOML text.
    pub fn parse(text: &str) -> Result<Config, toml::de::Error> {
        toml::from_str(text)
    }
}

fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected an address such as \"127.0.0.1\", or a list of them")]
    enum Form {
        One(String),
        Many(Vec<String>),
    }
    Ok(match Form::deserialize(deserializer)? {
        Form::One(addresses) => addresses.split_whitespace().map(str::to_owned).collect(),
        Form::Many(addresses) => addresses,
    })
}

fn yes_or_no<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected true, false, \"yes\" or \"no\"")]
    enum Form {
        Bool(bool),
        Text(String),
    }
    match Form::deserialize(deserializer)? {
        Form::Bool(value) => Ok(value),
        Form::Text(text) if text == "yes" => Ok(true),
        Form::Text(text) if text == "no" => Ok(false),
        Form::Text(text) => Err(de::Error::custom(format!("`{text}`: expected true, false, \"yes\" or \"no\""))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_is_the_documented_defaults() {
        let config = Config::parse("").expect("valid");
        assert_eq!(config, Config::default());
        assert_eq!((config.server.port, config.server.maxclients, config.server.tcp_keepalive), (6379, 10_000, 300));
        assert_eq!(config.wasm.module_dir, Path::new("./wasm"));
        assert_eq!(config.wasm.limits.max_fuel, 1_000_000);
        assert_eq!(config.wasm.ceilings.max_memory, 268_435_456);
        config.check().expect("the defaults work");
    }

    #[test]
    fn every_table_is_read() {
        let config = Config::parse(
            r#"
            [server]
            bind = ["127.0.0.1", "-::1"]
            protected-mode = "no"
            maxmemory = "100mb"
            loglevel = "debug"
            [wasm]
            enabled = false
            [wasm.limits]
            max_call_depth = 3
            [wasm.pool]
            max_instances = 2
            [wasm.security]
            default_permissions = "readwrite"
            "#,
        )
        .expect("valid");
        assert_eq!(config.server.bind, ["127.0.0.1", "-::1"]);
        assert!(!config.server.protected_mode && !config.wasm.enabled);
        assert_eq!(config.server.maxmemory, Bytes(100 << 20));
        assert_eq!(config.wasm.limits.max_call_depth, 3);
        assert_eq!(config.wasm.security.default_permissions, DefaultPermissions::Readwrite);
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line_and_what_is_known() {
        let error =
            Config::parse("[wasm.limits]\nmax_fuel = 1\nmax_feul = 2\n").expect_err("a typing error").to_string();
        assert!(error.contains("line 3") && error.contains("max_feul") && error.contains("`max_fuel`"), "{error}");
        let error = Config::parse("[wasn]\n").expect_err("a typing error").to_string();
        assert!(error.contains("wasn") && error.contains("`wasm`"), "{error}");
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_named_with_what_is_expected() {
        for (text, expected) in [
            ("[server]\nport = 70000", "port"),
            ("[server]\nprotected-mode = \"maybe\"", "\"yes\" or \"no\""),
            ("[server]\nmaxmemory = \"much\"", "100mb"),
            ("[server]\nloglevel = \"loud\"", "`notice`"),
            ("[wasm.security]\ndefault_permissions = \"all\"", "`readonly`"),
        ] {
            let error = Config::parse(text).expect_err("it is wrong").to_string();
            assert!(error.contains(expected) && error.contains("line 2"), "{error}");
        }
    }

    #[test]
    fn values_that_cannot_work_together_are_refused() {
        for (text, expected) in [
            ("[wasm.limits]\nmax_fuel = 2\n[wasm.ceilings]\nmax_fuel = 1", "wasm.ceilings.max_fuel"),
            ("[wasm.limits]\nmax_memory = 0", "wasm.limits.max_memory"),
            ("[wasm.pool]\nmin_instances = 3\nmax_instances = 2", "min_instances"),
            ("[server]\nmaxclients = 0", "maxclients"),
            ("[wasm.budget]\nfunction = 0.0", "more than 0"),
            ("[wasm.budget]\nwindow_ms = 0", "window_ms"),
            ("[wasm.limits]\nmax_store_calls = 0", "max_store_calls"),
            ("[server]\nclient-output-buffer-limit = \"normal 1\"", "normal 256mb"),
            ("[server]\nmaxmemory-policy = \"lru\"", "allkeys-lru"),
            ("[server]\ndir = \"/no/such/directory\"", "/no/such/directory"),
        ] {
            let error = Config::parse(text).expect("well-formed").check().expect_err("it cannot work").to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn bytes_are_written_as_redis_writes_them() {
        for (text, bytes) in [("0", 0), ("1k", 1000), ("1KB", 1024), ("3mb", 3 << 20), ("2gb", 2 << 30)] {
            assert_eq!(text.parse(), Ok(Bytes(bytes)), "{text}");
        }
        for text in ["", "mb", "1x", "-1", "99999999999gb"] {
            assert!(text.parse::<Bytes>().is_err(), "{text}");
        }
    }
}
