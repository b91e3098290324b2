//! Why a body could not be converted.

use super::limits;
use serde_json::Value;
use std::fmt;

/// A field that stands in the way of a conversion. Paths are written like `messages[2].content[0].type`; the empty path
/// is the whole body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The field breaks the rules of the protocol that the body is written in.
    Invalid {
        /// Where.
        path: String,
        /// What is there, quoted and cut.
        found: String,
        /// What the protocol asks for.
        expected: String,
    },
    /// The field is right, and the other protocol has no way to say it.
    Inexpressible {
        /// Where.
        path: String,
        /// What is there, quoted and cut.
        found: String,
        /// What could be said instead.
        possible: String,
    },
}

impl Problem {
    /// The field, as both APIs name fields in the `param` of their errors.
    pub fn path(&self) -> &str {
        match self {
            Self::Invalid { path, .. } | Self::Inexpressible { path, .. } => path,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = match self.path() {
            "" => "body",
            path => path,
        };
        match self {
            Self::Invalid { found, expected, .. } => write!(out, "{path}: found {found}, expected {expected}"),
            Self::Inexpressible { found, possible, .. } => {
                write!(out, "{path}: {found} cannot be expressed for this model's provider; possible: {possible}")
            }
        }
    }
}

impl std::error::Error for Problem {}

/// `value` as an error's text shows it: short values as JSON, the others by their type.
pub(super) fn quote(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("an array of {}", items.len()),
        Value::Object(fields) => format!("an object with {} fields", fields.len()),
        Value::String(text) => match text.char_indices().nth(limits::QUOTED_CHARS) {
            Some((end, _)) => format!("{:?}…", text.get(..end).unwrap_or_default()),
            None => format!("{text:?}"),
        },
        other => other.to_string(),
    }
}
