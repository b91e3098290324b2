//! Behaviour: what happens to a request.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use hyper::header::{HeaderName, HeaderValue};
use serde::Deserialize;
use serde::de::{Deserializer, Error};

use super::{Pattern, Pause};
use crate::api::ApiError;
use crate::limits::TOKENS;

/// What happens to a request. What a rule leaves out is as in `[default]`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case", remote = "Self")]
pub struct Then {
    /// Pause before the head.
    pub latency: Option<Pause>,
    /// Pause before the first content, after the head and what comes before content.
    pub first_chunk: Option<Pause>,
    /// Pause between one piece of content and the next.
    pub between_chunks: Option<Pause>,
    /// What each of these pauses may be longer by, decided by the seed.
    pub jitter: Option<Pause>,
    /// The text that is answered, instead of an echo.
    pub answer: Option<String>,
    /// How many tokens (words) the answer has.
    pub tokens: Option<usize>,
    /// How many of them are in one chunk of a stream: 1 unless said otherwise.
    pub chunk_tokens: Option<usize>,
    /// HTTP status; from 400 on the body is an error in the API's shape.
    pub status: Option<u16>,
    /// Headers to be added, or to take the place of the usual ones.
    pub headers: BTreeMap<String, String>,
    /// The error's parts, where they are not those that go with the status.
    pub error: Option<ToldError>,
    /// The body, instead of any other.
    pub body: Option<String>,
    /// `content-type`, whatever the body is.
    pub content_type: Option<String>,
    /// What goes wrong.
    pub fault: Option<Fault>,
    /// The fault comes after so many bytes of the body; 0: after the head.
    pub after_bytes: Option<u64>,
    /// The fault comes after so many pieces of content of a stream; of a body that is no stream, after half of it.
    pub after_chunks: Option<u64>,
    /// How long an endless body is in bytes.
    pub endless_bytes: Option<u64>,
    /// Statuses and faults, one request after the other.
    pub pattern: Option<Pattern>,
}

/// Parts of an error.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ToldError {
    /// Text.
    pub message: Option<String>,
    /// Such as `rate_limit_error`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The field that is to blame.
    pub param: Option<String>,
    /// Such as `context_length_exceeded`.
    pub code: Option<String>,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The connection is closed without the end of the body; before the head unless said otherwise.
    Close,
    /// Half an event, and then the body ends as if it were complete; after one piece of content unless said otherwise.
    Cut,
    /// Content without end, or until `endless-bytes`.
    Endless,
    /// An error event in the middle of a stream; after one piece of content unless said otherwise.
    ErrorEvent,
    /// Bytes that are no JSON and no events; from the beginning of the body unless said otherwise.
    Garbage,
    /// Half an event, and then as `close`; after one piece of content unless said otherwise.
    HalfEvent,
    /// A stream without `[DONE]`, `message_stop`, `response.completed`.
    NoDone,
    /// The connection is reset (TCP RST); before the head unless said otherwise.
    Reset,
    /// Nothing more comes, ever; before the head unless said otherwise.
    Stall,
}

impl Fault {
    /// All of them, by name.
    pub(super) const ALL: [(&'static str, Fault); 9] = [
        ("close", Fault::Close),
        ("cut", Fault::Cut),
        ("endless", Fault::Endless),
        ("error-event", Fault::ErrorEvent),
        ("garbage", Fault::Garbage),
        ("half-event", Fault::HalfEvent),
        ("no-done", Fault::NoDone),
        ("reset", Fault::Reset),
        ("stall", Fault::Stall),
    ];
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Fault, String> {
        Fault::ALL.iter().find(|(name, _)| *name == text).map(|(_, fault)| *fault).ok_or_else(|| {
            format!("{text:?} is no fault: expected one of {}", Fault::ALL.map(|(name, _)| name).join(", "))
        })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Fault::ALL.iter().find(|(_, fault)| fault == self).map_or("fault", |(name, _)| name))
    }
}

impl<'de> Deserialize<'de> for Fault {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Fault, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

// `remote = "Self"` makes the derived function an inherent one, so that this one can look at what it has read.
impl<'de> Deserialize<'de> for Then {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Then, D::Error> {
        let then = Then::deserialize(deserializer)?;
        then.check().map_err(D::Error::custom)?;
        Ok(then)
    }
}

impl Then {
    /// With what is left out taken from another.
    pub(crate) fn or(&self, default: &Then) -> Then {
        let headers = default.headers.iter().chain(&self.headers);
        let headers = headers.map(|(name, value)| (name.to_lowercase(), value.clone())).collect();
        // What decides the outcome goes together: a default fault must not turn a rule's status into something else.
        let outcome = if self.has_outcome() { self } else { default };
        Then {
            latency: self.latency.or(default.latency),
            first_chunk: self.first_chunk.or(default.first_chunk),
            between_chunks: self.between_chunks.or(default.between_chunks),
            jitter: self.jitter.or(default.jitter),
            answer: self.answer.clone().or_else(|| default.answer.clone()),
            tokens: self.tokens.or(default.tokens),
            chunk_tokens: self.chunk_tokens.or(default.chunk_tokens),
            headers,
            content_type: self.content_type.clone().or_else(|| default.content_type.clone()),
            status: outcome.status,
            error: outcome.error.clone(),
            body: outcome.body.clone(),
            fault: outcome.fault,
            after_bytes: outcome.after_bytes,
            after_chunks: outcome.after_chunks,
            endless_bytes: outcome.endless_bytes,
            pattern: outcome.pattern.clone(),
        }
    }

    fn has_outcome(&self) -> bool {
        self.status.is_some() || self.body.is_some() || self.fault.is_some() || self.pattern.is_some()
    }

    /// The error of a status.
    pub(crate) fn api_error(&self, status: u16) -> ApiError {
        let told = self.error.clone().unwrap_or_default();
        let usual = ApiError::of_status(status);
        ApiError { kind: told.kind, message: told.message, param: told.param, code: told.code, ..usual }
    }

    /// What is well-formed and cannot be meant.
    fn check(&self) -> Result<(), String> {
        if let Some(status) = self.status.filter(|status| !(200..=599).contains(status)) {
            return Err(format!("status = {status}: expected 200 to 599"));
        }
        for (name, value) in [("tokens", self.tokens), ("chunk-tokens", self.chunk_tokens)] {
            if let Some(count) = value.filter(|count| !(1..=TOKENS).contains(count)) {
                return Err(format!("{name} = {count}: expected 1 to {TOKENS}"));
            }
        }
        for (name, value) in &self.headers {
            if HeaderName::from_bytes(name.as_bytes()).is_err() || HeaderValue::from_str(value).is_err() {
                return Err(format!("headers: {name:?} = {value:?} is no HTTP header"));
            }
            if ["content-length", "transfer-encoding"].contains(&name.to_lowercase().as_str()) {
                return Err(format!("headers: {name} goes with the body: expected other headers, or a fault"));
            }
        }
        if let Some(value) = self.content_type.as_ref().filter(|value| HeaderValue::from_str(value).is_err()) {
            return Err(format!("content-type = {value:?} is no HTTP header"));
        }
        let has_place = self.after_bytes.is_some() || self.after_chunks.is_some();
        if self.after_bytes.is_some() && self.after_chunks.is_some() {
            return Err("after-bytes and after-chunks: expected one of them".to_owned());
        }
        if has_place && self.fault.is_none() && self.pattern.is_none() {
            return Err("after-bytes and after-chunks say where a fault comes: expected a fault beside them".to_owned());
        }
        if self.endless_bytes.is_some() && self.fault != Some(Fault::Endless) && self.pattern.is_none() {
            return Err("endless-bytes: expected fault = \"endless\" beside it".to_owned());
        }
        if self.pattern.is_some() && (self.fault.is_some() || self.status.is_some()) {
            return Err("pattern: expected no status and no fault beside it, its steps are those".to_owned());
        }
        if self.error.is_some() && self.status.is_none() && self.pattern.is_none() && self.fault.is_none() {
            return Err("error: expected a status, a pattern or fault = \"error-event\" beside it".to_owned());
        }
        Ok(())
    }
}
