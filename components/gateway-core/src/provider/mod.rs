//! Kinds of upstreams, and the gateway's own model engine: one file each.

mod anthropic;
pub(crate) mod local;
mod openai;
mod plain;

use serde_json::{Map, Value};

use crate::call::{Api, Call};
use crate::config::{Deployment, ProviderKind};
use crate::head::Headers;
use crate::refusal::{Dialect, Refusal};
use crate::stream::sse::{Event, Item};
use crate::usage::Usage;

/// A request in an upstream's language.
pub(crate) struct Prepared {
    /// Below the base URL.
    pub(crate) path: &'static str,
    pub(crate) headers: Headers,
    pub(crate) body: Vec<u8>,
}

/// What a client may have to know of the moment, for upstreams that do not say it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(crate) now_ms: u64,
    pub(crate) random: u64,
}

/// A kind of upstream.
pub(crate) trait Provider {
    /// The call in the upstream's language.
    fn prepare(&self, call: &Call, deployment: &Deployment) -> Result<Prepared, Refusal>;

    /// A whole answer in the client's language, and its tokens if it tells them. The error is for people.
    fn whole(&self, call: &Call, body: Vec<u8>, moment: Moment) -> Result<(Vec<u8>, Option<Usage>), String>;

    /// Reads a stream.
    fn reader(&self, call: &Call, moment: Moment) -> Box<dyn Reader>;

    /// An error's status and body in the client's language; none when the body is no error of this API.
    fn error(&self, call: &Call, status: u16, body: &[u8]) -> Option<(u16, Vec<u8>)>;
}

/// What is wrong with a stream. Text for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The upstream says that it failed.
    Told(String),
    /// It sent what cannot be understood.
    Garbage(String),
}

/// Reads the events of an upstream's stream and gives those for the client.
pub(crate) trait Reader {
    /// Takes one event, and appends what it means.
    fn event(&mut self, event: Event, out: &mut Vec<Item>) -> Result<(), Fault>;

    /// The upstream's bytes have ended: appends what is owed, and says whether the answer is whole.
    fn end(&mut self, out: &mut Vec<Item>) -> bool;

    /// Whether something has come that a client waits for.
    fn has_content(&self) -> bool;

    /// Tokens so far, if the upstream tells them.
    fn usage(&self) -> Option<Usage>;

    /// Bytes of text so far.
    fn text_bytes(&self) -> usize;
}

/// A body as text, with some fields in the place of others or behind them. The body itself may be large and is not
/// copied before.
fn body_with(fields: &Map<String, Value>, replaced: &[(&str, Value)]) -> Vec<u8> {
    let mut out = vec![b'{'];
    let mut put = |name: &str, value: &Value| {
        if out.len() > 1 {
            out.push(b',');
        }
        // Writing to memory does not fail, and all keys are strings.
        let _ = serde_json::to_writer(&mut out, name);
        out.push(b':');
        let _ = serde_json::to_writer(&mut out, value);
    };
    for (name, value) in fields {
        let other = replaced.iter().find(|(replaced, _)| replaced == name);
        put(name, other.map_or(value, |(_, value)| value));
    }
    for (name, value) in replaced.iter().filter(|(name, _)| !fields.contains_key(*name)) {
        put(name, value);
    }
    out.push(b'}');
    out
}

pub(crate) fn of(kind: ProviderKind) -> &'static dyn Provider {
    match kind {
        ProviderKind::OpenAi => &openai::OpenAi,
        ProviderKind::Anthropic => &anthropic::Anthropic,
    }
}

/// An error in the middle of a stream, as the API's clients expect it.
pub(crate) fn error_event(api: Api, refusal: &Refusal) -> Item {
    let data = refusal.value(api.dialect()).to_string();
    Item::Event(match (api, api.dialect()) {
        (_, Dialect::Anthropic) | (Api::Responses, _) => Event::named("error", data),
        _ => Event::data(data),
    })
}
