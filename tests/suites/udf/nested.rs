//! Functions that call functions.

use anyhow::Result;
use ferrite_tests::FerriteServer;
use ferrite_tests::functions::{ask, load, load_as};

use crate::start_with;

#[test]
fn an_inner_function_gets_arguments_and_answers() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "execute", &[])?;
    load(&mut client, "echo", &[])?;
    for line in ["FCALL echo 1 a b", "WASM.CALL echo KEYS a ARGS b", "wasm.call_ro echo keys a args b"] {
        let reply = ask(&mut client, &format!("WASM.CALL execute ARGS {line}"))?;
        assert_eq!(reply, "*2\r\n*1\r\n$1\r\na\r\n*1\r\n$1\r\nb\r\n", "{line}");
    }
    for (line, error) in [
        ("FCALL missing 0", "-ERR Function not found\r\n"),
        ("FCALL echo x", "-ERR Bad number of keys provided\r\n"),
        ("FCALL echo 1", "-ERR Number of keys can't be greater than number of args\r\n"),
    ] {
        assert_eq!(ask(&mut client, &format!("WASM.CALL execute ARGS {line}"))?, error, "{line}");
    }
    Ok(())
}

#[test]
fn an_inner_function_has_no_more_permissions_than_its_caller() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load_as(&mut client, "writer", "execute", &["PERMISSIONS", "WRITE"])?;
    load_as(&mut client, "reader", "execute", &["PERMISSIONS", "READ"])?;
    let refused = ask(&mut client, "WASM.CALL reader ARGS FCALL writer 0 SET k v")?;
    assert!(refused.starts_with('-'), "{refused}");
    let refused = ask(&mut client, "WASM.CALL writer ARGS FCALL reader 0 SET k v")?;
    assert!(refused.starts_with('-'), "{refused}");
    let refused = ask(&mut client, "WASM.CALL writer ARGS FCALL_RO writer 0 SET k v")?;
    assert!(refused.starts_with('-'), "{refused}");
    let refused = ask(&mut client, "WASM.CALL_RO writer ARGS FCALL writer 0 SET k v")?;
    assert!(refused.starts_with('-'), "{refused}");
    assert_eq!(ask(&mut client, "EXISTS k")?, ":0\r\n");
    assert_eq!(ask(&mut client, "WASM.CALL writer ARGS FCALL writer 0 SET k v")?, "+OK\r\n");
    assert_eq!(ask(&mut client, "GET k")?, "$1\r\nv\r\n");
    Ok(())
}

#[test]
fn what_an_inner_function_wrote_goes_when_it_fails_and_when_its_caller_does() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "execute", &["PERMISSIONS", "WRITE"])?;
    load(&mut client, "evil", &["PERMISSIONS", "WRITE"])?;
    assert_eq!(ask(&mut client, "SET k before")?, "+OK\r\n");
    let reply = ask(&mut client, "WASM.CALL execute ARGS FCALL evil 1 k write-error")?;
    assert_eq!(reply, "-EVIL on purpose\r\n");
    assert_eq!(ask(&mut client, "GET k")?, "$6\r\nbefore\r\n");
    let reply = ask(&mut client, "WASM.CALL execute ARGS FCALL evil 1 k write")?;
    assert!(!reply.starts_with('-'), "{reply}");
    assert_eq!(ask(&mut client, "GET k")?, "$4\r\nevil\r\n");
    Ok(())
}

#[test]
fn depth_is_limited() -> Result<()> {
    let (server, _folder) = start_with("[wasm.limits]\nmax_call_depth = 3\n")?;
    let mut client = server.connect()?;
    load(&mut client, "execute", &[])?;
    load(&mut client, "empty", &[])?;
    let inner = "FCALL execute 0 FCALL empty 0";
    assert_eq!(ask(&mut client, &format!("FCALL execute 0 {inner}"))?, ":1\r\n", "three levels");
    let reply = ask(&mut client, &format!("FCALL execute 0 FCALL execute 0 {inner}"))?;
    assert_eq!(reply, "-ERR wasm: call depth of 3 exceeded\r\n");
    Ok(())
}

#[test]
fn an_inner_function_spends_the_fuel_of_its_caller() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "execute", &["FUEL", "100000"])?;
    load(&mut client, "evil", &["FUEL", "1000000000"])?;
    let reply = ask(&mut client, "WASM.CALL execute ARGS FCALL evil 0 loop")?;
    assert_eq!(reply, "-ERR wasm: fuel exhausted after 100000\r\n");
    Ok(())
}

#[test]
fn no_more_instances_of_a_function_run_at_a_time_than_load_allowed() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    for (instances, deepest) in [(1, 1), (3, 3)] {
        load(&mut client, "execute", &["REPLACE", "INSTANCES", &instances.to_string()])?;
        for depth in 1..=4 {
            let line = "WASM.CALL execute ARGS ".repeat(depth) + "PING";
            let reply = ask(&mut client, &line)?;
            if depth <= deepest {
                assert_eq!(reply, "+PONG\r\n", "{instances}: {line}");
            } else {
                let refused = format!("function 'execute' runs {instances} times at once already");
                assert!(reply.contains(&refused), "{instances}, {line}: {reply}");
            }
        }
        let info = ask(&mut client, "WASM.INFO execute")?;
        assert!(info.contains(&format!("max_instances\r\n:{instances}\r\n")), "{info}");
    }
    Ok(())
}
