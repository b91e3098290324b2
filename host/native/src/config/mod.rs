//! What the server is told at start: the built-in defaults, a TOML file above them, flags above both.
//!
//! `server.rs`, `http.rs` and `wasm.rs` are the file's tables, `security.rs` is the part of the latter that says what functions may be
//! granted; `bytes.rs` is how numbers of bytes are written; `gateway.rs` is
//! what `ferrite gateway` adds.

mod bytes;
mod gateway;
mod http;
mod security;
mod server;
mod wasm;

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use bytes::Bytes;
pub use gateway::Gateway;
pub use http::Http;
pub use security::{Allowance, DefaultPermissions, WasmSecurity};
pub use server::{LogLevel, Server};
pub use wasm::{OverBudget, Wasm, WasmBudget, WasmCeilings, WasmLimits, WasmPool};

/// All settings. Each has a default, so that `Config::default()` serves on 127.0.0.1:6379.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The file's `[server]` table: settings by the names that Redis gave them.
    pub server: Server,
    /// The file's `[http]` table: REST calls, and a folder of files.
    pub http: Http,
    /// The file's `[wasm]` table: user-defined functions.
    pub wasm: Wasm,
    /// The AI gateway, if there is one.
    #[serde(skip)]
    pub gateway: Option<Gateway>,
    /// The file that was read, if any.
    #[serde(skip)]
    pub file: Option<PathBuf>,
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
        self.server
            .check()
            .and_then(|()| self.http.check())
            .and_then(|()| self.wasm.check())
            .map_err(ConfigError::Rejected)
    }

    /// Reads TOML text.
    pub fn parse(text: &str) -> Result<Config, toml::de::Error> {
        toml::from_str(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_defaults_of_functions_are_the_defaults() {
        let text = include_str!("../../../../docs/functions.md");
        let block = text.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a block");
        assert_eq!(Config::parse(block).expect("valid"), Config::default());
        let fields = block.lines().filter(|line| line.contains(" = ")).count();
        assert_eq!(fields, 29, "each setting is there");
    }

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
            [http]
            port = 8080
            allow-origin = ["https://app.example.com"]
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
        assert_eq!((config.http.port, config.http.bind.as_str()), (Some(8080), "127.0.0.1"));
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
            ("[http]\nroot = \"/no/such/directory\"", "/no/such/directory"),
            ("[http]\ntoken = \"two words\"", "http.token"),
            ("[http]\nallow-origin = [\"*\"]", "https://app.example.com"),
            ("[http]\nallow-host = [\"http://a\"]", "store.example.com"),
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
