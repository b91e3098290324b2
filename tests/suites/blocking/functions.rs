//! Functions and those who wait: they are woken by what is committed, and by nothing else.

use std::time::Duration;

use anyhow::Result;
use ferrite_tests::FerriteServer;
use ferrite_tests::client::encode;
use ferrite_tests::functions::{ask, load};

#[test]
fn what_a_function_pushes_wakes_a_client_once_it_is_committed() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    let mut waiting = server.connect()?;
    load(&mut client, "execute", &["PERMISSIONS", "WRITE"])?;
    waiting.send(&encode(&["BLPOP", "l", "0"]))?;
    while !ask(&mut client, "INFO clients")?.contains("blocked_clients:1\r\n") {}
    assert_eq!(ask(&mut client, "WASM.CALL execute ARGS RPUSH l x")?, ":1\r\n");
    assert_eq!(waiting.reply_within(Duration::from_secs(20))?, b"*2\r\n$1\r\nl\r\n$1\r\nx\r\n");
    Ok(())
}

#[test]
fn what_a_failing_function_wrote_wakes_nobody() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    let mut waiting = server.connect()?;
    load(&mut client, "evil", &["PERMISSIONS", "WRITE"])?;
    assert_eq!(ask(&mut client, "XGROUP CREATE k g $ MKSTREAM")?, "+OK\r\n");
    waiting.send(&encode(&["XREADGROUP", "GROUP", "g", "c", "BLOCK", "0", "STREAMS", "k", ">"]))?;
    while !ask(&mut client, "INFO clients")?.contains("blocked_clients:1\r\n") {}
    // It puts a string in the place of the stream, which would end the wait with an error.
    let reply = ask(&mut client, "WASM.CALL evil KEYS k ARGS write-error")?;
    assert_eq!(reply, "-EVIL on purpose\r\n");
    assert_eq!(ask(&mut client, "XADD k 1-1 f v")?, "$3\r\n1-1\r\n");
    let reply = String::from_utf8(waiting.reply_within(Duration::from_secs(20))?)?;
    assert!(reply.starts_with("*1\r\n*2\r\n$1\r\nk\r\n*1\r\n*2\r\n$3\r\n1-1\r\n"), "{reply}");
    Ok(())
}

#[test]
fn a_function_does_not_wait() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "execute", &["PERMISSIONS", "WRITE"])?;
    assert_eq!(ask(&mut client, "WASM.CALL execute ARGS BLMPOP 0 1 l LEFT")?, "$-1\r\n");
    let reply = ask(&mut client, "WASM.CALL execute ARGS BLPOP l 0")?;
    assert!(reply.contains("not allowed from functions"), "{reply}");
    Ok(())
}
