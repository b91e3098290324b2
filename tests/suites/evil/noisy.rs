//! Replies and log lines: too big, too deep, malformed, forged.

use anyhow::Result;
use ferrite_tests::FerriteServer;
use ferrite_tests::functions::{ask, load};

use crate::{Isolation, PATIENCE, Scene, in_both_isolations};

const RICH: &[&str] = &["PERMISSIONS", "WRITE", "FUEL", "1000000000", "MEMORY", "268435456"];

in_both_isolations![
    a_huge_reply_is_refused_and_a_big_one_is_not,
    a_long_error_is_cut,
    the_log_is_bounded_and_cannot_be_forged,
    what_is_not_one_tree_is_refused_and_its_writes_are_undone,
];

fn a_huge_reply_is_refused_and_a_big_one_is_not(isolation: Isolation) -> Result<()> {
    let mut scene = Scene::new(isolation, RICH)?;
    assert_eq!(scene.commit("reply-bytes 30")?.len(), (30 << 20) + "$31457280\r\n\r\n".len());
    scene.assert_fails("reply-bytes 40", "ERR wasm: reply limit of 33554432 bytes exceeded")?;
    scene.assert_fails("reply-bytes 100", "ERR wasm: limit of 67108864 bytes in one reply or argument exceeded")?;
    scene.assert_fails("reply-nodes", "ERR wasm: ")?;
    assert!(scene.commit("reply-deep 32")?.starts_with("*1\r\n*1\r\n"));
    scene.assert_fails("reply-deep", "ERR wasm: ")?;
    Ok(())
}

fn a_long_error_is_cut(isolation: Isolation) -> Result<()> {
    let mut scene = Scene::new(isolation, RICH)?;
    let reply = scene.commit("error-long")?;
    assert!(reply.starts_with("-ERR xxx") && reply.len() < 10_000, "{} bytes", reply.len());
    Ok(())
}

fn the_log_is_bounded_and_cannot_be_forged(isolation: Isolation) -> Result<()> {
    let mut scene = Scene::new(isolation, RICH)?;
    let before = scene.server.log().len();
    assert!(!scene.commit("log 100000")?.starts_with('-'));
    assert!(!scene.commit("log-long 1000")?.starts_with('-'));
    let log = scene.server.log();
    assert!(log.len() - before < 64 << 10, "{} bytes were logged", log.len() - before);
    assert!(log.contains("the rest is dropped"), "{log}");
    assert!(!log.lines().any(|line| line.starts_with("ERROR forged")), "a line was forged");
    Ok(())
}

fn what_is_not_one_tree_is_refused_and_its_writes_are_undone(isolation: Isolation) -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "evil-reply", &["PERMISSIONS", "WRITE", "ISOLATION", isolation])?;
    assert_eq!(ask(&mut client, "SET k before")?, "+OK\r\n");
    for (kind, error) in [
        ("empty", "-ERR wasm: invalid reply: no nodes\r\n"),
        ("two", "-ERR wasm: invalid reply: 1 nodes are left over\r\n"),
        ("short", "-ERR wasm: invalid reply: 4 elements are missing\r\n"),
        ("huge-array", "-ERR wasm: invalid reply: 4294967294 elements are missing\r\n"),
        ("huge-map", "-ERR wasm: invalid reply: 8589934589 elements are missing\r\n"),
        ("odd-map", "-ERR wasm: invalid reply: 1 elements are missing\r\n"),
        ("error-lines", "-ERR fine  +forged\r\n"),
        ("error-empty", "-ERR \r\n"),
    ] {
        client.send(format!("WASM.CALL evil-reply KEYS k ARGS {kind}\r\nPING\r\n").as_bytes())?;
        assert_eq!(String::from_utf8_lossy(&client.reply_within(PATIENCE)?), error, "{kind}");
        assert_eq!(client.reply_within(PATIENCE)?, b"+PONG\r\n", "{kind}");
        assert_eq!(ask(&mut client, "GET k")?, "$6\r\nbefore\r\n", "{kind}");
    }
    for (kind, reply) in [("status-lines", "+fine  +forged  \r\n"), ("failure-lines", "*1\r\n-ERR fine  +forged\r\n")] {
        client.send(format!("WASM.CALL evil-reply ARGS {kind}\r\nPING\r\n").as_bytes())?;
        assert_eq!(String::from_utf8_lossy(&client.reply_within(PATIENCE)?), reply, "{kind}");
        assert_eq!(client.reply_within(PATIENCE)?, b"+PONG\r\n", "{kind}");
    }
    Ok(())
}
