//! Answers that are streams of server-sent events, converted event by event.
//!
//! A machine takes the parsed events of one protocol and appends those of the other. It keeps no text: its state is a
//! few numbers and names, whatever the length of the answer. After [`super::Problem`] or an error of the upstream a
//! machine gives no more events, and `end` says that the stream was not complete.

mod start;
mod to_chat;
mod to_messages;

pub use start::Start;
pub use to_chat::ToChat;
pub use to_messages::ToMessages;

use super::error::ApiError;
use serde_json::Value;

/// One server-sent event.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The event's name; chat streams have none.
    pub name: Option<&'static str>,
    /// What it carries.
    pub data: Data,
}

/// What an event carries.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// A JSON object.
    Json(Value),
    /// `[DONE]`, the end of a chat stream.
    Done,
    /// A comment, which clients skip: the stream is alive, and has nothing to say in its protocol.
    Comment(&'static str),
}

impl Event {
    /// Appends the event as it goes over the wire (HTML Living Standard, server-sent events).
    pub fn write(&self, out: &mut Vec<u8>) {
        if let Some(name) = self.name {
            out.extend_from_slice(b"event: ");
            out.extend_from_slice(name.as_bytes());
            out.push(b'\n');
        }
        match &self.data {
            // JSON text has no line breaks of its own, so one line is always enough.
            Data::Json(value) => {
                out.extend_from_slice(b"data: ");
                out.extend_from_slice(value.to_string().as_bytes());
            }
            Data::Done => out.extend_from_slice(b"data: [DONE]"),
            Data::Comment(text) => {
                out.extend_from_slice(b": ");
                out.extend_from_slice(text.as_bytes());
            }
        }
        out.extend_from_slice(b"\n\n");
    }

    /// The event that ends a stream of chunks with an error.
    pub fn chat_error(error: &ApiError) -> Self {
        Self::json(None, error.to_chat().1)
    }

    /// The event that ends a stream of messages with an error.
    pub fn messages_error(error: &ApiError) -> Self {
        Self::json(Some("error"), error.to_messages().1)
    }

    fn json(name: Option<&'static str>, value: Value) -> Self {
        Self { name, data: Data::Json(value) }
    }
}

/// How far a stream has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Nothing has been said yet.
    Waiting,
    /// The answer is under way.
    Open,
    /// The reason of the end is known; counts may follow.
    Ending,
    /// The upstream ended the answer properly.
    Complete,
    /// The upstream sent an error, or something that cannot be converted.
    Failed,
}
