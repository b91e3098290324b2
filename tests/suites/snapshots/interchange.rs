//! A file goes from redis-server to Ferrite, and from there to redis-server: nothing is lost on the way.

use anyhow::{Context, Result, ensure};
use ferrite_tests::{Client, FerriteServer, RedisServer};

use crate::fill::{DATABASES, fill};
use crate::{digest, info};

/// The digests of all values, key by key.
fn values(client: &mut Client) -> Result<Vec<String>> {
    let mut all = Vec::new();
    for database in DATABASES {
        client.command(&["SELECT", database])?;
        let keys = String::from_utf8(client.command(&["KEYS", "*"])?)?;
        let mut keys: Vec<&str> = keys.lines().filter(|line| !line.starts_with(['*', '$'])).collect();
        keys.sort_unstable();
        for key in keys {
            let digest = String::from_utf8(client.command(&["DEBUG", "DIGEST-VALUE", key])?)?;
            all.push(format!("{database} {key} {}", digest.lines().last().unwrap_or_default()));
        }
    }
    Ok(all)
}

#[test]
fn a_file_of_redis_is_served_and_saved_and_redis_reads_it_again() -> Result<()> {
    if ferrite_tests::require("redis-server").is_none() {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let path = folder.path().to_str().context("a path of text")?;
    let debug = ["--dir", path, "--enable-debug-command", "yes"];
    let (redis_digest, redis_values) = {
        let server = RedisServer::start_with(&debug)?;
        let mut client = server.connect()?;
        fill(&mut client)?;
        ensure!(client.command(&["SAVE"])? == b"+OK\r\n");
        (digest(&mut client)?, values(&mut client)?)
    };
    {
        let server = FerriteServer::start(&[&debug[..], &["--save", ""]].concat())?;
        let mut client = server.connect()?;
        assert_eq!(values(&mut client)?, redis_values);
        assert_eq!(digest(&mut client)?, redis_digest);
        assert_eq!(client.command(&["DEBUG", "RELOAD"])?, b"+OK\r\n");
        assert_eq!(digest(&mut client)?, redis_digest, "after DEBUG RELOAD");
        std::fs::remove_file(folder.path().join("dump.rdb"))?;
        assert_eq!(client.command(&["SAVE"])?, b"+OK\r\n");
        assert_eq!(info(&mut client, "rdb_changes_since_last_save")?, "0");
    }
    let server = RedisServer::start_with(&debug)?;
    let mut client = server.connect()?;
    assert_eq!(values(&mut client)?, redis_values);
    assert_eq!(digest(&mut client)?, redis_digest);
    Ok(())
}
