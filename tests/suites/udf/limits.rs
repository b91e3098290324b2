//! The limits of one call, as the client reads them.

use anyhow::Result;
use ferrite_tests::FerriteServer;
use ferrite_tests::functions::{ask, load};

#[test]
fn each_limit_is_named_with_its_number() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "evil", &["FUEL", "54321"])?;
    assert_eq!(ask(&mut client, "WASM.CALL evil ARGS loop")?, "-ERR wasm: fuel exhausted after 54321\r\n");

    load(&mut client, "evil", &["REPLACE", "FUEL", "1000000000", "TIMEOUT", "50"])?;
    assert_eq!(ask(&mut client, "WASM.CALL evil ARGS loop")?, "-ERR wasm: deadline of 50 ms exceeded\r\n");

    load(&mut client, "evil", &["REPLACE", "MEMORY", "4194304"])?;
    let reply = ask(&mut client, "WASM.CALL evil ARGS grow-big 16")?;
    assert!(reply.starts_with("-ERR wasm: memory limit of 4194304 bytes exceeded (asked for "), "{reply}");

    load(&mut client, "evil", &["REPLACE", "MEMORY", "65536"]).expect_err("it begins with more");
    Ok(())
}

#[test]
fn a_failed_call_costs_its_instance_and_nothing_else() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "evil", &["FUEL", "100000000"])?;
    for _ in 0..40 {
        assert!(ask(&mut client, "WASM.CALL evil ARGS recurse")?.starts_with("-ERR wasm: trap: "));
        assert_eq!(ask(&mut client, "WASM.CALL evil ARGS grow-quietly")?.chars().next(), Some(':'));
    }
    Ok(())
}
