//! Anthropic's `/v1/messages`: <https://platform.claude.com/docs/en/api/messages>, and its stream:
//! <https://platform.claude.com/docs/en/build-with-claude/streaming>.

use serde_json::{Value, json};

use super::event::{Event, Kind};
use super::question::{Question, Says, content, pieces};
use super::tool::{Choice, Tool};
use super::{ApiError, Reply, Settings};

pub(super) fn answer(request: &Value, settings: &Settings) -> Result<Reply, ApiError> {
    let mut question = question(request, settings)?;
    if request["max_tokens"].is_null() {
        return Err(required("max_tokens"));
    }
    question.limit(request, &["max_tokens"])?;
    let says = question.answer(settings, 0);
    let tokens = says.tokens();
    let stop_reason = match &says {
        Says::Calls(_) => "tool_use",
        Says::Text(_, true) => "max_tokens",
        Says::Text(_, false) => "end_turn",
    };
    if question.is_stream {
        return Ok(stream(&question, says, stop_reason, tokens, settings.chunk_tokens));
    }
    let content = match says {
        Says::Text(text, _) => json!([{"type": "text", "text": text.whole(), "citations": null}]),
        Says::Calls(calls) => calls
            .into_iter()
            .enumerate()
            .map(|(nth, call)| {
                let input: Value = serde_json::from_str(&call.arguments).unwrap_or_else(|_| json!({}));
                json!({"type": "tool_use", "id": call_id(&question, nth), "name": call.name, "input": input})
            })
            .collect(),
    };
    let mut message = message(&question, tokens);
    message["content"] = content;
    message["stop_reason"] = stop_reason.into();
    Ok(Reply::json(&message))
}

/// `/v1/messages/count_tokens`.
pub(super) fn count(request: &Value, settings: &Settings) -> Result<Reply, ApiError> {
    Ok(Reply::json(&json!({"input_tokens": question(request, settings)?.prompt_tokens})))
}

fn required(field: &str) -> ApiError {
    ApiError::invalid(format!("{field}: Field required"))
}

fn question(request: &Value, settings: &Settings) -> Result<Question, ApiError> {
    if request["model"].is_null() {
        return Err(required("model"));
    }
    let mut question = Question::new(request, settings)?;
    if !request["system"].is_null() {
        question.count(&content(&request["system"]));
    }
    let messages = match &request["messages"] {
        Value::Null => return Err(required("messages")),
        Value::Array(messages) if !messages.is_empty() => messages,
        _ => return Err(ApiError::invalid("messages: at least one message is required")),
    };
    for (nth, message) in messages.iter().enumerate() {
        if !matches!(message["role"].as_str(), Some("user" | "assistant" | "system")) {
            return Err(ApiError::invalid(format!("messages.{nth}.role: Input should be 'user' or 'assistant'")));
        }
        let parts = message["content"].as_array().map(Vec::as_slice).unwrap_or_default();
        let is_result = parts.iter().any(|part| part["type"] == "tool_result");
        question.add(content(&message["content"]), is_result);
    }
    let tools = request["tools"].as_array().map(Vec::as_slice).unwrap_or_default();
    for (nth, tool) in tools.iter().enumerate() {
        // Tools that Anthropic runs itself have a type of their own, and are never called by a mock.
        if !matches!(tool["type"].as_str(), None | Some("custom")) {
            continue;
        }
        let name = tool["name"].as_str().ok_or_else(|| required(&format!("tools.{nth}.custom.name")))?;
        question.offer(Tool { name: name.to_owned(), schema: tool["input_schema"].clone() })?;
    }
    let choice = &request["tool_choice"];
    question.choice = match (choice["type"].as_str(), choice["name"].as_str()) {
        (Some("none"), _) => Choice::Never,
        (Some("any"), _) => Choice::Some,
        (Some("tool"), Some(name)) => Choice::Named(name.to_owned()),
        _ => Choice::Auto,
    };
    question.parallel = choice["disable_parallel_tool_use"] != true;
    Ok(question)
}

fn call_id(question: &Question, nth: usize) -> String {
    question.digest.id("toolu_", nth + 1)
}

/// Without content, and not yet stopped.
fn message(question: &Question, output_tokens: usize) -> Value {
    json!({
        "id": question.digest.id("msg_", 0), "type": "message", "role": "assistant", "model": question.model,
        "content": [], "stop_reason": null, "stop_sequence": null,
        "usage": {
            "input_tokens": question.prompt_tokens, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0,
            "output_tokens": output_tokens, "service_tier": "standard",
        },
    })
}

fn stream(question: &Question, says: Says, stop_reason: &str, tokens: usize, chunk_tokens: usize) -> Reply {
    // The first event counts what is there when it is sent, the last but one all of it.
    let start = json!({"type": "message_start", "message": message(question, tokens.min(1))});
    let ping = Event::named(Kind::Frame, &json!({"type": "ping"}));
    let usage = json!({
        "input_tokens": question.prompt_tokens, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0,
        "output_tokens": tokens,
    });
    let delta = json!({"stop_reason": stop_reason, "stop_sequence": null});
    let end = [
        Event::named(Kind::Frame, &json!({"type": "message_delta", "delta": delta, "usage": usage})),
        Event::named(Kind::Last, &json!({"type": "message_stop"})),
    ];
    let blocks: Box<dyn Iterator<Item = Event> + Send> = match says {
        Says::Text(text, _) => {
            let pieces = text.chunks(chunk_tokens).map(|text| json!({"type": "text_delta", "text": text}));
            let first = block_start(0, &json!({"type": "text", "text": "", "citations": null}));
            Box::new([first, ping].into_iter().chain(pieces.map(|delta| block_delta(0, &delta))).chain([block_stop(0)]))
        }
        Says::Calls(calls) => {
            let ids: Vec<String> = (0..calls.len()).map(|nth| call_id(question, nth)).collect();
            let calls = calls.into_iter().zip(ids).enumerate().flat_map(|(nth, (call, id))| {
                let block = json!({"type": "tool_use", "id": id, "name": call.name, "input": {}});
                let deltas = pieces(&call.arguments).into_iter();
                let deltas = deltas.map(|text| json!({"type": "input_json_delta", "partial_json": text}));
                let deltas: Vec<Event> = deltas.map(|delta| block_delta(nth, &delta)).collect();
                std::iter::once(block_start(nth, &block)).chain(deltas).chain([block_stop(nth)])
            });
            Box::new(std::iter::once(ping).chain(calls))
        }
    };
    Reply::Stream(Box::new(std::iter::once(Event::named(Kind::Frame, &start)).chain(blocks).chain(end)))
}

fn block_start(index: usize, block: &Value) -> Event {
    Event::named(Kind::Frame, &json!({"type": "content_block_start", "index": index, "content_block": block}))
}

fn block_delta(index: usize, delta: &Value) -> Event {
    Event::named(Kind::Content, &json!({"type": "content_block_delta", "index": index, "delta": delta}))
}

fn block_stop(index: usize) -> Event {
    Event::named(Kind::Frame, &json!({"type": "content_block_stop", "index": index}))
}
