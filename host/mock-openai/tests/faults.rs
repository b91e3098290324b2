//! Each behaviour that a script can ask for, seen from the other end of the socket.

mod client;

use std::time::{Duration, Instant};

use client::{Ended, chat, chat_request, chat_stream, mock, post, send};
use ferrite_mock_openai::{End, Mock, Script};
use serde_json::json;

fn then(then: &str) -> Mock {
    mock(&format!("[[rule]]\nthen = {{ {then} }}"))
}

#[test]
fn a_status_comes_with_headers_and_an_error_in_the_shape_of_the_api() {
    let mock = then(r#"status = 429, headers = { Retry-After = "7" }, error = { message = "slow down" }"#);
    let answer = chat(&mock, "Hello");
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("7")));
    let error =
        json!({"message": "slow down", "type": "rate_limit_error", "param": null, "code": "rate_limit_exceeded"});
    assert_eq!(answer.json(), json!({"error": error}));
    let answer = post(&mock, "/v1/messages", &json!({}));
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("7")));
    assert_eq!(answer.json()["error"], json!({"type": "rate_limit_error", "message": "slow down"}));
    assert_eq!(mock.requests()[0].status, Some(429));
}

#[test]
fn a_body_and_its_content_type_are_sent_as_they_are() {
    let mock = then(r#"status = 502, body = "<h1>Bad gateway</h1>", content-type = "text/html""#);
    let answer = chat(&mock, "Hello");
    assert_eq!((answer.status, answer.header("content-type")), (502, Some("text/html")));
    assert_eq!(answer.text(), "<h1>Bad gateway</h1>");
}

#[test]
fn a_stream_may_come_with_a_wrong_content_type() {
    let mock = then(r#"content-type = "application/json""#);
    let answer = chat_stream(&mock, "Hello");
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
    assert!(answer.content().contains("Hello"));
}

#[test]
fn pauses_are_kept() {
    for (script, stream, least_ms) in [
        ("latency = \"60ms\"", false, 60),
        ("first-chunk = \"60ms\"", true, 60),
        ("between-chunks = \"20ms\", tokens = 4", true, 60),
    ] {
        let mock = then(script);
        let began = Instant::now();
        let answer = if stream { chat_stream(&mock, "Hello") } else { chat(&mock, "Hello") };
        // At least so long: there is no upper bound that would hold on a busy machine.
        assert!(began.elapsed() >= Duration::from_millis(least_ms), "{script}");
        assert_eq!((answer.status, answer.ended), (200, Ended::Complete));
    }
}

#[test]
fn the_head_and_the_role_come_before_the_first_content() {
    let mock = then("first-chunk = \"1h\"");
    let request = chat_request("Hello", &json!({"stream": true})).to_string();
    let answer = send(&mock, "POST", "/v1/chat/completions", &[], request.as_bytes()).stalled_after("assistant");
    assert_eq!((answer.status, answer.ended), (200, Ended::Stalled));
    assert_eq!(answer.events().len(), 1);
    assert_eq!(answer.events()[0]["choices"][0]["delta"]["role"], "assistant");
}

#[test]
fn an_answer_has_the_tokens_and_chunks_that_are_asked_for() {
    let mock = then("tokens = 10, chunk-tokens = 4");
    let answer = chat_stream(&mock, "Hello");
    // The role, three pieces, and the end.
    assert_eq!(answer.events().len(), 5);
    assert_eq!(answer.content().split_whitespace().count(), 10);
    assert_eq!(chat(&mock, "Hello").json()["usage"]["completion_tokens"], 10);
    assert_eq!(
        chat(&then("answer = \"All is well\""), "Hello").json()["choices"][0]["message"]["content"],
        "All is well"
    );
}

#[test]
fn a_connection_is_reset_or_closed_before_the_head() {
    for (fault, ended, end) in [("reset", Ended::Reset, End::Reset), ("close", Ended::Closed, End::Closed)] {
        let mock = then(&format!("fault = \"{fault}\""));
        for answer in [chat(&mock, "Hello"), chat_stream(&mock, "Hello")] {
            assert_eq!((answer.status, answer.ended), (0, ended), "{fault}");
        }
        let requests = mock.requests();
        assert!(requests.iter().all(|request| request.end == end && request.status.is_none()), "{requests:?}");
    }
}

#[test]
fn a_connection_is_reset_or_closed_after_bytes_and_chunks() {
    for (fault, ended, end) in [("reset", Ended::Reset, End::Reset), ("close", Ended::Closed, End::Closed)] {
        let mock = then(&format!("fault = \"{fault}\", after-bytes = 100"));
        for answer in [chat(&mock, "Hello"), chat_stream(&mock, "Hello")] {
            assert_eq!((answer.status, answer.ended, answer.body.len()), (200, ended, 100), "{fault}");
        }
        assert!(mock.requests().iter().all(|request| (request.end, request.sent_bytes) == (end, 100)));
        let mock = then(&format!("fault = \"{fault}\", after-bytes = 0"));
        let answer = chat(&mock, "Hello");
        assert_eq!((answer.status, answer.ended, answer.body.len()), (200, ended, 0), "{fault}");
        let mock = then(&format!("fault = \"{fault}\", after-chunks = 2"));
        let answer = chat_stream(&mock, "Hello");
        assert_eq!((answer.status, answer.ended, answer.content().as_str()), (200, ended, "You said:"), "{fault}");
        let answer = chat(&mock, "Hello");
        assert!(answer.ended == ended && !answer.body.is_empty(), "half of a body that is no stream");
    }
}

#[test]
fn a_fault_beyond_the_end_of_a_stream_comes_at_its_end() {
    let answer = chat_stream(&then("fault = \"close\", after-chunks = 1000"), "Hello");
    assert_eq!(answer.ended, Ended::Closed);
    assert!(answer.text().ends_with("data: [DONE]\n\n"));
}

#[test]
fn a_stall_lasts_until_the_client_leaves() {
    let request = chat_request("Hello", &json!({"stream": true})).to_string();
    for (script, text, status, bytes) in
        [("fault = \"stall\"", "", 0, 0), ("fault = \"stall\", after-bytes = 50", "data: {", 200, 50)]
    {
        let mock = then(script);
        let answer = send(&mock, "POST", "/v1/chat/completions", &[], request.as_bytes()).stalled_after(text);
        assert_eq!((answer.status, answer.ended, answer.body.len()), (status, Ended::Stalled, bytes));
        let requests = mock.wait_for(|requests| requests.first().is_some_and(|request| request.end != End::Open));
        assert_eq!((requests[0].end, requests[0].sent_bytes), (End::Cancelled, bytes as u64));
    }
}

#[test]
fn half_an_event_ends_with_the_connection_or_as_if_it_were_all() {
    for (fault, ended) in [("half-event", Ended::Closed), ("cut", Ended::Complete)] {
        let mock = then(&format!("fault = \"{fault}\", after-chunks = 2"));
        let answer = chat_stream(&mock, "Hello");
        assert_eq!((answer.status, answer.ended, answer.content().as_str()), (200, ended, "You said:"), "{fault}");
        let text = answer.text();
        let last = text.rsplit("\n\n").next().unwrap_or_default();
        assert!(last.starts_with("data: {") && !last.ends_with('}'), "{last:?}");
        // A body that is no stream is half.
        let answer = chat(&mock, "Hello");
        assert!(answer.ended == ended && serde_json::from_slice::<serde_json::Value>(&answer.body).is_err());
    }
}

#[test]
fn garbage_is_no_json_and_no_events() {
    let mock = then("fault = \"garbage\"");
    for (answer, kind) in
        [(chat(&mock, "Hello"), "application/json"), (chat_stream(&mock, "Hello"), "text/event-stream")]
    {
        assert_eq!((answer.status, answer.ended), (200, Ended::Complete));
        assert!(answer.header("content-type").is_some_and(|value| value.starts_with(kind)));
        assert!(std::str::from_utf8(&answer.body).is_err() && answer.events().is_empty());
    }
    let answer = chat_stream(&then("fault = \"garbage\", after-chunks = 2"), "Hello");
    assert_eq!(answer.content(), "You said:");
}

#[test]
fn an_endless_body_is_bounded_by_what_the_client_takes() {
    for stream in [true, false] {
        let mock = then("fault = \"endless\"");
        let request = chat_request("Hello", &json!({"stream": stream})).to_string();
        let mut sent = send(&mock, "POST", "/v1/chat/completions", &[], request.as_bytes());
        let read = sent.read_some(20 << 20).len();
        assert!(read >= 20 << 20);
        drop(sent);
        let requests = mock.wait_for(|requests| requests.first().is_some_and(|request| request.end != End::Open));
        assert_eq!(requests[0].end, End::Cancelled);
        // What the sockets hold is all that is ahead of the client.
        assert!((20 << 20..60 << 20).contains(&requests[0].sent_bytes), "{}", requests[0].sent_bytes);
    }
}

#[test]
fn an_endless_body_may_have_an_end() {
    let mock = then("fault = \"endless\", endless-bytes = 5_000_000");
    let answer = chat_stream(&mock, "Hello");
    assert_eq!(answer.ended, Ended::Complete);
    assert!((5_000_000..5_001_000).contains(&answer.body.len()), "{}", answer.body.len());
    assert!(answer.events().len() > 10_000);
}

#[test]
fn a_pattern_flaps_between_good_answers_and_errors() {
    let mock = then("pattern = \"ok*3, 500*2, reset\"");
    let statuses: Vec<u16> = (0..8).map(|_| chat(&mock, "Hello").status).collect();
    assert_eq!(statuses, [200, 200, 200, 500, 500, 0, 200, 200]);
}

#[test]
fn a_stream_may_lack_what_says_that_it_is_complete() {
    let mock = then("fault = \"no-done\"");
    for (path, last) in
        [("/v1/chat/completions", "[DONE]"), ("/v1/messages", "message_stop"), ("/v1/responses", "response.completed")]
    {
        let request = json!({
            "model": "m", "stream": true, "max_tokens": 100, "input": "Hello",
            "messages": [{"role": "user", "content": "Hello"}],
        });
        let answer = post(&mock, path, &request);
        assert_eq!((answer.status, answer.ended), (200, Ended::Complete), "{path}");
        assert!(answer.text().contains("Hello") && !answer.text().contains(last), "{path}");
        mock.set_script(Script::default());
        assert!(post(&mock, path, &request).text().contains(last), "{path}");
        mock.set_script("[default]\nfault = \"no-done\"".parse().expect("a script"));
    }
}

#[test]
fn an_error_event_in_the_middle_has_the_shape_of_the_api() {
    let mock = then("fault = \"error-event\", after-chunks = 2, error = { message = \"broken\" }");
    let request = json!({
        "model": "m", "stream": true, "max_tokens": 100, "input": "Hello",
        "messages": [{"role": "user", "content": "Hello"}],
    });
    let last = |path| post(&mock, path, &request).events().pop().expect("an event");
    let chat = last("/v1/chat/completions");
    assert_eq!((&chat["error"]["message"], &chat["error"]["type"]), (&json!("broken"), &json!("server_error")));
    let messages = last("/v1/messages");
    let error = json!({"type": "overloaded_error", "message": "broken"});
    assert_eq!((&messages["type"], &messages["error"]), (&json!("error"), &error));
    let responses = last("/v1/responses");
    assert_eq!((&responses["type"], &responses["message"]), (&json!("error"), &json!("broken")));
    // Two events of the response, two of its item, two pieces of text.
    assert_eq!(responses["sequence_number"], 6);
}

#[test]
fn chance_picks_the_same_requests_each_time() {
    let statuses = || {
        let mock = mock("seed = 5\n[[rule]]\nwhen.probability = 0.5\nthen.status = 503");
        (0..40).map(|_| chat(&mock, "Hello").status).collect::<Vec<_>>()
    };
    let first = statuses();
    assert!(first.contains(&200) && first.contains(&503));
    assert_eq!(first, statuses());
}

#[test]
fn rules_look_at_model_path_key_body_and_stream() {
    let rules = [
        (r#"model = "gpt-4o-*""#, 501),
        (r#"path = "/v1/messages""#, 502),
        (r#"key = "sk-bad""#, 503),
        (r#"body = "poison""#, 504),
        ("stream = true", 505),
    ];
    let script: String =
        rules.iter().map(|(when, status)| format!("[[rule]]\nwhen = {{ {when} }}\nthen.status = {status}\n")).collect();
    let mock = mock(&script);
    let path = "/v1/chat/completions";
    let request = |more| chat_request("Hello", &more);
    assert_eq!(post(&mock, path, &request(json!({"model": "gpt-4o-mini"}))).status, 501);
    assert_eq!(post(&mock, "/v1/messages", &request(json!({}))).status, 502);
    let body = request(json!({})).to_string();
    assert_eq!(send(&mock, "POST", path, &[("authorization", "Bearer sk-bad")], body.as_bytes()).answer().status, 503);
    assert_eq!(chat(&mock, "drink poison").status, 504);
    assert_eq!(chat_stream(&mock, "Hello").status, 505);
    assert_eq!(chat(&mock, "Hello").status, 200);
    let rules: Vec<_> = mock.requests().iter().map(|request| request.rule).collect();
    assert_eq!(rules, [Some(1), Some(2), Some(3), Some(4), Some(5), None]);
}
