//! A chat completion as a message.

use super::super::answer_parts::{self, Part};
use super::super::fields::{Object, Path, array, copy_unknown, get, object, required, text};
use super::super::problem::Problem;
use super::super::usage::Usage;
use super::super::{ids, reasons, usage};
use serde_json::{Map, Value, json};

const KNOWN: [&str; 8] = ["id", "object", "created", "model", "choices", "usage", "system_fingerprint", "service_tier"];

/// The message for a chat completion: its first choice, as a messages request asks for one.
///
/// Arguments of a tool call must be the text of a JSON object, unless the answer was cut by its limit of tokens: what
/// was cut then has an empty `input`.
pub fn to_messages(completion: &Value) -> Result<Value, Problem> {
    let at = Path::Root;
    let completion = object(completion, &at)?;
    let choices_at = at.key("choices");
    let choices = array(completion, &at, "choices")?.unwrap_or_default();
    let choice_at = choices_at.index(0);
    let choice = object(choices.first().ok_or_else(|| choices_at.missing("at least one choice"))?, &choice_at)?;
    let message_at = choice_at.key("message");
    let message = object(choice.get("message").ok_or_else(|| message_at.missing("an object"))?, &message_at)?;

    let finish_reason = text(choice, "finish_reason");
    let mut content = thinking(message);
    content.extend(said(message, &message_at)?);
    let refusal = text(message, "refusal").filter(|refusal| !refusal.is_empty());
    if let Some(refusal) = refusal {
        content.push(json!({ "type": "text", "text": refusal }));
    }
    let calls_at = message_at.key("tool_calls");
    let calls = array(message, &message_at, "tool_calls")?.unwrap_or_default();
    for (index, call) in calls.iter().enumerate() {
        let at = calls_at.index(index);
        content.push(tool_use(object(call, &at)?, &at, finish_reason == Some("length"))?);
    }
    let stop_sequence = text(choice, "stop_reason");
    let stop_reason = match refusal {
        Some(_) => "refusal",
        None => reasons::stop_reason(finish_reason, !calls.is_empty(), stop_sequence.is_some()),
    };

    let mut out = Map::new();
    out.insert("id".into(), json!(ids::message(text(completion, "id").unwrap_or_default())));
    out.insert("type".into(), json!("message"));
    out.insert("role".into(), json!("assistant"));
    out.insert("model".into(), json!(text(completion, "model").unwrap_or_default()));
    out.insert("content".into(), Value::Array(content));
    out.insert("stop_reason".into(), json!(stop_reason));
    out.insert("stop_sequence".into(), json!(stop_sequence.filter(|_| stop_reason == "stop_sequence")));
    if let Some(refusal) = refusal {
        let details = json!({ "type": "refusal", "category": null, "explanation": refusal });
        out.insert("stop_details".into(), details);
    }
    let counts = get(completion, "usage").and_then(Value::as_object);
    out.insert("usage".into(), counts.map_or_else(|| Usage::default().to_messages(), usage::to_messages));
    copy_unknown(completion, &KNOWN, &mut out);
    Ok(Value::Object(out))
}

/// Thinking with its signature if the answer came from the Messages API at some point, else what the server calls
/// `reasoning_content` or `reasoning`, without a signature.
fn thinking(message: &Object) -> Vec<Value> {
    let signed = get(message, "thinking_blocks").and_then(Value::as_array);
    if let Some(blocks) = signed.filter(|blocks| !blocks.is_empty()) {
        let complete = |block: &&Value| match block.get("type").and_then(Value::as_str) {
            Some("thinking") => {
                ["thinking", "signature"].iter().all(|name| block.get(name).is_some_and(Value::is_string))
            }
            Some("redacted_thinking") => block.get("data").is_some_and(Value::is_string),
            _ => false,
        };
        return blocks.iter().filter(complete).cloned().collect();
    }
    let reasoning = text(message, "reasoning_content").or_else(|| text(message, "reasoning"));
    let reasoning = reasoning.filter(|reasoning| !reasoning.is_empty());
    reasoning.map(|text| json!({ "type": "thinking", "thinking": text, "signature": "" })).into_iter().collect()
}

/// The text: a string, or with some servers an array of parts.
fn said(message: &Object, at: &Path<'_>) -> Result<Vec<Value>, Problem> {
    let block = |part: (Part, &str)| match part {
        (Part::Text, text) => json!({ "type": "text", "text": text }),
        (Part::Thinking, text) => json!({ "type": "thinking", "thinking": text, "signature": "" }),
    };
    match get(message, "content") {
        None => Ok(Vec::new()),
        Some(Value::String(text)) if text.is_empty() => Ok(Vec::new()),
        Some(Value::String(text)) => Ok(vec![block((Part::Text, text))]),
        Some(Value::Array(parts)) => Ok(answer_parts::texts(parts).into_iter().map(block).collect()),
        Some(other) => Err(at.key("content").invalid(other, "a string or an array of parts")),
    }
}

fn tool_use(call: &Object, at: &Path<'_>, cut: bool) -> Result<Value, Problem> {
    let id = required(call, at, "id")?;
    let at = at.key("function");
    let function = object(call.get("function").ok_or_else(|| at.missing("an object"))?, &at)?;
    let name = required(function, &at, "name")?;
    let input = match get(function, "arguments") {
        None => json!({}),
        Some(arguments @ Value::Object(_)) => arguments.clone(),
        Some(Value::String(text)) if text.trim().is_empty() => json!({}),
        Some(found) => {
            let parsed = found.as_str().and_then(|text| crate::json::read::<Value>(text).ok());
            match parsed.filter(Value::is_object) {
                Some(input) => input,
                None if cut => json!({}),
                None => return Err(at.key("arguments").invalid(found, "the text of a JSON object")),
            }
        }
    };
    let mut block = Map::new();
    block.insert("type".into(), json!("tool_use"));
    block.insert("id".into(), json!(id));
    block.insert("name".into(), json!(name));
    block.insert("input".into(), input);
    Ok(Value::Object(block))
}
