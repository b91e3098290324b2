//! The answers of the APIs to requests, one file for each; nothing here waits or sends.

mod chat;
mod completions;
mod embeddings;
mod error;
mod event;
mod messages;
mod models;
mod question;
mod responses;
mod text;
mod tool;

use hyper::Method;
use hyper::body::Bytes;
use serde_json::Value;

pub(crate) use error::ApiError;
pub(crate) use event::{Event, Events, Kind};

/// About how long an answer is that is no stream.
const USUAL_BYTES: usize = 1024;

/// In which shapes errors are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// OpenAI's, and of whoever speaks like it.
    OpenAi,
    /// OpenAI's, with the error events of `/v1/responses`.
    Responses,
    /// Anthropic's.
    Anthropic,
}

/// What the script says about answers.
#[derive(Debug, Clone)]
pub(crate) struct Settings<'a> {
    /// Unix time in seconds, in all that has a time.
    pub(crate) created: u64,
    pub(crate) models: &'a [String],
    /// Whether other models are answered with 404.
    pub(crate) only_these: bool,
    /// The text of the answer, instead of an echo.
    pub(crate) answer: Option<&'a str>,
    /// Tokens of the answer.
    pub(crate) tokens: Option<usize>,
    /// Tokens of one chunk.
    pub(crate) chunk_tokens: usize,
}

impl Settings<'_> {
    fn has_model(&self, model: &str) -> bool {
        !self.only_these || self.models.iter().any(|other| other == model)
    }
}

/// An answer that is no error.
pub(crate) enum Reply {
    /// JSON.
    Whole(Bytes),
    /// Server-sent events.
    Stream(Events),
}

impl Reply {
    fn json(value: &Value) -> Reply {
        let mut bytes = Vec::with_capacity(USUAL_BYTES);
        event::append(&mut bytes, value);
        Reply::Whole(bytes.into())
    }
}

/// What a path stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Endpoint<'a> {
    Chat,
    Completions,
    CountTokens,
    Embeddings,
    Messages,
    Model(&'a str),
    Models,
    Responses,
}

impl<'a> Endpoint<'a> {
    /// By the path.
    pub(crate) fn find(path: &'a str) -> Option<Endpoint<'a>> {
        Some(match path.strip_prefix("/v1/")? {
            "chat/completions" => Endpoint::Chat,
            "completions" => Endpoint::Completions,
            "embeddings" => Endpoint::Embeddings,
            "messages" => Endpoint::Messages,
            "messages/count_tokens" => Endpoint::CountTokens,
            "models" => Endpoint::Models,
            "responses" => Endpoint::Responses,
            other => Endpoint::Model(other.strip_prefix("models/").filter(|name| !name.is_empty())?),
        })
    }

    /// The method that it takes.
    pub(crate) fn method(self) -> Method {
        match self {
            Endpoint::Model(_) | Endpoint::Models => Method::GET,
            _ => Method::POST,
        }
    }

    /// How its errors look. `/v1/models` is in both APIs, and `is_anthropic` says whether the client sent
    /// `anthropic-version`.
    pub(crate) fn dialect(self, is_anthropic: bool) -> Dialect {
        match self {
            Endpoint::Messages | Endpoint::CountTokens => Dialect::Anthropic,
            Endpoint::Model(_) | Endpoint::Models if is_anthropic => Dialect::Anthropic,
            Endpoint::Responses => Dialect::Responses,
            _ => Dialect::OpenAi,
        }
    }

    /// The answer to a request's body, which is `null` where the method has none.
    pub(crate) fn answer(self, request: &Value, dialect: Dialect, settings: &Settings) -> Result<Reply, ApiError> {
        match self {
            Endpoint::Chat => chat::answer(request, settings),
            Endpoint::Completions => completions::answer(request, settings),
            Endpoint::CountTokens => messages::count(request, settings),
            Endpoint::Embeddings => embeddings::answer(request, settings),
            Endpoint::Messages => messages::answer(request, settings),
            Endpoint::Model(name) => models::one(name, dialect, settings),
            Endpoint::Models => Ok(models::list(dialect, settings)),
            Endpoint::Responses => responses::answer(request, settings),
        }
    }
}

/// The request's body as JSON.
pub(crate) fn parse(body: &[u8]) -> Result<Value, ApiError> {
    match serde_json::from_slice(body) {
        Ok(value @ Value::Object(_)) => Ok(value),
        Ok(_) => Err(ApiError::invalid("The body of the request is JSON, but no object.")),
        Err(error) => Err(ApiError::invalid(format!("We could not parse the JSON body of your request: {error}."))),
    }
}
