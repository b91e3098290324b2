//! What a client makes of a stream, and what the order of events must be.

use ferrite_gateway::convert::stream::{Data, Event};
use serde_json::{Map, Value, json};

/// Checks a chat stream, and puts its chunks together as the official clients do. `None` if nothing came.
pub(crate) fn completion(events: &[Event], complete: bool) -> Option<Value> {
    let mut whole: Option<Map<String, Value>> = None;
    let mut message = Map::new();
    let mut finish_reason = Value::Null;
    let mut ended = false;
    for event in events {
        assert_eq!(event.name, None, "chunks have no names");
        assert!(!ended, "an event after [DONE]");
        let chunk = match &event.data {
            Data::Comment(_) => continue,
            Data::Done => {
                ended = true;
                continue;
            }
            Data::Json(chunk) => chunk,
        };
        if chunk.get("error").is_some() {
            assert!(!complete, "a stream with an error is not complete");
            continue;
        }
        let first = whole.is_none();
        let whole = whole.get_or_insert_with(Map::new);
        for name in ["id", "model", "created"] {
            assert!(first || whole[name] == chunk[name], "{name} stays the same");
            whole.insert(name.into(), chunk[name].clone());
        }
        if chunk["usage"].is_object() {
            whole.insert("usage".into(), chunk["usage"].clone());
        }
        let Some(choice) = chunk["choices"].get(0) else { continue };
        assert!(finish_reason.is_null(), "a choice after the reason for its end");
        finish_reason = choice["finish_reason"].clone();
        let delta = choice["delta"].as_object().expect("a delta is an object");
        assert_eq!(first, delta.contains_key("role"), "the role comes first, and once");
        for (name, value) in delta {
            merge(&mut message, name, value);
        }
    }
    assert_eq!(ended, complete, "[DONE] stands for a complete answer");
    assert!(!complete || finish_reason.is_string(), "a complete answer has a reason for its end");
    let mut whole = whole?;
    whole.insert("message".into(), Value::Object(message));
    whole.insert("finish_reason".into(), finish_reason);
    Some(Value::Object(whole))
}

fn merge(message: &mut Map<String, Value>, name: &str, value: &Value) {
    match (name, value) {
        ("tool_calls", Value::Array(pieces)) => {
            let calls = message.entry(name).or_insert_with(|| json!([])).as_array_mut().expect("an array");
            for piece in pieces {
                let index = usize::try_from(piece["index"].as_u64().expect("a number")).expect("a small number");
                if piece.get("id").is_some() {
                    assert_eq!(index, calls.len(), "calls are numbered one after the other");
                    let mut call = piece.clone();
                    call.as_object_mut().expect("a call is an object").remove("index");
                    calls.push(call);
                } else {
                    append(&mut calls[index]["function"]["arguments"], &piece["function"]["arguments"]);
                }
            }
        }
        ("thinking_blocks", Value::Array(blocks)) => {
            let list = message.entry(name).or_insert_with(|| json!([])).as_array_mut().expect("an array");
            list.extend(blocks.iter().cloned());
        }
        (_, Value::Null) => {}
        (_, Value::String(_)) if message.contains_key(name) => append(&mut message[name], value),
        _ => drop(message.insert(name.to_owned(), value.clone())),
    }
}

fn append(whole: &mut Value, piece: &Value) {
    let piece = piece.as_str().expect("a piece is a string");
    *whole = json!(whole.as_str().unwrap_or_default().to_owned() + piece);
}

/// Checks a messages stream, and puts its events together as the official clients do. `None` if nothing came.
pub(crate) fn message(events: &[Event], complete: bool) -> Option<Value> {
    let mut message: Option<Value> = None;
    let mut open: Option<(usize, String)> = None;
    let mut stopped = false;
    let mut delta_seen = false;
    for event in events {
        let Data::Json(data) = &event.data else { panic!("a messages stream is JSON") };
        let kind = data["type"].as_str().expect("an event has a type");
        assert_eq!(event.name, Some(kind), "the name repeats the type");
        assert!(!stopped, "an event after message_stop");
        let index = data["index"].as_u64().map(|index| usize::try_from(index).expect("a small number"));
        match kind {
            "message_start" => {
                assert!(message.is_none(), "two starts");
                message = Some(data["message"].clone());
            }
            "error" => assert!(!complete, "a stream with an error is not complete"),
            "content_block_start" => {
                assert!(open.is_none() && !delta_seen, "one block after the other");
                let content = message.as_mut().expect("a start")["content"].as_array_mut().expect("an array");
                assert_eq!(index, Some(content.len()), "blocks are numbered one after the other");
                content.push(data["content_block"].clone());
                open = Some((content.len() - 1, String::new()));
            }
            "content_block_delta" => {
                let (at, json_text) = open.as_mut().expect("a delta belongs to an open block");
                assert_eq!(index, Some(*at));
                let block = &mut message.as_mut().expect("a start")["content"][*at];
                let delta = &data["delta"];
                match (delta["type"].as_str(), block["type"].as_str()) {
                    (Some("text_delta"), Some("text")) => append(&mut block["text"], &delta["text"]),
                    (Some("thinking_delta"), Some("thinking")) => append(&mut block["thinking"], &delta["thinking"]),
                    (Some("signature_delta"), Some("thinking")) => block["signature"] = delta["signature"].clone(),
                    (Some("input_json_delta"), Some("tool_use")) => {
                        json_text.push_str(delta["partial_json"].as_str().expect("a string"));
                    }
                    other => panic!("a delta in a block of another type: {other:?}"),
                }
            }
            "content_block_stop" => {
                let (at, json_text) = open.take().expect("a stop belongs to an open block");
                assert_eq!(index, Some(at));
                let input = serde_json::from_str(&json_text);
                if let (Ok(input), Some(message)) = (input, message.as_mut()) {
                    let input: Value = input;
                    message["content"][at]["input"] = input;
                }
            }
            "message_delta" => {
                assert!(open.is_none() && !delta_seen, "once, after all blocks");
                delta_seen = true;
                let message = message.as_mut().expect("a start");
                for name in ["stop_reason", "stop_sequence"] {
                    message[name] = data["delta"][name].clone();
                }
                for (name, count) in data["usage"].as_object().expect("counts") {
                    message["usage"][name] = count.clone();
                }
            }
            "message_stop" => {
                assert!(delta_seen, "counts come before the end");
                stopped = true;
            }
            other => panic!("an unknown event {other}"),
        }
    }
    assert_eq!(stopped, complete, "message_stop stands for a complete answer");
    message
}
