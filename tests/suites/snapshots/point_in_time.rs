//! A snapshot holds what there was when it began.

use anyhow::{Context, Result, ensure};
use ferrite_tests::FerriteServer;
use ferrite_tests::client::encode;

use crate::fill::fill;
use crate::{PATIENCE, digest, info, wait_until_saved};

#[test]
fn a_write_while_a_snapshot_is_written_is_not_in_it() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().to_str().context("a path of text")?;
    let arguments = ["--dir", path, "--enable-debug-command", "yes", "--save", ""];
    let before = {
        let server = FerriteServer::start(&arguments)?;
        let mut client = server.connect()?;
        for number in 0..200_000 {
            client.send(&encode(&["SET", &format!("key:{number}"), &"value".repeat(1 + number % 20)]))?;
            if number % 1000 == 999 {
                (0..1000).try_for_each(|_| client.reply().map(drop))?;
            }
        }
        fill(&mut client)?;
        client.command(&["SELECT", "0"])?;
        let before = digest(&mut client)?;
        // In one write, so that the snapshot has hardly begun.
        let mut input = encode(&["BGSAVE"]);
        for number in 0..3_000 {
            input.extend(encode(&["SET", &format!("key:{number}"), "changed"]));
            input.extend(encode(&["SET", &format!("new:{number}"), "new"]));
        }
        for command in [&["SADD", "set:many", "new"][..], &["DEL", "hash:many"], &["RENAME", "zset:many", "moved"]] {
            input.extend(encode(command));
        }
        input.extend(encode(&["SWAPDB", "0", "3"]));
        input.extend(encode(&["BGSAVE"]));
        input.extend(encode(&["FLUSHALL"]));
        client.send(&input)?;
        assert_eq!(client.reply()?, b"+Background saving started\r\n");
        for _ in 0..6_004 {
            let reply = client.reply()?;
            ensure!(!reply.starts_with(b"-"), "{}", reply.escape_ascii());
        }
        assert_eq!(client.reply()?, b"-ERR Background save already in progress\r\n");
        client.reply()?;
        wait_until_saved(&mut client)?;
        assert_eq!(info(&mut client, "rdb_last_bgsave_status")?, "ok");
        before
    };
    let server = FerriteServer::start(&arguments)?;
    let mut client = server.connect()?;
    assert_eq!(digest(&mut client)?, before);
    Ok(())
}

#[test]
fn shutdown_saves_when_it_is_told_to_and_not_otherwise() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().to_str().context("a path of text")?;
    for (shutdown, count) in [(&["SHUTDOWN", "NOSAVE"][..], ":0\r\n"), (&["SHUTDOWN", "SAVE"], ":1\r\n")] {
        let mut server = FerriteServer::start(&["--dir", path, "--save", ""])?;
        let mut client = server.connect()?;
        client.command(&["SET", "k", "v"])?;
        client.send(&encode(shutdown))?;
        assert_eq!(server.wait_for_exit(PATIENCE)?.code(), Some(0), "{}", server.log());
        let server = FerriteServer::start(&["--dir", path, "--save", ""])?;
        assert_eq!(server.connect()?.command(&["DBSIZE"])?, count.as_bytes(), "{shutdown:?}");
    }
    Ok(())
}

#[test]
fn a_server_with_a_data_directory_saves_at_its_end_without_being_told() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().to_str().context("a path of text")?;
    let mut server = FerriteServer::start(&["--dir", path])?;
    let mut client = server.connect()?;
    client.command(&["SET", "k", "v"])?;
    client.send(&encode(&["SHUTDOWN"]))?;
    assert_eq!(server.wait_for_exit(PATIENCE)?.code(), Some(0), "{}", server.log());
    let server = FerriteServer::start(&["--dir", path])?;
    assert_eq!(server.connect()?.command(&["GET", "k"])?, b"$1\r\nv\r\n");
    Ok(())
}
