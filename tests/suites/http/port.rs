//! The server's port: its token, its sessions, its files, its limits.

use std::fs;
use std::io::{Read, Write};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use ferrite_tests::functions::load;
use ferrite_tests::{FerriteServer, free_address};

use crate::host::{Host, TOKEN};
use ferrite_tests::http::{ask, connect, exchange};

#[test]
fn a_token_is_made_and_shown_where_none_is_configured() -> Result<()> {
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let address = free_address()?;
        let server = FerriteServer::start(&["--http", &address.port().to_string(), "--loglevel", "warning"])?;
        let log = server.log();
        let line = log.lines().find(|line| line.contains("bearer token")).context("a line tells the token")?;
        assert!(line.contains(&format!("http://{address}/")), "{line}");
        let token = line.split("bearer token ").nth(1).and_then(|rest| rest.split(' ').next()).context("a token")?;
        assert!(token.len() == 64 && token.bytes().all(|byte| byte.is_ascii_hexdigit()), "{token}");
        let bearer = format!("Bearer {token}");
        let answer = ask(address, "POST", "/", &[("Authorization", &bearer)], br#"["PING"]"#)?;
        assert_eq!(answer.text(), r#"{"result":"PONG"}"#);
        tokens.push(token.to_owned());
    }
    assert_ne!(tokens.first(), tokens.last());
    Ok(())
}

#[test]
fn a_configured_token_is_never_shown() -> Result<()> {
    let host = Host::server(&[])?;
    assert_eq!(host.post("/", r#"["PING"]"#)?.0, 200);
    assert!(host.ferrite().log().contains("HTTP at http://") && !host.ferrite().log().contains(TOKEN));
    Ok(())
}

#[test]
fn what_is_written_by_http_is_read_by_resp_and_both_are_clients() -> Result<()> {
    let host = Host::server(&[])?;
    let mut client = host.ferrite().connect()?;
    host.post("/", r#"["SET", "k", "v"]"#)?;
    assert_eq!(client.command(&["GET", "k"])?, b"$1\r\nv\r\n");
    let list = host.post("/", r#"["CLIENT", "LIST"]"#)?.1;
    assert_eq!(list.matches(" addr=127.0.0.1:").count(), 2, "{list}");
    Ok(())
}

#[test]
fn the_token_stands_for_the_password() -> Result<()> {
    let host = Host::server(&["--requirepass", "pass word"])?;
    assert_eq!(host.post("/", r#"["SET", "k", "v"]"#)?.1, r#"{"result":"OK"}"#);
    assert_eq!(host.post("/", r#"["CONFIG", "SET", "requirepass", "other"]"#)?.0, 200);
    assert_eq!(host.post("/", r#"["GET", "k"]"#)?.1, r#"{"result":"v"}"#, "also for a new one");
    let mut client = host.ferrite().connect()?;
    assert!(client.command(&["GET", "k"])?.starts_with(b"-NOAUTH"));
    Ok(())
}

#[test]
fn functions_are_called_by_http() -> Result<()> {
    let host = Host::server(&[])?;
    load(&mut host.ferrite().connect()?, "echo", &[])?;
    assert_eq!(host.post("/", r#"["WASM.CALL", "echo", "ARGS", "a"]"#)?.1, r#"{"result":[[],["a"]]}"#);
    let (_, pipeline) = host.post("/pipeline", r#"[["WASM.CALL", "echo", "ARGS", "a"], ["PING"]]"#)?;
    assert_eq!(pipeline, r#"[{"result":[[],["a"]]},{"result":"PONG"}]"#);
    Ok(())
}

#[test]
fn a_function_that_runs_long_is_killed_by_http() -> Result<()> {
    let ceilings = "[wasm.ceilings]\nmax_fuel = 1000000000000\nmax_duration_ms = 3600000";
    let host = Host::server_with(&format!("token = {TOKEN:?}\n{ceilings}"), &[])?;
    let patient = ["PERMISSIONS", "WRITE", "FUEL", "1000000000000", "TIMEOUT", "3600000"];
    load(&mut host.ferrite().connect()?, "evil", &patient)?;
    std::thread::scope(|scope| -> Result<()> {
        let call = r#"["WASM.CALL", "evil", "KEYS", "k", "l", "m", "n", "ARGS", "write-loop"]"#;
        let running = scope.spawn(|| host.post("/", call));
        // It may not have begun when the first KILL comes.
        let deadline = Instant::now() + Duration::from_secs(60);
        while host.post("/", r#"["WASM.KILL"]"#)?.1 != r#"{"result":"OK"}"# {
            anyhow::ensure!(Instant::now() < deadline, "there was never anything to kill");
        }
        let (status, body) = running.join().expect("it does not panic")?;
        assert!(status == 400 && body.contains("killed"), "{body}");
        assert_eq!(host.post("/", r#"["DBSIZE"]"#)?.1, r#"{"result":0}"#, "and its writes are undone");
        Ok(())
    })
}

#[test]
fn a_blocking_command_waits_and_a_client_that_leaves_waits_no_more() -> Result<()> {
    let host = Host::server(&[])?;
    let mut client = host.ferrite().connect()?;
    let mut blocked = |count: &str| -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let info = client.command(&["INFO", "clients"])?;
            if String::from_utf8_lossy(&info).contains(&format!("blocked_clients:{count}\r\n")) {
                return Ok(());
            }
            anyhow::ensure!(Instant::now() < deadline, "never {count} clients were blocked");
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    std::thread::scope(|scope| -> Result<()> {
        let waiting = scope.spawn(|| host.post("/", r#"["BLPOP", "l", 0]"#));
        blocked("1")?;
        host.post("/", r#"["RPUSH", "l", "x"]"#)?;
        let popped = waiting.join().expect("it does not panic")?;
        assert_eq!(popped.1, r#"{"result":["l","x"]}"#);
        Ok(())
    })?;
    let mut stream = connect(host.address)?;
    write!(stream, "GET /blpop/l/0?_token={TOKEN} HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", host.address.port())?;
    blocked("1")?;
    drop(stream);
    blocked("0")
}

#[test]
fn files_of_the_folder_need_no_token_and_others_are_not_there() -> Result<()> {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("index.html"), "<h1>page</h1>")?;
    fs::write(folder.path().join("store.wasm"), b"\0asm")?;
    let root = folder.path().to_string_lossy().into_owned();
    let host = Host::server(&["--http-root", &root])?;
    let page = ask(host.address, "GET", "/", &[("Accept", "text/html")], b"")?;
    assert_eq!((page.status, page.text().as_str()), (200, "<h1>page</h1>"));
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    let module = ask(host.address, "GET", "/store.wasm", &[], b"")?;
    assert_eq!((module.header("content-type"), &module.body[..]), (Some("application/wasm"), &b"\0asm"[..]));
    let head = ask(host.address, "HEAD", "/index.html", &[], b"")?;
    assert_eq!((head.status, head.header("content-length"), head.body.len()), (200, Some("13"), 0));
    for target in ["/absent", "/../../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/get/index.html"] {
        assert_eq!(ask(host.address, "GET", target, &[], b"")?.status, 401, "{target}");
    }
    assert_eq!(ask(host.address, "GET", "/", &[("Host", "evil.example")], b"")?.status, 421, "files too");
    assert_eq!(host.post("/", r#"["PING"]"#)?.1, r#"{"result":"PONG"}"#);
    Ok(())
}

#[test]
fn headers_without_end_are_refused_and_others_served() -> Result<()> {
    let host = Host::server(&[])?;
    let huge = [b"GET / HTTP/1.1\r\nX: ", &vec![b'x'; 10 << 20][..], b"\r\n\r\n"].concat();
    if let Some(answer) = exchange(host.address, &huge)? {
        assert_eq!(answer.status, 431);
    }
    let long_path = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "x".repeat(1 << 20));
    if let Some(answer) = exchange(host.address, long_path.as_bytes())? {
        assert!(matches!(answer.status, 414 | 431), "{}", answer.status);
    }
    for garbage in [&b"\x16\x03\x01\0\0"[..], b"*1\r\n$4\r\nPING\r\n\r\n", b"GET\r\n\r\n"] {
        let answer = exchange(host.address, garbage)?;
        assert!(answer.is_none_or(|answer| answer.status == 400), "{}", garbage.escape_ascii());
    }
    assert_eq!(host.post("/", r#"["PING"]"#)?.1, r#"{"result":"PONG"}"#);
    Ok(())
}

#[test]
fn whoever_sends_half_a_request_is_closed_and_holds_nobody_up() -> Result<()> {
    let host = Host::server(&[])?;
    let mut half = connect(host.address)?;
    half.write_all(b"POST / HTTP/1.1\r\nHost: ")?;
    assert_eq!(host.post("/", r#"["PING"]"#)?.0, 200);
    let mut rest = Vec::new();
    half.read_to_end(&mut rest)?;
    Ok(())
}

#[test]
fn a_connection_carries_many_requests() -> Result<()> {
    let host = Host::server(&[])?;
    let mut stream = connect(host.address)?;
    let request = format!(
        "POST /incr/n HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: 0\r\n\r\n",
        host.address
    );
    for number in 1..=200 {
        stream.write_all(request.as_bytes())?;
        let expected = format!("{{\"result\":{number}}}");
        let mut received = Vec::new();
        while !received.ends_with(expected.as_bytes()) {
            let mut buffer = [0; 4096];
            let count = stream.read(&mut buffer)?;
            anyhow::ensure!(count > 0, "closed after {}", String::from_utf8_lossy(&received));
            received.extend_from_slice(buffer.get(..count).unwrap_or_default());
        }
    }
    drop(stream);
    let info = host.post("/", r#"["INFO", "clients"]"#)?.1;
    assert!(info.contains("connected_clients:1\\r\\n"), "no session is left behind: {info}");
    Ok(())
}

#[test]
fn a_server_in_use_by_http_stops_when_it_is_asked() -> Result<()> {
    let address = free_address()?;
    let mut server = FerriteServer::start(&["--http", &address.port().to_string()])?;
    let _idle = connect(address)?;
    assert!(server.connect()?.send(b"SHUTDOWN NOSAVE\r\n").is_ok());
    assert!(server.wait_for_exit(Duration::from_secs(60))?.success());
    Ok(())
}

#[test]
fn a_port_in_use_is_named() -> Result<()> {
    let taken = std::net::TcpListener::bind("127.0.0.1:0")?;
    let port = taken.local_addr()?.port();
    let error = FerriteServer::start(&["--http", &port.to_string()]).err().context("it cannot start")?.to_string();
    assert!(error.contains(&format!("127.0.0.1:{port}: another process already listens there")), "{error}");
    Ok(())
}
