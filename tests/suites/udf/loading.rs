//! WASM.LOAD and WASM.UNLOAD: a component becomes a function whole or not at all.

use anyhow::Result;
use ferrite_tests::FerriteServer;
use ferrite_tests::functions::{ask, load, load_as, load_bytes};

use crate::PATIENCE;

#[test]
fn a_function_is_loaded_called_and_unloaded() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "empty", &[])?;
    assert_eq!(ask(&mut client, "WASM.CALL empty")?, ":1\r\n");
    assert_eq!(ask(&mut client, "wasm.call empty KEYS a ARGS b")?, ":1\r\n");
    assert_eq!(ask(&mut client, "WASM.UNLOAD empty")?, "+OK\r\n");
    assert_eq!(ask(&mut client, "WASM.CALL empty")?, "-ERR wasm: there is no function 'empty'\r\n");
    assert_eq!(ask(&mut client, "WASM.UNLOAD empty")?, "-ERR wasm: there is no function 'empty'\r\n");
    Ok(())
}

#[test]
fn what_cannot_be_loaded_leaves_the_old_function_in_place() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    assert_eq!(load_as(&mut client, "f", "empty", &[])?, "+OK\r\n");
    let taken = load_as(&mut client, "f", "echo", &[])?;
    assert!(taken.starts_with("-ERR wasm: function 'f' exists already"), "{taken}");

    for (guest, part) in [("unknown-import", "evil:host/shell"), ("wrong-world", "`call`")] {
        let error = load_as(&mut client, "f", guest, &["REPLACE"])?;
        assert!(error.starts_with("-ERR wasm: cannot load 'f'") && error.contains(part), "{error}");
    }
    for (module, part) in [
        (&b"\0asm\x01\0\0\0"[..], "ferrite udf build"),
        (b"\0asm\x0d\0\x01\0 garbage", "cannot load 'f'"),
        (b"\0asm", "cannot load 'f'"),
    ] {
        let error = load_bytes(&mut client, "f", module, &["REPLACE"])?;
        assert!(error.starts_with("-ERR wasm: ") && error.contains(part), "{error}");
    }
    assert_eq!(ask(&mut client, "WASM.CALL f")?, ":1\r\n", "the old one is still there");

    assert_eq!(load_as(&mut client, "f", "echo", &["REPLACE"])?, "+OK\r\n");
    assert_eq!(ask(&mut client, "WASM.CALL f ARGS b")?, "*2\r\n*0\r\n*1\r\n$1\r\nb\r\n");
    Ok(())
}

#[test]
fn a_module_is_found_inside_module_dir_only() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    let error = ask(&mut client, "WASM.LOAD f empty.wasm")?;
    assert!(error.contains("module_dir"), "{error}");

    let modules = server.folder().join("wasm");
    std::fs::create_dir(&modules)?;
    let module = ferrite_build::guest("empty")?.bytes;
    std::fs::write(modules.join("empty.wasm"), &module)?;
    std::fs::write(server.folder().join("outside.wasm"), &module)?;
    std::os::unix::fs::symlink(server.folder().join("outside.wasm"), modules.join("link.wasm"))?;

    assert_eq!(ask(&mut client, "WASM.LOAD f empty.wasm")?, "+OK\r\n");
    assert_eq!(ask(&mut client, "WASM.CALL f")?, ":1\r\n");
    for path in ["../outside.wasm", "outside.wasm", "link.wasm", "/etc/hostname", "missing.wasm", "."] {
        let error = ask(&mut client, &format!("WASM.LOAD g {path}"))?;
        assert!(error.starts_with("-ERR wasm: cannot load 'g'"), "{path}: {error}");
    }
    Ok(())
}

#[test]
fn names_and_options_are_checked() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    for name in ["", "a b", "a/b", "x".repeat(65).as_str()] {
        let error = load_as(&mut client, name, "empty", &[])?;
        assert!(error.starts_with("-ERR wasm: a function's name"), "{error}");
    }
    for (options, error) in [
        (&["REPLACES"][..], "-ERR syntax error: expected REPLACE"),
        (&["FUEL"], "-ERR syntax error: FUEL needs a number"),
        (&["FUEL", "-1"], "-ERR wasm: FUEL '-1' is no number"),
        (&["FUEL", "0"], "-ERR wasm: cannot load 'f': FUEL must be at least 1"),
        (&["FUEL", "1000000001"], "-ERR wasm: cannot load 'f': FUEL 1000000001 is more than the allowed 1000000000"),
        (&["MEMORY", "268435457"], "-ERR wasm: cannot load 'f': MEMORY 268435457 is more than the allowed 268435456"),
        (&["TIMEOUT", "5001"], "-ERR wasm: cannot load 'f': TIMEOUT 5001 is more than the allowed 5000"),
        (&["PERMISSIONS", "ROOT"], "-ERR syntax error: expected READ, WRITE"),
        (&["ISOLATION", "shared"], "-ERR syntax error: expected FRESH or POOLED"),
    ] {
        let reply = load_as(&mut client, "f", "empty", options)?;
        assert!(reply.starts_with(error), "{options:?}: {reply}");
    }
    assert_eq!(ask(&mut client, "WASM.LIST")?, "*0\r\n", "none of these was loaded");
    assert_eq!(ask(&mut client, "WASM.LOAD f")?, "-ERR wrong number of arguments for 'wasm.load' command\r\n");
    Ok(())
}

#[test]
fn others_are_served_while_a_module_is_compiled() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let module = ferrite_build::guest("evil")?.bytes;
    let mut loading = server.connect()?;
    let mut other = server.connect()?;
    loading.send(&ferrite_tests::client::encode(&[&b"WASM.LOAD"[..], b"evil", &module]))?;
    // A second LOAD of the same bytes waits for the first and compiles nothing.
    let mut second = server.connect()?;
    second.send(&ferrite_tests::client::encode(&[&b"WASM.LOAD"[..], b"twin", &module]))?;
    assert_eq!(ask(&mut other, "PING")?, "+PONG\r\n");
    assert_eq!(ask(&mut other, "SET k v")?, "+OK\r\n");
    assert_eq!(loading.reply_within(PATIENCE)?, b"+OK\r\n");
    assert_eq!(second.reply_within(PATIENCE)?, b"+OK\r\n");
    assert_eq!(ask(&mut other, "WASM.LIST")?, "*2\r\n$4\r\nevil\r\n$4\r\ntwin\r\n");
    Ok(())
}

#[test]
fn a_pipeline_waits_for_its_load_and_goes_on() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    let module = ferrite_build::guest("empty")?.bytes;
    let mut pipeline = ferrite_tests::client::encode(&[&b"WASM.LOAD"[..], b"f", &module]);
    pipeline.extend(ferrite_tests::client::encode(&["WASM.CALL", "f"]));
    pipeline.extend(ferrite_tests::client::encode(&["PING"]));
    client.send(&pipeline)?;
    for reply in [&b"+OK\r\n"[..], b":1\r\n", b"+PONG\r\n"] {
        assert_eq!(client.reply_within(PATIENCE)?, reply);
    }
    Ok(())
}
