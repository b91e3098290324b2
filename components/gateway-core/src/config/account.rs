//! Virtual keys, teams, and what they may use.

use crate::digest;

/// One of `[[keys]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// For people and for metrics.
    pub name: String,
    /// The SHA-256 of the key, 64 hexadecimal digits: the key itself is nowhere.
    pub hash: String,
    /// One of `[[teams]]`, whose limits hold too.
    pub team: Option<String>,
    /// What it may use.
    pub allowance: Allowance,
}

impl Key {
    /// The SHA-256 of a key, as it stands in `hash`.
    #[must_use]
    pub fn hash_of(key: &str) -> String {
        digest::hex(key.as_bytes())
    }
}

/// One of `[[teams]]`: limits that several keys share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// What keys call it.
    pub name: String,
    /// What its keys may use together.
    pub allowance: Allowance,
}

/// How much may be used; what is not said is unlimited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowance {
    /// Names of models, as users ask for them.
    pub models: Option<Vec<String>>,
    /// Requests a minute.
    pub rpm: Option<u64>,
    /// Tokens a minute, input and output.
    pub tpm: Option<u64>,
    /// Millionths of a dollar for a day of UTC.
    pub day_micros: Option<u64>,
    /// Millionths of a dollar for a month of UTC.
    pub month_micros: Option<u64>,
}

impl Allowance {
    /// Whether a model may be used.
    #[must_use]
    pub fn allows(&self, model: &str) -> bool {
        self.models.as_ref().is_none_or(|models| models.iter().any(|allowed| allowed == model || allowed == "*"))
    }
}
