//! What an operator sees of a function: WASM.STATS, WASM.LOG, /metrics.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result};
use ferrite_tests::FerriteServer;
use ferrite_tests::functions::{ask, load};
use ferrite_tests::server::free_address;

#[test]
fn the_figures_of_a_function_count_its_calls_and_what_they_used() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "execute", &["PERMISSIONS", "WRITE"])?;
    for _ in 0..3 {
        ask(&mut client, "WASM.CALL execute ARGS SET k v")?;
    }
    let stats = ask(&mut client, "WASM.STATS execute")?;
    assert!(stats.contains("call_count\r\n:3\r\n"), "{stats}");
    assert!(stats.contains("store_calls\r\n:3\r\n"), "{stats}");
    for field in ["cpu_time_us", "call_duration_us", "p99.9", "instances_made", "waits", "suspensions", "peak_memory"] {
        assert!(stats.contains(&format!("{field}\r\n")), "{field}: {stats}");
    }
    assert_eq!(ask(&mut client, "WASM.STATS nobody")?, "-ERR wasm: there is no function 'nobody'\r\n");
    assert!(ask(&mut client, "WASM.STATS a b")?.starts_with("-ERR syntax error"), "one name at most");
    Ok(())
}

#[test]
fn the_log_of_a_function_tells_why_calls_failed() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "evil", &["PERMISSIONS", "WRITE"])?;
    assert_eq!(ask(&mut client, "WASM.LOG evil")?, "*0\r\n");
    let reply = ask(&mut client, "WASM.CALL evil KEYS k l m n ARGS write-panic")?;
    assert!(reply.starts_with("-ERR wasm: panic: "), "{reply}");
    let log = ask(&mut client, "WASM.LOG evil")?;
    assert!(log.contains("failed\r\n") && log.contains("ERR wasm: panic: "), "{log}");
    ask(&mut client, "WASM.CALL evil ARGS loop")?;
    let last = ask(&mut client, "WASM.LOG evil COUNT 1")?;
    assert!(last.starts_with("*1\r\n") && last.contains("fuel exhausted"), "{last}");
    // What an older version said is still there after a new one was loaded.
    load(&mut client, "evil", &["REPLACE"])?;
    assert!(ask(&mut client, "WASM.LOG evil")?.contains("ERR wasm: panic: "));
    assert!(ask(&mut client, "WASM.LOG evil COUNT many")?.starts_with("-ERR wasm: COUNT 'many' is no number"));
    assert_eq!(ask(&mut client, "WASM.LOG nobody")?, "-ERR wasm: there is no function 'nobody'\r\n");
    Ok(())
}

/// The answer to a request of a line.
fn http(address: std::net::SocketAddr, request: &str) -> Result<String> {
    let mut stream = TcpStream::connect(address).context("the metrics' port")?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    stream.write_all(format!("{request} HTTP/1.1\r\nHost: ferrite\r\nConnection: close\r\n\r\n").as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[test]
fn the_metrics_are_those_of_the_server_and_of_each_function() -> Result<()> {
    let metrics = free_address()?;
    let server = FerriteServer::start(&["--metrics-address", &metrics.to_string()])?;
    let mut client = server.connect()?;
    load(&mut client, "echo", &[])?;
    ask(&mut client, "WASM.CALL echo ARGS a")?;
    ask(&mut client, "WASM.CALL echo ARGS a")?;
    let answer = http(metrics, "GET /metrics")?;
    let (head, body) = answer.split_once("\r\n\r\n").context("a head and a body")?;
    assert!(head.starts_with("HTTP/1.1 200") && head.contains("text/plain; version=0.0.4"), "{head}");
    for line in [
        "ferrite_connected_clients 1",
        "ferrite_function_calls_total{function=\"echo\"} 2",
        "ferrite_function_errors_total{function=\"echo\",kind=\"fuel\"} 0",
        "ferrite_function_call_duration_seconds_bucket{function=\"echo\",le=\"+Inf\"} 2",
        "ferrite_function_call_duration_seconds_count{function=\"echo\"} 2",
        "# TYPE ferrite_function_call_duration_seconds histogram",
    ] {
        assert!(body.lines().any(|found| found == line), "{line} is not in\n{body}");
    }
    assert!(http(metrics, "GET /")?.starts_with("HTTP/1.1 404"));
    assert!(http(metrics, "POST /metrics")?.starts_with("HTTP/1.1 405"));
    // Half a request holds nobody up.
    let mut half = TcpStream::connect(metrics)?;
    half.write_all(b"GET /met")?;
    assert!(http(metrics, "GET /metrics")?.starts_with("HTTP/1.1 200"));
    assert_eq!(ask(&mut client, "PING")?, "+PONG\r\n");
    Ok(())
}
