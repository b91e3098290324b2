//! The settings that the host itself obeys and that CONFIG SET may change while the server runs.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use crate::config::{LogLevel, Server};
use crate::logging;

/// Present values. The engine keeps the texts that CONFIG GET shows; these are what the sockets' code reads.
#[derive(Debug)]
pub struct Settings {
    maxclients: Cell<u32>,
    timeout: Cell<u32>,
    tcp_keepalive: Cell<u32>,
    protected_mode: Cell<bool>,
    password: RefCell<String>,
    output_limits: Cell<OutputLimits>,
}

/// `client-output-buffer-limit`: bytes that clients have not read yet, by what they do. There are no replicas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutputLimits {
    /// Of those that only send commands.
    pub normal: OutputLimit,
    /// Of those that listen to channels.
    pub pubsub: OutputLimit,
}

/// How many bytes a client may leave unread.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OutputLimit {
    /// Above this the client is disconnected at once; 0 for no limit.
    pub hard_bytes: u64,
    /// Above this it is disconnected after `soft_time`; 0 for no limit.
    pub soft_bytes: u64,
    /// How long the client may stay above `soft_bytes`.
    pub soft_time: Duration,
}

impl Settings {
    /// The values at start.
    pub fn new(server: &Server) -> Settings {
        Settings {
            maxclients: Cell::new(server.maxclients),
            timeout: Cell::new(server.timeout),
            tcp_keepalive: Cell::new(server.tcp_keepalive),
            protected_mode: Cell::new(server.protected_mode),
            password: RefCell::new(server.requirepass.clone()),
            output_limits: Cell::new(OutputLimits::parse(&server.client_output_buffer_limit).unwrap_or_default()),
        }
    }

    /// Most clients at a time.
    pub fn maxclients(&self) -> u32 {
        self.maxclients.get()
    }

    /// After how long an idle client is disconnected.
    pub fn timeout(&self) -> Option<u32> {
        Some(self.timeout.get()).filter(|seconds| *seconds > 0)
    }

    /// Time between TCP keep-alive probes.
    pub fn tcp_keepalive(&self) -> Option<Duration> {
        Some(self.tcp_keepalive.get()).filter(|seconds| *seconds > 0).map(|seconds| Duration::from_secs(seconds.into()))
    }

    /// Whether clients from other machines are turned away.
    pub fn is_protected(&self) -> bool {
        self.protected_mode.get() && self.password.borrow().is_empty()
    }

    /// What the default user has to say, if anything: for sessions whose client has shown another secret.
    pub(super) fn password(&self) -> Option<String> {
        Some(self.password.borrow().clone()).filter(|password| !password.is_empty())
    }

    /// How many bytes a client may leave unread.
    pub fn output_limit(&self, subscribed: bool) -> OutputLimit {
        let limits = self.output_limits.get();
        if subscribed { limits.pubsub } else { limits.normal }
    }

    /// Lowers `maxclients` to what the system allows.
    pub(super) fn lower_maxclients(&self, most: u32) {
        self.maxclients.set(self.maxclients.get().min(most));
    }

    /// Applies what CONFIG SET was given and the engine found valid. Names that only the engine obeys are ignored.
    pub(super) fn apply(&self, name: &str, value: &str) {
        match name {
            "maxclients" => set_number(&self.maxclients, value),
            "timeout" => set_number(&self.timeout, value),
            "tcp-keepalive" => set_number(&self.tcp_keepalive, value),
            "protected-mode" => self.protected_mode.set(value.eq_ignore_ascii_case("yes")),
            "requirepass" => value.clone_into(&mut self.password.borrow_mut()),
            "client-output-buffer-limit" => {
                if let Some(limits) = OutputLimits::parse(value) {
                    self.output_limits.set(limits);
                }
            }
            "loglevel" => {
                if let Some(level) = LogLevel::parse(value) {
                    logging::set_level(level);
                }
            }
            _ => {}
        }
    }
}

fn set_number(setting: &Cell<u32>, value: &str) {
    if let Ok(number) = value.parse() {
        setting.set(number);
    }
}

impl Default for OutputLimits {
    fn default() -> OutputLimits {
        let pubsub = OutputLimit { hard_bytes: 32 << 20, soft_bytes: 8 << 20, soft_time: Duration::from_secs(60) };
        OutputLimits { normal: OutputLimit::default(), pubsub }
    }
}

impl OutputLimits {
    /// Reads a value such as `normal 0 0 0 pubsub 32mb 8mb 60`; a class that it does not name keeps its default.
    pub fn parse(value: &str) -> Option<OutputLimits> {
        let words: Vec<&str> = value.split_whitespace().collect();
        let mut limits = OutputLimits::default();
        for class in words.chunks(4) {
            let [name, hard, soft, seconds] = class else { return None };
            let limit = OutputLimit {
                hard_bytes: hard.parse::<crate::config::Bytes>().ok()?.0,
                soft_bytes: soft.parse::<crate::config::Bytes>().ok()?.0,
                soft_time: Duration::from_secs(seconds.parse().ok()?),
            };
            match name.to_ascii_lowercase().as_str() {
                "normal" => limits.normal = limit,
                "pubsub" => limits.pubsub = limit,
                "slave" | "replica" => {}
                _ => return None,
            }
        }
        Some(limits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn config_set_changes_what_the_sockets_obey() {
        let settings = Settings::new(&Server::default());
        assert!(settings.is_protected());
        settings.apply("requirepass", "secret");
        assert!(!settings.is_protected(), "a password ends protected mode");
        settings.apply("timeout", "30");
        assert_eq!(settings.timeout(), Some(30));
        settings.apply("tcp-keepalive", "0");
        assert_eq!(settings.tcp_keepalive(), None);
    }

    #[test]
    fn each_class_of_output_limits_is_found_and_others_keep_their_defaults() {
        let settings = Settings::new(&Server::default());
        let default = OutputLimits::default();
        assert_eq!(settings.output_limit(true), default.pubsub);
        settings.apply("client-output-buffer-limit", "slave 1 2 3 normal 4mb 1mb 60");
        let expected = OutputLimit { hard_bytes: 4 << 20, soft_bytes: 1 << 20, soft_time: Duration::from_secs(60) };
        assert_eq!((settings.output_limit(false), settings.output_limit(true)), (expected, default.pubsub));
        settings.apply("client-output-buffer-limit", "pubsub 4mb 1mb 60");
        assert_eq!((settings.output_limit(false), settings.output_limit(true)), (default.normal, expected));
        settings.apply("client-output-buffer-limit", "pubsub 4mb");
        settings.apply("client-output-buffer-limit", "nobody 1 2 3");
        assert_eq!(settings.output_limit(true), expected, "what is no value changes nothing");
    }
}
