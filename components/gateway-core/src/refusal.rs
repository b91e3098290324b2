//! Answers that say no: OpenAI's shape of an error, and Anthropic's.

use serde_json::{Value, json};

use crate::head::Headers;

/// Whose shape of errors a client expects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// `{"error":{"message","type","param","code"}}`: <https://platform.openai.com/docs/api-reference>.
    #[default]
    OpenAi,
    /// `{"type":"error","error":{"type","message"}}`: <https://docs.anthropic.com/en/api/errors>.
    Anthropic,
}

/// An answer that says no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The HTTP status code.
    pub(crate) status: u16,
    /// OpenAI's class of the error: `invalid_request_error`, `rate_limit_error`, …
    pub(crate) kind: &'static str,
    /// What can be matched by programs, if there is more to say than the class.
    pub(crate) code: Option<&'static str>,
    /// The field of the request that is wrong.
    pub(crate) param: Option<String>,
    /// For people: what, where, what was expected.
    pub(crate) message: String,
    /// When to try again, in milliseconds from now.
    pub(crate) retry_after_ms: Option<u64>,
}

impl Refusal {
    fn new(status: u16, kind: &'static str, code: Option<&'static str>, message: impl Into<String>) -> Self {
        Self { status, kind, code, param: None, message: message.into(), retry_after_ms: None }
    }

    /// The request is wrong, and stays wrong when it is sent again.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "invalid_request_error", None, message)
    }

    /// [`invalid`](Self::invalid) because of one field.
    pub(crate) fn invalid_field(param: &str, message: impl Into<String>) -> Self {
        Self { param: Some(param.to_owned()), ..Self::invalid(message) }
    }

    /// No such path.
    pub(crate) fn unknown_path(path: &str) -> Self {
        let shown: String = path.chars().take(100).collect();
        Self::new(404, "invalid_request_error", Some("unknown_url"), format!("There is nothing at {shown}."))
    }

    /// The path exists, with another method.
    pub(crate) fn wrong_method(allowed: &str) -> Self {
        let message = format!("This path takes {allowed} only.");
        Self::new(405, "invalid_request_error", Some("method_not_allowed"), message)
    }

    /// There is no such thing.
    pub(crate) fn missing(message: impl Into<String>) -> Self {
        Self::new(404, "invalid_request_error", Some("not_found"), message)
    }

    /// Nobody serves this model, or not to this key.
    pub(crate) fn unknown_model(model: &str) -> Self {
        let shown: String = model.chars().take(100).collect();
        let message = format!("The model `{shown}` does not exist or you do not have access to it.");
        Self {
            param: Some("model".to_owned()),
            ..Self::new(404, "invalid_request_error", Some("model_not_found"), message)
        }
    }

    /// More than is read.
    pub(crate) fn too_large(limit: usize) -> Self {
        let message = format!("The request's body is larger than {limit} bytes.");
        Self::new(413, "invalid_request_error", Some("request_too_large"), message)
    }

    /// A body of another kind.
    pub(crate) fn wrong_type(found: &str) -> Self {
        let shown: String = found.chars().take(100).collect();
        let message = format!(
            "The content type `{shown}` is not understood: application/json or application/msgpack is expected."
        );
        Self::new(415, "invalid_request_error", Some("unsupported_media_type"), message)
    }

    /// No key, or an unknown one.
    pub(crate) fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(401, "authentication_error", Some("invalid_api_key"), message)
    }

    /// A known key that may not do this.
    pub(crate) fn forbidden(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(403, "permission_error", Some(code), message)
    }

    /// Too much at the moment.
    pub(crate) fn rate_limited(code: &'static str, message: impl Into<String>, retry_after_ms: u64) -> Self {
        Self { retry_after_ms: Some(retry_after_ms), ..Self::new(429, "rate_limit_error", Some(code), message) }
    }

    /// Money has run out.
    pub(crate) fn over_budget(message: impl Into<String>) -> Self {
        Self::new(429, "insufficient_quota", Some("insufficient_quota"), message)
    }

    /// The upstream answered, but nothing that can be used.
    pub(crate) fn bad_upstream(message: impl Into<String>) -> Self {
        Self::new(502, "api_error", Some("upstream_error"), message)
    }

    /// The upstream answered too late.
    pub(crate) fn upstream_timeout(message: impl Into<String>) -> Self {
        Self::new(504, "api_error", Some("upstream_timeout"), message)
    }

    /// Nothing is there to answer at the moment.
    pub(crate) fn unavailable(message: impl Into<String>) -> Self {
        Self::new(503, "api_error", Some("unavailable"), message)
    }

    /// The error as a tree.
    #[must_use]
    pub(crate) fn value(&self, dialect: Dialect) -> Value {
        match dialect {
            Dialect::OpenAi => json!({"error": {
                "message": self.message, "type": self.kind, "param": self.param, "code": self.code,
            }}),
            Dialect::Anthropic => json!({"type": "error", "error": {
                "type": anthropic_kind(self.status), "message": self.message,
            }}),
        }
    }

    /// Headers beside those of the body.
    #[must_use]
    pub(crate) fn headers(&self) -> Headers {
        let mut headers = Headers::new();
        if let Some(ms) = self.retry_after_ms {
            headers.push(("retry-after".to_owned(), ms.div_ceil(1000).max(1).to_string()));
        }
        headers
    }
}

/// Anthropic's class for a status: <https://docs.anthropic.com/en/api/errors>.
fn anthropic_kind(status: u16) -> &'static str {
    match status {
        401 => "authentication_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        503 | 529 => "overloaded_error",
        400..=499 => "invalid_request_error",
        _ => "api_error",
    }
}
