//! What an upstream does, step by step.

use std::collections::VecDeque;

use ferrite_gateway::{FailureKind, Headers};
use serde_json::Value;

#[derive(Clone, Debug)]
pub enum Step {
    Head(u16, Headers),
    Body(Vec<u8>),
    Wait(u64),
    End,
    Fail(FailureKind),
}

/// Steps in order; after the last one nothing happens any more.
#[derive(Clone, Debug, Default)]
pub struct Script(VecDeque<Step>);

impl Script {
    pub fn new(steps: Vec<Step>) -> Self {
        Self(steps.into())
    }

    /// A whole answer.
    pub fn json(status: u16, body: &Value) -> Self {
        Self::default().head(status, &[("content-type", "application/json")]).text(&body.to_string()).end()
    }

    /// A stream, one event a piece.
    pub fn events(events: &[&str]) -> Self {
        let script = Self::default().head(200, &[("content-type", "text/event-stream")]);
        events.iter().fold(script, |script, event| script.text(&format!("data: {event}\n\n"))).end()
    }

    /// A 200 that is no JSON.
    pub fn text_only(text: &str) -> Self {
        Self::default().head(200, &[("content-type", "text/html")]).text(text).end()
    }

    pub fn fails(kind: FailureKind) -> Self {
        Self::new(vec![Step::Fail(kind)])
    }

    /// Takes the request and says nothing.
    pub fn stalls() -> Self {
        Self::default()
    }

    pub fn head(mut self, status: u16, headers: &[(&str, &str)]) -> Self {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.0.push_back(Step::Head(status, headers));
        self
    }

    pub fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes())
    }

    pub fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.push_back(Step::Body(bytes.to_vec()));
        self
    }

    pub fn wait(mut self, ms: u64) -> Self {
        self.0.push_back(Step::Wait(ms));
        self
    }

    pub fn end(mut self) -> Self {
        self.0.push_back(Step::End);
        self
    }

    pub fn fail(mut self, kind: FailureKind) -> Self {
        self.0.push_back(Step::Fail(kind));
        self
    }

    /// The same, later.
    pub fn after(mut self, ms: u64) -> Self {
        self.0.push_front(Step::Wait(ms));
        self
    }

    pub fn front(&self) -> Option<&Step> {
        self.0.front()
    }

    pub fn pop_front(&mut self) -> Option<Step> {
        self.0.pop_front()
    }
}
