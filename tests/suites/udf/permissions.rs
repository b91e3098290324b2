//! What a function may do: what LOAD granted, what the configuration allows, what the call permits.

use anyhow::Result;
use ferrite_tests::FerriteServer;
use ferrite_tests::functions::{ask, load, load_as};

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
