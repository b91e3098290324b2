//! Components that were built for WASI, as most toolchains build them: they load without a grant, what their runtime
//! asks for is there, and what leads out of the sandbox is refused where it is used.

use anyhow::{Context as _, Result};
use ferrite_tests::functions::{ask, load, load_bytes};
use ferrite_tests::{Client, FerriteServer};

fn start(options: &[&str]) -> Result<(FerriteServer, Client)> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "wasi", options)?;
    Ok((server, client))
}

#[test]
fn the_standard_library_finds_an_empty_world_and_a_clock() -> Result<()> {
    let (_server, mut client) = start(&[])?;
    for (deed, reply) in [("environment", "*2\r\n:0\r\n:0\r\n"), ("stdin", "$0\r\n\r\n"), ("sleep", "+OK\r\n")] {
        assert_eq!(ask(&mut client, &format!("WASM.CALL wasi ARGS {deed}"))?, reply, "{deed}");
    }
    let time = ask(&mut client, "WASM.CALL wasi ARGS time")?;
    let seconds: u64 = time.split("\r\n").nth(1).context("no seconds")?.trim_start_matches(':').parse()?;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs();
    assert!(now.abs_diff(seconds) < 600, "{time}");
    assert!(time.ends_with("\r\n:0\r\n"), "time stands still in a call: {time}");
    Ok(())
}

#[test]
fn hashes_are_seeded_at_random() -> Result<()> {
    let (_server, mut client) = start(&["ISOLATION", "FRESH"])?;
    let first = ask(&mut client, "WASM.CALL wasi ARGS hash")?;
    assert!(first.starts_with("*2\r\n:3\r\n"), "{first}");
    assert_ne!(first, ask(&mut client, "WASM.CALL wasi ARGS hash")?);
    Ok(())
}

#[test]
fn output_goes_to_the_log_under_the_name_of_the_function() -> Result<()> {
    let (server, mut client) = start(&[])?;
    assert_eq!(ask(&mut client, "WASM.CALL wasi ARGS print")?, "+OK\r\n");
    let log = server.log();
    for line in ["printed to stdout", "printed to stderr", "printed without an end"] {
        let line = log.lines().find(|logged| logged.contains(line)).with_context(|| format!("{line}: {log}"))?;
        assert!(line.contains("wasi"), "{line}");
    }
    Ok(())
}

#[test]
fn files_and_sockets_are_refused_where_they_are_used() -> Result<()> {
    let (server, mut client) = start(&["PERMISSIONS", "WRITE"])?;
    let connect = format!("connect {}", server.address().port());
    for deed in ["file", "write-file", connect.as_str(), "resolve"] {
        let reply = ask(&mut client, &format!("WASM.CALL wasi ARGS {deed}"))?;
        assert!(reply.starts_with("-ERR ") && !reply.contains("wasm:"), "an error that it can handle, {deed}: {reply}");
    }
    Ok(())
}

#[test]
fn a_panic_and_an_exit_arrive_with_what_was_said() -> Result<()> {
    let (_server, mut client) = start(&[])?;
    let panic = ask(&mut client, "WASM.CALL wasi ARGS panic")?;
    assert!(panic.starts_with("-ERR wasm: panic: ") && panic.contains("said on standard error"), "{panic}");
    for status in [0, 1] {
        let exit = ask(&mut client, &format!("WASM.CALL wasi ARGS exit {status}"))?;
        assert_eq!(exit, format!("-ERR wasm: the function ended itself with exit status {status}: leaving\r\n"));
    }
    let info = ask(&mut client, "WASM.INFO wasi")?;
    assert!(info.contains("$4\r\nexit\r\n:2\r\n"), "{info}");
    Ok(())
}

#[test]
fn misuse_ends_with_a_limit_and_the_server_goes_on() -> Result<()> {
    for isolation in ["POOLED", "FRESH"] {
        let (server, mut client) = start(&["FUEL", "100000000", "ISOLATION", isolation])?;
        let before = server.log().len();
        for (deed, error) in [
            ("random", "-ERR wasm: fuel exhausted"),
            ("random 2000000", "-ERR wasm: trap: limit of 1048576 random bytes at once exceeded"),
            ("random-forever", "-ERR wasm: fuel exhausted"),
            ("print-forever", "-ERR wasm: fuel exhausted"),
            ("poll-forever", "-ERR wasm: fuel exhausted"),
            ("poll-many", "-ERR wasm: trap: limit of 1024 open WASI handles exceeded"),
            ("zeroes", "-ERR wasm: fuel exhausted"),
        ] {
            let reply = ask(&mut client, &format!("WASM.CALL wasi ARGS {deed}"))?;
            assert!(reply.starts_with(error), "{deed}: {reply}");
        }
        assert_eq!(ask(&mut client, "WASM.CALL wasi ARGS wait")?, "+OK\r\n");
        assert_eq!(ask(&mut client, "WASM.CALL wasi ARGS random 1000000")?, ":1000000\r\n");
        for _ in 0..3 {
            assert_eq!(ask(&mut client, "WASM.CALL wasi ARGS poll-many 900")?, ":900\r\n", "handles come back");
        }
        let log = server.log();
        assert!(log.len() - before < 64 << 10, "{} bytes were logged", log.len() - before);
        assert!(!log.lines().any(|line| line.starts_with("ERROR forged")), "a line was forged");
        assert_eq!(ask(&mut client, "PING")?, "+PONG\r\n");
    }
    Ok(())
}

#[test]
fn every_patch_version_is_the_same_and_others_are_refused() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    for (import, refusal) in [
        ("wasi:clocks/monotonic-clock@0.2.0", "exports nothing, but not `call`"),
        ("wasi:sockets/tcp@0.2.99", "exports nothing, but not `call`"),
        ("wasi:clocks/monotonic-clock@0.3.0", "this server offers WASI 0.2"),
        ("wasi:http/outgoing-handler@0.2.0", "NETWORK"),
        ("wasi:keyvalue/store@0.2.0", "it may not"),
    ] {
        let module = wat::parse_str(format!(r#"(component (import "{import}" (instance)))"#))?;
        let reply = load_bytes(&mut client, "f", &module, &[])?;
        assert!(reply.contains(refusal), "{import}: {reply}");
    }
    Ok(())
}
