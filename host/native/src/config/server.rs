//! `[server]`: sockets, clients and memory, in Redis' words.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::{self, Deserializer};

use super::Bytes;
use crate::server::OutputLimits;

/// Sockets, clients, memory. The names are Redis'.
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

    /// Finds values that are well-formed and cannot work.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.maxclients == 0 {
            return Err("server.maxclients is 0: expected at least 1".to_owned());
        }
        if self.bind.is_empty() {
            return Err("server.bind is empty: expected at least one address".to_owned());
        }
        if OutputLimits::parse(&self.client_output_buffer_limit).is_none() {
            let limit = &self.client_output_buffer_limit;
            return Err(format!(
                "server.client-output-buffer-limit is {limit:?}: expected e.g. \"normal 256mb 64mb 60\""
            ));
        }
        if !POLICIES.contains(&self.maxmemory_policy.as_str()) {
            let policy = &self.maxmemory_policy;
            return Err(format!("server.maxmemory-policy is {policy:?}: expected one of {}", POLICIES.join(", ")));
        }
        if !crate::snapshots::are_points(self.save_points()) {
            let save = self.save_points();
            return Err(format!("server.save is {save:?}: expected e.g. \"3600 1 300 100\", or \"\" for never"));
        }
        let name = Path::new(&self.dbfilename);
        if name.file_name() != Some(name.as_os_str()) {
            return Err(format!("server.dbfilename is {name:?}: expected a name without a directory"));
        }
        if !["no", "local", "yes"].contains(&self.enable_debug_command.as_str()) {
            let value = &self.enable_debug_command;
            return Err(format!("server.enable-debug-command is {value:?}: expected no, local or yes"));
        }
        if !self.dir.is_dir() {
            return Err(format!("server.dir is {}: there is no such directory", self.dir.display()));
        }
        Ok(())
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
