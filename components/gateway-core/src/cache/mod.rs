//! Answers that are kept: `gateway:cache:<SHA-256>` in the store.
//!
//! - [`key`]: what makes two requests the same; `entry.rs`: an answer as the store has it;
//! - [`semantic`]: answers to questions that mean the same.

pub(crate) mod entry;
pub(crate) mod key;
pub(crate) mod semantic;

use crate::action::Hook;
use crate::call::{Api, Call};
use crate::config::{CacheMode, Config, Model};
use crate::head::RequestHead;
use crate::policy;
use crate::port::Port;

/// A number in the store that is part of every entry's key: a higher one clears the cache.
pub(crate) const GENERATION_KEY: &[u8] = b"gateway:cache-generation";

/// What the cache does for one request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plan {
    /// Under which the answer is kept, without `gateway:cache:`.
    pub(crate) key: String,
    /// Whether an answer that is kept may be given.
    pub(crate) read: bool,
    /// Whether the answer may be kept, and be given to others that ask meanwhile.
    pub(crate) write: bool,
    pub(crate) ttl_ms: u64,
    pub(crate) max_bytes: usize,
    /// Where the answer is found by its meaning, if it may be.
    pub(crate) semantic: Option<semantic::Question>,
    /// The vector of the question, once it is known.
    pub(crate) vector: Option<Vec<f32>>,
}

impl Plan {
    /// What there is to do; nothing when the model's answers are not kept.
    pub(crate) fn new(
        config: &Config,
        port: &Port,
        head: &RequestHead,
        call: &Call,
        model: &Model,
        share: &str,
    ) -> Option<Self> {
        if model.cache.mode == CacheMode::Off || depends_on_more(call) {
            return None;
        }
        // A store that does not answer keeps nothing.
        let generation = port.world.store(&[b"GET", GENERATION_KEY]).ok()?.integer().unwrap_or_default();
        let control = head.header("cache-control").unwrap_or_default().to_ascii_lowercase();
        let says = |word: &str| control.split(',').any(|part| part.trim() == word);
        let no_store = says("no-store");
        // What policies have looked at is not what others have.
        let hooks = [Hook::OnResponse, Hook::OnChunk];
        let policies = hooks.iter().flat_map(|hook| policy::of(config, &model.name, *hook));
        let policies: Vec<&str> = policies.map(|policy| policy.name.as_str()).collect();
        let client_key = call.client_key.as_deref().unwrap_or_default();
        let scope = format!("{generation}\n{share}\n{client_key}\n{policies:?}");
        let semantic =
            (model.cache.mode == CacheMode::Semantic).then(|| semantic::Question::of(call, &model.name, &scope));
        Some(Self {
            key: key::exact(call, &model.name, &scope),
            read: !no_store && !says("no-cache"),
            write: !no_store,
            ttl_ms: model.cache.ttl_ms,
            max_bytes: model.cache.max_entry_bytes,
            semantic: semantic.flatten(),
            vector: None,
        })
    }
}

/// Whether the answer depends on more than the request says, or does more than answer.
fn depends_on_more(call: &Call) -> bool {
    let set = |name: &str| {
        call.body.get(name).is_some_and(|value| !value.is_null() && value != &serde_json::Value::Bool(false))
    };
    call.api == Api::Responses
        && ["previous_response_id", "conversation", "background", "prompt"].iter().any(|it| set(it))
}
