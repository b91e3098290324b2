//! OpenAI's `/v1/responses`: <https://platform.openai.com/docs/api-reference/responses>, and its stream of typed
//! events: <https://platform.openai.com/docs/api-reference/responses-streaming>.

use serde_json::{Value, json};

use super::chat::{offer, tool_choice};
use super::event::{Event, Kind};
use super::question::{Question, Says, content, pieces};
use super::{ApiError, Reply, Settings};

pub(super) fn answer(request: &Value, settings: &Settings) -> Result<Reply, ApiError> {
    let question = question(request, settings)?;
    let says = question.answer(settings, 0);
    let output = output(&question, &says);
    let is_cut = matches!(says, Says::Text(_, true));
    let object = response(&question, request, settings);
    let mut complete = object.clone();
    complete["status"] = if is_cut { "incomplete" } else { "completed" }.into();
    if is_cut {
        complete["incomplete_details"] = json!({"reason": "max_output_tokens"});
    } else {
        complete["completed_at"] = settings.created.into();
    }
    complete["usage"] = usage(question.prompt_tokens, says.tokens());
    complete["output"] = output.clone().into();
    if !question.is_stream {
        return Ok(Reply::json(&complete));
    }
    let middle: Box<dyn Iterator<Item = (Kind, Value)> + Send> = match says {
        Says::Text(text, _) => {
            let item = output.into_iter().next().unwrap_or_default();
            let whole = text.whole();
            message_events(item, whole, text.chunks(settings.chunk_tokens))
        }
        Says::Calls(_) => Box::new(output.into_iter().enumerate().flat_map(|(index, item)| call_events(index, item))),
    };
    let last = if is_cut { "response.incomplete" } else { "response.completed" };
    let events = ["response.created", "response.in_progress"]
        .map(|kind| (Kind::Frame, json!({"type": kind, "response": object})))
        .into_iter()
        .chain(middle)
        .chain([(Kind::Last, json!({"type": last, "response": complete}))]);
    Ok(Reply::Stream(Box::new(events.enumerate().map(|(number, (kind, mut value))| {
        value["sequence_number"] = number.into();
        Event::named(kind, &value)
    }))))
}

fn question(request: &Value, settings: &Settings) -> Result<Question, ApiError> {
    let mut question = Question::new(request, settings)?;
    if let Some(instructions) = request["instructions"].as_str() {
        question.count(instructions);
    }
    match &request["input"] {
        Value::String(text) => question.add(text.clone(), false),
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                match item["type"].as_str() {
                    Some("function_call_output") => question.add(content(&item["output"]), true),
                    _ => question.add(content(&item["content"]), false),
                }
            }
        }
        Value::Null => return Err(ApiError::missing("input")),
        _ => return Err(ApiError::parameter("input", "Invalid 'input': expected a string or an array of items.")),
    }
    question.limit(request, &["max_output_tokens"])?;
    offer(&mut question, &request["tools"], |tool| tool)?;
    question.choice = tool_choice(&request["tool_choice"], |choice| &choice["name"]);
    question.parallel = request["parallel_tool_calls"] != false;
    let format = &request["text"]["format"];
    question.format = match format["type"].as_str() {
        Some("json_object") => Some(json!({})),
        Some("json_schema") => Some(format["schema"].clone()),
        _ => None,
    };
    Ok(question)
}

/// As it is at the beginning of a stream.
fn response(question: &Question, request: &Value, settings: &Settings) -> Value {
    let or = |name: &str, other: Value| match &request[name] {
        Value::Null => other,
        value => value.clone(),
    };
    json!({
        "id": question.digest.id("resp_", 0), "object": "response", "created_at": settings.created,
        "status": "in_progress", "background": false, "completed_at": null, "error": null, "incomplete_details": null,
        "instructions": request["instructions"], "max_output_tokens": request["max_output_tokens"],
        "max_tool_calls": null, "model": question.model, "output": [],
        "parallel_tool_calls": or("parallel_tool_calls", true.into()),
        "previous_response_id": request["previous_response_id"], "reasoning": {"effort": null, "summary": null},
        "service_tier": "default", "store": or("store", true.into()), "temperature": or("temperature", json!(1.0)),
        "text": or("text", json!({"format": {"type": "text"}})), "tool_choice": or("tool_choice", "auto".into()),
        "tools": or("tools", json!([])), "top_logprobs": 0, "top_p": or("top_p", json!(1.0)),
        "truncation": or("truncation", "disabled".into()), "usage": null, "user": request["user"],
        "metadata": or("metadata", json!({})),
    })
}

fn usage(input: usize, output: usize) -> Value {
    json!({
        "input_tokens": input, "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": output, "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": input + output,
    })
}

fn output(question: &Question, says: &Says) -> Vec<Value> {
    match says {
        Says::Text(text, is_cut) => vec![json!({
            "type": "message", "id": question.digest.id("msg_", 0), "role": "assistant",
            "status": if *is_cut { "incomplete" } else { "completed" },
            "content": [part(&text.whole())],
        })],
        Says::Calls(calls) => calls
            .iter()
            .enumerate()
            .map(|(nth, call)| {
                json!({
                    "type": "function_call", "id": question.digest.id("fc_", nth + 1), "status": "completed",
                    "call_id": question.digest.id("call_", nth + 1), "name": call.name, "arguments": call.arguments,
                })
            })
            .collect(),
    }
}

fn part(text: &str) -> Value {
    json!({"type": "output_text", "text": text, "annotations": [], "logprobs": []})
}

fn message_events(
    item: Value,
    whole: String,
    chunks: impl Iterator<Item = String> + Send + 'static,
) -> Box<dyn Iterator<Item = (Kind, Value)> + Send> {
    let id = item["id"].clone();
    let mut begun = item.clone();
    begun["status"] = "in_progress".into();
    begun["content"] = json!([]);
    // What says where in the answer an event belongs.
    let at = json!({"item_id": id, "output_index": 0, "content_index": 0});
    let with = move |kind: &str, name: &str, value: Value| {
        let mut event = at.clone();
        event["type"] = kind.into();
        event[name] = value;
        event
    };
    let start = [
        json!({"type": "response.output_item.added", "output_index": 0, "item": begun}),
        with("response.content_part.added", "part", part("")),
    ];
    let mut done = with("response.output_text.done", "text", whole.as_str().into());
    done["logprobs"] = json!([]);
    let end = [
        done,
        with("response.content_part.done", "part", part(&whole)),
        json!({"type": "response.output_item.done", "output_index": 0, "item": item}),
    ];
    let deltas = chunks.map(move |text| {
        let mut event = with("response.output_text.delta", "delta", text.into());
        event["logprobs"] = json!([]);
        (Kind::Content, event)
    });
    let frame = |event| (Kind::Frame, event);
    Box::new(start.into_iter().map(frame).chain(deltas).chain(end.into_iter().map(frame)))
}

fn call_events(index: usize, item: Value) -> Vec<(Kind, Value)> {
    let arguments = item["arguments"].as_str().unwrap_or_default();
    let id = &item["id"];
    let mut begun = item.clone();
    begun["status"] = "in_progress".into();
    begun["arguments"] = "".into();
    let added = json!({"type": "response.output_item.added", "output_index": index, "item": begun});
    let mut events = vec![(Kind::Frame, added)];
    for piece in pieces(arguments) {
        let kind = "response.function_call_arguments.delta";
        let delta = json!({"type": kind, "item_id": id, "output_index": index, "delta": piece});
        events.push((Kind::Content, delta));
    }
    let done = json!({
        "type": "response.function_call_arguments.done", "item_id": id, "output_index": index,
        "name": item["name"], "arguments": arguments,
    });
    events.push((Kind::Frame, done));
    events.push((Kind::Frame, json!({"type": "response.output_item.done", "output_index": index, "item": item})));
    events
}
