//! The turns of a messages request as chat messages.

use super::super::fields::{Object, Path, get, object, required, text};
use super::super::problem::Problem;
use super::{ToChat, Unsupported, parts};
use serde_json::{Map, Value, json};

/// The chat messages for one turn.
pub(super) fn convert(message: &Value, at: &Path<'_>, options: &ToChat, out: &mut Vec<Value>) -> Result<(), Problem> {
    let message = object(message, at)?;
    let content_at = at.key("content");
    let content = message.get("content").ok_or_else(|| content_at.missing("a string or an array of blocks"))?;
    let role = required(message, at, "role")?;
    match (role, content) {
        ("user" | "assistant" | "system", Value::String(_)) => {
            out.push(json!({ "role": role, "content": content }));
            Ok(())
        }
        ("system", _) => {
            let content = parts::joined_text(content, &content_at, "\n")?;
            out.push(json!({ "role": "system", "content": content }));
            Ok(())
        }
        ("user", Value::Array(blocks)) => user(blocks, &content_at, out),
        ("assistant", Value::Array(blocks)) => {
            out.push(assistant(blocks, &content_at, options)?);
            Ok(())
        }
        ("user" | "assistant", other) => Err(content_at.invalid(other, "a string or an array of blocks")),
        _ => Err(at.key("role").invalid(&json!(role), "user or assistant")),
    }
}

/// Results of tools become messages of their own and come first; the rest is one message of the user. Images within a
/// result go there too, as a `tool` message takes texts only.
fn user(blocks: &[Value], at: &Path<'_>, out: &mut Vec<Value>) -> Result<(), Problem> {
    let mut said = Vec::new();
    let mut shown = Vec::new();
    for (index, block) in blocks.iter().enumerate() {
        let at = at.index(index);
        if block.get("type").is_some_and(|kind| kind == "tool_result") {
            out.push(tool_result(object(block, &at)?, &at, &mut shown)?);
        } else {
            parts::to_parts(block, &at, &mut said)?;
        }
    }
    shown.append(&mut said);
    if let Some(content) = short(shown) {
        out.push(json!({ "role": "user", "content": content }));
    }
    Ok(())
}

/// Parts as `content`: a lone text as a string, which every server understands.
fn short(mut parts: Vec<Value>) -> Option<Value> {
    let lone = match parts.as_slice() {
        [] => return None,
        [Value::Object(part)] if part.len() == 2 && text(part, "type") == Some("text") => true,
        _ => false,
    };
    match parts.first_mut().and_then(|part| part.get_mut("text")).filter(|_| lone) {
        Some(text) => Some(text.take()),
        None => Some(Value::Array(parts)),
    }
}

fn tool_result(block: &Object, at: &Path<'_>, shown: &mut Vec<Value>) -> Result<Value, Problem> {
    let id = required(block, at, "tool_use_id")?;
    let at = at.key("content");
    let content = match block.get("content") {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(inner)) => {
            let mut converted = Vec::new();
            for (index, block) in inner.iter().enumerate() {
                parts::to_parts(block, &at.index(index), &mut converted)?;
            }
            let mut texts = String::new();
            for part in converted {
                match part.get("text").and_then(Value::as_str) {
                    Some(text) => {
                        if !texts.is_empty() {
                            texts.push('\n');
                        }
                        texts.push_str(text);
                    }
                    None => shown.push(part),
                }
            }
            texts
        }
        Some(other) => return Err(at.invalid(other, "a string or an array of blocks")),
    };
    Ok(json!({ "role": "tool", "tool_call_id": id, "content": content }))
}

fn assistant(blocks: &[Value], at: &Path<'_>, options: &ToChat) -> Result<Value, Problem> {
    let (mut said, mut reasoning) = (String::new(), String::new());
    let (mut calls, mut thinking) = (Vec::new(), Vec::new());
    for (index, value) in blocks.iter().enumerate() {
        let at = at.index(index);
        let block = object(value, &at)?;
        match required(block, &at, "type")? {
            // Anthropic cuts one text where citations begin and end: nothing belongs between the pieces.
            "text" => said.push_str(required(block, &at, "text")?),
            "tool_use" => calls.push(tool_call(block, &at)?),
            "thinking" => {
                reasoning.push_str(text(block, "thinking").unwrap_or_default());
                thinking.push(value.clone());
            }
            "redacted_thinking" => thinking.push(value.clone()),
            _ if options.unsupported == Unsupported::LeaveOut => {}
            other => return Err(at.key("type").inexpressible(&json!(other), "text, tool_use, thinking")),
        }
    }
    let mut message = Map::new();
    message.insert("role".into(), json!("assistant"));
    message.insert("content".into(), if said.is_empty() && !calls.is_empty() { Value::Null } else { json!(said) });
    if options.keep_reasoning && !thinking.is_empty() {
        message.insert("reasoning_content".into(), json!(reasoning));
        message.insert("thinking_blocks".into(), Value::Array(thinking));
    }
    if !calls.is_empty() {
        message.insert("tool_calls".into(), Value::Array(calls));
    }
    Ok(Value::Object(message))
}

fn tool_call(block: &Object, at: &Path<'_>) -> Result<Value, Problem> {
    let (id, name) = (required(block, at, "id")?, required(block, at, "name")?);
    let arguments = match get(block, "input") {
        None => "{}".to_owned(),
        Some(input) => Value::Object(object(input, &at.key("input"))?.clone()).to_string(),
    };
    Ok(json!({ "id": id, "type": "function", "function": { "name": name, "arguments": arguments } }))
}
