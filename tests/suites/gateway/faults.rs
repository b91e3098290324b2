//! What clients send and upstreams do that they should not.

use std::io::{Read, Write};
use std::time::Duration;

use anyhow::Result;
use ferrite_mock_openai::{End, Mock, Script};
use ferrite_tests::http::{ask, connect};

use crate::host::Gateway;

/// Short times, and no second attempt unless a test wants one.
const IMPATIENT: &str = "first_byte_timeout_ms = 500\nbetween_bytes_timeout_ms = 500\n";

fn impatient() -> Result<Gateway> {
    Gateway::start(IMPATIENT)
}

/// A request for a chat that says its body has so many bytes, and what of it is sent at once.
fn raw(length: usize, body: &str) -> Vec<u8> {
    format!(
        "POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// The error's code and message.
fn error(body: &str) -> (String, String) {
    let body: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    let field = |name: &str| body["error"][name].as_str().unwrap_or_default().to_owned();
    (field("type"), field("message"))
}

#[test]
fn what_is_no_request_is_refused_in_openais_shape() -> Result<()> {
    let gateway = impatient()?;
    for (path, body, status) in [
        ("/v1/chat/completions", &b"{not json"[..], 400),
        ("/v1/chat/completions", b"[]", 400),
        ("/v1/chat/completions", br#"{"messages": []}"#, 400),
        ("/v1/nothing", b"{}", 404),
    ] {
        let answer = gateway.post(path, &[], body)?;
        assert_eq!(answer.status, status, "{path} {}", answer.text());
        let (kind, message) = error(&answer.text());
        assert!(!kind.is_empty() && !message.is_empty(), "{}", answer.text());
    }
    assert_eq!(ask(gateway.address, "DELETE", "/v1/chat/completions", &[], b"")?.status, 405);
    assert_eq!(gateway.mock.total(), 0, "nothing of it went upstream");
    Ok(())
}

#[test]
fn a_hundred_megabytes_are_refused_and_not_held() -> Result<()> {
    let gateway = impatient()?;
    let mut stream = connect(gateway.address)?;
    stream.write_all(&raw(100 << 20, ""))?;
    let piece = vec![b' '; 1 << 20];
    for _ in 0..100 {
        // It may have answered and hung up long before.
        if stream.write_all(&piece).is_err() {
            break;
        }
    }
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let text = String::from_utf8_lossy(&answer);
    assert!(answer.is_empty() || text.starts_with("HTTP/1.1 413"), "{text}");
    assert_eq!(gateway.chat("Are you well?")?.status, 200);
    Ok(())
}

#[test]
fn an_unknown_model_and_an_unknown_key_are_told_so() -> Result<()> {
    let mock = Mock::start(Script::default());
    let config = format!(
        "[[models]]\nname = \"small\"\n[[models.deployments]]\nprovider = \"openai\"\nbase_url = \"{}/v1\"\n[[keys]]\nname = \"ada\"\nkey = \"sk-ada\"\n",
        mock.url()
    );
    let gateway = Gateway::configured(mock, &config, &[])?;
    assert_eq!(gateway.chat("Hello")?.status, 401);
    assert_eq!(gateway.chat_with("Hello", "", &[("Authorization", "Bearer sk-eve")])?.status, 401);
    let answer = gateway.chat_with("Hello", "", &[("Authorization", "Bearer sk-ada")])?;
    assert_eq!(answer.status, 404, "{}", answer.text());
    assert!(error(&answer.text()).1.contains("gpt-4o"), "{}", answer.text());
    Ok(())
}

#[test]
fn each_fault_of_an_upstream_has_its_answer() -> Result<()> {
    for (fault, statuses) in [
        ("fault = \"reset\"", &[502][..]),
        ("fault = \"close\"", &[502]),
        ("fault = \"stall\"", &[504]),
        ("fault = \"garbage\"", &[502]),
        ("fault = \"endless\"", &[502]),
        ("fault = \"cut\", after-bytes = 40", &[502]),
        ("status = 500", &[500, 502]),
        ("status = 503", &[503, 502]),
        ("status = 429, headers = { retry-after = \"1\" }", &[429]),
        ("status = 400", &[400]),
    ] {
        let gateway = Gateway::start(&format!("{IMPATIENT}total_timeout_ms = 3000\n"))?;
        gateway.script(&format!("[[rule]]\nthen = {{ {fault} }}"))?;
        let answer = gateway.chat("Hello")?;
        assert!(statuses.contains(&answer.status), "{fault}: {} {}", answer.status, answer.text());
        assert!(!error(&answer.text()).1.is_empty(), "{fault}: {}", answer.text());
        gateway.script("")?;
        assert_eq!(gateway.chat("Hello again")?.status, 200, "after {fault}");
    }
    Ok(())
}

#[test]
fn a_stream_that_breaks_behind_its_first_content_says_so_and_is_reset() -> Result<()> {
    for fault in ["half-event", "reset", "stall", "no-done"] {
        let gateway = impatient()?;
        gateway.script(&format!("[[rule]]\nthen = {{ tokens = 20, fault = \"{fault}\", after-chunks = 5 }}"))?;
        let mut stream = connect(gateway.address)?;
        let body = r#"{"model": "gpt-4o", "stream": true, "messages": [{"role": "user", "content": "Hello"}]}"#;
        stream.write_all(&raw(body.len(), body))?;
        let mut received = Vec::new();
        let mut piece = [0; 4096];
        while let Ok(count @ 1..) = stream.read(&mut piece) {
            received.extend_from_slice(piece.get(..count).unwrap_or_default());
            if received.ends_with(b"0\r\n\r\n") {
                break;
            }
        }
        let text = String::from_utf8_lossy(&received);
        assert!(text.starts_with("HTTP/1.1 200"), "{fault}: {text}");
        if fault != "no-done" {
            assert!(text.contains("\"error\"") && !text.contains("[DONE]"), "{fault}: {text}");
            assert!(!received.ends_with(b"0\r\n\r\n"), "{fault}: it looks whole: {text}");
        }
    }
    Ok(())
}

#[test]
fn a_client_that_leaves_cancels_its_upstream() -> Result<()> {
    let gateway = Gateway::start("")?;
    gateway.script("[[rule]]\nthen = { tokens = 100000, between-chunks = \"5ms\" }")?;
    let mut stream = connect(gateway.address)?;
    let body = r#"{"model": "gpt-4o", "stream": true, "messages": [{"role": "user", "content": "Hello"}]}"#;
    stream.write_all(&raw(body.len(), body))?;
    let mut piece = [0; 512];
    assert!(stream.read(&mut piece)? > 0);
    drop(stream);
    let ended =
        |requests: &[ferrite_mock_openai::Request]| requests.iter().any(|request| request.end == End::Cancelled);
    gateway.mock.wait_for(ended);
    Ok(())
}

#[test]
fn two_hundred_that_wait_for_a_stalled_upstream_hold_nobody_up() -> Result<()> {
    let gateway = Gateway::start("first_byte_timeout_ms = 20000\n")?;
    gateway.script("[[rule]]\nwhen = { model = \"stalled\" }\nthen = { fault = \"stall\" }")?;
    let mut waiting = Vec::new();
    for number in 0..200 {
        let mut stream = connect(gateway.address)?;
        let body = format!(r#"{{"model": "stalled", "messages": [{{"role": "user", "content": "{number}"}}]}}"#);
        stream.write_all(&raw(body.len(), &body))?;
        waiting.push(stream);
    }
    for _ in 0..50 {
        assert_eq!(gateway.chat("And me?")?.status, 200);
    }
    drop(waiting);
    let all_ended = |requests: &[ferrite_mock_openai::Request]| requests.iter().all(|request| request.end != End::Open);
    // Their upstream calls are cancelled.
    gateway.mock.wait_for(all_ended);
    Ok(())
}

#[test]
fn the_second_of_two_providers_answers_when_the_first_is_down() -> Result<()> {
    let (down, up) = (Mock::start("[[rule]]\nthen = { fault = \"reset\" }".parse()?), Mock::start(Script::default()));
    let config = format!(
        "[[models]]\nname = \"*\"\nstrategy = \"priority\"\n\
         [[models.deployments]]\nprovider = \"openai\"\nbase_url = \"{}/v1\"\npriority = 0\n\
         [[models.deployments]]\nprovider = \"openai\"\nbase_url = \"{}/v1\"\npriority = 1\n",
        down.url(),
        up.url()
    );
    let gateway = Gateway::configured(up, &config, &[])?;
    for number in 0..20 {
        assert_eq!(gateway.chat(&format!("Hello {number}"))?.status, 200);
    }
    assert_eq!(gateway.mock.total(), 20);
    assert!(down.total() < 20, "it is left alone after some failures, but was asked {} times", down.total());
    Ok(())
}

#[test]
fn a_slow_first_token_falls_back_and_a_flapping_provider_is_hidden() -> Result<()> {
    let gateway = Gateway::start("first_byte_timeout_ms = 300\n")?;
    gateway.script("[[rule]]\nwhen = { nth = 1 }\nthen = { first-chunk = \"30s\" }")?;
    let answer = gateway.chat_with("Hello", "\"stream\": true", &[])?;
    assert!(answer.status == 200 && answer.text().contains("[DONE]"), "{}", answer.text());
    gateway.script("[[rule]]\nthen = { pattern = \"500, ok\" }")?;
    for number in 0..10 {
        assert_eq!(gateway.chat(&format!("Flap {number}"))?.status, 200);
    }
    Ok(())
}

#[test]
fn its_process_is_there_all_the_time_and_ends_when_told() -> Result<()> {
    let gateway = impatient()?;
    assert_eq!(gateway.get("/healthz")?.status, 200);
    assert_eq!(gateway.get("/readyz")?.status, 200);
    assert!(gateway.get("/metrics")?.text().contains("# TYPE"));
    // SAFETY: the call takes numbers only.
    unsafe { libc::kill(libc::pid_t::try_from(gateway.pid())?, libc::SIGTERM) };
    let ended = std::time::Instant::now() + Duration::from_secs(30);
    while gateway.get("/healthz").is_ok() {
        assert!(std::time::Instant::now() < ended, "it still answers");
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}
