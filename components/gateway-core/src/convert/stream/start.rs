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
    /// An estimate of the request's input tokens, for clients of the Messages API: they are told at once, while chat
    /// upstreams count at the end. 0 where nothing is known.
    pub input_tokens: u64,
    /// Whether the client asked for `stream_options.include_usage`. Clients of the Messages API always get counts.
    pub include_usage: bool,
}

impl Start {
    /// Takes id and model of the upstream's first event, where it has them.
    pub(super) fn take(&mut self, id: Option<&str>, model: Option<&str>, write_id: fn(&str) -> String) {
        if let Some(id) = sane(id) {
            self.id = write_id(id);
        }
        if let Some(model) = sane(model) {
            self.model = model.to_owned();
        }
    }
}

/// A name that can be repeated in every event.
pub(super) fn sane(name: Option<&str>) -> Option<&str> {
    name.filter(|name| !name.is_empty() && name.len() <= limits::NAME_BYTES)
}
