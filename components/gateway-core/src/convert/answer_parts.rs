//! Answers whose `content` is an array of parts, as Mistral's models that think give it.

use serde_json::Value;

/// What a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Text,
    Thinking,
}

/// The texts in `parts`: `{"type": "text", "text": …}` and `{"type": "thinking", "thinking": [texts]}`. Other parts
/// have no counterpart in a message and are left out.
pub(super) fn texts(parts: &[Value]) -> Vec<(Part, &str)> {
    let mut texts = Vec::with_capacity(parts.len());
    for part in parts {
        match part.get("thinking") {
            Some(Value::Array(inner)) => {
                let inner = inner.iter().filter_map(|part| part.get("text")?.as_str());
                texts.extend(inner.map(|text| (Part::Thinking, text)));
            }
            _ => texts.extend(part.get("text").and_then(Value::as_str).map(|text| (Part::Text, text))),
        }
    }
    texts.retain(|(_, text)| !text.is_empty());
    texts
}
