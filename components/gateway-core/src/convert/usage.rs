//! Token counts: OpenAI counts cached tokens within `prompt_tokens`, Anthropic beside `input_tokens`.

use super::fields::{Object, copy_unknown};
use serde_json::{Value, json};

/// The counts that both protocols know.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Usage {
    /// Input tokens neither read from a cache nor written to one.
    input: u64,
    cache_read: u64,
    cache_write: u64,
    output: u64,
    /// The part of `output` that was reasoning, where it is told.
    thinking: Option<u64>,
}

impl Usage {
    /// Before anything was counted.
    pub(super) fn estimate(input: u64) -> Self {
        Self { input, ..Self::default() }
    }

    /// Takes the counts of a `usage` of messages. They are totals so far: what is absent keeps its value.
    pub(super) fn update_from_messages(&mut self, usage: &Object) {
        let count = |name: &str| usage.get(name).and_then(Value::as_u64);
        self.input = count("input_tokens").unwrap_or(self.input);
        self.cache_read = count("cache_read_input_tokens").unwrap_or(self.cache_read);
        self.cache_write = count("cache_creation_input_tokens").unwrap_or(self.cache_write);
        self.output = count("output_tokens").unwrap_or(self.output);
        let thinking = usage.get("output_tokens_details").and_then(|details| details.get("thinking_tokens"));
        self.thinking = thinking.and_then(Value::as_u64).or(self.thinking);
    }

    /// The counts of a `usage` of completions.
    pub(super) fn from_chat(usage: &Object) -> Self {
        let count = |value: Option<&Value>| value.and_then(Value::as_u64);
        let detail = |group: &str, name: &str| count(usage.get(group).and_then(|details| details.get(name)));
        // A part is never more than the whole, whatever a server says: costs are computed from these.
        let prompt = count(usage.get("prompt_tokens")).unwrap_or(0);
        let cache_read = detail("prompt_tokens_details", "cached_tokens").unwrap_or(0).min(prompt);
        let cache_write = detail("prompt_tokens_details", "cache_write_tokens").unwrap_or(0).min(prompt - cache_read);
        Self {
            input: prompt - cache_read - cache_write,
            cache_read,
            cache_write,
            output: count(usage.get("completion_tokens")).unwrap_or(0),
            thinking: detail("completion_tokens_details", "reasoning_tokens"),
        }
    }

    /// As the `usage` of a completion.
    pub(super) fn to_chat(self) -> Value {
        let prompt = self.input.saturating_add(self.cache_read).saturating_add(self.cache_write);
        let mut usage = json!({
            "prompt_tokens": prompt,
            "completion_tokens": self.output,
            "total_tokens": prompt.saturating_add(self.output),
            "prompt_tokens_details": { "cached_tokens": self.cache_read, "cache_write_tokens": self.cache_write },
        });
        if let (Some(thinking), Some(usage)) = (self.thinking, usage.as_object_mut()) {
            usage.insert("completion_tokens_details".into(), json!({ "reasoning_tokens": thinking }));
        }
        usage
    }

    /// As the `usage` of a message.
    pub(super) fn to_messages(self) -> Value {
        let mut usage = json!({
            "input_tokens": self.input,
            "cache_creation_input_tokens": self.cache_write,
            "cache_read_input_tokens": self.cache_read,
            "output_tokens": self.output,
        });
        if let (Some(thinking), Some(usage)) = (self.thinking, usage.as_object_mut()) {
            usage.insert("output_tokens_details".into(), json!({ "thinking_tokens": thinking }));
        }
        usage
    }
}

/// The `usage` of a message as that of a completion, with the fields that only the provider knows.
pub(super) fn to_chat(usage: &Object) -> Value {
    const KNOWN: [&str; 5] = [
        "input_tokens",
        "output_tokens",
        "cache_read_input_tokens",
        "cache_creation_input_tokens",
        "output_tokens_details",
    ];
    let mut counts = Usage::default();
    counts.update_from_messages(usage);
    with_unknown(counts.to_chat(), usage, &KNOWN)
}

/// The `usage` of a completion as that of a message, with the fields that only the provider knows.
pub(super) fn to_messages(usage: &Object) -> Value {
    const KNOWN: [&str; 5] =
        ["prompt_tokens", "completion_tokens", "total_tokens", "prompt_tokens_details", "completion_tokens_details"];
    with_unknown(Usage::from_chat(usage).to_messages(), usage, &KNOWN)
}

fn with_unknown(mut converted: Value, from: &Object, known: &[&str]) -> Value {
    if let Some(converted) = converted.as_object_mut() {
        copy_unknown(from, known, converted);
    }
    converted
}
