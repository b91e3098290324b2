//! What the administrator says: `docs/gateway.md` has every key of the file.
//!
//! # Layout
//! - `read.rs`: from the file to these types; `names.rs`: what they call each other; `section.rs`: one table of the file;
//!   [`Mistake`]; `shown.rs`: what mistakes show;
//! - `litellm` (a feature): from LiteLLM's file to this one;
//! - [`model`], [`account`], [`cache`], [`policy`]: what the tables say; [`BaseUrl`].

pub mod account;
mod base_url;
pub mod cache;
#[cfg(feature = "litellm")]
pub mod litellm;
mod mistake;
pub mod model;
mod names;
pub mod policy;
mod read;
mod section;
mod shown;

pub use account::{Allowance, Key, Team};
pub use base_url::BaseUrl;
pub use cache::{CacheMode, CacheRules, Embedder, Share};
pub use mistake::Mistake;
pub use model::{Backend, Conversion, Deployment, Model, Price, ProviderKind, Strategy, Timeouts};
pub use policy::Policy;

use crate::limits;

/// Everything that can be configured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// `[server]`: limits of requests.
    pub server: Server,
    /// `[routing]`: what failures lead to.
    pub routing: Routing,
    /// `[[models]]`: what users may ask for.
    pub models: Vec<Model>,
    /// `[[keys]]`: virtual keys, beside those that `/admin` made.
    pub keys: Vec<Key>,
    /// `[[teams]]`: limits that keys share.
    pub teams: Vec<Team>,
    /// `[[policies]]`, in the order in which they are asked.
    pub policies: Vec<Policy>,
    /// `[embedder]`.
    pub embedder: Option<Embedder>,
    /// `[admin]`: without it there is no `/admin`.
    pub admin: Option<Admin>,
}

/// `[server]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Bytes of a request's body.
    pub max_body_bytes: usize,
    /// Bytes of an upstream's answer that is no stream.
    pub max_answer_bytes: usize,
    /// Whether requests need a virtual key; without a word, if there are `[[keys]]` or `[admin]`.
    pub require_key: Option<bool>,
    /// Whether the log gets a line for each request.
    pub access_log: bool,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            max_body_bytes: limits::BODY_BYTES,
            max_answer_bytes: limits::ANSWER_BYTES,
            require_key: None,
            access_log: true,
        }
    }
}

/// `[routing]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routing {
    /// Failures in a row after which a deployment is left alone.
    pub cooldown_failures: u64,
    /// For how long, in milliseconds; then one request tries it.
    pub cooldown_ms: u64,
    /// The pause before the first retry, in milliseconds; it doubles each time, and half of it is chance.
    pub backoff_ms: u64,
    /// The longest pause before a retry, in milliseconds. An upstream that asks for a longer one is not asked again.
    pub backoff_most_ms: u64,
}

impl Default for Routing {
    fn default() -> Self {
        Self { cooldown_failures: 3, cooldown_ms: 30_000, backoff_ms: 250, backoff_most_ms: 8_000 }
    }
}

/// `[admin]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admin {
    /// The SHA-256 of the key for `/admin`, 64 hexadecimal digits.
    pub hash: String,
}

impl Config {
    /// One OpenAI-compatible upstream for every model, for everybody: what there is without a file. `base_url` ends
    /// where the paths of the API begin: `http://127.0.0.1:8000/v1`.
    pub fn single(base_url: &str, api_key: Option<&str>) -> Result<Self, Mistake> {
        let base_url = BaseUrl::parse(base_url)
            .map_err(|expected| Mistake::new("base_url", shown::address(base_url), expected))?;
        let backend = Backend::Upstream { provider: ProviderKind::OpenAi, base_url };
        let mut deployment = Deployment::new("default".to_owned(), backend);
        deployment.api_key = api_key.map(str::to_owned);
        Ok(Self { models: vec![Model::new("*".to_owned(), vec![deployment])], ..Self::default() })
    }

    /// Reads a file. `environment` gives the values of environment variables; all mistakes come at once, sorted by
    /// their lines.
    pub fn parse(text: &str, environment: &dyn Fn(&str) -> Option<String>) -> Result<Self, Vec<Mistake>> {
        read::read(text, environment)
    }

    /// Whether requests need a virtual key.
    #[must_use]
    pub fn requires_key(&self) -> bool {
        self.server.require_key.unwrap_or(!self.keys.is_empty() || self.admin.is_some())
    }

    /// The model that a user asks for by this name.
    #[must_use]
    pub fn model(&self, name: &str) -> Option<&Model> {
        let named = |model: &&Model| model.name == name || model.aliases.iter().any(|alias| alias == name);
        self.models.iter().find(named).or_else(|| self.models.iter().find(|model| model.name == "*"))
    }
}
