//! Models as users name them, and the deployments that serve them.

use super::BaseUrl;
use super::cache::CacheRules;
use crate::convert::request::{Thinking, ToChat, ToMessages, Unsupported};
use crate::head::Headers;
use crate::limits;

/// One of `[[models]]`: a name for users, and who serves it.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// What users ask for; `*` stands for every name that no other model has.
    pub name: String,
    /// Other names for the same.
    pub aliases: Vec<String>,
    /// Which deployment comes first.
    pub strategy: Strategy,
    /// Names of models that are asked when no deployment of this one answers, in this order.
    pub fallbacks: Vec<String>,
    /// Further attempts after the first one, over all deployments of this model.
    pub retries: u32,
    /// After how many milliseconds without a head a second deployment is asked too; never without it.
    pub hedge_after_ms: Option<u64>,
    /// What a request may take with all its attempts, in milliseconds.
    pub total_timeout_ms: u64,
    /// What is kept of answers.
    pub cache: CacheRules,
    /// Who serves it.
    pub deployments: Vec<Deployment>,
}

/// Which deployment of a model is asked first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strategy {
    /// By chance, in proportion to `weight`.
    #[default]
    Weighted,
    /// The one with the fewest requests in flight from this gateway for its weight.
    LeastBusy,
    /// The one that began to answer soonest lately; the store keeps the averages.
    LowestLatency,
    /// The lowest `priority`; by weight among equals.
    Priority,
}

/// Who answers the requests of a deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Backend {
    /// An upstream.
    Upstream {
        /// Which language it speaks.
        provider: ProviderKind,
        /// Where it is.
        base_url: BaseUrl,
    },
    /// The gateway's own model engine, by `Action::Embed`: embeddings only.
    Local,
}

/// Which language an upstream speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderKind {
    /// OpenAI's API, or one that is compatible with it: vLLM, Ollama, llama.cpp, …
    OpenAi,
    /// Anthropic's API.
    Anthropic,
}

/// One of `[[models.deployments]]`: an upstream that serves a model, or the gateway's own model engine.
#[derive(Clone, Debug, PartialEq)]
pub struct Deployment {
    /// Names it in metrics, in the log and in the store; unique.
    pub id: String,
    /// Who answers.
    pub backend: Backend,
    /// What the upstream calls the model: the model's own name if the file says nothing. None behind `*`: what the user
    /// asked for.
    pub model: Option<String>,
    /// The upstream's key.
    pub api_key: Option<String>,
    /// Further headers of each request, names in lower case; in the place of the gateway's own. An
    /// empty value leaves one out.
    pub headers: Headers,
    /// Its part of the requests, from 1.
    pub weight: u32,
    /// Lower ones come first with the strategy `priority`.
    pub priority: u32,
    /// Requests a minute that it takes.
    pub rpm: Option<u64>,
    /// Tokens a minute that it takes.
    pub tpm: Option<u64>,
    /// Whether `stream_options.include_usage` may be sent.
    pub stream_usage: bool,
    /// Time limits.
    pub timeouts: Timeouts,
    /// What it costs, if that is not in `[[prices]]`.
    pub price: Option<Price>,
    /// How requests of the other API are converted for it.
    pub conversion: Conversion,
}

/// What an upstream takes of the fields that only the other API has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// For clients of the Chat Completions API in front of Anthropic's: what that takes.
    pub to_messages: ToMessages,
    /// For clients of the Messages API in front of OpenAI's: what that takes.
    pub to_chat: ToChat,
}

impl Default for Conversion {
    fn default() -> Self {
        let to_messages = ToMessages {
            default_max_tokens: limits::OUTPUT_TOKENS,
            sampling: true,
            thinking: Thinking::default(),
            unsupported: Unsupported::default(),
        };
        Self { to_messages, to_chat: ToChat::default() }
    }
}

/// How long an upstream may take, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection, with name resolution and TLS.
    pub connect_ms: u64,
    /// From the request to the head of the answer, and of a stream to its first content.
    pub first_byte_ms: u64,
    /// From one piece of the body to the next.
    pub between_bytes_ms: u64,
    /// For the whole of one attempt.
    pub total_ms: u64,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect_ms: limits::CONNECT_TIMEOUT_MS,
            first_byte_ms: limits::FIRST_BYTE_TIMEOUT_MS,
            between_bytes_ms: limits::BETWEEN_BYTES_TIMEOUT_MS,
            total_ms: limits::TOTAL_TIMEOUT_MS,
        }
    }
}

/// What tokens cost, in millionths of a dollar for a million tokens: the dollars of price lists, times a million.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Price {
    /// Of what is sent.
    pub input: u64,
    /// Of what comes back.
    pub output: u64,
}

impl Deployment {
    /// One without limits, for every model.
    #[must_use]
    pub fn new(id: String, backend: Backend) -> Self {
        Self {
            id,
            backend,
            model: None,
            api_key: None,
            headers: Headers::new(),
            weight: 1,
            priority: 0,
            rpm: None,
            tpm: None,
            stream_usage: true,
            timeouts: Timeouts::default(),
            price: None,
            conversion: Conversion::default(),
        }
    }
}

impl Model {
    /// A model with the default rules.
    #[must_use]
    pub fn new(name: String, deployments: Vec<Deployment>) -> Self {
        Self {
            name,
            aliases: Vec::new(),
            strategy: Strategy::default(),
            fallbacks: Vec::new(),
            retries: limits::RETRIES,
            hedge_after_ms: None,
            total_timeout_ms: limits::TOTAL_TIMEOUT_MS,
            cache: CacheRules::default(),
            deployments,
        }
    }
}
