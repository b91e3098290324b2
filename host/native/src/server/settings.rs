//! The settings that the host itself obeys and that CONFIG SET may change while the server runs.

use std::cell::Cell;
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
    has_password: Cell<bool>,
    output_limit: Cell<OutputLimit>,
}

/// `client-output-buffer-limit normal`: bytes of replies that a client has not read yet.
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
            has_password: Cell::new(!server.requirepass.is_empty()),
            output_limit: Cell::new(OutputLimit::parse(&server.client_output_buffer_limit).unwrap_or_default()),
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
        self.protected_mode.get() && !self.has_password.get()
    }

    /// How many bytes of replies a client may leave unread.
    pub fn output_limit(&self) -> OutputLimit {
        self.output_limit.get()
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
            "requirepass" => self.has_password.set(!value.is_empty()),
            "client-output-buffer-limit" => {
                if let Some(limit) = OutputLimit::parse(value) {
                    self.output_limit.set(limit);
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

impl OutputLimit {
    /// Finds the class `normal` in a value such as `normal 0 0 0 pubsub 33554432 8388608 60`.
    pub fn parse(value: &str) -> Option<OutputLimit> {
        let words: Vec<&str> = value.split_whitespace().collect();
        words.chunks_exact(4).find_map(|class| {
            let [name, hard, soft, seconds] = class else { return None };
            name.eq_ignore_ascii_case("normal").then_some(())?;
            Some(OutputLimit {
                hard_bytes: hard.parse::<crate::config::Bytes>().ok()?.0,
                soft_bytes: soft.parse::<crate::config::Bytes>().ok()?.0,
                soft_time: Duration::from_secs(seconds.parse().ok()?),
            })
        })
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
    fn the_normal_class_of_output_limits_is_found_among_others() {
        let settings = Settings::new(&Server::default());
        settings.apply("client-output-buffer-limit", "slave 1 2 3 normal 4mb 1mb 60");
        let expected = OutputLimit { hard_bytes: 4 << 20, soft_bytes: 1 << 20, soft_time: Duration::from_secs(60) };
        assert_eq!(settings.output_limit(), expected);
        settings.apply("client-output-buffer-limit", "slave 1 2 3");
        assert_eq!(settings.output_limit(), expected, "a value without the class changes nothing");
    }
}
