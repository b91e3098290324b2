//! Streams as their reader sees them while they run.

use ferrite_gateway::convert::error::ApiError;
use ferrite_gateway::convert::stream::{Data, Event, Start, ToChat, ToMessages};
use serde_json::json;

fn start() -> Start {
    Start { id: "r".into(), model: "m".into(), created: 1, input_tokens: 0, include_usage: false }
}

#[test]
fn events_go_over_the_wire_as_server_sent_events() {
    let mut bytes = Vec::new();
    for event in [
        Event { name: Some("message_stop"), data: Data::Json(json!({ "type": "message_stop", "text": "a\nb" })) },
        Event { name: None, data: Data::Comment("ping") },
        Event { name: None, data: Data::Done },
    ] {
        event.write(&mut bytes);
    }
    let text = String::from_utf8(bytes).expect("events are UTF-8");
    let json_line = r#"data: {"type":"message_stop","text":"a\nb"}"#;
    assert_eq!(text, format!("event: message_stop\n{json_line}\n\n: ping\n\ndata: [DONE]\n\n"));
}

#[test]
fn an_answer_begins_for_the_client_with_its_first_content() {
    let mut out = Vec::new();
    let mut machine = ToChat::new(start());
    for (event, has_content) in [
        (json!({ "type": "message_start", "message": { "id": "msg_1" } }), false),
        (json!({ "type": "ping" }), false),
        (json!({ "type": "content_block_start", "index": 0, "content_block": { "type": "text", "text": "" } }), false),
        (json!({ "type": "content_block_delta", "index": 0, "delta": { "type": "text_delta", "text": "a" } }), true),
    ] {
        machine.event(&event, &mut out).expect("the event is right");
        assert_eq!(machine.has_content(), has_content, "after {event}");
    }
    let mut machine = ToMessages::new(start());
    for (delta, has_content) in [
        (json!({ "role": "assistant", "content": "" }), false),
        (json!({ "content": null }), false),
        (json!({ "reasoning_content": "a" }), true),
    ] {
        machine.event(&json!({ "choices": [{ "index": 0, "delta": delta }] }), &mut out).expect("the chunk is right");
        assert_eq!(machine.has_content(), has_content, "after {delta}");
    }
}

#[test]
fn counts_are_known_while_the_stream_runs() {
    let mut machine = ToChat::new(start());
    assert_eq!(machine.usage(), None);
    let usage = json!({ "input_tokens": 7, "cache_read_input_tokens": 3, "output_tokens": 1 });
    machine.event(&json!({ "type": "message_start", "message": { "usage": usage } }), &mut Vec::new()).expect("right");
    assert_eq!(machine.usage().expect("counted")["prompt_tokens"], 10);
    let delta = json!({ "type": "message_delta", "delta": {}, "usage": { "output_tokens": 5 } });
    machine.event(&delta, &mut Vec::new()).expect("right");
    assert_eq!(machine.usage().expect("counted")["total_tokens"], 15);
    assert!(!machine.end(&mut Vec::new()), "no reason for an end has come");

    let mut machine = ToMessages::new(start());
    assert_eq!(machine.usage(), None);
    let chunk = json!({ "choices": [], "usage": { "prompt_tokens": 7, "completion_tokens": 1 } });
    machine.event(&chunk, &mut Vec::new()).expect("right");
    assert_eq!(machine.usage().expect("counted")["input_tokens"], 7);
}

#[test]
fn nothing_comes_after_the_end() {
    let mut machine = ToMessages::new(start());
    let chunk = json!({ "choices": [{ "index": 0, "delta": { "content": "a" }, "finish_reason": "stop" }] });
    machine.event(&chunk, &mut Vec::new()).expect("right");
    machine.done(&mut Vec::new());
    let mut out = Vec::new();
    machine.event(&chunk, &mut out).expect("right");
    machine.done(&mut out);
    assert!(machine.end(&mut out), "the answer was complete");
    assert_eq!(out, []);
}

#[test]
fn an_answer_that_cannot_be_converted_is_the_providers_mistake() {
    let mut machine = ToChat::new(start());
    let problem = machine.event(&json!({ "type": 7 }), &mut Vec::new()).expect_err("a type is a string");
    let error = ApiError::in_answer(&problem);
    let (status, body) = error.to_messages();
    assert_eq!((status, &body["error"]["type"]), (502, &json!("api_error")));
    assert_eq!(Event::messages_error(&error), Event { name: Some("error"), data: Data::Json(body) });
    let (status, body) = error.to_chat();
    assert_eq!((status, &body["error"]["type"]), (502, &json!("server_error")));
    assert_eq!(Event::chat_error(&error), Event { name: None, data: Data::Json(body) });
    let text = error.to_chat().1["error"]["message"].to_string();
    assert!(text.contains("type: found 7, expected a string"), "{text}");
}
