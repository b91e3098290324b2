//! Answers that come piece by piece.

use ferrite_gateway::{Config, FailureKind};
use serde_json::json;

use crate::driver::{Answer, Driver, Script, post};

const ROLE: &str = r#"{"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":""}}],"usage":null}"#;
const HELLO: &str = r#"{"id":"c","choices":[{"index":0,"delta":{"content":"Hello"}}],"usage":null,"x":1.0}"#;
const STOP: &str = r#"{"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}"#;
const USAGE: &str = r#"{"id":"c","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}}"#;

fn config() -> Config {
    Config::single("http://up.test/v1", None).unwrap()
}

fn chat(extra: &[(&str, serde_json::Value)]) -> serde_json::Value {
    let mut body = json!({"model": "m", "messages": [{"role": "user", "content": "hi"}], "stream": true});
    extra.iter().for_each(|(name, value)| body[*name] = value.clone());
    body
}

fn ask(script: Script) -> (Answer, Driver) {
    let mut driver = Driver::new(config(), move |_| script.clone());
    let answer = driver.post("/v1/chat/completions", &chat(&[]));
    (answer, driver)
}

fn data(answer: &Answer) -> Vec<String> {
    let text = answer.text();
    text.split("\n\n").filter(|event| !event.is_empty()).map(|event| event.replace("data: ", "")).collect()
}

#[test]
fn tokens_are_asked_for_and_hidden_from_clients_that_did_not_ask() {
    let (answer, driver) = ask(Script::events(&[ROLE, HELLO, STOP, USAGE, "[DONE]"]));
    assert!(answer.whole && answer.status == 200);
    assert_eq!(answer.header("content-type"), Some("text/event-stream; charset=utf-8"));
    let shown = |text: &str| text.replace(r#","usage":null"#, "");
    assert_eq!(data(&answer), [shown(ROLE), shown(HELLO), shown(STOP), "[DONE]".to_owned()]);
    let sent: serde_json::Value = serde_json::from_slice(&driver.sent[0].body).unwrap();
    assert_eq!(sent["stream_options"], json!({"include_usage": true}));
    let counted = driver.run(&["HGET", "gateway:metrics", "tokens{model=\"*\",kind=\"output\"}"]);
    assert_eq!(counted.integer(), Some(7));
}

#[test]
fn clients_that_ask_for_tokens_see_every_event_as_it_is() {
    let mut driver = Driver::new(config(), |_| Script::events(&[ROLE, HELLO, STOP, USAGE, "[DONE]"]));
    let options = json!({"include_usage": true, "include_obfuscation": false});
    let answer = driver.post("/v1/chat/completions", &chat(&[("stream_options", options.clone())]));
    assert_eq!(data(&answer), [ROLE, HELLO, STOP, USAGE, "[DONE]"]);
    let sent: serde_json::Value = serde_json::from_slice(&driver.sent[0].body).unwrap();
    assert_eq!(sent["stream_options"], options);
}

#[test]
fn pieces_arrive_when_they_are_made_and_the_head_waits_for_content() {
    let script = Script::default()
        .head(200, &[("content-type", "text/event-stream"), ("x-request-id", "r1"), ("set-cookie", "no")])
        .text(": ping\n\n")
        .text(&format!("data: {ROLE}\n\n"))
        .wait(500)
        .text(&format!("data: {HELLO}\n"))
        .text("\n")
        .wait(300)
        .text(&format!("data: {STOP}\n\ndata: [DO"))
        .text("NE]\n\n")
        .end();
    let (answer, _) = ask(script);
    assert!(answer.whole);
    assert_eq!(answer.head_ms, 500);
    assert_eq!((answer.header("x-request-id"), answer.header("set-cookie")), (Some("r1"), None));
    assert_eq!(answer.pieces.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [500, 800, 800]);
}

#[test]
fn a_stream_that_breaks_before_its_content_is_an_error_with_a_status() {
    let event_stream = || Script::default().head(200, &[("content-type", "text/event-stream")]);
    let cases = [
        (event_stream().text(&format!("data: {ROLE}\n\n")).end(), 502),
        (event_stream().text(&format!("data: {ROLE}\n\n")).fail(FailureKind::Reset), 502),
        (event_stream().text("data: {\"half\": \n\n").end(), 502),
        (event_stream().text("<html>").end(), 502),
        (event_stream().text("data: {\"error\":{\"message\":\"overloaded\"}}\n\n").end(), 502),
        (event_stream().text(&format!("data: {}\n\n", "x".repeat(2 << 20))).end(), 502),
        (event_stream(), 504),
        (Script::stalls(), 504),
    ];
    for (script, status) in cases {
        let (answer, driver) = ask(script.clone());
        assert_eq!((answer.status, answer.whole), (status, true), "{script:?}");
        assert!(answer.json()["error"]["message"].is_string());
        let expected = if script.front().is_none() { 2 } else { 3 };
        assert_eq!(driver.sent.len(), expected, "it is tried again while there is time: {script:?}");
    }
}

#[test]
fn a_stream_that_breaks_in_the_middle_says_so_and_is_reset() {
    let begun = || {
        let script = Script::default().head(200, &[("content-type", "text/event-stream")]);
        script.text(&format!("data: {HELLO}\n\n"))
    };
    let cases = [
        begun().fail(FailureKind::Reset),
        begun().end(),
        begun().text("data: {\"choices\":[{\"delta\":{\"con").end(),
        begun().text("data: nonsense\n\n").end(),
        begun(),
        begun().text("data: {\"error\":{\"message\":\"broken\"}}\n\n").end(),
    ];
    for script in cases {
        let (answer, driver) = ask(script.clone());
        assert_eq!((answer.status, answer.aborted), (200, true), "{script:?}");
        let events = data(&answer);
        assert_eq!(events.len(), 2, "{events:?}");
        assert!(events[1].starts_with("{\"error\":{\"message\":"), "{events:?}");
        assert_eq!(driver.sent.len(), 1, "nothing is tried again once a client has content");
    }
}

#[test]
fn a_stream_without_done_but_with_a_reason_for_its_end_is_whole() {
    let (answer, _) = ask(Script::events(&[HELLO, STOP]));
    assert!(answer.whole);
}

#[test]
fn a_client_that_leaves_in_the_middle_cancels_the_upstream() {
    let script = Script::default().head(200, &[("content-type", "text/event-stream")]);
    let script = script.text(&format!("data: {HELLO}\n\n")).wait(1000).text(&format!("data: {HELLO}\n\n")).end();
    let mut driver = Driver::new(config(), move |_| script.clone());
    let answer = driver.ask(post("/v1/chat/completions", &chat(&[])).leaving_at(10));
    assert!(answer.aborted);
    assert_eq!((driver.cancelled, answer.pieces.len(), driver.elapsed()), (1, 1, 10));
}

#[test]
fn other_apis_stream_too() {
    let completions = r#"{"choices":[{"text":"x","finish_reason":null}]}"#;
    let mut driver = Driver::new(config(), move |_| {
        Script::events(&[completions, r#"{"choices":[{"text":"","finish_reason":"stop"}]}"#, "[DONE]"])
    });
    let answer = driver.post("/v1/completions", &json!({"model": "m", "prompt": "p", "stream": true}));
    assert!(answer.whole && data(&answer)[0] == completions);
    assert_eq!(driver.sent[0].path, "/v1/completions");

    let delta = r#"{"type":"response.output_text.delta","delta":"x"}"#;
    let done = r#"{"type":"response.completed","response":{"usage":{"input_tokens":2,"output_tokens":3}}}"#;
    let mut driver = Driver::new(config(), move |_| {
        let script = Script::default().head(200, &[("content-type", "text/event-stream")]);
        script
            .text(&format!(
                "event: response.output_text.delta\ndata: {delta}\n\nevent: response.completed\ndata: {done}\n\n"
            ))
            .end()
    });
    let answer = driver.post("/v1/responses", &json!({"model": "m", "input": "p", "stream": true}));
    assert!(answer.whole);
    assert!(answer.text().starts_with(&format!("event: response.output_text.delta\ndata: {delta}\n\n")));
    let sent: serde_json::Value = serde_json::from_slice(&driver.sent[0].body).unwrap();
    assert_eq!(sent.get("stream_options"), None);
}

#[test]
fn anthropics_clients_and_upstreams_meet_openais() {
    let text = r#"
[[models]]
name = "claude"
deployments = [{ provider = "anthropic", base_url = "http://anthropic.test/v1", api_key = "a", model = "claude-9" }]
[[models]]
name = "gpt"
deployments = [{ base_url = "http://openai.test/v1", api_key = "o" }]
"#;
    let config = Config::parse(text, &|_| None).unwrap();
    let message = json!({
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-9",
        "stop_reason": "end_turn", "stop_sequence": null, "content": [{"type": "text", "text": "hi"}],
        "usage": {"input_tokens": 3, "output_tokens": 1},
    });
    let completion = json!({
        "id": "c1", "object": "chat.completion", "created": 1, "model": "gpt",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "hi"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4},
    });
    let started = json!({"id": "msg_1", "usage": {"input_tokens": 3, "output_tokens": 1}});
    let (block, delta) = (json!({"type": "text", "text": ""}), json!({"type": "text_delta", "text": "hi"}));
    let (stop, usage) = (json!({"stop_reason": "end_turn"}), json!({"output_tokens": 2}));
    let events = [
        json!({"type": "message_start", "message": started}),
        json!({"type": "content_block_start", "index": 0, "content_block": block}),
        json!({"type": "content_block_delta", "index": 0, "delta": delta}),
        json!({"type": "content_block_stop", "index": 0}),
        json!({"type": "message_delta", "delta": stop, "usage": usage}),
        json!({"type": "message_stop"}),
    ];
    let event = |data: &serde_json::Value| format!("event: {}\ndata: {data}\n\n", data["type"].as_str().unwrap());
    let wire: String = events.iter().map(event).collect();
    let (message_up, completion_up, wire_up) = (message.clone(), completion.clone(), wire.clone());
    let mut driver = Driver::new(config, move |request| {
        let stream = request.body.windows(13).any(|window| window == b"\"stream\":true");
        match (request.authority.as_str(), stream) {
            ("anthropic.test", false) => Script::json(200, &message_up),
            ("anthropic.test", true) => {
                Script::default().head(200, &[("content-type", "text/event-stream")]).text(&wire_up).end()
            }
            (_, false) => Script::json(200, &completion_up),
            (_, true) => Script::events(&[HELLO, STOP, USAGE, "[DONE]"]),
        }
    });
    let hi = json!([{"role": "user", "content": "hi"}]);
    let messages =
        |model: &str, stream: bool| json!({"model": model, "max_tokens": 10, "stream": stream, "messages": hi});
    // As it is.
    assert_eq!(driver.post("/v1/messages", &messages("claude", false)).json(), message);
    assert_eq!(driver.post("/v1/messages", &messages("claude", true)).text(), wire);
    let sent = &driver.sent[0];
    assert_eq!(sent.path, "/v1/messages");
    assert!(sent.headers.contains(&("x-api-key".to_owned(), "a".to_owned())));
    assert!(sent.headers.contains(&("anthropic-version".to_owned(), "2023-06-01".to_owned())));
    // Converted.
    let converted = driver.post("/v1/chat/completions", &messages("claude", false)).json();
    assert_eq!(converted["choices"][0]["message"]["content"], "hi");
    let converted = driver.post("/v1/chat/completions", &messages("claude", true));
    assert!(converted.whole && converted.text().ends_with("data: [DONE]\n\n"), "{}", converted.text());
    let converted = driver.post("/v1/messages", &messages("gpt", false)).json();
    assert_eq!((&converted["content"][0]["text"], &converted["usage"]["input_tokens"]), (&json!("hi"), &json!(3)));
    let converted = driver.post("/v1/messages", &messages("gpt", true));
    assert!(converted.whole && converted.text().contains("event: message_stop"), "{}", converted.text());
    // Errors have the shape of the path.
    let error = driver.post("/v1/messages", &messages("nobody", false)).json();
    assert_eq!((&error["type"], &error["error"]["type"]), (&json!("error"), &json!("not_found_error")));
}

#[test]
fn a_slow_client_slows_its_upstream_down() {
    let event = format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{}\"}}}}]}}\n\n", "x".repeat(10_000));
    let head = || Script::default().head(200, &[("content-type", "text/event-stream")]);
    let script = (0..1000).fold(head(), |script, _| script.text(&event)).text("data: [DONE]\n\n").end();
    let upstream = script.clone();
    let mut driver = Driver::new(config(), move |_| upstream.clone());
    let answer = driver.ask(post("/v1/chat/completions", &chat(&[])).reading_slowly(10));
    assert!(answer.whole && answer.body().len() > 10_000_000);
    assert!(driver.most_behind < 40_000, "{}", driver.most_behind);
    assert_eq!(driver.elapsed(), 10_010);
    // One who reads along is not much ahead of the slowest, and what nobody needs any more is dropped.
    let text = "[cache]\nmode = \"exact\"\n[[models]]\nname = \"m\"\ndeployments = [{ base_url = \"http://u\" }]\n";
    let mut driver = Driver::new(Config::parse(text, &|_| None).unwrap(), move |_| script.clone());
    let client = post("/v1/chat/completions", &chat(&[]));
    let answers = driver.ask_all(vec![client.clone(), client.reading_slowly(10)]);
    assert!(answers.iter().all(|answer| answer.whole) && answers[0].body() == answers[1].body());
    assert_eq!(driver.sent.len(), 1);
    let (fast, slow) = (answers[0].pieces[900].0, answers[1].pieces[900].0);
    assert!(slow - fast < 400, "{fast} {slow}");
}
