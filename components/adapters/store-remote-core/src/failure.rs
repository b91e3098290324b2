//! Why there is no reply.

use std::fmt;

/// Why a command has no reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The command's own error, as its Redis line without the leading `-`. The store is there.
    Command(String),
    /// Nobody answered, or not as a store does: where, and what happened. Whether the command was executed is not known.
    Unavailable(String),
}

impl Failure {
    /// As one line of Redis: an unavailable store has the code `UNAVAILABLE`.
    #[must_use]
    pub fn into_line(self) -> String {
        match self {
            Self::Command(line) => line,
            Self::Unavailable(reason) => format!("UNAVAILABLE {reason}"),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(line) => write!(out, "the store refused a command: {line}"),
            Self::Unavailable(reason) => write!(out, "the store cannot be reached: {reason}"),
        }
    }
}

impl std::error::Error for Failure {}
