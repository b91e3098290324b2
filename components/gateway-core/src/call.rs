//! What is asked of a model.

use serde_json::{Map, Value};

use crate::limits;
use crate::refusal::{Dialect, Refusal};

/// The paths behind which there are models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Api {
    /// `/v1/chat/completions`
    Chat,
    /// `/v1/completions`
    Completions,
    /// `/v1/embeddings`
    Embeddings,
    /// `/v1/responses`
    Responses,
    /// `/v1/messages`
    Messages,
}

impl Api {
    /// The path below an upstream's base URL.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Chat => "/chat/completions",
            Self::Completions => "/completions",
            Self::Embeddings => "/embeddings",
            Self::Responses => "/responses",
            Self::Messages => "/messages",
        }
    }

    pub(crate) fn dialect(self) -> Dialect {
        match self {
            Self::Messages => Dialect::Anthropic,
            _ => Dialect::OpenAi,
        }
    }
}

/// A request for a model, as the client made it.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) api: Api,
    /// What the client calls the model.
    pub(crate) model: String,
    /// Whether the answer comes piece by piece.
    pub(crate) stream: bool,
    /// Whether a client of a stream wants to know its tokens; Anthropic's always do.
    pub(crate) include_usage: bool,
    /// The client's own key, for upstreams without one.
    pub(crate) client_key: Option<String>,
    /// Headers for Anthropic's API, which has versions: `anthropic-version` and `anthropic-beta`.
    pub(crate) anthropic_headers: Vec<(String, String)>,
    /// Bytes of the body as it came.
    pub(crate) bytes: usize,
    /// The whole body.
    pub(crate) body: Map<String, Value>,
}

impl Call {
    /// Reads the fields that the gateway needs; the others are the upstream's business.
    pub(crate) fn new(api: Api, body: Value, bytes: usize) -> Result<Self, Refusal> {
        let Value::Object(body) = body else {
            return Err(Refusal::invalid("The request's body is not a JSON object."));
        };
        let model = match body.get("model") {
            Some(Value::String(model)) if model.len() <= limits::MODEL_NAME_BYTES => model.clone(),
            Some(Value::String(model)) => return Err(Refusal::unknown_model(model)),
            _ => return Err(Refusal::invalid_field("model", "`model` is missing: a string is expected.")),
        };
        let stream = match body.get("stream") {
            None | Some(Value::Null) => false,
            Some(Value::Bool(stream)) => *stream,
            Some(_) => return Err(Refusal::invalid_field("stream", "`stream` is true or false.")),
        };
        let include_usage = body.get("stream_options").and_then(|options| options.get("include_usage"));
        Ok(Self {
            api,
            model,
            stream: stream && api != Api::Embeddings,
            include_usage: include_usage == Some(&Value::Bool(true)),
            client_key: None,
            anthropic_headers: Vec::new(),
            bytes,
            body,
        })
    }

    /// Tokens that the answer may have, as far as the request says it; over all choices.
    pub(crate) fn most_output(&self) -> u64 {
        if self.api == Api::Embeddings {
            return 0;
        }
        let names = ["max_completion_tokens", "max_tokens", "max_output_tokens"];
        let most = names.iter().find_map(|name| self.body.get(*name)?.as_u64()).unwrap_or(limits::OUTPUT_TOKENS);
        let choices = ["n", "best_of"].iter().filter_map(|name| self.body.get(*name)?.as_u64()).max().unwrap_or(1);
        most.saturating_mul(choices.max(1))
    }
}
