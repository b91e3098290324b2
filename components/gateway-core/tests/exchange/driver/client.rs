//! What a client does, and what it gets.

use std::collections::VecDeque;

use ferrite_gateway::{Headers, RequestHead};
use serde_json::Value;

/// A client's request, and when things happen to it.
#[derive(Clone, Debug, Default)]
pub struct Client {
    pub head: RequestHead,
    pub body: VecDeque<Vec<u8>>,
    /// Milliseconds after `START_MS`.
    pub begins_ms: u64,
    /// When the client leaves, in milliseconds after `START_MS`.
    pub leaves_ms: Option<u64>,
    /// How long the client takes to read one piece of the answer.
    pub pace_ms: u64,
    /// When the driver drops the exchange, without a word.
    pub dropped_ms: Option<u64>,
    /// The body fails after its last piece.
    pub body_fails: bool,
}

/// What a client got.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    pub status: u16,
    pub headers: Headers,
    /// With the time of each, in milliseconds after `START_MS`.
    pub pieces: Vec<(u64, Vec<u8>)>,
    pub head_ms: u64,
    pub whole: bool,
    pub aborted: bool,
}

impl Answer {
    pub fn body(&self) -> Vec<u8> {
        self.pieces.iter().flat_map(|(_, piece)| piece.clone()).collect()
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body()).expect("answers are UTF-8")
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body()).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

pub fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Client {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let head = RequestHead { method: method.to_owned(), path: path.to_owned(), headers };
    let body = body.chunks(1000).map(<[u8]>::to_vec).collect();
    Client { head, body, ..Client::default() }
}

pub fn post(path: &str, body: &Value) -> Client {
    request("POST", path, &[("content-type", "application/json")], body.to_string().as_bytes())
}

impl Client {
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.head.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn with_key(self, key: &str) -> Self {
        self.with_header("authorization", &format!("Bearer {key}"))
    }

    pub fn at(mut self, ms: u64) -> Self {
        self.begins_ms = ms;
        self
    }

    pub fn reading_slowly(mut self, pace_ms: u64) -> Self {
        self.pace_ms = pace_ms;
        self
    }

    pub fn dropped_at(mut self, ms: u64) -> Self {
        self.dropped_ms = Some(ms);
        self
    }

    pub fn leaving_at(mut self, ms: u64) -> Self {
        self.leaves_ms = Some(ms);
        self
    }
}
