//! Values of the declared keys that come with a call.

use anyhow::Result;
use ferrite_tests::FerriteServer;
use ferrite_tests::functions::{ask, load, load_as};

#[test]
fn a_function_gets_the_values_of_its_keys() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "total", &[])?;
    assert_eq!(ask(&mut client, "MSET jan 20 feb 40 word x")?, "+OK\r\n");
    assert_eq!(ask(&mut client, "RPUSH list 1")?, ":1\r\n");
    for (line, reply) in [
        ("WASM.CALL total KEYS jan feb mar", "*2\r\n:60\r\n:2\r\n"),
        ("WASM.CALL total", "*2\r\n:0\r\n:0\r\n"),
        ("WASM.CALL_RO total KEYS jan jan", "*2\r\n:40\r\n:2\r\n"),
        ("FCALL total 2 jan feb x", "*2\r\n:60\r\n:2\r\n"),
        ("WASM.CALL total KEYS jan word", "-ERR key 2 holds no number, or one too large\r\n"),
        ("SELECT 1", "+OK\r\n"),
        ("WASM.CALL total KEYS jan", "*2\r\n:0\r\n:0\r\n"),
        ("SELECT 0", "+OK\r\n"),
        ("PEXPIRE jan 1", ":1\r\n"),
    ] {
        assert_eq!(ask(&mut client, line)?, reply, "{line}");
    }
    let error = ask(&mut client, "WASM.CALL total KEYS feb list")?;
    assert!(error.starts_with("-WRONGTYPE"), "{error}");
    while ask(&mut client, "EXISTS jan")? != ":0\r\n" {}
    assert_eq!(ask(&mut client, "WASM.CALL total KEYS jan feb")?, "*2\r\n:40\r\n:1\r\n", "an expired key has no value");
    Ok(())
}

#[test]
fn in_exec_values_are_those_of_the_moment() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "total", &[])?;
    for line in ["MULTI", "SET a 1", "WASM.CALL total KEYS a", "SET a 2", "WASM.CALL total KEYS a"] {
        ask(&mut client, line)?;
    }
    assert_eq!(ask(&mut client, "EXEC")?, "*4\r\n+OK\r\n*2\r\n:1\r\n:1\r\n+OK\r\n*2\r\n:2\r\n:1\r\n");
    Ok(())
}

#[test]
fn values_need_the_permission_to_read() -> Result<()> {
    let (server, _folder) = crate::start_with("[wasm.security]\ndefault_permissions = \"none\"\n")?;
    let mut client = server.connect()?;
    let refused = load_as(&mut client, "total", "total", &[])?;
    assert_eq!(
        refused,
        "-ERR wasm: cannot load 'total': it is given the values of keys: load it with PERMISSIONS READ\r\n"
    );
    assert_eq!(load_as(&mut client, "total", "total", &["PERMISSIONS", "READ"])?, "+OK\r\n");
    assert_eq!(load_as(&mut client, "blind", "execute", &[])?, "+OK\r\n");
    assert_eq!(ask(&mut client, "SET a 5")?, "+OK\r\n");
    assert_eq!(ask(&mut client, "WASM.CALL total KEYS a")?, "*2\r\n:5\r\n:1\r\n");
    let refused = ask(&mut client, "WASM.CALL blind ARGS WASM.CALL total KEYS a")?;
    assert_eq!(refused, "-ERR wasm: the values of the keys cannot be read: the call has no READ permission\r\n");
    Ok(())
}

#[test]
fn values_cost_fuel_and_are_limited() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "total", &["FUEL", "50000"])?;
    assert_eq!(client.command(&["SET", "long", &"1".repeat(60_000)])?, b"+OK\r\n");
    assert_eq!(ask(&mut client, "WASM.CALL total KEYS long")?, "-ERR wasm: fuel exhausted after 50000\r\n");
    let many = vec!["k"; 65_537].join(" ");
    load_as(&mut client, "total", "total", &["REPLACE", "FUEL", "1000000000"])?;
    let error = ask(&mut client, &format!("WASM.CALL total KEYS {many}"))?;
    assert!(error.starts_with("-ERR wasm: the values of the keys cannot be read: limit max-keys-per-call"), "{error}");
    let error = ask(&mut client, "WASM.INFO total")?;
    assert!(error.contains("$6\r\nvalues\r\n:1\r\n"), "{error}");
    assert_eq!(ask(&mut client, "WASM.CALL total KEYS none")?, "*2\r\n:0\r\n:0\r\n");
    Ok(())
}
