//! Requests that go to an upstream and come back as they are.

use ferrite_gateway::{Config, FailureKind};
use serde_json::json;

use crate::driver::{Driver, Script, post, request};

fn config() -> Config {
    Config::single("http://up.test:8000/v1", Some("upstream-key")).expect("this is a base URL")
}

#[test]
fn health_needs_nothing() {
    let mut driver = Driver::new(config(), |_| Script::stalls());
    let answer = driver.get("/healthz");
    assert_eq!((answer.status, answer.text().as_str(), answer.whole), (200, "ok\n", true));
    assert!(driver.sent.is_empty());
}

#[test]
fn a_chat_goes_there_and_back_with_all_its_fields() {
    let reply = json!({"id": "chatcmpl-1", "choices": [{"message": {"content": "hi"}}], "x_unknown": [1.5, 1e300]});
    let upstream = reply.clone();
    let mut driver = Driver::new(config(), move |_| Script::json(200, &upstream));
    let asked =
        json!({"model": "m", "messages": [{"role": "user", "content": "hello"}], "temperature": 0.1, "new": {}});
    let answer = driver.post("/v1/chat/completions", &asked);
    assert_eq!((answer.status, answer.whole), (200, true));
    assert_eq!(answer.json(), reply);
    let sent = &driver.sent[0];
    assert_eq!((sent.authority.as_str(), sent.path.as_str()), ("up.test:8000", "/v1/chat/completions"));
    assert_eq!(sent.body, asked.to_string().into_bytes(), "fields keep their order");
    assert!(sent.headers.contains(&("authorization".to_owned(), "Bearer upstream-key".to_owned())));
}

#[test]
fn what_is_wrong_with_a_request_is_said_in_openais_shape() {
    let json = [("content-type", "application/json")];
    let cases = [
        (request("GET", "/nothing", &[], b""), 404, "unknown_url"),
        (request("GET", "/v1/chat/completions", &[], b""), 405, "method_not_allowed"),
        (
            request("POST", "/v1/chat/completions", &[("content-type", "text/plain")], b"x"),
            415,
            "unsupported_media_type",
        ),
        (request("POST", "/v1/chat/completions", &json, b"{\"model\":"), 400, ""),
        (request("POST", "/v1/chat/completions", &json, b"[1]"), 400, ""),
        (request("POST", "/v1/chat/completions", &json, b"{}"), 400, ""),
        (request("POST", "/v1/chat/completions", &json, &vec![b' '; 17 << 20]), 413, "request_too_large"),
        (request("POST", "/v1/chat/completions", &json, &b"[".repeat(100_000)), 400, ""),
    ];
    for (client, status, code) in cases {
        let mut driver = Driver::new(config(), |_| Script::stalls());
        let answer = driver.ask(client.clone());
        assert_eq!(answer.status, status, "{:?}", client.head);
        let error = answer.json();
        assert_eq!(error["error"]["code"].as_str().unwrap_or_default(), code);
        assert!(error["error"]["message"].is_string() && error["error"]["type"].is_string());
        assert!(driver.sent.is_empty());
    }
}

#[test]
fn a_client_that_leaves_cancels_the_upstream() {
    let mut driver = Driver::new(config(), |_| Script::stalls());
    let chat = post("/v1/chat/completions", &json!({"model": "m", "messages": []}));
    let answer = driver.ask(chat.leaving_at(5));
    assert!(answer.aborted && answer.status == 0);
    assert_eq!(driver.cancelled, 1);
}

#[test]
fn an_upstream_that_resets_is_a_bad_gateway() {
    let mut driver = Driver::new(config(), |_| Script::fails(FailureKind::Reset));
    let answer = driver.post("/v1/chat/completions", &json!({"model": "m", "messages": []}));
    assert_eq!(answer.status, 502);
}

#[test]
fn bodies_of_known_lengths_are_whole_with_their_last_byte() {
    let (asked, reply) = (json!({"model": "m", "messages": []}), json!({"choices": []}).to_string());
    let length = reply.len().to_string();
    let mut driver = Driver::new(config(), move |_| {
        // Nobody says that it has ended.
        let head = [("content-type", "application/json"), ("content-length", length.as_str())];
        Script::default().head(200, &head).text(&reply)
    });
    let mut client =
        post("/v1/chat/completions", &asked).with_header("content-length", &asked.to_string().len().to_string());
    // It would be a request that cannot be read.
    client.body_fails = true;
    let answer = driver.ask(client);
    assert_eq!((answer.status, answer.whole, answer.json()), (200, true, json!({"choices": []})));
    assert_eq!((driver.elapsed(), driver.cancelled), (0, 0));
    // Fewer bytes than were announced are no request.
    let mut client = post("/v1/chat/completions", &asked).with_header("content-length", "1000");
    client.body_fails = true;
    assert_eq!(driver.ask(client).status, 400);
}
