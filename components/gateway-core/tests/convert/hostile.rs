//! Bodies from outside that are anything but what they should be.

use crate::accumulate;
use crate::random::{Random, number};
use ferrite_gateway::convert::error::ApiError;
use ferrite_gateway::convert::request::{self, Thinking, TokenLimit, Unsupported};
use ferrite_gateway::convert::stream::{Start, ToChat, ToMessages};
use ferrite_gateway::convert::{models, response};
use serde_json::{Value, json};
use std::path::Path;

/// Every `from` of the golden files: bodies worth damaging.
fn bodies() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/convert/golden");
    let mut bodies = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the golden files are there") {
        let text = std::fs::read_to_string(entry.expect("an entry").path()).expect("a file can be read");
        let cases: Vec<Value> = serde_json::from_str(&text).expect("a golden file is JSON");
        bodies.extend(cases.into_iter().map(|case| case["from"].clone()));
    }
    // The order of a folder differs from machine to machine, and the seed shall mean the same everywhere.
    bodies.sort_by_key(Value::to_string);
    bodies
}

#[test]
fn damaged_bodies_never_panic_and_what_comes_out_keeps_the_rules() {
    let bodies = bodies();
    let mut random = Random::of_run();
    let (mut converted, mut refused) = (0, 0);
    for _ in 0..number("FERRITE_FUZZ_BODIES").unwrap_or(20_000) {
        let mut body = if random.one_in(10) { random.value(5) } else { random.pick(&bodies).clone() };
        random.damage(&mut body);
        for result in [requests(&body, &mut random), answers(&body)].concat() {
            if result { converted += 1 } else { refused += 1 }
        }
        streams(&body);
    }
    println!("{converted} converted, {refused} refused");
    assert!(converted > 100 && refused > 100, "the bodies must be neither all right nor all wrong");
}

fn requests(body: &Value, random: &mut Random) -> Vec<bool> {
    let unsupported = *random.pick(&[Unsupported::Refuse, Unsupported::LeaveOut]);
    let options = request::ToMessages {
        default_max_tokens: 4096,
        sampling: random.one_in(2),
        thinking: *random.pick(&[Thinking::Adaptive, Thinking::Budget, Thinking::None]),
        unsupported,
    };
    let to_messages = request::to_messages(body, &options);
    if let Ok(converted) = &to_messages {
        keeps_the_rules(converted);
    }
    let options = request::ToChat {
        token_limit: TokenLimit::MaxTokens,
        reasoning_effort: random.one_in(2),
        keep_reasoning: random.one_in(2),
        unsupported,
    };
    let to_chat = request::to_chat(body, &options);
    for problem in [&to_messages, &to_chat].into_iter().filter_map(|result| result.as_ref().err()) {
        assert!(problem.to_string().chars().count() < 400, "errors are short: {problem}");
        let (status, body) = ApiError::in_request(problem).to_chat();
        assert_eq!((status, body["error"]["param"].as_str()), (400, Some(problem.path())));
    }
    vec![to_messages.is_ok(), to_chat.is_ok()]
}

/// What the Messages API refuses whatever the model.
fn keeps_the_rules(request: &Value) {
    let mut last = "";
    for message in request["messages"].as_array().expect("messages are an array") {
        let role = message["role"].as_str().expect("a role is a string");
        assert_ne!(role, last, "roles alternate: {request}");
        last = role;
        assert_ne!(message["content"], json!(""), "no turn is empty: {request}");
        let mut results_over = false;
        for block in message["content"].as_array().map(Vec::as_slice).unwrap_or_default() {
            assert_ne!(block["text"], json!(""), "no text is empty: {request}");
            if block["type"] == "tool_result" {
                assert!(role == "user" && !results_over, "results come first: {request}");
            } else {
                results_over = true;
            }
        }
    }
    assert!(request["max_tokens"].as_u64().is_some_and(|limit| limit > 0));
}

fn answers(body: &Value) -> Vec<bool> {
    for status in [None, Some(0), Some(400), Some(429), Some(502), Some(u16::MAX)] {
        let (_, error) = ApiError::from_messages(status, body).to_chat();
        assert!(error["error"]["message"].is_string() && error["error"]["type"].is_string());
        let (_, error) = ApiError::from_chat(status, body).to_messages();
        assert!(error["error"]["message"].is_string() && error["type"] == "error");
    }
    vec![
        response::to_chat(body, 0).is_ok(),
        response::to_messages(body).is_ok(),
        models::to_chat(body).is_ok(),
        models::to_messages(body).is_ok(),
    ]
}

fn streams(body: &Value) {
    let start = || Start { id: "r".into(), model: "m".into(), created: 1, input_tokens: 0, include_usage: true };
    let events = match body {
        Value::Array(events) => events.as_slice(),
        other => std::slice::from_ref(other),
    };
    let (mut machine, mut out) = (ToChat::new(start()), Vec::new());
    let failed = events.iter().any(|event| machine.event(event, &mut out).is_err());
    let complete = machine.end(&mut out);
    assert!(!(failed && complete), "what could not be converted is not complete");
    accumulate::completion(&out, complete);

    let (mut machine, mut out) = (ToMessages::new(start()), Vec::new());
    let failed = events.iter().any(|event| match event.as_str() {
        Some("[DONE]") => {
            machine.done(&mut out);
            false
        }
        _ => machine.event(event, &mut out).is_err(),
    });
    let complete = machine.end(&mut out);
    assert!(!(failed && complete), "what could not be converted is not complete");
    accumulate::message(&out, complete);
}

#[test]
fn a_stream_of_endless_tool_calls_is_cut_off() {
    let start = || Start { id: "r".into(), model: "m".into(), created: 1, input_tokens: 0, include_usage: true };
    let (mut machine, mut out) = (ToMessages::new(start()), Vec::new());
    let chunk = |number: usize| {
        let call = json!({ "index": number, "id": format!("call_{number}"), "function": { "name": "f" } });
        json!({ "choices": [{ "index": 0, "delta": { "tool_calls": [call] } }] })
    };
    let taken = (0..1000).take_while(|number| machine.event(&chunk(*number), &mut out).is_ok()).count();
    assert_eq!(taken, 128);
    assert!(!machine.end(&mut out));

    let (mut machine, mut out) = (ToChat::new(start()), Vec::new());
    let event = |number: usize| {
        let block = json!({ "type": "tool_use", "id": "a", "name": "f", "input": {} });
        json!({ "type": "content_block_start", "index": number, "content_block": block })
    };
    let stop = |number: usize| json!({ "type": "content_block_stop", "index": number });
    let both = |number: &usize| {
        machine.event(&event(*number), &mut out).and_then(|()| machine.event(&stop(*number), &mut out)).is_ok()
    };
    assert_eq!((0..1000).take_while(both).count(), 128);

    let mut machine = ToChat::new(start());
    let opened = (0..1000).take_while(|number| machine.event(&event(*number), &mut Vec::new()).is_ok()).count();
    assert_eq!(opened, 16);
}

#[test]
fn a_name_without_end_is_not_repeated_in_every_event() {
    let start = Start { id: "r".into(), model: "m".into(), created: 1, input_tokens: 0, include_usage: true };
    let (mut machine, mut out) = (ToMessages::new(start), Vec::new());
    let chunk = json!({ "id": "x".repeat(1 << 20), "model": "y".repeat(1 << 20), "choices": [{ "delta": {} }] });
    machine.event(&chunk, &mut out).expect("a long name is no mistake");
    let mut bytes = Vec::new();
    for event in &out {
        event.write(&mut bytes);
    }
    assert!(!bytes.is_empty() && bytes.len() < 1000, "{} bytes", bytes.len());
}
