//! Cases with what goes in and what comes out, kept as JSON beside this file.
//!
//! Each file is an array of cases: `case` (a sentence), `from`, and `to` or `problem` (the error's text); `options` for
//! requests, `status` for errors. `FERRITE_BLESS=1` writes what comes out into the files; the difference is then to be
//! read, and `check.py` holds the results against the types of the official clients.

use ferrite_gateway::convert::error::ApiError;
use ferrite_gateway::convert::request::{self, Thinking, TokenLimit, Unsupported};
use ferrite_gateway::convert::stream::{Data, Event, Start, ToChat, ToMessages};
use ferrite_gateway::convert::{Problem, models, response};
use serde_json::{Value, json};
use std::path::Path;

const CREATED: u64 = 1_750_000_000;

#[test]
fn chat_requests_become_messages_requests() {
    check("chat-request.json", |case| {
        let options = &case["options"];
        let options = request::ToMessages {
            default_max_tokens: options["default_max_tokens"].as_u64().unwrap_or(4096),
            sampling: options["sampling"].as_bool().unwrap_or(true),
            thinking: match options["thinking"].as_str() {
                Some("budget") => Thinking::Budget,
                Some("none") => Thinking::None,
                _ => Thinking::Adaptive,
            },
            unsupported: unsupported(options),
        };
        request::to_messages(&case["from"], &options)
    });
}

#[test]
fn messages_requests_become_chat_requests() {
    check("messages-request.json", |case| {
        let options = &case["options"];
        let options = request::ToChat {
            token_limit: match options["token_limit"].as_str() {
                Some("max_tokens") => TokenLimit::MaxTokens,
                _ => TokenLimit::MaxCompletionTokens,
            },
            reasoning_effort: options["reasoning_effort"].as_bool().unwrap_or(false),
            keep_reasoning: options["keep_reasoning"].as_bool().unwrap_or(false),
            unsupported: unsupported(options),
        };
        request::to_chat(&case["from"], &options)
    });
}

fn unsupported(options: &Value) -> Unsupported {
    if options["leave_out"] == true { Unsupported::LeaveOut } else { Unsupported::Refuse }
}

#[test]
fn messages_become_completions() {
    check("message.json", |case| response::to_chat(&case["from"], CREATED));
}

#[test]
fn completions_become_messages() {
    check("completion.json", |case| response::to_messages(&case["from"]));
}

#[test]
fn lists_of_models_become_each_other() {
    check("models-messages.json", |case| models::to_chat(&case["from"]));
    check("models-chat.json", |case| models::to_messages(&case["from"]));
}

#[test]
fn errors_become_each_other() {
    let answer = |(status, body): (u16, Value)| Ok(json!({ "status": status, "body": body }));
    let status = |case: &Value| case["status"].as_u64().and_then(|status| u16::try_from(status).ok());
    check("error-messages.json", |case| answer(ApiError::from_messages(status(case), &case["from"]).to_chat()));
    check("error-chat.json", |case| answer(ApiError::from_chat(status(case), &case["from"]).to_messages()));
}

#[test]
fn streams_of_messages_become_streams_of_chunks() {
    check("messages-stream.json", |case| {
        let mut machine = ToChat::new(start(case));
        let mut out = Vec::new();
        for event in case["from"].as_array().expect("a stream is an array") {
            machine.event(event, &mut out)?;
        }
        let complete = machine.end(&mut out);
        Ok(json!({ "events": events(&out), "complete": complete }))
    });
}

#[test]
fn streams_of_chunks_become_streams_of_messages() {
    check("chat-stream.json", |case| {
        let mut machine = ToMessages::new(start(case));
        let mut out = Vec::new();
        for event in case["from"].as_array().expect("a stream is an array") {
            match event.as_str() {
                Some("[DONE]") => machine.done(&mut out),
                _ => machine.event(event, &mut out)?,
            }
        }
        let complete = machine.end(&mut out);
        Ok(json!({ "events": events(&out), "complete": complete }))
    });
}

fn start(case: &Value) -> Start {
    Start {
        id: "request-1".into(),
        model: "a-model".into(),
        created: CREATED,
        input_tokens: case["options"]["input_tokens"].as_u64().unwrap_or(0),
        include_usage: case["options"]["include_usage"].as_bool().unwrap_or(true),
    }
}

/// Events as the golden files write them: the data, under the event's name where it has one.
fn events(events: &[Event]) -> Vec<Value> {
    let one = |event: &Event| {
        let data = match &event.data {
            Data::Json(value) => value.clone(),
            Data::Done => json!("[DONE]"),
            Data::Comment(text) => json!(format!(": {text}")),
        };
        match event.name {
            Some(name) => json!({ name: data }),
            None => data,
        }
    };
    events.iter().map(one).collect()
}

fn check(file: &str, convert: impl Fn(&Value) -> Result<Value, Problem>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/convert/golden").join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut cases: Vec<Value> = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
    assert!(!cases.is_empty(), "{file} has no cases");
    let bless = std::env::var_os("FERRITE_BLESS").is_some();
    for case in &mut cases {
        let (name, result) = match convert(case) {
            Ok(converted) => ("to", converted),
            Err(problem) => ("problem", json!(problem.to_string())),
        };
        if bless {
            let fields = case.as_object_mut().expect("a case is an object");
            fields.retain(|field, _| field != "to" && field != "problem");
            fields.insert(name.into(), result);
            continue;
        }
        // As text: the order of fields is part of what is kept.
        let expected = serde_json::to_string_pretty(&case[name]).expect("JSON can be written");
        let result = serde_json::to_string_pretty(&result).expect("JSON can be written");
        assert_eq!(result, expected, "{file}: {}", case["case"]);
    }
    if bless {
        let text = serde_json::to_string_pretty(&cases).expect("JSON can be written") + "\n";
        std::fs::write(&path, text).expect("the golden file can be written");
    }
}
