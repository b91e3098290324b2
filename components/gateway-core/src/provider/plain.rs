//! Upstreams that speak the client's language: what goes back is what came.

use serde::Deserialize;
use serde_json::Value;

use super::{Fault, Reader};
use crate::call::{Api, Call};
use crate::stream::chunk;
use crate::stream::sse::{Event, Item};
use crate::usage::Usage;

#[derive(Deserialize)]
struct Peek {
    #[serde(default)]
    usage: Option<Value>,
}

/// Looks for the tokens of a whole answer without making a tree of it; it must be one JSON object.
pub(super) fn usage(body: &[u8]) -> Result<Option<Usage>, String> {
    // serde takes lists for structs too.
    if body.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        return Err("the answer is no JSON object".to_owned());
    }
    let peek: Peek = crate::json::read(body).map_err(|error| format!("the answer is no JSON object: {error}"))?;
    Ok(peek.usage.as_ref().and_then(Usage::read))
}

/// Passes the events of a stream on.
pub(super) struct Plain {
    api: Api,
    /// Tokens were asked for by the gateway, not by the client, which does not get to see them.
    hides_usage: bool,
    content: bool,
    finished: bool,
    usage: Option<Usage>,
    text_bytes: usize,
}

impl Plain {
    pub(super) fn new(call: &Call) -> Self {
        let hides_usage = matches!(call.api, Api::Chat | Api::Completions) && !call.include_usage;
        Self { api: call.api, hides_usage, content: false, finished: false, usage: None, text_bytes: 0 }
    }
}

impl Reader for Plain {
    fn event(&mut self, mut event: Event, out: &mut Vec<Item>) -> Result<(), Fault> {
        let seen = chunk::read(self.api, &event.data).map_err(Fault::Garbage)?;
        if let Some(error) = seen.error.filter(|error| !error.is_null()) {
            return Err(Fault::Told(told(&error)));
        }
        if let Some(usage) = seen.usage {
            let before = self.usage.unwrap_or_default();
            // Anthropic's second event repeats only what has changed.
            let newer = |new, old| if new == 0 { old } else { new };
            let (input, output) = (newer(usage.input, before.input), newer(usage.output, before.output));
            self.usage = Some(Usage { input, output });
        }
        self.content |= seen.content;
        self.finished |= seen.finished;
        self.text_bytes = self.text_bytes.saturating_add(seen.text_bytes);
        if self.hides_usage && seen.only_usage {
            return Ok(());
        }
        if self.hides_usage && seen.has_usage_field {
            event.data = without_usage(event.data);
        }
        out.push(Item::Event(event));
        Ok(())
    }

    fn end(&mut self, _out: &mut Vec<Item>) -> bool {
        self.finished
    }

    fn has_content(&self) -> bool {
        self.content
    }

    fn usage(&self) -> Option<Usage> {
        self.usage
    }

    fn text_bytes(&self) -> usize {
        self.text_bytes
    }
}

/// An event's data without its field `usage`.
fn without_usage(mut data: String) -> String {
    const USUAL: &str = ",\"usage\":null";
    // Within a string its quotes would have backslashes, and the only such field is the one that was seen.
    if let Some(at) = data.find(USUAL)
        && data.matches("\"usage\"").count() == 1
    {
        data.replace_range(at..at + USUAL.len(), "");
        return data;
    }
    match crate::json::read(&data) {
        Ok(Value::Object(mut fields)) => {
            fields.shift_remove("usage");
            Value::Object(fields).to_string()
        }
        _ => data,
    }
}

/// An error's message, short.
pub(super) fn told(error: &Value) -> String {
    let text = match error.get("message").and_then(Value::as_str).or(error.as_str()) {
        Some(text) => text.to_owned(),
        None => error.to_string(),
    };
    text.chars().take(500).collect()
}

#[cfg(test)]
mod tests {
    use super::without_usage;

    #[test]
    fn usage_goes_and_nothing_else_does() {
        let cases = [
            (r#"{"a":1.0,"usage":null}"#, r#"{"a":1.0}"#),
            (r#"{"a":1.0,"usage":null,"b":2}"#, r#"{"a":1.0,"b":2}"#),
            (r#"{"usage":null,"b":2}"#, r#"{"b":2}"#),
            (r#"{"a":1, "usage": null}"#, r#"{"a":1}"#),
            (r#"{"a":{"x":1,"usage":null},"usage":null}"#, r#"{"a":{"x":1,"usage":null}}"#),
            (r#"{"a":",\"usage\":null","usage":{"x":1}}"#, r#"{"a":",\"usage\":null"}"#),
        ];
        for (data, expected) in cases {
            assert_eq!(without_usage(data.to_owned()), expected);
        }
    }
}
