//! `/mock/…`, scripts that are wrong, and what the record says of exchanges.

mod client;

use std::path::Path;
use std::time::Duration;

use client::{Ended, chat, chat_request, chat_stream, get, mock, post, send};
use ferrite_mock_openai::{End, Mock, Script};
use serde_json::{Value, json};

fn put(mock: &Mock, script: &str) -> (u16, String) {
    let answer = send(mock, "PUT", "/mock/script", &[], script.as_bytes()).answer();
    (answer.status, answer.text())
}

#[test]
fn a_script_is_replaced_at_run_time_and_begins_at_its_first_request() {
    let mock = mock("[default]\nstatus = 500");
    assert_eq!(chat(&mock, "Hello").status, 500);
    let script = "[[rule]]\nwhen.nth = 1\nthen.status = 429";
    for _ in 0..2 {
        assert_eq!(put(&mock, script), (204, String::new()));
        assert_eq!([chat(&mock, "Hello").status, chat(&mock, "Hello").status], [429, 200]);
    }
    let (status, text) = put(&mock, "[[rule]]\nwhen.nth = 0");
    assert!(status == 400 && text.contains("line 2"), "{text}");
    assert_eq!(chat(&mock, "Hello").status, 200, "the script before stays");
}

#[test]
fn the_requests_are_listed_with_how_they_ended_and_are_forgotten_when_asked() {
    let mock = mock("[[rule]]\nwhen.model = \"m2\"\nthen.fault = \"close\"");
    let request = chat_request("Hello", &json!({"x": [1, 2]}));
    let headers = [("X-Trace", "a"), ("x-trace", "b"), ("content-type", "application/json")];
    let answer = send(&mock, "POST", "/v1/chat/completions?q=1", &headers, request.to_string().as_bytes()).answer();
    post(&mock, "/v1/chat/completions", &json!({"model": "m2"}));
    post(&mock, "/v1/nothing", &json!({}));
    let listed = get(&mock, "/mock/requests").json();
    assert_eq!(listed["total"], 3, "calls of /mock are not requests");
    let first = &listed["requests"][0];
    assert_eq!((&first["method"], &first["path"]), (&json!("POST"), &json!("/v1/chat/completions?q=1")));
    assert_eq!(first["headers"]["x-trace"], "a, b");
    assert_eq!(first["body"].as_str().and_then(|body| serde_json::from_str(body).ok()), Some(request.clone()));
    assert_eq!(first["body_bytes"], request.to_string().len());
    assert_eq!((&first["status"], &first["end"], &first["rule"]), (&json!(200), &json!("completed"), &Value::Null));
    assert_eq!(first["sent_bytes"], answer.body.len());
    let second = &listed["requests"][1];
    assert_eq!((&second["status"], &second["end"], &second["rule"]), (&Value::Null, &json!("closed"), &json!(1)));
    assert_eq!(listed["requests"][2]["status"], 404);
    assert_eq!(send(&mock, "DELETE", "/mock/requests", &[], b"").answer().status, 204);
    assert_eq!(get(&mock, "/mock/requests").json(), json!({"total": 3, "requests": []}));
    chat(&mock, "Hello");
    assert_eq!(mock.requests()[0].number, 4);
}

#[test]
fn a_client_that_leaves_is_written_down_with_how_much_it_took() {
    let mock = mock("[default]\nbetween-chunks = \"1h\"");
    let request = chat_request("Hello", &json!({"stream": true})).to_string();
    let taken = send(&mock, "POST", "/v1/chat/completions", &[], request.as_bytes()).stalled_after("\"You\"");
    assert_eq!((taken.ended, taken.content().as_str()), (Ended::Stalled, "You"));
    let requests = mock.wait_for(|requests| requests.first().is_some_and(|request| request.end != End::Open));
    assert_eq!((requests[0].end, requests[0].sent_bytes), (End::Cancelled, taken.body.len() as u64));
    mock.set_script("[default]\nlatency = \"1h\"".parse().expect("a script"));
    mock.clear();
    drop(send(&mock, "POST", "/v1/chat/completions", &[], request.as_bytes()));
    let requests = mock.wait_for(|requests| requests.first().is_some_and(|request| request.end != End::Open));
    assert_eq!((requests[0].end, requests[0].status, requests[0].sent_bytes), (End::Cancelled, None, 0));
}

#[test]
fn an_exchange_under_way_is_open_and_goes_on_by_its_own_script() {
    let mock = mock("[default]\nbetween-chunks = \"100ms\"\ntokens = 5");
    let request = chat_request("Hello", &json!({"stream": true})).to_string();
    let sent = send(&mock, "POST", "/v1/chat/completions", &[], request.as_bytes());
    mock.wait_for(|requests| requests.first().is_some_and(|request| request.sent_bytes > 0));
    assert_eq!(mock.requests()[0].end, End::Open);
    mock.set_script("[default]\nfault = \"reset\"".parse().expect("a script"));
    let answer = sent.answer();
    assert_eq!((answer.ended, answer.content().split_whitespace().count()), (Ended::Complete, 5));
}

#[test]
fn requests_that_are_wrong_are_answered_in_the_shape_of_the_api() {
    let mock = mock("");
    let post = |path, body: &[u8]| send(&mock, "POST", path, &[], body).answer();
    for path in ["/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/responses", "/v1/messages"] {
        for body in ["", "{", "[]", "null", "{}", r#"{"model": 5}"#, r#"{"model": "m", "stream": 1}"#, "\u{0}"] {
            let answer = post(path, body.as_bytes());
            assert_eq!(answer.status, 400, "{path} {body}");
            let error = &answer.json()["error"];
            assert_eq!(error["type"], "invalid_request_error", "{path} {body}");
            assert_eq!(answer.json()["type"] == "error", path == "/v1/messages");
        }
        assert_eq!(get(&mock, path).status, 405, "{path}");
        // Deeper than any request is.
        assert_eq!(post(path, "[".repeat(100_000).as_bytes()).status, 400, "{path}");
    }
    let answer = get(&mock, "/v1/nothing");
    assert_eq!(
        (answer.status, answer.json()["error"]["message"].as_str()),
        (404, Some("Invalid URL (GET /v1/nothing)"))
    );
    assert_eq!(get(&mock, "/v1/models/").status, 404);
    assert_eq!(get(&mock, "/mock/nothing").status, 404);
    assert_eq!(send(&mock, "POST", "/mock/script", &[], b"").answer().status, 405);
}

#[test]
fn what_an_answer_would_repeat_without_bound_is_refused_or_made_short() {
    let mock = mock("");
    let chat = |more: Value| post(&mock, "/v1/chat/completions", &chat_request("call t0", &more));
    let tools = |count: usize, schema: &Value| {
        let tool = |nth| json!({"type": "function", "function": {"name": format!("t{nth}"), "parameters": schema}});
        (0..count).map(tool).collect::<Value>()
    };
    assert_eq!(chat(json!({"tools": tools(128, &json!({}))})).status, 200);
    let answer = chat(json!({"tools": tools(129, &json!({}))}));
    assert_eq!((answer.status, answer.json()["error"]["param"].as_str()), (400, Some("tools")));
    // Arguments of a megabyte, by the schema.
    let schema = json!({"properties": {"x".repeat(1 << 20): {"type": "string"}}});
    let answer = chat(json!({"tools": tools(1, &schema)})).json();
    assert_eq!(answer["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"], "{}");
    let format = json!({"type": "json_schema", "json_schema": {"schema": schema}});
    assert!(chat(json!({"response_format": format, "n": 128})).body.len() < 100_000);
    let text = "long ".repeat(1 << 20);
    let answer = post(&mock, "/v1/chat/completions", &chat_request(&text, &json!({"n": 128})));
    assert!(answer.status == 200 && answer.body.len() < 1 << 20, "{}", answer.body.len());
    let request = json!({"model": "m", "prompt": text, "n": 128, "echo": true});
    assert_eq!(post(&mock, "/v1/completions", &request).status, 400);
    let request = json!({"model": "m", "prompt": vec!["a"; 129]});
    assert_eq!(post(&mock, "/v1/completions", &request).status, 400);
    let request = json!({"model": "m", "input": vec!["a"; 2048], "dimensions": 3072});
    assert_eq!(post(&mock, "/v1/embeddings", &request).status, 400);
    assert_eq!(post(&mock, "/v1/embeddings", &json!({"model": "m", "input": text})).status, 400);
}

#[test]
fn a_request_without_end_is_refused_without_being_held() {
    let mock = mock("");
    let length = [("content-type", "application/json")];
    let body = vec![b' '; (64 << 20) + 1];
    let answer = send(&mock, "POST", "/v1/messages", &length, &body).answer();
    assert_eq!((answer.status, answer.json()["error"]["type"].as_str()), (413, Some("request_too_large")));
}

#[test]
fn a_connection_serves_one_request_after_another() {
    let mock = mock("[[rule]]\nwhen.nth = 3\nthen.fault = \"reset\"");
    let request = chat_request("Hello", &json!({})).to_string();
    let mut sent = send(&mock, "POST", "/v1/chat/completions", &[], request.as_bytes());
    let first = sent.read_some(1);
    std::io::Write::write_all(
        &mut sent.0,
        format!("POST /v1/chat/completions HTTP/1.1\r\nhost: m\r\ncontent-length: {}\r\n\r\n{request}", request.len())
            .as_bytes(),
    )
    .expect("the connection is there");
    let second = sent.read_some(1);
    assert!(!first.is_empty() && first.len() == second.len());
}

#[test]
fn two_hundred_clients_wait_on_a_stall_while_others_are_answered() {
    let mock = mock("[[rule]]\nwhen.model = \"stalled\"\nthen.fault = \"stall\"");
    let request = json!({"model": "stalled"}).to_string();
    let waiting: Vec<_> =
        (0..200).map(|_| send(&mock, "POST", "/v1/chat/completions", &[], request.as_bytes())).collect();
    mock.wait_for(|requests| requests.len() == 200);
    assert_eq!(chat(&mock, "Hello").status, 200);
    drop(waiting);
    mock.wait_for(|requests| requests.iter().filter(|request| request.end == End::Cancelled).count() == 200);
}

#[test]
fn a_wrong_script_is_told_with_line_key_and_expectation() {
    for (script, line, expected) in [
        ("latency = \"1s\"", 1, ["latency", "`default`"]),
        ("[default]\nlatncy = \"1s\"", 2, ["latncy", "`latency`"]),
        ("[default]\nlatency = 20", 2, ["latency", "\"20ms\""]),
        ("[default]\nlatency = \"fast\"", 2, ["\"fast\"", "\"20ms\""]),
        ("[default]\nstatus = \"x\"", 2, ["status", "u16"]),
        ("[[rule]]\nthen = { status = 99 }", 2, ["status = 99", "200 to 599"]),
        ("[[rule]]\nthen.fault = \"explode\"", 2, ["explode", "half-event"]),
        ("[[rule]]\nwhen = { nth = 0 }", 2, ["nth", "counted from 1"]),
        ("[[rule]]\nwhen = { nth = \"a\" }", 2, ["nth", "\"2-4\""]),
        ("[[rule]]\nwhen = { probability = 2.0 }", 2, ["probability", "0.0 to 1.0"]),
        ("[[rule]]\nwhen = { modl = \"m\" }", 2, ["modl", "`model`"]),
        ("[[rule]]\nthen = { pattern = \"ok, maybe\" }", 2, ["maybe", "\"ok*3, 500*2\""]),
        ("[[rule]]\nthen = { tokens = 0 }", 2, ["tokens = 0", "1 to 1000000"]),
        ("[[rule]]\nthen = { after-bytes = 1 }", 2, ["after-bytes", "a fault beside them"]),
        (
            "[[rule]]\nthen = { fault = \"reset\", after-bytes = 1, after-chunks = 1 }",
            2,
            ["after-bytes", "one of them"],
        ),
        ("[[rule]]\nthen = { pattern = \"ok\", status = 500 }", 2, ["pattern", "no status"]),
        ("[[rule]]\nthen = { headers = { \"a b\" = \"c\" } }", 2, ["a b", "HTTP header"]),
        ("[[rule]]\nthen = { headers = { Content-Length = \"1\" } }", 2, ["Content-Length", "a fault"]),
        ("[[rule]]\nthen = { error = { message = \"m\" } }", 2, ["error", "a status"]),
        ("[rule]\nthen.status = 500", 1, ["rule", "sequence"]),
        ("seed = -1", 1, ["seed", "u64"]),
        ("created = ", 1, ["created", ""]),
    ] {
        let error = script.parse::<Script>().expect_err(script).to_string();
        assert!(error.contains(&format!("line {line}")), "{script}: {error}");
        assert!(expected.iter().all(|part| error.contains(part)), "{script}: {error}");
    }
    let long = format!("# {}", "x".repeat(2 << 20));
    assert!(long.parse::<Script>().expect_err("too long").to_string().contains("at most"));
}

/// Every TOML block of the page is a script, and all keys are shown there.
#[test]
fn the_scripts_of_the_page_are_scripts() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/mock-openai.md");
    let page = std::fs::read_to_string(page).expect("docs/mock-openai.md");
    let blocks: Vec<&str> = page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(blocks.len() > 10, "{}", blocks.len());
    for block in &blocks {
        block.parse::<Script>().unwrap_or_else(|error| panic!("{block}\n{error}"));
    }
    let keys = "seed created models only-these-models api-keys default rule when then model path key body stream nth \
                probability latency first-chunk between-chunks jitter answer tokens chunk-tokens status headers error \
                content-type fault after-bytes after-chunks endless-bytes pattern close cut endless error-event \
                garbage half-event no-done reset stall";
    for key in keys.split_whitespace() {
        assert!(blocks.iter().any(|block| block.contains(key)), "{key} is not shown");
    }
}

#[test]
fn an_answer_over_http_2_is_the_same_and_a_reset_takes_its_stream_only() {
    use http_body_util::{BodyExt, Full};
    use hyper::body::Bytes;
    use hyper_util::rt::{TokioExecutor, TokioIo};

    let mock = mock("[[rule]]\nwhen.model = \"bad\"\nthen = { fault = \"reset\", after-bytes = 50 }");
    let whole = chat(&mock, "Hello").json();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let stream = tokio::net::TcpStream::connect(mock.address()).await.expect("the mock listens");
        let (mut sender, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.expect("HTTP/2");
        tokio::spawn(connection);
        for model in ["gpt-4o", "bad", "gpt-4o"] {
            let body = chat_request("Hello", &json!({"model": model})).to_string();
            let uri = format!("{}/v1/chat/completions", mock.url());
            let request = hyper::Request::post(uri).body(Full::new(Bytes::from(body))).expect("a request");
            let answer = tokio::time::timeout(Duration::from_secs(20), sender.send_request(request)).await;
            let body = answer.expect("an answer in time").expect("an answer").into_body().collect().await;
            match model {
                "bad" => assert!(body.is_err()),
                _ => assert_eq!(
                    serde_json::from_slice::<Value>(&body.expect("a body").to_bytes()).ok(),
                    Some(whole.clone())
                ),
            }
        }
    });
    assert!(chat_stream(&mock, "Hello").content().contains("Hello"));
}

#[test]
fn the_port_is_free_again_when_a_mock_is_dropped() {
    let mock = Mock::start(Script::default());
    let address = mock.address();
    assert_eq!(get(&mock, "/v1/models").status, 200);
    drop(mock);
    assert!(std::net::TcpStream::connect(address).is_err());
}
