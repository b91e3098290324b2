//! Requests for models: from the client's body to the last byte of the answer.
//!
//! - `ask.rs`: what the client wants, whether it may, and whether the answer is there; `deliver.rs`: how it gets it;
//! - `embed.rs`: vectors of questions;
//! - `produce.rs`: how the answer is made, once for all who wait for it.

mod ask;
mod deliver;
mod embed;
mod produce;

pub(crate) use ask::{answer, presented_key};

use crate::head::Headers;

/// Headers of an upstream that its clients may need; the others are between it and the gateway.
pub(crate) fn kept_headers(headers: &Headers) -> Headers {
    const NAMES: [&str; 4] = ["content-type", "x-request-id", "request-id", "retry-after"];
    const PREFIXES: [&str; 3] = ["openai-", "anthropic-", "x-ratelimit-"];
    let kept = |name: &str| NAMES.contains(&name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix));
    let lower = headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone()));
    lower.filter(|(name, _)| kept(name)).collect()
}
