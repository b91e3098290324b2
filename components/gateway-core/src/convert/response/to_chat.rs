//! A message as a chat completion.

use super::super::fields::{Object, Path, array, copy_unknown, get, object, required, string, text};
use super::super::problem::Problem;
use super::super::{ids, reasons, usage};
use serde_json::{Map, Value, json};

const KNOWN: [&str; 11] = [
    "id",
    "type",
    "role",
    "model",
    "content",
    "stop_reason",
    "stop_sequence",
    "stop_details",
    "usage",
    "container",
    "diagnostics",
];

/// The chat completion for a message. `created` is its time in Unix seconds, which messages do not carry.
///
/// Thinking goes to `reasoning_content`, as most servers of reasoning models name it, and with its signatures to
/// `thinking_blocks`, from where [`super::super::request::to_messages`] takes it in the next turn. Calls of tools that
/// the provider ran itself, and their results, have no place in a completion and are left out.
pub fn to_chat(message: &Value, created: u64) -> Result<Value, Problem> {
    let at = Path::Root;
    let message = object(message, &at)?;
    let content_at = at.key("content");
    let blocks = array(message, &at, "content")?.ok_or_else(|| content_at.missing("an array of blocks"))?;
    let mut answer = Answer::default();
    for (index, block) in blocks.iter().enumerate() {
        answer.push(block, &content_at.index(index))?;
    }
    let stop_reason = string(message, &at, "stop_reason")?;
    let explanation = get(message, "stop_details").and_then(|details| details.get("explanation"));
    let mut choice = Map::new();
    choice.insert("index".into(), json!(0));
    choice.insert("message".into(), answer.into_message(explanation.and_then(Value::as_str)));
    choice.insert("logprobs".into(), Value::Null);
    choice.insert("finish_reason".into(), json!(reasons::finish_reason(stop_reason)));
    if let Some(sequence) = text(message, "stop_sequence") {
        // vLLM's name for the sequence that ended an answer; OpenAI has none.
        choice.insert("stop_reason".into(), json!(sequence));
    }

    let mut out = Map::new();
    out.insert("id".into(), json!(ids::completion(text(message, "id").unwrap_or_default())));
    out.insert("object".into(), json!("chat.completion"));
    out.insert("created".into(), json!(created));
    out.insert("model".into(), json!(text(message, "model").unwrap_or_default()));
    out.insert("choices".into(), json!([choice]));
    if let Some(counts) = get(message, "usage").and_then(Value::as_object) {
        out.insert("usage".into(), usage::to_chat(counts));
    }
    copy_unknown(message, &KNOWN, &mut out);
    Ok(Value::Object(out))
}

#[derive(Default)]
struct Answer {
    said: String,
    /// Characters in `said`: annotations count in characters.
    length: usize,
    reasoning: String,
    thinking: Vec<Value>,
    calls: Vec<Value>,
    annotations: Vec<Value>,
}

impl Answer {
    fn push(&mut self, value: &Value, at: &Path<'_>) -> Result<(), Problem> {
        let block = object(value, at)?;
        match required(block, at, "type")? {
            "text" => {
                let text = required(block, at, "text")?;
                let start = self.length;
                self.length += text.chars().count();
                self.said.push_str(text);
                self.annotate(block, start);
            }
            "thinking" => {
                self.reasoning.push_str(text(block, "thinking").unwrap_or_default());
                self.thinking.push(value.clone());
            }
            "redacted_thinking" => self.thinking.push(value.clone()),
            "tool_use" => {
                let (id, name) = (required(block, at, "id")?, required(block, at, "name")?);
                let input = get(block, "input").map_or_else(|| "{}".to_owned(), Value::to_string);
                let function = json!({ "name": name, "arguments": input });
                self.calls.push(json!({ "id": id, "type": "function", "function": function }));
            }
            _ => {}
        }
        Ok(())
    }

    /// Citations of web pages; those of documents that the client sent have no counterpart.
    fn annotate(&mut self, block: &Object, start: usize) {
        let citations = block.get("citations").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for citation in citations.iter().filter_map(Value::as_object) {
            if let Some(url) = text(citation, "url") {
                let title = text(citation, "title").unwrap_or_default();
                let place = json!({ "start_index": start, "end_index": self.length, "title": title, "url": url });
                self.annotations.push(json!({ "type": "url_citation", "url_citation": place }));
            }
        }
    }

    fn into_message(self, refusal: Option<&str>) -> Value {
        let mut message = Map::new();
        message.insert("role".into(), json!("assistant"));
        message.insert("content".into(), if self.said.is_empty() { Value::Null } else { json!(self.said) });
        message.insert("refusal".into(), json!(refusal));
        if !self.reasoning.is_empty() {
            message.insert("reasoning_content".into(), json!(self.reasoning));
        }
        for (name, list) in
            [("thinking_blocks", self.thinking), ("annotations", self.annotations), ("tool_calls", self.calls)]
        {
            if !list.is_empty() {
                message.insert(name.into(), Value::Array(list));
            }
        }
        Value::Object(message)
    }
}
