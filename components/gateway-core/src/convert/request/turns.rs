//! The messages of a chat request as a system prompt and turns that alternate.

use super::super::fields::{Object, Path, array, get, object, required, text};
use super::super::ids;
use super::super::problem::Problem;
use super::parts;
use serde_json::{Map, Value, json};

/// Who speaks in a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    User,
    Assistant,
}

/// What one side says before the other does.
pub(super) struct Turn {
    pub(super) role: Role,
    blocks: Vec<Value>,
}

/// A conversation as the Messages API has it.
pub(super) struct Conversation {
    system: Vec<Value>,
    pub(super) turns: Vec<Turn>,
}

impl Conversation {
    /// Reads the messages of a chat request.
    pub(super) fn read(messages: &[Value], at: &Path<'_>) -> Result<Self, Problem> {
        let mut conversation = Self { system: Vec::new(), turns: Vec::new() };
        for (index, message) in messages.iter().enumerate() {
            let at = at.index(index);
            conversation.push(object(message, &at)?, &at)?;
        }
        if conversation.turns.is_empty() {
            return Err(at.missing("at least one message of a user"));
        }
        conversation.order();
        Ok(conversation)
    }

    fn push(&mut self, message: &Object, at: &Path<'_>) -> Result<(), Problem> {
        let content = message.get("content").unwrap_or(&Value::Null);
        let content_at = at.key("content");
        let (role, mut blocks) = match required(message, at, "role")? {
            "system" | "developer" => {
                let mut blocks = parts::to_blocks(content, &content_at)?;
                cache_last(&mut blocks, message);
                self.system.extend(blocks);
                return Ok(());
            }
            "user" => (Role::User, parts::to_blocks(content, &content_at)?),
            "tool" => (Role::User, vec![tool_result(message, content, at)?]),
            "assistant" => (Role::Assistant, assistant(message, content, at)?),
            "function" => {
                return Err(at.key("role").inexpressible(&json!("function"), "tool_calls, answered by the role tool"));
            }
            other => {
                return Err(at.key("role").invalid(&json!(other), "system, developer, user, assistant or tool"));
            }
        };
        cache_last(&mut blocks, message);
        match self.turns.last_mut() {
            _ if blocks.is_empty() => {}
            Some(turn) if turn.role == role => turn.blocks.extend(blocks),
            _ => self.turns.push(Turn { role, blocks }),
        }
        Ok(())
    }

    /// What the Messages API asks of the order and the end of turns.
    fn order(&mut self) {
        for turn in &mut self.turns {
            if turn.role == Role::User {
                // Results come first in the turn that follows their calls.
                turn.blocks.sort_by_key(|block| !is(block, "tool_result"));
            }
        }
        let last = self.turns.last_mut().filter(|turn| turn.role == Role::Assistant);
        if let Some(Value::Object(block)) = last.and_then(|turn| turn.blocks.last_mut()) {
            // An answer that begins with the assistant's own words must not have white space at their end.
            if let Some(Value::String(text)) = block.get_mut("text") {
                text.truncate(text.trim_end().len());
            }
        }
        self.turns.retain_mut(|turn| {
            turn.blocks.retain(|block| !(is(block, "text") && block.get("text").is_some_and(|text| text == "")));
            !turn.blocks.is_empty()
        });
    }

    /// Whether the last turn answers tool calls that came without thinking.
    pub(super) fn continues_without_thinking(&self) -> bool {
        let [.., calls, results] = self.turns.as_slice() else { return false };
        let thought = calls.blocks.first().is_some_and(|block| is(block, "thinking") || is(block, "redacted_thinking"));
        results.blocks.iter().any(|block| is(block, "tool_result")) && !thought
    }

    /// The `system` of a messages request: a string where texts are all there is, joined by line breaks as Anthropic's
    /// own layer for OpenAI clients does.
    pub(super) fn system(&self) -> Option<Value> {
        let mut joined = String::new();
        for block in &self.system {
            match plain_text(block) {
                Some(text) if joined.is_empty() => joined.push_str(text),
                Some(text) => {
                    joined.push('\n');
                    joined.push_str(text);
                }
                None => return Some(Value::Array(self.system.clone())),
            }
        }
        (!joined.is_empty()).then_some(Value::String(joined))
    }

    /// The `messages` of a messages request.
    pub(super) fn into_messages(self) -> Vec<Value> {
        let turns = self.turns.into_iter();
        turns
            .map(|turn| {
                let role = if turn.role == Role::User { "user" } else { "assistant" };
                let content = match turn.blocks.as_slice() {
                    [block] if plain_text(block).is_some() => json!(plain_text(block)),
                    _ => Value::Array(turn.blocks),
                };
                json!({ "role": role, "content": content })
            })
            .collect()
    }
}

fn is(block: &Value, kind: &str) -> bool {
    block.get("type").is_some_and(|value| value == kind)
}

/// The text of a block that has nothing else.
fn plain_text(block: &Value) -> Option<&str> {
    let block = block.as_object().filter(|block| block.len() == 2)?;
    text(block, "type").filter(|kind| *kind == "text")?;
    text(block, "text")
}

/// Some clients write Anthropic's `cache_control` beside a message's content.
fn cache_last(blocks: &mut [Value], message: &Object) {
    if let (Some(Value::Object(block)), Some(mark)) = (blocks.last_mut(), get(message, "cache_control")) {
        block.entry("cache_control").or_insert_with(|| mark.clone());
    }
}

fn tool_result(message: &Object, content: &Value, at: &Path<'_>) -> Result<Value, Problem> {
    let id = ids::tool_use(required(message, at, "tool_call_id")?);
    let mut block = Map::new();
    block.insert("type".into(), json!("tool_result"));
    block.insert("tool_use_id".into(), json!(id));
    match content {
        Value::Null => {}
        Value::String(text) => {
            block.insert("content".into(), json!(text));
        }
        _ => {
            block.insert("content".into(), Value::Array(parts::to_blocks(content, &at.key("content"))?));
        }
    }
    Ok(Value::Object(block))
}

fn assistant(message: &Object, content: &Value, at: &Path<'_>) -> Result<Vec<Value>, Problem> {
    let mut blocks = Vec::new();
    // Thinking can go back only with its signature; what `reasoning_content` says has none.
    for block in array(message, at, "thinking_blocks")?.unwrap_or_default() {
        let signed = block.get("signature").and_then(Value::as_str).is_some_and(|signature| !signature.is_empty());
        if is(block, "redacted_thinking") || (is(block, "thinking") && signed) {
            blocks.push(block.clone());
        }
    }
    blocks.extend(parts::to_blocks(content, &at.key("content"))?);
    if let Some(refusal) = text(message, "refusal").filter(|refusal| !refusal.is_empty()) {
        blocks.push(parts::text_block(refusal));
    }
    for unknown in ["function_call", "audio"] {
        if let Some(found) = get(message, unknown) {
            return Err(at.key(unknown).inexpressible(found, "content and tool_calls"));
        }
    }
    let calls_at = at.key("tool_calls");
    for (index, call) in array(message, at, "tool_calls")?.unwrap_or_default().iter().enumerate() {
        let at = calls_at.index(index);
        blocks.push(tool_use(object(call, &at)?, &at)?);
    }
    Ok(blocks)
}

fn tool_use(call: &Object, at: &Path<'_>) -> Result<Value, Problem> {
    match text(call, "type") {
        Some("function") | None => {}
        Some(kind) => return Err(at.key("type").inexpressible(&json!(kind), "function")),
    }
    let id = ids::tool_use(required(call, at, "id")?);
    let at = at.key("function");
    let function = object(call.get("function").ok_or_else(|| at.missing("an object"))?, &at)?;
    let name = required(function, &at, "name")?;
    let input = match get(function, "arguments") {
        None => json!({}),
        // Not what the API documents, and what several clients send.
        Some(arguments @ Value::Object(_)) => arguments.clone(),
        Some(Value::String(text)) if text.trim().is_empty() => json!({}),
        Some(found) => {
            let parsed = found.as_str().and_then(|text| crate::json::read::<Value>(text).ok());
            let at = at.key("arguments");
            parsed.filter(Value::is_object).ok_or_else(|| at.invalid(found, "the text of a JSON object"))?
        }
    };
    Ok(json!({ "type": "tool_use", "id": id, "name": name, "input": input }))
}
