//! Bodies and statuses of errors.
//!
//! | Anthropic | OpenAI |
//! | --- | --- |
//! | 400 `invalid_request_error` | 400 `invalid_request_error` |
//! | 400 with a text that begins with "prompt is too long" | 400 with the code `context_length_exceeded` |
//! | 401 `authentication_error` | 401 `invalid_request_error`, code `invalid_api_key` |
//! | 402 `billing_error` | 429 `insufficient_quota` |
//! | 403 `permission_error` | 403 `invalid_request_error`, code `permission_denied` |
//! | 404 `not_found_error` | 404 `invalid_request_error`, code `not_found` (or `model_not_found`) |
//! | 413 `request_too_large` | 413 `invalid_request_error`, code `request_too_large` |
//! | 429 `rate_limit_error` | 429 `rate_limit_error`, code `rate_limit_exceeded` |
//! | 500 `api_error` | 500 `server_error` |
//! | 504 `timeout_error` | 504 `timeout_error` |
//! | 529 `overloaded_error` | 503 `service_unavailable_error` |
//!
//! Other statuses stay, with the type of their hundred. Sources: `platform.claude.com/docs/en/api/errors`,
//! `platform.openai.com/docs/guides/error-codes`.

use super::fields::{get, text};
use super::problem::Problem;
use serde_json::{Value, json};

/// An error that knows both protocols: read from one, written in the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    kind: Kind,
    status: u16,
    message: String,
    param: Option<String>,
    code: Option<String>,
    request_id: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    InvalidRequest,
    ContextLength,
    Authentication,
    Billing,
    Permission,
    NotFound,
    TooLarge,
    RateLimit,
    Api,
    Timeout,
    Overloaded,
}

use Kind::*;

/// What a kind is at either side.
struct Row {
    kind: Kind,
    /// Status and type.
    messages: (u16, &'static str),
    /// Status and type.
    chat: (u16, &'static str),
    /// OpenAI's code, where it says more than the type.
    code: Option<&'static str>,
}

const fn row(kind: Kind, messages: (u16, &'static str), chat: (u16, &'static str), code: &'static str) -> Row {
    Row { kind, messages, chat, code: if code.is_empty() { None } else { Some(code) } }
}

/// The first row with a status is the kind that this status means by itself.
const TABLE: [Row; 11] = [
    row(InvalidRequest, (400, "invalid_request_error"), (400, "invalid_request_error"), ""),
    row(ContextLength, (400, "invalid_request_error"), (400, "invalid_request_error"), "context_length_exceeded"),
    row(Authentication, (401, "authentication_error"), (401, "invalid_request_error"), "invalid_api_key"),
    row(Permission, (403, "permission_error"), (403, "invalid_request_error"), "permission_denied"),
    row(NotFound, (404, "not_found_error"), (404, "invalid_request_error"), "not_found"),
    row(TooLarge, (413, "request_too_large"), (413, "invalid_request_error"), "request_too_large"),
    row(RateLimit, (429, "rate_limit_error"), (429, "rate_limit_error"), "rate_limit_exceeded"),
    row(Billing, (402, "billing_error"), (429, "insufficient_quota"), "insufficient_quota"),
    row(Api, (500, "api_error"), (500, "server_error"), ""),
    row(Timeout, (504, "timeout_error"), (504, "timeout_error"), ""),
    row(Overloaded, (529, "overloaded_error"), (503, "service_unavailable_error"), ""),
];

impl Kind {
    fn row(self) -> &'static Row {
        TABLE.iter().find(|row| row.kind == self).expect("every kind has a row")
    }

    fn of_status(status: u16) -> Self {
        match TABLE.iter().find(|row| row.messages.0 == status || row.chat.0 == status) {
            Some(row) => row.kind,
            None if (400..500).contains(&status) => InvalidRequest,
            None => Api,
        }
    }
}

/// How clients of Anthropic recognise a prompt that does not fit the model: they shorten it and try again.
const TOO_LONG: &str = "prompt is too long";

impl ApiError {
    /// A request that cannot be converted: the client's mistake, 400.
    pub fn in_request(problem: &Problem) -> Self {
        Self::new(InvalidRequest, 400, problem.to_string(), Some(problem.path().to_owned()))
    }

    /// An answer that cannot be converted: the provider's mistake, 502.
    pub fn in_answer(problem: &Problem) -> Self {
        let message = format!("The model's provider sent an answer that cannot be read. {problem}");
        Self::new(Api, 502, message, None)
    }

    fn new(kind: Kind, status: u16, message: String, param: Option<String>) -> Self {
        Self { kind, status, message, param, code: None, request_id: None }
    }

    /// Reads an error of the Messages API: the body of an answer with `status`, or the data of an `error` event (then
    /// `status` is `None`). A body of another shape gives an error with the type of its status.
    pub fn from_messages(status: Option<u16>, body: &Value) -> Self {
        let error = body.get("error").and_then(Value::as_object);
        let named = error.and_then(|error| text(error, "type"));
        let kind = TABLE.iter().find(|row| named == Some(row.messages.1)).map(|row| row.kind);
        let mut read = Self::read(kind, status, body);
        if read.kind == InvalidRequest && read.message.starts_with(TOO_LONG) {
            read.kind = ContextLength;
        }
        read
    }

    /// Reads an error of the Chat Completions API: the body of an answer with `status`, or the data of an event in a
    /// stream. Shapes of other servers are read too: `{"error": "text"}`, `{"message": "text"}`, `{"detail": "text"}`.
    pub fn from_chat(status: Option<u16>, body: &Value) -> Self {
        let error = body.get("error").and_then(Value::as_object);
        let named = |name: &str| error.and_then(|error| text(error, name));
        let by_code = match named("code") {
            Some("model_not_found") => Some(NotFound),
            code => TABLE.iter().find(|row| code.is_some() && code == row.code).map(|row| row.kind),
        };
        let by_type = || {
            // These two say little: the status knows better.
            let vague = |kind: &str| ["invalid_request_error", "server_error"].contains(&kind);
            let kind = named("type").filter(|kind| !vague(kind) || status.is_none());
            TABLE.iter().find(|row| kind == Some(row.chat.1) || kind == Some(row.messages.1)).map(|row| row.kind)
        };
        Self::read(by_code.or_else(by_type), status, body)
    }

    fn read(kind: Option<Kind>, status: Option<u16>, body: &Value) -> Self {
        let kind = kind.unwrap_or_else(|| status.map_or(Api, Kind::of_status));
        let error = body.get("error").and_then(Value::as_object);
        let field = |name: &str| error.and_then(|error| get(error, name)).and_then(Value::as_str).map(str::to_owned);
        let plain = ["error", "message", "detail"].iter().find_map(|name| body.get(name)?.as_str());
        let message = field("message").or_else(|| plain.map(str::to_owned)).unwrap_or_else(|| match status {
            Some(status) => format!("The model's provider answered with status {status}."),
            None => "The model's provider ended its answer with an error.".to_owned(),
        });
        Self {
            kind,
            status: status.unwrap_or_else(|| kind.row().messages.0),
            message,
            param: field("param"),
            code: field("code"),
            request_id: body.get("request_id").and_then(Value::as_str).map(str::to_owned),
        }
    }

    /// Status and body for a client of the Messages API. The body is also the data of an `error` event.
    pub fn to_messages(&self) -> (u16, Value) {
        let (status, kind) = self.kind.row().messages;
        let message = match self.kind {
            ContextLength if !self.message.starts_with(TOO_LONG) => format!("{TOO_LONG}: {}", self.message),
            _ => self.message.clone(),
        };
        let mut body = json!({ "type": "error", "error": { "type": kind, "message": message } });
        self.insert_request_id(&mut body);
        (self.status(status), body)
    }

    /// Status and body for a client of the Chat Completions API. The body is also the data of an event in a stream.
    pub fn to_chat(&self) -> (u16, Value) {
        let (status, kind) = self.kind.row().chat;
        let code = self.code.as_deref().or(self.kind.row().code);
        let mut body = json!({ "error": { "message": self.message, "type": kind, "param": self.param, "code": code } });
        self.insert_request_id(&mut body);
        (self.status(status), body)
    }

    /// The kind's status, or the one that was read where neither side has a kind for it: a 502 stays a 502.
    fn status(&self, translated: u16) -> u16 {
        let has_kind = TABLE.iter().any(|row| row.messages.0 == self.status || row.chat.0 == self.status);
        if has_kind || self.status < 400 { translated } else { self.status }
    }

    fn insert_request_id(&self, body: &mut Value) {
        if let (Some(id), Some(body)) = (&self.request_id, body.as_object_mut()) {
            body.insert("request_id".into(), json!(id));
        }
    }
}
