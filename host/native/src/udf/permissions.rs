//! What a function may do: a set of the five words that WASM.LOAD knows.

use std::fmt;

use crate::config::{Allowance, DefaultPermissions, WasmSecurity};

/// A set of permissions. WRITE includes READ.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Permissions(u8);

impl Permissions {
    pub(crate) const NONE: Permissions = Permissions(0);
    pub(crate) const READ: Permissions = Permissions(1);
    pub(crate) const WRITE: Permissions = Permissions(2 | 1);
    pub(crate) const NETWORK: Permissions = Permissions(4);
    pub(crate) const FILESYSTEM: Permissions = Permissions(8);
    pub(crate) const ADMIN: Permissions = Permissions(16);
    pub(crate) const ALL: Permissions = Permissions(31);

    /// The permission that a word of WASM.LOAD names, in any case.
    pub(crate) fn named(word: &[u8]) -> Option<Permissions> {
        NAMES.iter().find(|(name, _)| word.eq_ignore_ascii_case(name.as_bytes())).map(|(_, permission)| *permission)
    }

    /// Whether all of `other` is in this set.
    #[inline]
    pub(crate) fn contains(self, other: Permissions) -> bool {
        self.0 & other.0 == other.0
    }

    /// This set and the other.
    pub(crate) fn union(self, other: Permissions) -> Permissions {
        Permissions(self.0 | other.0)
    }

    /// What is in both.
    pub(crate) fn intersection(self, other: Permissions) -> Permissions {
        Permissions(self.0 & other.0)
    }

    /// This set with the bits of WRITE and ADMIN gone, which a call by `*_RO` gets.
    pub(crate) fn read_only(self) -> Permissions {
        Permissions(self.0 & !(2 | 16))
    }

    /// This set without reading and writing, for a command that uses no data.
    pub(crate) fn without_data(self) -> Permissions {
        Permissions(self.0 & !3)
    }

    /// Whether the configuration lets a LOAD grant this set; the error says which setting forbids what.
    pub(crate) fn check(self, security: &WasmSecurity) -> Result<(), String> {
        if self.contains(Permissions::NETWORK) && security.allow_network == Allowance::Nothing {
            return Err("permission NETWORK is forbidden here ([wasm.security] allow_network = false)".to_owned());
        }
        if self.contains(Permissions::FILESYSTEM) && security.allow_filesystem == Allowance::Nothing {
            return Err("permission FILESYSTEM is forbidden here ([wasm.security] allow_filesystem = false)".to_owned());
        }
        if self.contains(Permissions::ADMIN) && !security.allow_admin {
            return Err("permission ADMIN is forbidden here ([wasm.security] allow_admin = false)".to_owned());
        }
        Ok(())
    }
}

/// WRITE stands before READ, so that it is shown as itself and not as its parts.
const NAMES: [(&str, Permissions); 5] = [
    ("WRITE", Permissions::WRITE),
    ("READ", Permissions::READ),
    ("NETWORK", Permissions::NETWORK),
    ("FILESYSTEM", Permissions::FILESYSTEM),
    ("ADMIN", Permissions::ADMIN),
];

impl From<DefaultPermissions> for Permissions {
    fn from(default: DefaultPermissions) -> Permissions {
        match default {
            DefaultPermissions::None => Permissions::NONE,
            DefaultPermissions::Readonly => Permissions::READ,
            DefaultPermissions::Readwrite => Permissions::WRITE,
        }
    }
}

impl fmt::Display for Permissions {
    /// `READ`, `READ WRITE`, `READ WRITE NETWORK` …; `NONE` for the empty set.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = ["READ", "WRITE", "NETWORK", "FILESYSTEM", "ADMIN"];
        let mut shown = 0;
        for name in order {
            if Permissions::named(name.as_bytes()).is_some_and(|permission| self.contains(permission)) {
                f.write_str(if shown == 0 { "" } else { " " })?;
                f.write_str(name)?;
                shown += 1;
            }
        }
        if shown == 0 { f.write_str("NONE") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn write_includes_read_and_a_read_only_call_loses_only_writing() {
        assert!(Permissions::WRITE.contains(Permissions::READ));
        assert!(!Permissions::READ.contains(Permissions::WRITE));
        assert_eq!(Permissions::WRITE.union(Permissions::ADMIN).read_only(), Permissions::READ);
    }

    #[test]
    fn words_are_known_in_any_case_and_shown_in_one_order() {
        let set = [&b"network"[..], b"Write"]
            .iter()
            .fold(Permissions::NONE, |set, word| set.union(Permissions::named(word).expect("a known word")));
        assert_eq!(set.to_string(), "READ WRITE NETWORK");
        assert_eq!(Permissions::NONE.to_string(), "NONE");
        assert_eq!(Permissions::named(b"ROOT"), None);
    }

    #[test]
    fn what_the_configuration_forbids_is_refused_by_name() {
        let closed = WasmSecurity::default();
        let error = Permissions::NETWORK.check(&closed).expect_err("network is closed by default");
        assert!(error.contains("NETWORK") && error.contains("allow_network"), "{error}");
        let open = WasmSecurity { allow_network: Allowance::Anything, ..WasmSecurity::default() };
        assert_eq!(Permissions::NETWORK.check(&open), Ok(()));
        assert!(Permissions::ADMIN.check(&open).expect_err("a setting of its own").contains("allow_admin"));
        let open = WasmSecurity { allow_admin: true, ..closed };
        assert_eq!(Permissions::ADMIN.check(&open), Ok(()));
    }
}
