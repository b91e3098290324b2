//! Calls and MULTI/EXEC: a call is all or nothing, also among others.

use anyhow::Result;
use ferrite_tests::FerriteServer;
use ferrite_tests::functions::{ask, load};

#[test]
fn a_failing_function_undoes_its_own_writes_and_exec_goes_on() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "evil", &["PERMISSIONS", "WRITE"])?;
    load(&mut client, "execute", &["PERMISSIONS", "WRITE"])?;
    assert_eq!(ask(&mut client, "SET k before")?, "+OK\r\n");
    assert_eq!(ask(&mut client, "MULTI")?, "+OK\r\n");
    for line in [
        "SET a 1",
        "WASM.CALL evil KEYS k ARGS write-error",
        "WASM.CALL execute ARGS SET b 2",
        "FCALL evil 1 a write-panic",
        "WASM.CALL missing",
        "INCR a",
    ] {
        assert_eq!(ask(&mut client, line)?, "+QUEUED\r\n", "{line}");
    }
    let reply = ask(&mut client, "EXEC")?;
    let lines: Vec<&str> = reply.trim_end().split("\r\n").collect();
    assert_eq!(lines.len(), 7, "{reply}");
    assert_eq!(lines[..2], ["*6", "+OK"], "{reply}");
    assert_eq!(lines[2], "-EVIL on purpose");
    assert_eq!(lines[3], "+OK");
    assert!(lines[4].starts_with("-ERR wasm: panic: "), "{reply}");
    assert_eq!(lines[5..], ["-ERR wasm: there is no function 'missing'", ":2"]);
    for (key, value) in [("k", "before"), ("a", "2"), ("b", "2")] {
        assert_eq!(ask(&mut client, &format!("GET {key}"))?, format!("${}\r\n{value}\r\n", value.len()), "{key}");
    }
    Ok(())
}

#[test]
fn loading_is_refused_in_multi_and_spoils_it() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    assert_eq!(ask(&mut client, "MULTI")?, "+OK\r\n");
    for line in ["WASM.LOAD f g", "WASM.UNLOAD f"] {
        let reply = ask(&mut client, line)?;
        assert!(reply.starts_with("-ERR Command not allowed inside a transaction"), "{reply}");
    }
    let reply = ask(&mut client, "EXEC")?;
    assert!(reply.starts_with("-EXECABORT"), "{reply}");
    Ok(())
}

#[test]
fn a_write_of_a_function_is_seen_by_watch() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    let mut other = server.connect()?;
    load(&mut client, "execute", &["PERMISSIONS", "WRITE"])?;
    assert_eq!(ask(&mut client, "WATCH k")?, "+OK\r\n");
    assert_eq!(ask(&mut other, "WASM.CALL execute ARGS SET k v")?, "+OK\r\n");
    assert_eq!(ask(&mut client, "MULTI")?, "+OK\r\n");
    assert_eq!(ask(&mut client, "PING")?, "+QUEUED\r\n");
    assert_eq!(ask(&mut client, "EXEC")?, "*-1\r\n");
    Ok(())
}
