//! What WASM.LOAD granted a function, word by word: `READ`, `READ=user:*`, `WRITE=cache:*` …

use std::fmt;

use super::glob;
use super::limits::{PATTERN_BYTES, PATTERNS};
use super::permissions::Permissions;
use super::scope::Access;
use crate::config::{DefaultPermissions, WasmSecurity};

/// Permissions, and what each is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Grants {
    pub(crate) permissions: Permissions,
    read: Keys,
    write: Keys,
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
            _ if value.is_some() => {
                let name = String::from_utf8_lossy(name);
                Err(format!("ERR wasm: {name} cannot be narrowed here: write {name} alone"))
            }
            _ => Ok(()),
        };
        self.permissions = self.permissions.union(permission);
        Some(added)
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

    /// Whether the configuration lets a LOAD grant this; the error says which setting forbids what.
    pub(crate) fn check(&self, security: &WasmSecurity) -> Result<(), String> {
        self.permissions.check(security)
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
        Grants { permissions: default.into(), read: keys(read), write: keys(write), strict_keys: false }
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
        for (name, permission) in
            [("NETWORK", Permissions::NETWORK), ("FILESYSTEM", Permissions::FILESYSTEM), ("ADMIN", Permissions::ADMIN)]
        {
            if self.permissions.contains(permission) {
                words.push(name.to_owned());
            }
        }
        if words.is_empty() { f.write_str("NONE") } else { f.write_str(&words.join(" ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn narrow_is_what_leaves_some_key_out() {
        for (words, narrow) in
            [("READ", false), ("WRITE", false), ("READ=a WRITE", false), ("READ=a", true), ("READ WRITE=a", true)]
        {
            assert_eq!(grants(words).is_narrow(), narrow, "{words}");
        }
    }
}
