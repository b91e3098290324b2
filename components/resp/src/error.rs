//! What is wrong with a request, in the words of Redis 7.0.

use std::fmt;

/// Bytes that are no command. The client gets [`ProtocolError::to_bytes`] as an error reply, then its connection
/// closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProtocolError {
    /// The number behind `*` is no number, or greater than the limit.
    InvalidMultibulkLength,
    /// The number behind `$` is no number, negative, or greater than the limit.
    InvalidBulkLength,
    /// An argument begins with this byte.
    ExpectedBulk(u8),
    /// The line that begins with `*` does not end within the limit.
    TooBigMultibulkCount,
    /// The line that begins with `$` does not end within the limit.
    TooBigBulkCount,
    /// An inline command does not end within the limit.
    TooBigInline,
    /// An inline command has an open quote, or text right behind a closing one.
    UnbalancedQuotes,
    /// More arguments than a client may send before it authenticates.
    UnauthenticatedMultibulkLength,
    /// A longer argument than a client may send before it authenticates.
    UnauthenticatedBulkLength,
    /// A command of 4 GiB or more; Redis closes such a client by its query buffer limit.
    TooBigRequest,
}

impl ProtocolError {
    /// The reply's text, from `ERR` on, without CRLF. Bytes, because it may quote a byte that is no character.
    #[must_use]
    pub fn to_bytes(self) -> Vec<u8> {
        let mut text = self.text().as_bytes().to_vec();
        if let Self::ExpectedBulk(got) = self {
            // Redis maps line ends in error replies to spaces.
            text.extend_from_slice(&[if matches!(got, b'\r' | b'\n') { b' ' } else { got }, b'\'']);
        }
        text
    }

    const fn text(self) -> &'static str {
        match self {
            Self::InvalidMultibulkLength => "ERR Protocol error: invalid multibulk length",
            Self::InvalidBulkLength => "ERR Protocol error: invalid bulk length",
            Self::ExpectedBulk(_) => "ERR Protocol error: expected '$', got '",
            Self::TooBigMultibulkCount => "ERR Protocol error: too big mbulk count string",
            Self::TooBigBulkCount => "ERR Protocol error: too big bulk count string",
            Self::TooBigInline => "ERR Protocol error: too big inline request",
            Self::UnbalancedQuotes => "ERR Protocol error: unbalanced quotes in request",
            Self::UnauthenticatedMultibulkLength => "ERR Protocol error: unauthenticated multibulk length",
            Self::UnauthenticatedBulkLength => "ERR Protocol error: unauthenticated bulk length",
            Self::TooBigRequest => "ERR Protocol error: too big request",
        }
    }
}

impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.to_bytes()))
    }
}

impl std::error::Error for ProtocolError {}
