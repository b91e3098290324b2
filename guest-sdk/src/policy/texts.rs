//! Where the texts of a body are.
//!
//! Sources: the API references of OpenAI (chat, completions, embeddings, responses) and of Anthropic (messages).

use serde_json::{Map, Value};

use super::body::Kind;

/// Whose text it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Of whoever runs the application: system and developer messages, instructions.
    System,
    /// Of its user, with prompts, embedding inputs and documents.
    User,
    /// Of the model.
    Assistant,
    /// What a tool returned.
    Tool,
}

type Replace<'a> = &'a mut dyn FnMut(Role, &str) -> Option<String>;

/// Fields of a message in which it says something.
const SAID: [&str; 4] = ["content", "reasoning_content", "reasoning", "refusal"];

/// Fields of a block with text, or with further blocks.
const BLOCK_TEXTS: [&str; 6] = ["text", "refusal", "content", "output", "summary", "context"];

/// Replaces all texts of a body; true if one was.
pub(super) fn replace(body: &mut Value, kind: Kind, replace: Replace<'_>) -> bool {
    let Value::Object(body) = body else { return false };
    let mut walk = Walk { kind, replace, changed: false };
    match kind {
        Kind::Request => walk.request(body),
        Kind::Answer => walk.answer(body),
    }
    walk.changed
}

struct Walk<'a> {
    kind: Kind,
    replace: Replace<'a>,
    changed: bool,
}

impl Walk<'_> {
    fn request(&mut self, body: &mut Map<String, Value>) {
        self.field(body, "system", Role::System);
        self.field(body, "instructions", Role::System);
        for message in items(body, "messages") {
            self.message(message, Role::User);
        }
        for key in ["input", "prompt", "suffix"] {
            self.field(body, key, Role::User);
        }
        if let Some(Value::Object(prediction)) = body.get_mut("prediction") {
            self.field(prediction, "content", Role::Assistant);
        }
    }

    fn answer(&mut self, body: &mut Map<String, Value>) {
        for choice in items(body, "choices") {
            let Value::Object(choice) = choice else { continue };
            let before = std::mem::take(&mut self.changed);
            self.field(choice, "text", Role::Assistant);
            if let Some(message) = choice.get_mut("message") {
                self.message(message, Role::Assistant);
            }
            if self.changed && choice.contains_key("logprobs") {
                choice.insert("logprobs".to_owned(), Value::Null);
            }
            self.changed |= before;
        }
        self.field(body, "content", Role::Assistant);
        self.field(body, "output", Role::Assistant);
    }

    fn message(&mut self, message: &mut Value, otherwise: Role) {
        let Value::Object(message) = message else { return };
        let role = role_of(message).unwrap_or(otherwise);
        for key in SAID {
            self.field(message, key, role);
        }
        for call in items(message, "tool_calls") {
            if let Some(Value::Object(function)) = call.get_mut("function") {
                self.arguments(function);
            }
        }
        if let Some(Value::Object(function)) = message.get_mut("function_call") {
            self.arguments(function);
        }
    }

    /// A text, or blocks of it.
    fn field(&mut self, object: &mut Map<String, Value>, key: &str, role: Role) {
        if let Some(value) = object.get_mut(key) {
            self.content(value, role);
        }
    }

    fn content(&mut self, content: &mut Value, role: Role) {
        match content {
            Value::String(text) => self.text(text, role),
            Value::Array(blocks) => blocks.iter_mut().for_each(|block| self.content(block, role)),
            Value::Object(block) => self.block(block, role),
            _ => {}
        }
    }

    fn block(&mut self, block: &mut Map<String, Value>, role: Role) {
        let kind = block.get("type").and_then(Value::as_str).unwrap_or_default();
        let is_call = kind.ends_with("tool_use") || kind.ends_with("_call");
        let is_result = kind.ends_with("tool_result") || kind.ends_with("_call_output");
        let role = if is_result { Role::Tool } else { role_of(block).unwrap_or(role) };
        let before = std::mem::take(&mut self.changed);
        for key in BLOCK_TEXTS {
            self.field(block, key, role);
        }
        if self.changed && block.contains_key("logprobs") {
            block.insert("logprobs".to_owned(), Value::Array(Vec::new()));
        }
        self.changed |= before;
        if self.kind == Kind::Answer {
            self.field(block, "thinking", role);
        } else if is_call {
            self.arguments(block);
            if let Some(input) = block.get_mut("input") {
                self.strings(input);
            }
        }
        if let Some(Value::Object(source)) = block.get_mut("source") {
            // Of the other kinds `data` is base64.
            if source.get("type").is_some_and(|kind| kind == "text") {
                self.field(source, "data", role);
            }
            self.field(source, "content", role);
        }
    }

    /// Arguments of a tool call: JSON text. What is none is one text.
    fn arguments(&mut self, call: &mut Map<String, Value>) {
        if self.kind == Kind::Answer {
            return;
        }
        let Some(Value::String(arguments)) = call.get_mut("arguments") else { return };
        let Ok(mut parsed) = serde_json::from_str::<Value>(arguments) else {
            return self.text(arguments, Role::Assistant);
        };
        let before = std::mem::take(&mut self.changed);
        self.strings(&mut parsed);
        if self.changed {
            *arguments = parsed.to_string();
        }
        self.changed |= before;
    }

    /// All strings that are values. The depth is that of serde_json, which has read it.
    fn strings(&mut self, value: &mut Value) {
        match value {
            Value::String(text) => self.text(text, Role::Assistant),
            Value::Array(values) => values.iter_mut().for_each(|value| self.strings(value)),
            Value::Object(fields) => fields.values_mut().for_each(|value| self.strings(value)),
            _ => {}
        }
    }

    fn text(&mut self, text: &mut String, role: Role) {
        if let Some(other) = (self.replace)(role, text)
            && other != *text
        {
            *text = other;
            self.changed = true;
        }
    }
}

/// The elements of a field that is an array.
fn items<'v>(object: &'v mut Map<String, Value>, key: &str) -> std::slice::IterMut<'v, Value> {
    object.get_mut(key).and_then(Value::as_array_mut).map(Vec::as_mut_slice).unwrap_or_default().iter_mut()
}

fn role_of(message: &Map<String, Value>) -> Option<Role> {
    Some(match message.get("role")?.as_str()? {
        "system" | "developer" => Role::System,
        "assistant" => Role::Assistant,
        "tool" | "function" => Role::Tool,
        _ => Role::User,
    })
}
