//! Policies over requests, answers and streams.

use ferrite_gateway::{Config, Hook, PolicyAnswer, PolicyCall, PolicyFailure};
use serde_json::{Value, json};

use crate::driver::{Driver, Script};

const TEXT: &str = r#"
[cache]
mode = "exact"
[[models]]
name = "m"
deployments = [{ base_url = "http://u" }]
[[models]]
name = "free"
deployments = [{ base_url = "http://u" }]
[[policies]]
name = "p"
hooks = ["on-request", "on-response", "on-chunk"]
models = ["m"]
"#;

fn driver(change: &str, policies: impl FnMut(&PolicyCall) -> Result<PolicyAnswer, PolicyFailure> + 'static) -> Driver {
    let text = TEXT.replace("models = [\"m\"]\n", &format!("models = [\"m\"]\n{change}"));
    let config = Config::parse(&text, &|_| None).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    Driver::new(config, |request| {
        if !request.body.windows(13).any(|window| window == b"\"stream\":true") {
            return Script::json(200, &json!({"choices": [{"message": {"content": "mail bob@x.org"}}]}));
        }
        let pieces = ["mail b", "ob@", "x.or", "g now"];
        let mut events: Vec<String> = pieces
            .iter()
            .map(|piece| json!({"id": "c", "choices": [{"index": 0, "delta": {"content": piece}}]}).to_string())
            .collect();
        events.push(json!({"id": "c", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}).to_string());
        events.push("[DONE]".to_owned());
        Script::events(&events.iter().map(String::as_str).collect::<Vec<_>>())
    })
    .with_policies(policies)
}

fn chat(model: &str, stream: bool) -> Value {
    json!({"model": model, "messages": [{"role": "user", "content": "hi"}], "stream": stream})
}

fn streamed(text: &str) -> String {
    let events = text.split("\n\n").filter_map(|event| event.strip_prefix("data: "));
    let data = events.filter_map(|data| serde_json::from_str::<Value>(data).ok());
    data.filter_map(|data| data["choices"][0]["delta"]["content"].as_str().map(str::to_owned)).collect()
}

/// Replaces words with an `@`; holds back a word until it has ended.
fn redact(call: &PolicyCall) -> Result<PolicyAnswer, PolicyFailure> {
    if call.hook != Hook::OnChunk {
        return Ok(PolicyAnswer::Replace(call.payload.replace("bob@x.org", "***")));
    }
    let split = if call.last { call.payload.len() } else { call.payload.rfind(' ').map_or(0, |at| at + 1) };
    let (send, keep) = call.payload.split_at(split);
    let words =
        send.split_inclusive(' ').map(|word| if word.contains('@') { "*** ".to_owned() } else { word.to_owned() });
    Ok(PolicyAnswer::Hold { send: words.collect(), keep: keep.to_owned() })
}

#[test]
fn a_request_is_seen_and_replaced_before_anything_happens() {
    let mut driver = driver("", |call| {
        if call.hook != Hook::OnRequest {
            return Ok(PolicyAnswer::Continue);
        }
        let mut body: Value = serde_json::from_str(&call.payload).unwrap();
        body["messages"] = json!([]);
        Ok(PolicyAnswer::Replace(body.to_string()))
    });
    assert_eq!(driver.post("/v1/chat/completions", &chat("m", false)).status, 200);
    let sent: Value = serde_json::from_slice(&driver.sent[0].body).unwrap();
    assert_eq!(sent["messages"], json!([]));
    assert_eq!((driver.asked[0].name.as_str(), driver.asked[0].last), ("p", true));
    driver.post("/v1/chat/completions", &chat("free", false));
    assert_eq!(driver.asked.len(), 2, "other models are not its business");
}

#[test]
fn a_refusal_is_the_policys_own() {
    for (status, expected) in [(451, 451), (200, 403), (0, 403)] {
        let mut driver = driver("", move |_| Ok(PolicyAnswer::Refuse { status, message: "not here".to_owned() }));
        let answer = driver.post("/v1/chat/completions", &chat("m", false));
        assert_eq!((answer.status, &answer.json()["error"]["message"]), (expected, &json!("not here")));
        assert!(driver.sent.is_empty());
    }
}

#[test]
fn answers_are_redacted_whole_and_in_streams_and_so_is_the_cache() {
    let mut driver = driver("", redact);
    for _ in 0..2 {
        let whole = driver.post("/v1/chat/completions", &chat("m", false));
        assert_eq!(whole.json()["choices"][0]["message"]["content"], "mail ***");
        let stream = driver.post("/v1/chat/completions", &chat("m", true));
        assert!(stream.whole);
        assert_eq!(streamed(&stream.text()), "mail *** now", "{}", stream.text());
        let last_text = stream.text().rfind("now").unwrap();
        assert!(last_text < stream.text().find("\"stop\"").unwrap(), "text comes before the end");
    }
    assert_eq!(driver.sent.len(), 2, "the rest came from the cache");
    let chunks: Vec<_> = driver.asked.iter().filter(|call| call.hook == Hook::OnChunk).collect();
    let windows: Vec<&str> = chunks.iter().map(|call| call.window.as_str()).collect();
    assert_eq!(windows, ["", "mail ", "mail ", "mail ", "mail *** "]);
    assert_eq!(chunks.iter().map(|call| call.last).collect::<Vec<_>>(), [false, false, false, false, true]);
}

#[test]
fn a_policy_that_fails_is_closed_or_open_as_configured() {
    let failures = [
        Err(PolicyFailure::Missing),
        Err(PolicyFailure::Failed("trap".to_owned())),
        Err(PolicyFailure::Error("no".to_owned())),
        Ok(PolicyAnswer::Replace("no JSON".to_owned())),
        Ok(PolicyAnswer::Hold { send: String::new(), keep: "x".repeat(100_000) }),
    ];
    for hook in [Hook::OnRequest, Hook::OnResponse, Hook::OnChunk] {
        for failure in &failures {
            if hook == Hook::OnChunk && matches!(failure, Ok(PolicyAnswer::Replace(_))) {
                continue;
            }
            let answer = failure.clone();
            let policy =
                move |call: &PolicyCall| if call.hook == hook { answer.clone() } else { Ok(PolicyAnswer::Continue) };
            let stream = hook == Hook::OnChunk;
            let mut closed = driver("", policy.clone());
            let refused = closed.post("/v1/chat/completions", &chat("m", stream));
            assert_eq!(refused.status, 503, "{hook:?} {failure:?}");
            assert!(!refused.text().contains("mail"));
            let mut open = driver("on_failure = \"open\"\n", policy);
            let passed = open.post("/v1/chat/completions", &chat("m", stream));
            assert_eq!((passed.status, passed.whole), (200, true), "{hook:?} {failure:?}");
            assert!(passed.text().contains("mail"));
        }
    }
}

#[test]
fn a_stream_that_is_refused_in_the_middle_is_reset_and_not_kept() {
    let mut driver = driver("", |call| {
        if call.payload.contains("x.or") && call.hook == Hook::OnChunk {
            return Ok(PolicyAnswer::Refuse { status: 0, message: "enough".to_owned() });
        }
        Ok(PolicyAnswer::Continue)
    });
    let answer = driver.post("/v1/chat/completions", &chat("m", true));
    assert!(answer.status == 200 && answer.aborted);
    assert!(answer.text().contains("enough") && streamed(&answer.text()) == "mail bob@");
    assert_eq!(driver.run(&["KEYS", "gateway:cache:*"]).items().len(), 0);
    assert_eq!(driver.cancelled, 1);
}

#[test]
fn nothing_streams_past_a_policy_that_cannot_see_it() {
    let text = TEXT.replace(", \"on-chunk\"", "");
    let config = Config::parse(&text, &|_| None).unwrap();
    let mut driver = driver("", |_| Ok(PolicyAnswer::Continue));
    driver.restart(config);
    assert_eq!(driver.post("/v1/chat/completions", &chat("m", true)).status, 400);
    assert_eq!(driver.post("/v1/chat/completions", &chat("m", false)).status, 200);
    driver.restart(Config::parse(&text.replace("models = [\"m\"]", "on_failure = \"open\""), &|_| None).unwrap());
    assert_eq!(driver.post("/v1/chat/completions", &chat("m", true)).status, 200);
}

#[test]
fn a_messages_stream_is_redacted_too() {
    let text = TEXT.replace("{ base_url", "{ provider = \"anthropic\", base_url");
    let event = |data: Value| format!("event: {}\ndata: {data}\n\n", data["type"].as_str().unwrap());
    let delta =
        |text: &str| json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}});
    let wire: String = [
        json!({"type": "message_start", "message": {"usage": {"input_tokens": 1}}}),
        json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
        delta("I am b"),
        delta("ob@x.org"),
        json!({"type": "content_block_stop", "index": 0}),
        json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 2}}),
        json!({"type": "message_stop"}),
    ]
    .into_iter()
    .map(event)
    .collect();
    let mut driver = Driver::new(Config::parse(&text, &|_| None).unwrap(), move |_| {
        Script::default().head(200, &[("content-type", "text/event-stream")]).text(&wire).end()
    })
    .with_policies(redact);
    let mut body = chat("m", true);
    body["max_tokens"] = json!(5);
    let answer = driver.post("/v1/messages", &body);
    let text = answer.text();
    assert!(answer.whole && !text.contains("bob") && !text.contains("ob@") && text.contains("***"), "{text}");
    assert!(text.find("***").unwrap() < text.find("event: content_block_stop").unwrap());
}
