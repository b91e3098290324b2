//! What makes two requests the same.

use serde_json::{Map, Value};

use crate::call::Call;
use crate::digest;

/// Fields that change nothing about the answer. The model is in the key by its own name; everything else, also what
/// nobody here knows, is in the key as it is.
const LEFT_OUT: [&str; 5] = ["model", "user", "metadata", "safety_identifier", "prompt_cache_key"];

/// The SHA-256 over who asks (`scope`), the path, the model and every field that can change the answer. Streams and
/// whole answers are kept apart: from the one the other cannot be made to the last byte.
pub(crate) fn exact(call: &Call, model: &str, scope: &str) -> String {
    digest::hex(canonical(call, model, scope, &[]).as_bytes())
}

/// The same without the fields in `without`.
pub(super) fn canonical(call: &Call, model: &str, scope: &str, without: &[&str]) -> String {
    let stream = if call.stream { "stream" } else { "whole" };
    // Lines whose ends nobody outside can write: names and scopes are quoted.
    let mut text = format!("1\n{:?}\n{model:?}\n{}\n{stream}\n", scope, call.api.path());
    for (name, value) in &call.anthropic_headers {
        text.push_str(&format!("{name}: {value:?}\n"));
    }
    let mut fields: Vec<(&String, &Value)> = call
        .body
        .iter()
        .filter(|(name, _)| {
            !LEFT_OUT.contains(&name.as_str()) && *name != "stream" && !without.contains(&name.as_str())
        })
        .collect();
    fields.sort_unstable_by_key(|(name, _)| *name);
    for (name, value) in fields {
        text.push_str(&Value::from(name.as_str()).to_string());
        text.push(':');
        write(value, &mut text);
        text.push('\n');
    }
    text
}

/// JSON text with the keys of objects in order.
fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(fields) => write_object(fields, out),
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        plain => out.push_str(&plain.to_string()),
    }
}

fn write_object(fields: &Map<String, Value>, out: &mut String) {
    let mut sorted: Vec<(&String, &Value)> = fields.iter().collect();
    sorted.sort_unstable_by_key(|(name, _)| *name);
    out.push('{');
    for (at, (name, value)) in sorted.into_iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        out.push_str(&Value::from(name.as_str()).to_string());
        out.push(':');
        write(value, out);
    }
    out.push('}');
}
