//! Errors, in the shape of each API.

use serde_json::{Value, json};

use super::Dialect;

/// An answer that is an error.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ApiError {
    /// HTTP status.
    pub(crate) status: u16,
    /// `None`: the one that goes with the status in the API that is spoken.
    pub(crate) kind: Option<String>,
    /// `None`: the one that goes with the status.
    pub(crate) message: Option<String>,
    /// The field that is to blame; Anthropic has none.
    pub(crate) param: Option<String>,
    /// OpenAI's machine-readable word; Anthropic has none.
    pub(crate) code: Option<String>,
}

impl ApiError {
    /// With the texts that go with a status.
    pub(crate) fn of_status(status: u16) -> ApiError {
        ApiError { status, kind: None, message: None, param: None, code: None }
    }

    /// 400, with a text.
    pub(crate) fn invalid(message: impl Into<String>) -> ApiError {
        ApiError { message: Some(message.into()), ..ApiError::of_status(400) }
    }

    /// 400, with a text and the field that is to blame.
    pub(crate) fn parameter(param: &str, message: impl Into<String>) -> ApiError {
        ApiError { param: Some(param.to_owned()), ..ApiError::invalid(message) }
    }

    /// A field that must be there and is not.
    pub(crate) fn missing(param: &str) -> ApiError {
        let code = Some("missing_required_parameter".to_owned());
        ApiError { code, ..ApiError::parameter(param, format!("Missing required parameter: '{param}'.")) }
    }

    /// 404 for a model.
    pub(crate) fn no_model(model: &str) -> ApiError {
        ApiError {
            message: Some(format!("The model `{model}` does not exist or you do not have access to it.")),
            code: Some("model_not_found".to_owned()),
            ..ApiError::of_status(404)
        }
    }

    /// The body.
    pub(crate) fn body(&self, dialect: Dialect, request_id: &str) -> Value {
        let kind = self.kind.as_deref().unwrap_or_else(|| kind(dialect, self.status));
        let message = self.message.as_deref().unwrap_or_else(|| message(self.status));
        match dialect {
            Dialect::Anthropic => {
                json!({"type": "error", "error": {"type": kind, "message": message}, "request_id": request_id})
            }
            Dialect::OpenAi | Dialect::Responses => {
                let code = self.code.as_deref().or_else(|| code(self.status));
                json!({"error": {"message": message, "type": kind, "param": self.param, "code": code}})
            }
        }
    }

    /// The event that ends a stream in its middle, with its blank line. `sequence` numbers it in a Responses stream.
    pub(crate) fn event(&self, dialect: Dialect, request_id: &str, sequence: u64) -> Vec<u8> {
        let kind = self.kind.as_deref().unwrap_or_else(|| kind(dialect, self.status));
        let message = self.message.as_deref().unwrap_or_else(|| message(self.status));
        match dialect {
            Dialect::OpenAi => format!("data: {}\n\n", self.body(dialect, request_id)),
            Dialect::Anthropic => format!("event: error\ndata: {}\n\n", self.body(dialect, request_id)),
            Dialect::Responses => {
                let code = self.code.as_deref().unwrap_or(kind);
                let event = json!({
                    "type": "error", "code": code, "message": message, "param": self.param, "sequence_number": sequence,
                });
                format!("event: error\ndata: {event}\n\n")
            }
        }
        .into_bytes()
    }
}

// https://platform.openai.com/docs/guides/error-codes and https://platform.claude.com/docs/en/api/errors
fn kind(dialect: Dialect, status: u16) -> &'static str {
    match (dialect, status) {
        (Dialect::Anthropic, 401) => "authentication_error",
        (Dialect::Anthropic, 403) => "permission_error",
        (Dialect::Anthropic, 404) => "not_found_error",
        (Dialect::Anthropic, 413) => "request_too_large",
        (Dialect::Anthropic, 429) => "rate_limit_error",
        (Dialect::Anthropic, 504) => "timeout_error",
        (Dialect::Anthropic, 529) => "overloaded_error",
        (Dialect::Anthropic, 500..) => "api_error",
        (_, 429) => "rate_limit_error",
        (_, 500..) => "server_error",
        _ => "invalid_request_error",
    }
}

fn code(status: u16) -> Option<&'static str> {
    match status {
        401 => Some("invalid_api_key"),
        429 => Some("rate_limit_exceeded"),
        _ => None,
    }
}

fn message(status: u16) -> &'static str {
    match status {
        400 => "The request is not valid.",
        401 => "Incorrect API key provided.",
        403 => "This key may not do that.",
        404 => "There is no such thing.",
        405 => "Not allowed method for this path.",
        408 => "The request took too long.",
        413 => "The request is too large.",
        429 => "Rate limit reached: try again later.",
        500 => "The server had an error while processing the request.",
        502 => "Bad gateway.",
        503 => "The engine is overloaded: try again later.",
        504 => "The request timed out.",
        529 => "Overloaded",
        _ => "The mock was told to answer so.",
    }
}
