//! What a function may do: what LOAD granted, what the configuration allows, what the call permits.

use anyhow::Result;
use ferrite_tests::functions::{ask, load, load_as};
use ferrite_tests::{Client, FerriteServer};

use crate::start_with;

#[test]
fn without_write_a_function_reads_only() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    assert_eq!(ask(&mut client, "SET k v")?, "+OK\r\n");
    for options in [&[][..], &["PERMISSIONS", "READ"]] {
        load_as(&mut client, "f", "execute", &[&["REPLACE"], options].concat())?;
        assert_eq!(ask(&mut client, "WASM.CALL f ARGS GET k")?, "$1\r\nv\r\n");
        for write in ["SET k x", "DEL k", "FLUSHALL", "INCR n", "GETDEL k", "EXPIRE k 1"] {
            let reply = ask(&mut client, &format!("WASM.CALL f ARGS {write}"))?;
            assert!(reply.starts_with('-'), "{write}: {reply}");
        }
        assert_eq!(ask(&mut client, "GET k")?, "$1\r\nv\r\n");
    }
    Ok(())
}

#[test]
fn write_includes_read_and_a_read_only_call_refuses_it() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "execute", &["PERMISSIONS", "WRITE"])?;
    assert_eq!(ask(&mut client, "WASM.CALL execute ARGS SET k v")?, "+OK\r\n");
    for call in ["WASM.CALL_RO execute ARGS", "FCALL_RO execute 0"] {
        assert_eq!(ask(&mut client, &format!("{call} GET k"))?, "$1\r\nv\r\n");
        let reply = ask(&mut client, &format!("{call} SET k x"))?;
        assert!(reply.starts_with('-'), "{reply}");
    }
    assert_eq!(ask(&mut client, "FCALL execute 0 APPEND k w")?, ":2\r\n");
    assert_eq!(ask(&mut client, "GET k")?, "$2\r\nvw\r\n");
    Ok(())
}

#[test]
fn a_function_without_any_permission_sees_no_key() -> Result<()> {
    let (server, _folder) = start_with("[wasm.security]\ndefault_permissions = \"none\"\n")?;
    let mut client = server.connect()?;
    assert_eq!(ask(&mut client, "SET k v")?, "+OK\r\n");
    load(&mut client, "execute", &[])?;
    load(&mut client, "get", &[])?;
    load(&mut client, "echo", &[])?;
    for call in ["WASM.CALL execute ARGS GET k", "WASM.CALL get KEYS k"] {
        let reply = ask(&mut client, call)?;
        assert!(reply.starts_with('-') && !reply.contains("trap"), "{reply}");
    }
    assert_eq!(ask(&mut client, "WASM.CALL echo")?, "*2\r\n*0\r\n*0\r\n");
    Ok(())
}

#[test]
fn what_the_configuration_forbids_cannot_be_granted() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    for (permission, setting) in [("NETWORK", "allow_network"), ("FILESYSTEM", "allow_filesystem"), ("ADMIN", "ADMIN")]
    {
        let reply = load_as(&mut client, "f", "empty", &["PERMISSIONS", "READ", permission])?;
        assert!(reply.starts_with("-ERR wasm: cannot load 'f'") && reply.contains(setting), "{reply}");
    }
    let (server, _folder) = start_with("[wasm.security]\nallow_network = true\n")?;
    let mut client = server.connect()?;
    load(&mut client, "empty", &["PERMISSIONS", "READ", "NETWORK"])?;
    let info = ask(&mut client, "WASM.INFO empty")?;
    assert!(info.contains("$12\r\nREAD NETWORK\r\n"), "{info}");
    Ok(())
}

#[test]
fn functions_can_be_switched_off() -> Result<()> {
    let (server, _folder) = start_with("[wasm]\nenabled = false\n")?;
    let mut client = server.connect()?;
    for line in ["WASM.LOAD f g", "WASM.CALL f", "FCALL f 0", "WASM.LIST", "WASM.STATS", "WASM.KILL", "WASM.INFO f"] {
        assert_eq!(
            ask(&mut client, line)?,
            "-ERR wasm: functions are switched off here ([wasm] enabled = false)\r\n",
            "{line}"
        );
    }
    Ok(())
}

/// A server with some keys, and `execute` and `get` loaded with these options.
fn narrowed(options: &[&str]) -> Result<(FerriteServer, Client)> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    for line in ["SET user:1 ann", "SET cache:1 warm", "SET other 1", "RPUSH user:list 3 1 2", "SET weight_1 5"] {
        assert!(!ask(&mut client, line)?.starts_with('-'), "{line}");
    }
    load(&mut client, "execute", options)?;
    load(&mut client, "get", options)?;
    Ok((server, client))
}

#[test]
fn a_narrowed_function_touches_only_the_keys_that_it_was_granted() -> Result<()> {
    let (_server, mut client) = narrowed(&["PERMISSIONS", "READ=user:*", "WRITE=cache:*"])?;
    let info = ask(&mut client, "WASM.INFO execute")?;
    assert!(info.contains("READ=user:* WRITE=cache:*"), "{info}");
    for allowed in [
        "GET user:1",
        "GET cache:1",
        "SET cache:2 x",
        "MGET user:1 cache:1",
        "COPY user:1 cache:3",
        "LRANGE user:list 0 -1",
        "SORT user:list",
        "SORT user:list STORE cache:l",
        "ZUNIONSTORE cache:z 1 cache:none",
        "PING",
        "ECHO other",
        "TIME",
        "RENAME cache:2 cache:4",
        "OBJECT ENCODING user:1",
        "BITOP NOT cache:b user:1",
        "DEL cache:b cache:4",
    ] {
        let reply = ask(&mut client, &format!("WASM.CALL execute ARGS {allowed}"))?;
        assert!(!reply.starts_with('-'), "{allowed}: {reply}");
    }
    for (refused, part) in [
        ("GET other", "'other'"),
        ("SET user:1 x", "'user:1'"),
        ("MGET user:1 other", "'other'"),
        ("COPY cache:1 user:2", "'user:2'"),
        ("COPY other cache:9", "'other'"),
        ("DEL cache:1 user:1", "'user:1'"),
        ("SORT user:list STORE user:l", "'user:l'"),
        ("SORT user:list BY weight_*", "SORT with a pattern"),
        ("SORT user:list BY nosort GET weight_*", "SORT with a pattern"),
        ("KEYS *", "'KEYS'"),
        ("SCAN 0", "'SCAN'"),
        ("RANDOMKEY", "'RANDOMKEY'"),
        ("DBSIZE", "'DBSIZE'"),
        ("FLUSHALL", "'FLUSHALL'"),
        ("FLUSHDB ASYNC", "'FLUSHDB'"),
        ("RENAME cache:1 user:9", "'user:9'"),
        ("RENAME user:1 cache:9", "'user:1'"),
        ("GETDEL user:1", "'user:1'"),
        ("GEORADIUS user:g 0 0 1 m STORE user:h", "'user:h'"),
        ("ZUNIONSTORE cache:z 2 cache:a other", "'other'"),
        ("XREAD STREAMS user:x other 0 0", "'other'"),
        ("SMOVE cache:s user:s m", "'user:s'"),
        ("OBJECT FREQ other", "'other'"),
        ("BITOP NOT user:b user:1", "'user:b'"),
        ("LMPOP 1 user:list LEFT", "'user:list'"),
        ("SWAPDB 0 1", "'SWAPDB'"),
    ] {
        let reply = ask(&mut client, &format!("WASM.CALL execute ARGS {refused}"))?;
        assert!(reply.starts_with('-') && reply.contains(part), "{refused}: {reply}");
        assert!(reply.contains("function 'execute'"), "it names the function, {refused}: {reply}");
    }
    assert_eq!(ask(&mut client, "WASM.CALL get KEYS user:1")?, "$3\r\nann\r\n");
    let reply = ask(&mut client, "WASM.CALL get KEYS other")?;
    assert!(reply.starts_with('-') && !reply.contains("trap"), "{reply}");
    assert_eq!(ask(&mut client, "GET user:1")?, "$3\r\nann\r\n");
    Ok(())
}

#[test]
fn reading_all_and_writing_some_leaves_the_commands_that_read_all() -> Result<()> {
    let (_server, mut client) = narrowed(&["PERMISSIONS", "READ", "WRITE=cache:*"])?;
    for allowed in ["KEYS *", "SCAN 0", "DBSIZE", "GET other", "SORT user:list BY weight_*"] {
        let reply = ask(&mut client, &format!("WASM.CALL execute ARGS {allowed}"))?;
        assert!(!reply.starts_with('-'), "{allowed}: {reply}");
    }
    let reply = ask(&mut client, "WASM.CALL execute ARGS FLUSHALL")?;
    assert!(reply.starts_with("-ERR wasm:") || reply.contains("'FLUSHALL'"), "{reply}");
    Ok(())
}

#[test]
fn strict_keys_refuse_what_the_call_did_not_declare() -> Result<()> {
    let (_server, mut client) = narrowed(&["PERMISSIONS", "WRITE", "STRICT_KEYS"])?;
    assert_eq!(ask(&mut client, "WASM.CALL execute KEYS user:1 ARGS GET user:1")?, "$3\r\nann\r\n");
    assert_eq!(ask(&mut client, "FCALL execute 1 user:1 SET user:1 bob")?, "+OK\r\n");
    for refused in ["GET other", "SET other x", "KEYS *", "FLUSHALL"] {
        let reply = ask(&mut client, &format!("WASM.CALL execute KEYS user:1 ARGS {refused}"))?;
        assert!(reply.starts_with('-') && reply.contains("STRICT_KEYS"), "{refused}: {reply}");
    }
    let (server, _folder) = start_with("[wasm.security]\nstrict_keys = true\n")?;
    let mut client = server.connect()?;
    load(&mut client, "execute", &[])?;
    let reply = ask(&mut client, "WASM.CALL execute ARGS GET k")?;
    assert!(reply.contains("STRICT_KEYS"), "the setting is for all: {reply}");
    Ok(())
}

#[test]
fn a_function_that_calls_another_lends_it_no_more_than_it_has() -> Result<()> {
    let (_server, mut client) = narrowed(&["PERMISSIONS", "READ=user:*", "WRITE=cache:*"])?;
    load_as(&mut client, "open", "execute", &["PERMISSIONS", "WRITE"])?;
    assert_eq!(ask(&mut client, "WASM.CALL open ARGS GET other")?, "$1\r\n1\r\n");
    for refused in ["GET other", "SET user:1 x", "KEYS *"] {
        let reply = ask(&mut client, &format!("WASM.CALL execute ARGS WASM.CALL open ARGS {refused}"))?;
        assert!(reply.starts_with('-'), "{refused}: {reply}");
        let reply = ask(&mut client, &format!("WASM.CALL open ARGS WASM.CALL execute ARGS {refused}"))?;
        assert!(reply.starts_with('-'), "{refused}: {reply}");
    }
    assert_eq!(ask(&mut client, "WASM.CALL execute ARGS WASM.CALL open ARGS SET cache:1 hot")?, "+OK\r\n");
    Ok(())
}

#[test]
fn patterns_are_those_of_redis_and_bad_ones_are_refused_by_load() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    let (patterns, keys) =
        (["h?llo", "h*o", "h[ae]llo", "h[^e]llo", "h[a-b]llo", "*", "\\*"], ["hello", "hallo", "heeello", "*"]);
    for key in keys {
        assert_eq!(ask(&mut client, &format!("SET {key} 1"))?, "+OK\r\n");
    }
    for pattern in patterns {
        load_as(&mut client, "f", "execute", &["REPLACE", "PERMISSIONS", &format!("READ={pattern}")])?;
        let found = ask(&mut client, &format!("KEYS {pattern}"))?;
        for key in keys {
            let is_open = !ask(&mut client, &format!("WASM.CALL f ARGS GET {key}"))?.starts_with('-');
            assert_eq!(is_open, found.contains(&format!("\r\n{key}\r\n")), "{pattern} {key}");
        }
    }
    for word in ["READ=", "WRITE=", "ADMIN=x"] {
        let reply = load_as(&mut client, "g", "execute", &["PERMISSIONS", word])?;
        assert!(reply.starts_with("-ERR wasm: "), "{word}: {reply}");
    }
    Ok(())
}

#[test]
fn with_admin_a_function_runs_what_administrators_run_and_no_more() -> Result<()> {
    let (server, _folder) = start_with("[wasm.security]\nallow_admin = true\n")?;
    let mut client = server.connect()?;
    load_as(&mut client, "reader", "execute", &[])?;
    let reply = ask(&mut client, "WASM.CALL reader ARGS CONFIG GET maxmemory")?;
    assert!(reply.contains("'config|get' is not allowed from functions"), "{reply}");

    // ADMIN alone opens no key.
    load_as(&mut client, "f", "execute", &["PERMISSIONS", "ADMIN"])?;
    assert!(ask(&mut client, "WASM.INFO f")?.contains("ADMIN"));
    assert_eq!(ask(&mut client, "WASM.CALL f ARGS CONFIG SET maxmemory 123mb")?, "+OK\r\n");
    assert!(ask(&mut client, "CONFIG GET maxmemory")?.contains("128974848"));
    assert!(ask(&mut client, "WASM.CALL f ARGS CLIENT LIST")?.contains("cmd=wasm.call"));
    assert_eq!(ask(&mut client, "WASM.CALL f ARGS SLOWLOG RESET")?, "+OK\r\n");
    let reply = ask(&mut client, "WASM.CALL f ARGS GET k")?;
    assert!(reply.contains("loaded without PERMISSIONS READ"), "{reply}");
    let reply = ask(&mut client, "WASM.CALL f ARGS CONFIG SET maxmemory")?;
    assert_eq!(reply, "-ERR wrong number of arguments for 'config|set' command\r\n");
    for refused in ["SAVE", "BGSAVE", "SHUTDOWN NOSAVE", "MONITOR", "DEBUG SLEEP 0", "WASM.UNLOAD f"] {
        let reply = ask(&mut client, &format!("WASM.CALL f ARGS {refused}"))?;
        assert!(reply.starts_with('-'), "{refused}: {reply}");
    }
    // A call that only reads changes no setting.
    let reply = ask(&mut client, "WASM.CALL_RO f ARGS CONFIG SET maxmemory 0")?;
    assert!(reply.starts_with('-'), "{reply}");
    assert!(ask(&mut client, "CONFIG GET maxmemory")?.contains("128974848"));

    // What it ends is ended.
    let mut other = server.connect()?;
    let id = ask(&mut other, "CLIENT ID")?;
    let kill = format!("WASM.CALL f ARGS CLIENT KILL ID {}", id.trim_start_matches(':').trim_end());
    assert_eq!(ask(&mut client, &kill)?, ":1\r\n");
    assert!(ask(&mut other, "PING").is_err(), "its connection is closed");
    Ok(())
}
