//! What WASM.LOAD granted a function, word by word: `READ`, `READ=user:*`, `WRITE=cache:*` …

use std::fmt;

use super::away::{Mount, Reach};
use super::glob;
use super::hosts::Host;
use super::limits::{HOSTS, MOUNTS, PATTERN_BYTES, PATTERNS};
use super::permissions::Permissions;
use super::scope::Access;
use crate::config::{DefaultPermissions, WasmSecurity};

/// Permissions, and what each is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Grants {
    pub(crate) permissions: Permissions,
    read: Keys,
    write: Keys,
    /// Hosts of the network; any public one when NETWORK was granted without a name.
    hosts: Vec<Host>,
    any_host: bool,
    mounts: Vec<Mount>,
    /// Whether only what a call declares in KEYS may be touched.
    pub(crate) strict_keys: bool,
}

/// Which keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Keys {
    all: bool,
    patterns: Vec<Box<[u8]>>,
}

impl Keys {
    fn contain(&self, key: &[u8]) -> bool {
        self.all || self.patterns.iter().any(|pattern| glob::matches(pattern, key))
    }

    fn add(&mut self, word: &str, pattern: Option<&[u8]>) -> Result<(), String> {
        let Some(pattern) = pattern else {
            self.all = true;
            return Ok(());
        };
        if pattern.is_empty() || pattern.len() > PATTERN_BYTES {
            return Err(format!("ERR wasm: a pattern of {word} has 1 to {PATTERN_BYTES} bytes, as in {word}=user:*"));
        }
        if self.patterns.len() >= PATTERNS {
            return Err(format!("ERR wasm: more than {PATTERNS} patterns of {word}"));
        }
        self.patterns.push(pattern.into());
        Ok(())
    }
}

impl Grants {
    /// Adds what a word of WASM.LOAD grants; none when it is no permission.
    pub(crate) fn grant(&mut self, word: &[u8]) -> Option<Result<(), String>> {
        let (name, value) = match word.iter().position(|byte| *byte == b'=') {
            Some(at) => (word.get(..at)?, word.get(at + 1..)),
            None => (word, None),
        };
        let permission = Permissions::named(name)?;
        let added = match permission {
            Permissions::READ => self.read.add("READ", value),
            Permissions::WRITE => self.write.add("WRITE", value),
            Permissions::NETWORK => self.add_host(value),
            Permissions::FILESYSTEM => self.add_mount(value),
            _ if value.is_some() => Err("ERR wasm: ADMIN cannot be narrowed: write ADMIN alone".to_owned()),
            _ => Ok(()),
        };
        self.permissions = self.permissions.union(permission);
        Some(added)
    }

    fn add_host(&mut self, value: Option<&[u8]>) -> Result<(), String> {
        let Some(value) = value else {
            self.any_host = true;
            return Ok(());
        };
        if self.hosts.len() >= HOSTS {
            return Err(format!("ERR wasm: more than {HOSTS} hosts of NETWORK"));
        }
        let host = Host::parse(&String::from_utf8_lossy(value)).map_err(|reason| format!("ERR wasm: {reason}"))?;
        self.hosts.push(host);
        Ok(())
    }

    fn add_mount(&mut self, value: Option<&[u8]>) -> Result<(), String> {
        let Some(value) = value else { return Ok(()) };
        if self.mounts.len() >= MOUNTS {
            return Err(format!("ERR wasm: more than {MOUNTS} directories of FILESYSTEM"));
        }
        let text = std::str::from_utf8(value).map_err(|_| "ERR wasm: FILESYSTEM names a path in UTF-8".to_owned())?;
        self.mounts.push(Mount::parse(text).map_err(|reason| format!("ERR wasm: {reason}"))?);
        Ok(())
    }

    /// Whether the function runs off the shard.
    pub(crate) fn is_away(&self) -> bool {
        [Permissions::NETWORK, Permissions::FILESYSTEM].iter().any(|one| self.permissions.contains(*one))
    }

    /// What it can reach outside. Reads the disk, so never on the shard.
    pub(crate) fn reach(&self, security: &WasmSecurity) -> Result<Reach, String> {
        let ceilings = security.allow_filesystem.list();
        let mounts = self.mounts.iter().map(|mount| mount.clone().resolve(ceilings)).collect::<Result<Vec<_>, _>>()?;
        Ok(Reach { hosts: self.hosts.clone().into(), any_host: self.any_host, mounts: mounts.into() })
    }

    /// Whether some keys are closed to the function that its permissions alone would open.
    #[inline]
    pub(crate) fn is_narrow(&self) -> bool {
        let all = self.write.all || self.read.all && self.write.patterns.is_empty();
        self.strict_keys || self.permissions.contains(Permissions::READ) && !all
    }

    /// Whether a key may be touched. WRITE includes READ.
    pub(crate) fn allows(&self, access: Access, key: &[u8]) -> bool {
        self.write.contain(key) || access == Access::Read && self.read.contain(key)
    }

    /// Whether any key may be.
    pub(crate) fn allows_all(&self, access: Access) -> bool {
        self.write.all || access == Access::Read && self.read.all
    }

    /// Whether the configuration lets a LOAD grant this; the error says which setting forbids what. A word without a name
    /// stands for what the setting lists.
    pub(crate) fn settle(&mut self, security: &WasmSecurity) -> Result<(), String> {
        self.permissions.check(security)?;
        if let Some(list) = security.allow_network.list() {
            let ceilings = list.iter().map(|text| Host::parse(text)).collect::<Result<Vec<_>, _>>()?;
            if let Some(host) = self.hosts.iter().find(|host| !ceilings.iter().any(|ceiling| ceiling.covers(host))) {
                let list = list.join(", ");
                return Err(format!("NETWORK={host} is not in what [wasm.security] allow_network lists ({list})"));
            }
            if std::mem::take(&mut self.any_host) {
                self.hosts.extend(ceilings);
            }
        }
        if self.permissions.contains(Permissions::FILESYSTEM) && self.mounts.is_empty() {
            let Some(list) = security.allow_filesystem.list() else {
                return Err("FILESYSTEM has to name a directory, as in FILESYSTEM=./data:ro".to_owned());
            };
            self.mounts = list.iter().map(|text| Mount::parse(text)).collect::<Result<_, _>>()?;
        }
        Ok(())
    }
}

impl From<DefaultPermissions> for Grants {
    fn from(default: DefaultPermissions) -> Grants {
        let (read, write) = match default {
            DefaultPermissions::None => (false, false),
            DefaultPermissions::Readonly => (true, false),
            DefaultPermissions::Readwrite => (true, true),
        };
        let keys = |all| Keys { all, patterns: Vec::new() };
        Grants { permissions: default.into(), read: keys(read), write: keys(write), ..Grants::default() }
    }
}

impl fmt::Display for Grants {
    /// `READ WRITE`, `READ=user:* WRITE=cache:* NETWORK` …; `NONE` for nothing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = Vec::new();
        let mut add = |name: &str, all: bool, keys: &Keys| {
            if all {
                words.push(name.to_owned());
            } else {
                words.extend(keys.patterns.iter().map(|pattern| format!("{name}={}", pattern.escape_ascii())));
            }
        };
        add("READ", self.read.all || self.write.all, &self.read);
        add("WRITE", self.write.all, &self.write);
        if self.any_host {
            words.push("NETWORK".to_owned());
        }
        words.extend(self.hosts.iter().map(|host| format!("NETWORK={host}")));
        words.extend(self.mounts.iter().map(|mount| format!("FILESYSTEM={mount}")));
        if self.permissions.contains(Permissions::ADMIN) {
            words.push("ADMIN".to_owned());
        }
        if words.is_empty() { f.write_str("NONE") } else { f.write_str(&words.join(" ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Allowance;

    fn grants(words: &str) -> Grants {
        let mut grants = Grants::default();
        for word in words.split(' ') {
            grants.grant(word.as_bytes()).expect("a permission").expect("a valid one");
        }
        grants
    }

    #[test]
    fn grants_are_shown_as_they_would_be_written() {
        for (words, shown) in [
            ("read", "READ"),
            ("WRITE", "READ WRITE"),
            ("network WRITE=cache:* READ=user:* READ=a", "READ=user:* READ=a WRITE=cache:* NETWORK"),
            ("READ=user:* READ", "READ"),
            (
                "NETWORK=API.example.com:443 FILESYSTEM=./data READ",
                "READ NETWORK=api.example.com:443 FILESYSTEM=./data:ro",
            ),
        ] {
            assert_eq!(grants(words).to_string(), shown);
        }
        assert_eq!(Grants::default().to_string(), "NONE");
        assert_eq!(Grants::from(DefaultPermissions::Readwrite).to_string(), "READ WRITE");
    }

    #[test]
    fn what_is_wrong_with_a_word_is_told() {
        let mut grants = Grants::default();
        assert!(grants.grant(b"ROOT").is_none() && grants.grant(b"ROOT=a").is_none());
        for word in [&b"READ="[..], &[b"WRITE=", &[b'a'; 513][..]].concat(), b"ADMIN=all"] {
            assert!(grants.grant(word).expect("a permission").is_err());
        }
        for _ in 0..PATTERNS {
            grants.grant(b"READ=a").expect("a permission").expect("room");
        }
        assert!(grants.grant(b"READ=a").expect("a permission").is_err());
    }

    #[test]
    fn what_the_configuration_lists_bounds_what_is_granted_and_stands_for_the_bare_word() {
        let list = |text: &str| Allowance::Only(vec![text.to_owned()]);
        let security = WasmSecurity {
            allow_network: list("*.example.com"),
            allow_filesystem: list("./data:rw"),
            ..WasmSecurity::default()
        };
        let settled = |words: &str| {
            let mut grants = grants(words);
            grants.settle(&security).map(|()| grants.to_string())
        };
        assert_eq!(settled("NETWORK=api.example.com").as_deref(), Ok("NETWORK=api.example.com"));
        assert_eq!(settled("NETWORK FILESYSTEM").as_deref(), Ok("NETWORK=*.example.com FILESYSTEM=./data:rw"));
        let error = settled("NETWORK=example.org").expect_err("not listed");
        assert!(error.contains("example.org") && error.contains("allow_network"), "{error}");
        let anything = WasmSecurity { allow_filesystem: Allowance::Anything, ..WasmSecurity::default() };
        assert!(grants("FILESYSTEM").settle(&anything).expect_err("which?").contains("FILESYSTEM=./data:ro"));
    }

    #[test]
    fn narrow_is_what_leaves_some_key_out() {
        for (words, narrow) in
            [("READ", false), ("WRITE", false), ("READ=a WRITE", false), ("READ=a", true), ("READ WRITE=a", true)]
        {
            assert_eq!(grants(words).is_narrow(), narrow, "{words}");
        }
    }
}
