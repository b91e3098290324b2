//! `/v1/chat/completions`: <https://platform.openai.com/docs/api-reference/chat>.

use serde_json::{Value, json};

use super::event::{Event, Kind, append};
use super::question::{Question, Says, content, pieces};
use super::tool::{Call, Choice, Tool};
use super::{ApiError, Reply, Settings};
use crate::limits::{CHOICES, TOOLS};

pub(super) fn answer(request: &Value, settings: &Settings) -> Result<Reply, ApiError> {
    let question = question(request, settings)?;
    let choices = choices(request)?;
    let said: Vec<Says> = (0..choices).map(|nth| question.answer(settings, nth)).collect();
    let usage = usage(question.prompt_tokens, said.iter().map(Says::tokens).sum());
    let head =
        Head { id: question.digest.id("chatcmpl-", 0), created: settings.created, model: question.model.clone() };
    if question.is_stream {
        let usage = (request["stream_options"]["include_usage"] == true).then_some(usage);
        return Ok(stream(&question, head, said, usage, settings.chunk_tokens));
    }
    let choices: Vec<Value> = said.iter().enumerate().map(|(index, says)| choice(&question, index, says)).collect();
    let mut object = head.object("chat.completion");
    object["choices"] = choices.into();
    object["usage"] = usage;
    Ok(Reply::json(&object))
}

/// What every chunk repeats.
#[derive(Debug, Clone)]
struct Head {
    id: String,
    created: u64,
    model: String,
}

impl Head {
    fn object(&self, object: &str) -> Value {
        json!({
            "id": self.id, "object": object, "created": self.created, "model": self.model,
            "service_tier": "default", "system_fingerprint": "fp_mock",
        })
    }
}

fn question(request: &Value, settings: &Settings) -> Result<Question, ApiError> {
    let mut question = Question::new(request, settings)?;
    let messages = match &request["messages"] {
        Value::Null => return Err(ApiError::missing("messages")),
        Value::Array(messages) if !messages.is_empty() => messages,
        _ => return Err(ApiError::parameter("messages", "Invalid 'messages': expected an array with a message.")),
    };
    for (nth, message) in messages.iter().enumerate() {
        let role = message["role"].as_str().ok_or_else(|| ApiError::missing(&format!("messages[{nth}].role")))?;
        question.add(content(&message["content"]), matches!(role, "tool" | "function"));
    }
    question.limit(request, &["max_completion_tokens", "max_tokens"])?;
    offer(&mut question, &request["tools"], |tool| &tool["function"])?;
    question.choice = tool_choice(&request["tool_choice"], |choice| &choice["function"]["name"]);
    question.parallel = request["parallel_tool_calls"] != false;
    let format = &request["response_format"];
    question.format = match format["type"].as_str() {
        Some("json_object") => Some(json!({})),
        Some("json_schema") => Some(format["json_schema"]["schema"].clone()),
        _ => None,
    };
    Ok(question)
}

/// Takes the tools that are functions; `function` finds the one with a name in an entry.
pub(super) fn offer(
    question: &mut Question,
    tools: &Value,
    function: impl Fn(&Value) -> &Value,
) -> Result<(), ApiError> {
    let tools = tools.as_array().map(Vec::as_slice).unwrap_or_default();
    for (nth, tool) in tools.iter().enumerate().filter(|(_, tool)| tool["type"] == "function") {
        let function = function(tool);
        let name = function["name"].as_str().filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| ApiError::missing(&format!("tools[{nth}].function.name")))?;
        question.offer(Tool { name: name.to_owned(), schema: function["parameters"].clone() })?;
    }
    Ok(())
}

/// `"none"`, `"required"`, a tool; anything else is `"auto"`.
pub(super) fn tool_choice(value: &Value, name: impl Fn(&Value) -> &Value) -> Choice {
    match (value.as_str(), name(value).as_str()) {
        (Some("none"), _) => Choice::Never,
        (Some("required"), _) => Choice::Some,
        (_, Some(name)) => Choice::Named(name.to_owned()),
        _ => Choice::Auto,
    }
}

/// `n`.
pub(super) fn choices(request: &Value) -> Result<usize, ApiError> {
    match &request["n"] {
        Value::Null => Ok(1),
        value => match value.as_u64() {
            Some(count @ 1..=CHOICES) => Ok(usize::try_from(count).unwrap_or(1)),
            _ => Err(ApiError::parameter("n", format!("Invalid 'n': expected an integer from 1 to {CHOICES}."))),
        },
    }
}

pub(super) fn usage(prompt: usize, completion: usize) -> Value {
    json!({
        "prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 0, "audio_tokens": 0, "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0,
        },
    })
}

fn finish_reason(says: &Says) -> &'static str {
    match says {
        Says::Calls(_) => "tool_calls",
        Says::Text(_, true) => "length",
        Says::Text(_, false) => "stop",
    }
}

/// The id of a call, the same in the stream and in the whole answer.
fn call_id(question: &Question, choice: usize, nth: usize) -> String {
    question.digest.id("call_", 1 + choice * TOOLS + nth)
}

fn choice(question: &Question, index: usize, says: &Says) -> Value {
    let mut message = json!({"role": "assistant", "content": null, "refusal": null, "annotations": []});
    match says {
        Says::Text(text, _) => message["content"] = text.whole().into(),
        Says::Calls(calls) => {
            let calls = calls.iter().enumerate().map(|(nth, call)| {
                let function = json!({"name": call.name, "arguments": call.arguments});
                json!({"id": call_id(question, index, nth), "type": "function", "function": function})
            });
            message["tool_calls"] = calls.collect();
        }
    }
    json!({"index": index, "message": message, "logprobs": null, "finish_reason": finish_reason(says)})
}

fn stream(question: &Question, head: Head, said: Vec<Says>, usage: Option<Value>, chunk_tokens: usize) -> Reply {
    let frame = Frame::new(&head, usage.is_some());
    let ids: Vec<Vec<String>> = said
        .iter()
        .enumerate()
        .map(|(index, says)| match says {
            Says::Calls(calls) => (0..calls.len()).map(|nth| call_id(question, index, nth)).collect(),
            Says::Text(..) => Vec::new(),
        })
        .collect();
    let last = usage.map(|usage| {
        let mut object = head.object("chat.completion.chunk");
        object["choices"] = json!([]);
        object["usage"] = usage;
        Event::data(Kind::Frame, &object)
    });
    let choices = said.into_iter().zip(ids).enumerate().flat_map(move |(index, (says, ids))| {
        let frame = frame.clone();
        let reason = finish_reason(&says);
        let end = frame.event(Kind::Frame, &delta(index, json!({}), Some(reason)));
        let (start, pieces) = pieces_of(index, says, ids, chunk_tokens);
        let start = frame.event(Kind::Frame, &start);
        let pieces = pieces.map(move |(kind, piece)| frame.event(kind, &piece));
        std::iter::once(start).chain(pieces).chain([end])
    });
    Reply::Stream(Box::new(choices.chain(last).chain([Event::done()])))
}

type Pieces = Box<dyn Iterator<Item = (Kind, Value)> + Send>;

/// The chunk that opens a choice, and those with its content.
fn pieces_of(index: usize, says: Says, ids: Vec<String>, chunk_tokens: usize) -> (Value, Pieces) {
    match says {
        Says::Text(text, _) => {
            let start = delta(index, json!({"role": "assistant", "content": "", "refusal": null}), None);
            let pieces = text.chunks(chunk_tokens);
            (start, Box::new(pieces.map(move |text| (Kind::Content, delta(index, json!({"content": text}), None)))))
        }
        Says::Calls(calls) => {
            let start = delta(index, json!({"role": "assistant", "content": null, "refusal": null}), None);
            let calls = calls.into_iter().zip(ids).enumerate();
            (start, Box::new(calls.flat_map(move |(nth, (call, id))| call_pieces(index, nth, &call, &id))))
        }
    }
}

fn call_pieces(index: usize, nth: usize, call: &Call, id: &str) -> Vec<(Kind, Value)> {
    let function = json!({"name": call.name, "arguments": ""});
    let first = json!({"index": nth, "id": id, "type": "function", "function": function});
    let more = pieces(&call.arguments).into_iter().map(|text| json!({"index": nth, "function": {"arguments": text}}));
    let all = std::iter::once(first).chain(more);
    all.map(|call| (Kind::Content, delta(index, json!({"tool_calls": [call]}), None))).collect()
}

fn delta(index: usize, delta: Value, finish_reason: Option<&str>) -> Value {
    json!({"index": index, "delta": delta, "logprobs": null, "finish_reason": finish_reason})
}

/// A chunk around the one choice that it has: written once, because streams have many chunks.
#[derive(Debug, Clone)]
struct Frame {
    before: String,
    after: &'static str,
}

impl Frame {
    fn new(head: &Head, has_usage: bool) -> Frame {
        let mut before = format!("data: {}", head.object("chat.completion.chunk"));
        // The closing brace.
        before.pop();
        before.push_str(",\"choices\":[");
        // With `include_usage` every chunk has the field, and only the last one a value.
        Frame { before, after: if has_usage { "],\"usage\":null}\n\n" } else { "]}\n\n" } }
    }

    fn event(&self, kind: Kind, choice: &Value) -> Event {
        let mut bytes = self.before.clone().into_bytes();
        append(&mut bytes, choice);
        bytes.extend_from_slice(self.after.as_bytes());
        Event { kind, bytes: bytes.into() }
    }
}
