//! Where a request says what the model is told before everything else.

use serde_json::{Map, Value, json};

/// Which API a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// OpenAI's chat completions: a message with the role `system`.
    Chat,
    /// Anthropic's messages: the field `system`.
    Messages,
    /// OpenAI's responses: the field `instructions`.
    Responses,
    /// OpenAI's completions: the prompt itself.
    Completions,
    /// Something else, such as embeddings.
    Other,
}

/// Fields that requests for Anthropic's messages have, and requests for chat completions have not.
const OF_MESSAGES: [&str; 5] = ["system", "stop_sequences", "top_k", "thinking", "mcp_servers"];

/// Types of blocks in the content of Anthropic's messages only.
const BLOCKS_OF_MESSAGES: [&str; 7] =
    ["tool_use", "tool_result", "thinking", "redacted_thinking", "image", "document", "search_result"];

/// Fields that requests for responses have, and requests for embeddings have not.
const OF_RESPONSES: [&str; 6] =
    ["instructions", "max_output_tokens", "previous_response_id", "store", "stream", "text"];

impl Shape {
    /// The API that a request looks like. A body does not name it: the shortest requests for chat completions and for
    /// messages are the same text, and so are those for responses and embeddings with one string. The first are taken
    /// for chat completions, the second for no request to a model that talks.
    pub fn of(request: &Value) -> Self {
        let has = |key: &&str| request.get(*key).is_some();
        if let Some(messages) = request.get("messages") {
            let has_block = messages.as_array().into_iter().flatten().any(|message| {
                let blocks = message.get("content").and_then(Value::as_array);
                blocks.into_iter().flatten().filter_map(|block| block.get("type")?.as_str()).any(is_block_of_messages)
            });
            let tools = request.get("tools").and_then(Value::as_array);
            let has_tool = tools.into_iter().flatten().any(|tool| tool.get("input_schema").is_some());
            let is_messages = has_block || has_tool || OF_MESSAGES.iter().any(has);
            return if is_messages { Self::Messages } else { Self::Chat };
        }
        if has(&"prompt") {
            return Self::Completions;
        }
        let Some(input) = request.get("input") else { return Self::Other };
        let is_items = input.as_array().is_some_and(|items| items.iter().any(Value::is_object));
        if is_items || OF_RESPONSES.iter().any(has) { Self::Responses } else { Self::Other }
    }
}

fn is_block_of_messages(kind: &str) -> bool {
    BLOCKS_OF_MESSAGES.contains(&kind)
}

/// Puts a text first; false where there is no place for it.
pub(super) fn prepend(request: &mut Value, shape: Shape, text: &str) -> bool {
    let Value::Object(request) = request else { return false };
    match shape {
        Shape::Chat => match request.get_mut("messages") {
            Some(Value::Array(messages)) => {
                messages.insert(0, json!({"role": "system", "content": text}));
                true
            }
            _ => false,
        },
        Shape::Messages => field(request, "system", text),
        Shape::Responses => field(request, "instructions", text),
        Shape::Completions => match request.get_mut("prompt") {
            Some(Value::String(prompt)) => {
                before(prompt, text);
                true
            }
            Some(Value::Array(prompts)) if prompts.iter().all(Value::is_string) => {
                for prompt in prompts {
                    if let Value::String(prompt) = prompt {
                        before(prompt, text);
                    }
                }
                true
            }
            _ => false,
        },
        Shape::Other => false,
    }
}

/// A field that is absent, a text, or blocks of it.
fn field(request: &mut Map<String, Value>, key: &str, text: &str) -> bool {
    match request.get_mut(key) {
        None | Some(Value::Null) => {
            request.insert(key.to_owned(), text.into());
        }
        Some(Value::String(present)) => before(present, text),
        Some(Value::Array(blocks)) => blocks.insert(0, json!({"type": "text", "text": text})),
        Some(_) => return false,
    }
    true
}

fn before(present: &mut String, text: &str) {
    *present = [text, "\n\n", present].concat();
}
