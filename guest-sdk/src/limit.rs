//! A limit on what one call may ask of the store.

use std::fmt;

/// A limit that a call would have exceeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The limit's name in `docs/limits.md`, such as `max-value-bytes`.
    pub name: String,
    /// What is allowed, in the limit's unit.
    pub allowed: u64,
    /// What the call asked for.
    pub requested: u64,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ERR limit {} exceeded: {} asked for, {} allowed", self.name, self.requested, self.allowed)
    }
}
