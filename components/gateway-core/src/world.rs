//! What a shell gives: time, chance, the store and a log.

use std::fmt;

/// What a shell gives to one exchange. All calls are synchronous and short.
pub trait World {
    /// Milliseconds since the Unix epoch.
    fn now_ms(&self) -> u64;

    /// 64 bits that an attacker cannot guess.
    fn random(&self) -> u64;

    /// Runs one command of the store, which may be shared with other gateways: each command is atomic, a sequence of
    /// them is not.
    fn store(&self, argv: &[&[u8]]) -> Result<Reply, StoreError>;

    /// Runs a command of which nobody needs the reply, nor an error. A world whose store is far away may do so when the
    /// exchange is over, and several of them at once.
    fn store_later(&self, argv: &[&[u8]]) {
        // What nobody needs is not missed.
        let _ = self.store(argv);
    }

    /// A line for whoever runs the gateway. It has no secrets and nothing of what users say.
    fn log(&self, level: Level, text: &str);

    /// Whether [`wake`](World::wake) is honoured. Without it every exchange makes upstream calls of its own.
    fn can_wake(&self) -> bool {
        false
    }

    /// Another exchange of the same gateway has something for this one: give it `Event::Woken` soon, not from within
    /// this call.
    fn wake(&self) {}
}

/// A reply of the store, in the terms of RESP2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// No value.
    Nil,
    /// A status such as `OK`.
    Status(String),
    /// An integer.
    Integer(i64),
    /// A string of bytes.
    Bulk(Vec<u8>),
    /// A list; maps and sets of RESP3 as flat lists.
    Array(Vec<Reply>),
}

impl Reply {
    /// The integer, also one that is written in decimal digits.
    #[must_use]
    pub fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(value) => Some(*value),
            Self::Bulk(bytes) => std::str::from_utf8(bytes).ok()?.parse().ok(),
            _ => None,
        }
    }

    /// The bytes of a string.
    #[must_use]
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bulk(bytes) => Some(bytes),
            Self::Status(text) => Some(text.as_bytes()),
            _ => None,
        }
    }

    /// A string that is UTF-8.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    /// The items of a list; none when it is something else.
    #[must_use]
    pub fn items(&self) -> &[Reply] {
        match self {
            Self::Array(items) => items,
            _ => &[],
        }
    }
}

/// Why the store gave no reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// The store said no: its error reply, from the code on.
    Command(String),
    /// The store cannot be reached.
    Unavailable(String),
}

impl fmt::Display for StoreError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(text) => write!(out, "the store refused a command: {text}"),
            Self::Unavailable(text) => write!(out, "the store cannot be reached: {text}"),
        }
    }
}

impl std::error::Error for StoreError {}

/// How much a line of the log matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// For those who look for a fault.
    Debug,
    /// What happened.
    Info,
    /// What should not go on like this.
    Warning,
    /// What failed.
    Error,
}
