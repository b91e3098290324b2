//! Server-sent events: what a stream is made of.

use hyper::body::Bytes;
use serde_json::Value;

/// What a script can tell apart in a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Around the content: roles, starts and stops, usage.
    Frame,
    /// A piece of text or of a call's arguments. Pauses come before these, and these are counted.
    Content,
    /// What says that the stream is complete: `[DONE]`, `message_stop`, `response.completed`.
    Last,
}

/// One event, with its blank line.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) kind: Kind,
    pub(crate) bytes: Bytes,
}

/// Events that are made while the client takes them: a long stream is never in memory as a whole.
pub(crate) type Events = Box<dyn Iterator<Item = Event> + Send>;

impl Event {
    /// `data: …`, as OpenAI's first APIs have it.
    pub(crate) fn data(kind: Kind, value: &Value) -> Event {
        Event { kind, bytes: framed(b"data: ", value) }
    }

    /// `event: …` and `data: …`; the name is the value's `type`.
    pub(crate) fn named(kind: Kind, value: &Value) -> Event {
        let name = value["type"].as_str().unwrap_or("message");
        Event { kind, bytes: framed(format!("event: {name}\ndata: ").as_bytes(), value) }
    }

    /// OpenAI's end of a stream.
    pub(crate) fn done() -> Event {
        Event { kind: Kind::Last, bytes: Bytes::from_static(b"data: [DONE]\n\n") }
    }
}

fn framed(before: &[u8], value: &Value) -> Bytes {
    let mut bytes = before.to_vec();
    append(&mut bytes, value);
    bytes.extend_from_slice(b"\n\n");
    bytes.into()
}

/// Writes JSON behind what is there; in half the time of formatting it, which counts at full speed.
pub(super) fn append(bytes: &mut Vec<u8>, value: &Value) {
    serde_json::to_writer(bytes, value).expect("a value has keys of text only, and memory takes all that is written");
}
