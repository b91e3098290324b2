//! What every event of a converted stream repeats.

use super::super::limits;

/// What a converted stream says of itself where the upstream does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// The id, without a prefix of either protocol, for upstreams that give none.
    pub id: String,
    /// The model's name, for upstreams that give none.
    pub model: String,
    /// When the answer began, in Unix seconds.
    pub created: u64,
    /// Whether the client asked for `stream_options.include_usage`. Clients of the Messages API always get counts.
    pub include_usage: bool,
}

/// `name` from the upstream if it is there and of a sane length, else `fallback`.
pub(super) fn or<'a>(name: Option<&'a str>, fallback: &'a str) -> &'a str {
    name.filter(|name| !name.is_empty() && name.len() <= limits::NAME_BYTES).unwrap_or(fallback)
}
