//! What an event of a stream says, in each of the APIs.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::call::Api;
use crate::usage::Usage;

/// What the gateway wants to know of an event.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Seen {
    /// Something that a client waits for: text, a tool call, the end.
    pub(crate) content: bool,
    /// The answer is whole; nothing or counts may follow.
    pub(crate) finished: bool,
    /// Tokens so far. Anthropic's come in two events: what is 0 was not told.
    pub(crate) usage: Option<Usage>,
    /// There is a field `usage`, if only `null`.
    pub(crate) has_usage_field: bool,
    /// It has usage and nothing else.
    pub(crate) only_usage: bool,
    /// Bytes of text.
    pub(crate) text_bytes: usize,
    /// The upstream's error.
    pub(crate) error: Option<Value>,
}

#[derive(Deserialize)]
struct Chunk {
    #[serde(default)]
    choices: Option<Vec<Choice>>,
    #[serde(default, deserialize_with = "present")]
    usage: Option<Value>,
    #[serde(default)]
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    delta: Option<Value>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    finish_reason: Option<IgnoredAny>,
}

/// `null` is something else than nothing.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

#[derive(Deserialize)]
struct Typed {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    message: Option<Value>,
    #[serde(default)]
    delta: Option<Value>,
    #[serde(default)]
    content_block: Option<Value>,
    #[serde(default)]
    usage: Option<Value>,
    #[serde(default)]
    error: Option<Value>,
    #[serde(default)]
    response: Option<Value>,
}

/// Reads an event's data. The error is for people.
pub(crate) fn read(api: Api, data: &str) -> Result<Seen, String> {
    let wrong = |error: crate::json::Error| format!("an event is no JSON object of this API: {error}");
    match api {
        Api::Chat | Api::Completions | Api::Embeddings => {
            if data == "[DONE]" {
                return Ok(Seen { content: true, finished: true, ..Seen::default() });
            }
            crate::json::read(data).map(chat).map_err(wrong)
        }
        Api::Messages => crate::json::read(data).map(messages).map_err(wrong),
        Api::Responses => {
            if data == "[DONE]" {
                return Ok(Seen::default());
            }
            crate::json::read(data).map(responses).map_err(wrong)
        }
    }
}

fn chat(chunk: Chunk) -> Seen {
    let choices = chunk.choices.as_deref().unwrap_or_default();
    let mut seen = Seen {
        has_usage_field: chunk.usage.is_some(),
        usage: chunk.usage.as_ref().and_then(Usage::read),
        only_usage: choices.is_empty() && chunk.usage.as_ref().is_some_and(|usage| !usage.is_null()),
        error: chunk.error,
        ..Seen::default()
    };
    for choice in choices {
        seen.finished |= choice.finish_reason.is_some();
        seen.text_bytes += choice.text.as_ref().map_or(0, String::len);
        let fields = choice.delta.as_ref().and_then(Value::as_object);
        for (_, value) in fields.into_iter().flatten().filter(|(name, _)| *name != "role") {
            seen.text_bytes += text_bytes(value);
        }
    }
    seen.content = seen.finished || seen.text_bytes > 0;
    seen
}

/// Bytes of all strings and names within a value: a tool call's name and arguments count.
fn text_bytes(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(text_bytes).sum(),
        Value::Object(fields) => fields.values().map(text_bytes).sum(),
        _ => 0,
    }
}

fn messages(event: Typed) -> Seen {
    let mut seen = Seen::default();
    let block = event.content_block.as_ref();
    match event.kind.as_str() {
        "message_start" => seen.usage = event.message.as_ref().and_then(|message| Usage::read(message.get("usage")?)),
        "content_block_start" => {
            seen.content = block.and_then(|block| block.get("type")?.as_str()).is_some_and(|kind| kind != "text");
        }
        "content_block_delta" => {
            seen.content = true;
            seen.text_bytes = event.delta.as_ref().map_or(0, text_bytes);
        }
        "message_delta" => {
            seen.content = true;
            seen.usage = event.usage.as_ref().and_then(Usage::read);
        }
        "message_stop" => (seen.content, seen.finished) = (true, true),
        "error" => seen.error = Some(event.error.unwrap_or_default()),
        _ => {}
    }
    seen
}

fn responses(event: Typed) -> Seen {
    let mut seen = Seen::default();
    let usage = |response: &Option<Value>| Usage::read(response.as_ref()?.get("usage")?);
    match event.kind.as_str() {
        "response.created" | "response.in_progress" | "response.queued" => {}
        "response.completed" | "response.incomplete" => {
            (seen.content, seen.finished) = (true, true);
            seen.usage = usage(&event.response);
        }
        "response.failed" => {
            seen.error =
                Some(event.response.and_then(|mut it| it.get_mut("error").map(Value::take)).unwrap_or_default());
        }
        "error" => seen.error = Some(event.message.or(event.error).unwrap_or_default()),
        kind => {
            seen.content = true;
            if kind.ends_with(".delta") {
                seen.text_bytes = event.delta.as_ref().map_or(0, text_bytes);
            }
        }
    }
    seen
}
