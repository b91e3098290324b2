//! WASM.INFO, WASM.LIST, WASM.STATS, and the rows that COMMAND shows.

use std::collections::BTreeMap;

use anyhow::Result;
use ferrite_tests::FerriteServer;
use ferrite_tests::functions::{ask, load};

/// The leaves of a flat array of names and values.
fn fields(reply: &str) -> BTreeMap<String, String> {
    let mut leaves = reply.split("\r\n").filter(|line| !line.starts_with(['*', '$']));
    let mut fields = BTreeMap::new();
    while let (Some(name), Some(value)) = (leaves.next(), leaves.next()) {
        // The value of `error_count` is a map of its own, whose first name stands here.
        if name == "error_count" {
            fields.insert(value.to_owned(), leaves.next().unwrap_or_default().to_owned());
        } else {
            fields.insert(name.to_owned(), value.to_owned());
        }
    }
    fields
}

#[test]
fn info_tells_what_a_function_is_and_what_it_did() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    let options = ["PERMISSIONS", "WRITE", "FUEL", "70000", "MEMORY", "8388608", "TIMEOUT", "900"];
    load(&mut client, "evil", &options)?;
    let before = fields(&ask(&mut client, "WASM.INFO evil")?);
    let module = ferrite_build::guest("evil")?.bytes;
    for (name, value) in [
        ("name", "evil"),
        ("permissions", "READ WRITE"),
        ("isolation", "pooled"),
        ("max_fuel", ":70000"),
        ("max_memory", ":8388608"),
        ("max_duration_ms", ":900"),
        ("call_count", ":0"),
        ("fuel_used", ":0"),
        ("fuel", ":0"),
        ("size", &format!(":{}", module.len())),
    ] {
        assert_eq!(before.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert_eq!(before.get("digest").map(String::len), Some(64));

    ask(&mut client, "WASM.CALL evil ARGS loop")?;
    ask(&mut client, "WASM.CALL evil ARGS no-such-misdeed")?;
    ask(&mut client, "WASM.CALL evil KEYS k ARGS write-panic")?;
    let after = fields(&ask(&mut client, "WASM.INFO evil")?);
    for (name, value) in [("call_count", ":3"), ("fuel", ":1"), ("returned", ":1"), ("panic", ":1"), ("killed", ":0")] {
        assert_eq!(after.get(name).map(String::as_str), Some(value), "{name}");
    }
    let used = after.get("fuel_used").and_then(|used| used.strip_prefix(':')).map(str::parse::<u64>);
    assert!(matches!(used, Some(Ok(70_001..=210_000))), "{used:?}");
    assert_eq!(ask(&mut client, "WASM.INFO missing")?, "-ERR wasm: there is no function 'missing'\r\n");
    Ok(())
}

#[test]
fn list_and_stats_cover_all_functions() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    assert_eq!(ask(&mut client, "WASM.LIST")?, "*0\r\n");
    load(&mut client, "empty", &[])?;
    load(&mut client, "echo", &[])?;
    assert_eq!(ask(&mut client, "WASM.LIST")?, "*2\r\n$4\r\necho\r\n$5\r\nempty\r\n");
    for _ in 0..3 {
        ask(&mut client, "WASM.CALL empty")?;
    }
    let list = ask(&mut client, "WASM.LIST WITHSTATS")?;
    assert!(list.contains("$5\r\nempty\r\n") && list.contains("$10\r\ncall_count\r\n:3\r\n"), "{list}");
    let reply = ask(&mut client, "WASM.LIST EVERYTHING")?;
    assert!(reply.starts_with("-ERR syntax error: expected WITHSTATS"), "{reply}");

    ask(&mut client, "WASM.UNLOAD empty")?;
    let stats = fields(&ask(&mut client, "WASM.STATS")?);
    assert_eq!(stats.get("functions").map(String::as_str), Some(":1"));
    assert_eq!(stats.get("call_count").map(String::as_str), Some(":3"), "calls of unloaded functions count");
    Ok(())
}

#[test]
fn command_knows_the_rows() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    for (line, keys) in
        [("WASM.CALL f KEYS a b ARGS c", "*2\r\n$1\r\na\r\n$1\r\nb\r\n"), ("FCALL f 1 a b", "*1\r\n$1\r\na\r\n")]
    {
        assert_eq!(ask(&mut client, &format!("COMMAND GETKEYS {line}"))?, keys, "{line}");
    }
    for (name, flag) in [("wasm.load", "admin"), ("wasm.kill", "allow_busy"), ("wasm.call_ro", "readonly")] {
        let row = ask(&mut client, &format!("COMMAND INFO {name}"))?;
        assert!(row.contains(flag), "{row}");
    }
    Ok(())
}
