//! Tokens that a request took.

use serde_json::Value;

/// Tokens of one request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    pub(crate) input: u64,
    pub(crate) output: u64,
}

impl Usage {
    /// Reads a `usage` of any of the APIs: OpenAI's old names, OpenAI's new ones, Anthropic's with its caches.
    pub(crate) fn read(usage: &Value) -> Option<Self> {
        let count = |names: [&str; 2]| names.iter().find_map(|name| usage.get(name)?.as_u64());
        let cached = |name| usage.get(name).and_then(Value::as_u64).unwrap_or_default();
        let (input, output) = (count(["prompt_tokens", "input_tokens"]), count(["completion_tokens", "output_tokens"]));
        if input.is_none() && output.is_none() {
            return None;
        }
        let caches = cached("cache_creation_input_tokens").saturating_add(cached("cache_read_input_tokens"));
        Some(Self { input: input.unwrap_or_default().saturating_add(caches), output: output.unwrap_or_default() })
    }

    pub(crate) fn total(self) -> u64 {
        self.input.saturating_add(self.output)
    }
}

/// How many tokens so many bytes of text are, about: where the upstream does not say.
pub(crate) fn estimate(bytes: usize) -> u64 {
    (bytes as u64).div_ceil(4)
}
