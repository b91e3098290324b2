//! A request or an answer as a tree, whichever API it belongs to.

use serde_json::Value;

use super::{Role, Shape, Verdict, system, texts};
use crate::{Error, Result};

/// The body of a request or of an answer: of chat completions, completions, embeddings and responses as OpenAI has
/// them, and of Anthropic's messages. Everything but the texts stays as it is, in its order.
#[derive(Clone, Debug)]
pub struct Body {
    value: Value,
    kind: Kind,
    changed: bool,
}

/// Which fields have text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Request,
    Answer,
}

impl Body {
    /// The body of [`on_request`](super::Policy::on_request). It fails on a text that is no JSON.
    pub fn request(json: &str) -> Result<Self> {
        Self::parse(json, Kind::Request)
    }

    /// The body of [`on_response`](super::Policy::on_response). It fails on a text that is no JSON.
    pub fn answer(json: &str) -> Result<Self> {
        Self::parse(json, Kind::Answer)
    }

    fn parse(json: &str, kind: Kind) -> Result<Self> {
        let value = serde_json::from_str(json).map_err(|error| Error::msg(format_args!("no JSON: {error}")))?;
        Ok(Self { value, kind, changed: false })
    }

    /// The whole tree.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The whole tree, to be changed.
    pub fn value_mut(&mut self) -> &mut Value {
        self.changed = true;
        &mut self.value
    }

    /// What the client calls the model, in requests; empty without it.
    pub fn model(&self) -> &str {
        self.value.get("model").and_then(Value::as_str).unwrap_or_default()
    }

    /// Shows each text and whose it is, and puts what is returned in its place. Texts are what people and models say,
    /// what they are told, and what tools return. Identifiers, names and everything else are never among them.
    ///
    /// - Arguments of tool calls: in requests each string among them is a text of its own, and the names of the
    ///   arguments are none. In answers they are left alone, as in streams: the client's tool needs them as they are.
    /// - A model's thoughts: in answers only. In a request they carry the provider's signature, which a change would
    ///   break.
    /// - `logprobs` of an answer say its text once more, so they go where the text was replaced.
    pub fn replace_texts(&mut self, mut replace: impl FnMut(Role, &str) -> Option<String>) {
        self.changed |= texts::replace(&mut self.value, self.kind, &mut replace);
    }

    /// Puts a text for the model before all others, where the request's API has its place: see [`Shape::of`]. False
    /// where there is none, as in an embeddings request.
    pub fn prepend_system(&mut self, text: &str) -> bool {
        let shape = Shape::of(&self.value);
        self.prepend_system_as(shape, text)
    }

    /// The same where it is known which API the request is for.
    pub fn prepend_system_as(&mut self, shape: Shape, text: &str) -> bool {
        let done = system::prepend(&mut self.value, shape, text);
        self.changed |= done;
        done
    }

    /// The body as JSON text.
    pub fn to_json(&self) -> String {
        self.value.to_string()
    }

    /// The verdict that follows: the body takes its own place if it was changed.
    pub fn verdict(self) -> Verdict {
        if self.changed { Verdict::Replace(self.to_json()) } else { Verdict::Continue }
    }
}
