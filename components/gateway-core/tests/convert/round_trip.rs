//! There and back again: what both protocols can say survives both conversions, and streams say what whole answers do.

use crate::accumulate;
use crate::random::{Random, number};
use ferrite_gateway::convert::request::{self, Thinking, ToChat as ChatOptions, ToMessages as MessagesOptions};
use ferrite_gateway::convert::request::{TokenLimit, Unsupported};
use ferrite_gateway::convert::response;
use ferrite_gateway::convert::stream::{Data, Event, Start, ToChat, ToMessages};
use serde_json::{Value, json};

const TO_MESSAGES: MessagesOptions = MessagesOptions {
    default_max_tokens: 4096,
    sampling: true,
    thinking: Thinking::Adaptive,
    unsupported: Unsupported::Refuse,
};
const TO_CHAT: ChatOptions = ChatOptions {
    token_limit: TokenLimit::MaxCompletionTokens,
    reasoning_effort: true,
    keep_reasoning: true,
    unsupported: Unsupported::Refuse,
};

fn rounds() -> u64 {
    number("FERRITE_FUZZ_BODIES").unwrap_or(5_000)
}

#[test]
fn messages_requests_come_back_from_chat_requests() {
    let mut random = Random::of_run();
    for _ in 0..rounds() {
        let request = messages_request(&mut random);
        let chat = request::to_chat(&request, &TO_CHAT).unwrap_or_else(|problem| panic!("{problem} in {request}"));
        let back = request::to_messages(&chat, &TO_MESSAGES).unwrap_or_else(|problem| panic!("{problem} in {chat}"));
        assert_eq!(back, request, "by way of {chat}");
        // And a chat request that came from messages comes back from them.
        let again = request::to_chat(&back, &TO_CHAT).unwrap_or_else(|problem| panic!("{problem} in {back}"));
        assert_eq!(again, chat);
    }
}

fn messages_request(random: &mut Random) -> Value {
    let mut request = json!({ "model": random.word(), "max_tokens": 1 + random.below(9999) });
    if random.one_in(2) {
        request["system"] = json!(random.word());
    }
    let tools: Vec<Value> = (0..random.below(3)).map(|number| tool(random, number)).collect();
    if !tools.is_empty() {
        if random.one_in(2) {
            request["tool_choice"] = random
                .pick(&[
                    json!({ "type": "auto", "disable_parallel_tool_use": true }),
                    json!({ "type": "any" }),
                    json!({ "type": "none" }),
                    json!({ "type": "tool", "name": "tool_0", "disable_parallel_tool_use": true }),
                ])
                .clone();
        }
        request["tools"] = Value::Array(tools);
    }
    request["messages"] = Value::Array(turns(random));
    for (name, value) in [
        ("temperature", json!(0.5)),
        ("top_p", json!(0.25)),
        ("top_k", json!(3)),
        ("stop_sequences", json!(["END", "\nUser:"])),
        ("metadata", json!({ "user_id": "user-1" })),
        ("service_tier", json!("auto")),
        ("vendor_field", random.value(2)),
        ("output_config", json!({ "format": { "type": "json_schema", "schema": { "type": "object" } } })),
    ] {
        if random.one_in(3) && !value.is_null() {
            request[name] = value;
        }
    }
    if random.one_in(2) && request.get("temperature").is_none() && request.get("top_p").is_none() {
        let forced = ["any", "tool"].iter().any(|kind| request["tool_choice"]["type"] == **kind);
        if !forced && request.get("top_k").is_none() {
            request["thinking"] = json!({ "type": "adaptive" });
            request["output_config"]["effort"] = json!(*random.pick(&["low", "medium", "high", "xhigh", "max"]));
        }
    }
    request
}

fn tool(random: &mut Random, number: usize) -> Value {
    let mut tool =
        json!({ "name": format!("tool_{number}"), "input_schema": { "type": "object", "x": random.value(2) } });
    if random.one_in(2) {
        tool["description"] = json!(random.word());
    }
    if random.one_in(3) {
        tool["strict"] = json!(true);
    }
    tool
}

fn turns(random: &mut Random) -> Vec<Value> {
    let mut turns = vec![json!({ "role": "user", "content": random.word() })];
    for turn in 0..random.below(5) {
        let mut blocks = Vec::new();
        if random.one_in(3) {
            blocks.push(json!({ "type": "thinking", "thinking": random.text(), "signature": "c2ln" }));
        }
        if random.one_in(2) {
            blocks.push(json!({ "type": "text", "text": random.word() }));
        }
        let calls = random.below(3);
        for call in 0..calls {
            let input = json!({ "a": random.value(3) });
            let name = format!("tool_{call}");
            blocks.push(
                json!({ "type": "tool_use", "id": format!("toolu_{turn}_{call}"), "name": name, "input": input }),
            );
        }
        if calls == 0 && !blocks.iter().any(|block| block["type"] == "text") {
            blocks.push(json!({ "type": "text", "text": random.word() }));
        }
        turns.push(turn_of("assistant", blocks));

        let mut blocks = Vec::new();
        for call in 0..calls {
            let id = format!("toolu_{turn}_{call}");
            blocks.push(json!({ "type": "tool_result", "tool_use_id": id, "content": random.text() }));
        }
        for _ in 0..random.below(3) {
            blocks.push(json!({ "type": "text", "text": random.word() }));
            let source = match random.one_in(2) {
                true => json!({ "type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo=" }),
                false => json!({ "type": "url", "url": "https://example.org/a.png" }),
            };
            blocks.push(json!({ "type": "image", "source": source }));
        }
        if blocks.is_empty() {
            blocks.push(json!({ "type": "text", "text": random.word() }));
        }
        turns.push(turn_of("user", blocks));
    }
    turns
}

/// A lone text is a string, as the conversions write it.
fn turn_of(role: &str, blocks: Vec<Value>) -> Value {
    match blocks.as_slice() {
        [block] if block["type"] == "text" => json!({ "role": role, "content": block["text"] }),
        _ => json!({ "role": role, "content": blocks }),
    }
}

#[test]
fn messages_come_back_from_completions() {
    let mut random = Random::of_run();
    for _ in 0..rounds() {
        let message = answer(&mut random);
        let completion = response::to_chat(&message, 1).expect("a message can be converted");
        let back = response::to_messages(&completion).expect("a completion can be converted");
        assert_eq!(back, message, "by way of {completion}");
    }
}

#[test]
fn a_stream_says_what_the_whole_answer_says_both_ways() {
    let mut random = Random::of_run();
    let start = || Start { id: "r".into(), model: "m".into(), created: 1, input_tokens: 0, include_usage: true };
    for _ in 0..rounds() {
        let message = answer(&mut random);
        let (mut to_chat, mut chunks) = (ToChat::new(start()), Vec::new());
        for event in pieces(&message, &mut random) {
            to_chat.event(&event, &mut chunks).expect("an event can be converted");
        }
        assert!(to_chat.end(&mut chunks), "the stream was complete");
        let streamed = accumulate::completion(&chunks, true).expect("something came");
        let whole = response::to_chat(&message, 1).expect("a message can be converted");
        let choice = &whole["choices"][0];
        for name in ["content", "reasoning_content", "tool_calls"] {
            // A stream cannot say in its first chunk that no text will come.
            let said = if streamed["message"][name] == "" { &Value::Null } else { &streamed["message"][name] };
            assert_eq!(said, &choice["message"][name], "{name} of {message}");
        }
        assert_eq!(streamed["finish_reason"], choice["finish_reason"]);
        for name in ["id", "model", "usage"] {
            assert_eq!(streamed[name], whole[name]);
        }

        let (mut to_messages, mut events) = (ToMessages::new(start()), Vec::new());
        for Event { data, .. } in &chunks {
            match data {
                Data::Json(chunk) => to_messages.event(chunk, &mut events).expect("a chunk can be converted"),
                Data::Done => to_messages.done(&mut events),
                Data::Comment(_) => {}
            }
        }
        assert!(to_messages.end(&mut events), "the stream was complete");
        let mut back = accumulate::message(&events, true).expect("something came");
        // The sequence that ended an answer has no place in chunks.
        back["stop_sequence"] = message["stop_sequence"].clone();
        if message["stop_reason"] == "stop_sequence" {
            back["stop_reason"] = message["stop_reason"].clone();
        }
        assert_eq!(back, message, "by way of {chunks:?}");
    }
}

fn answer(random: &mut Random) -> Value {
    let mut content = Vec::new();
    if random.one_in(3) {
        content.push(json!({ "type": "thinking", "thinking": random.word(), "signature": "c2ln" }));
    }
    if random.one_in(2) {
        content.push(json!({ "type": "text", "text": random.word() }));
    }
    let calls = random.below(3);
    for call in 0..calls {
        let input = if random.one_in(3) { json!({}) } else { json!({ "a": random.value(3) }) };
        content.push(json!({ "type": "tool_use", "id": format!("toolu_{call}"), "name": "tool", "input": input }));
    }
    let (reason, sequence) = match (calls, random.below(3)) {
        (_, 0) => ("max_tokens", Value::Null),
        (0, 1) => ("stop_sequence", json!("END")),
        (0, _) => ("end_turn", Value::Null),
        _ => ("tool_use", Value::Null),
    };
    json!({
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude",
        "content": content,
        "stop_reason": reason,
        "stop_sequence": sequence,
        "usage": {
            "input_tokens": random.below(1000),
            "cache_creation_input_tokens": random.below(1000),
            "cache_read_input_tokens": random.below(1000),
            "output_tokens": random.below(1000),
        },
    })
}

/// The events in which the Messages API would stream a message, cut at random places.
fn pieces(message: &Value, random: &mut Random) -> Vec<Value> {
    let mut start = message.clone();
    start["content"] = json!([]);
    start["stop_reason"] = Value::Null;
    start["stop_sequence"] = Value::Null;
    start["usage"]["output_tokens"] = json!(1);
    let mut events = vec![json!({ "type": "message_start", "message": start }), json!({ "type": "ping" })];
    let content = message["content"].as_array().expect("content is an array");
    for (index, block) in content.iter().enumerate() {
        let (empty, kind, name, text) = match block["type"].as_str() {
            Some("text") => (json!({ "type": "text", "text": "" }), "text_delta", "text", block["text"].to_owned()),
            Some("thinking") => {
                let empty = json!({ "type": "thinking", "thinking": "", "signature": "" });
                (empty, "thinking_delta", "thinking", block["thinking"].clone())
            }
            _ => {
                let mut empty = block.clone();
                empty["input"] = json!({});
                let text = if block["input"] == json!({}) { String::new() } else { block["input"].to_string() };
                (empty, "input_json_delta", "partial_json", json!(text))
            }
        };
        events.push(json!({ "type": "content_block_start", "index": index, "content_block": empty }));
        let letters: Vec<char> = text.as_str().unwrap_or_default().chars().collect();
        let mut rest = letters.as_slice();
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(1 + random.below(rest.len()));
            rest = after;
            let delta = json!({ "type": kind, name: piece.iter().collect::<String>() });
            events.push(json!({ "type": "content_block_delta", "index": index, "delta": delta }));
        }
        if block["type"] == "thinking" {
            let delta = json!({ "type": "signature_delta", "signature": block["signature"] });
            events.push(json!({ "type": "content_block_delta", "index": index, "delta": delta }));
        }
        events.push(json!({ "type": "content_block_stop", "index": index }));
    }
    let delta = json!({ "stop_reason": message["stop_reason"], "stop_sequence": message["stop_sequence"] });
    events.push(json!({ "type": "message_delta", "delta": delta, "usage": message["usage"] }));
    events.push(json!({ "type": "message_stop" }));
    events
}
