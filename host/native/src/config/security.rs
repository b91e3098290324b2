//! `[wasm.security]`: what functions may be granted.

use serde::Deserialize;
use serde::de::Deserializer;

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
