//! What the administrator says.

mod base_url;
mod mistake;

pub use base_url::BaseUrl;
pub use mistake::Mistake;

use crate::limits;

/// Everything that can be configured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// `[server]`: limits of requests.
    pub server: Server,
    /// `[[models]]`: what users may ask for.
    pub models: Vec<Model>,
}

/// `[server]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Bytes of a request's body.
    pub max_body_bytes: usize,
    /// Bytes of an upstream's answer that is no stream.
    pub max_answer_bytes: usize,
}

impl Default for Server {
    fn default() -> Self {
        Self { max_body_bytes: limits::BODY_BYTES, max_answer_bytes: limits::ANSWER_BYTES }
    }
}

/// One of `[[models]]`: a name for users, and who serves it.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// What users ask for; `*` stands for every name that no other model has.
    pub name: String,
    /// Other names for the same.
    pub aliases: Vec<String>,
    /// Who serves it.
    pub deployments: Vec<Deployment>,
}

/// Which language an upstream speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderKind {
    /// OpenAI's API, or one that is compatible with it: vLLM, Ollama, llama.cpp, …
    OpenAi,
    /// Anthropic's API.
    Anthropic,
}

/// One of `[[models.deployments]]`: an upstream that serves a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Deployment {
    /// Names it in metrics, in the log and in the store; unique.
    pub id: String,
    /// Which language it speaks.
    pub provider: ProviderKind,
    /// Where it is.
    pub base_url: BaseUrl,
    /// What the upstream calls the model; what the user asked for if there is nothing here.
    pub model: Option<String>,
    /// The upstream's key.
    pub api_key: Option<String>,
    /// How long a connection may take, in milliseconds.
    pub connect_timeout_ms: u64,
}

impl Config {
    /// One OpenAI-compatible upstream for every model, for everybody: what there is without a file. `base_url` ends
    /// where the paths of the API begin: `http://127.0.0.1:8000/v1`.
    pub fn single(base_url: &str, api_key: Option<&str>) -> Result<Self, Mistake> {
        let base_url =
            BaseUrl::parse(base_url).map_err(|expected| Mistake::new("base_url", format!("{base_url:?}"), expected))?;
        let deployment = Deployment {
            id: "default".to_owned(),
            provider: ProviderKind::OpenAi,
            base_url,
            model: None,
            api_key: api_key.map(str::to_owned),
            connect_timeout_ms: limits::CONNECT_TIMEOUT_MS,
        };
        let model = Model { name: "*".to_owned(), aliases: Vec::new(), deployments: vec![deployment] };
        Ok(Self { models: vec![model], ..Self::default() })
    }

    /// Reads a file. `environment` gives the values of environment variables; all mistakes come at once.
    pub fn parse(_text: &str, _environment: &dyn Fn(&str) -> Option<String>) -> Result<Self, Vec<Mistake>> {
        Err(vec![Mistake::new("", "a file".to_owned(), "a version that reads files".to_owned())])
    }

    /// The model that a user asks for by this name.
    pub(crate) fn model(&self, name: &str) -> Option<&Model> {
        let named = |model: &&Model| model.name == name || model.aliases.iter().any(|alias| alias == name);
        self.models.iter().find(named).or_else(|| self.models.iter().find(|model| model.name == "*"))
    }
}
