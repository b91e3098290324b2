//! The Rust `redis` crate, in both protocols.

use std::collections::HashSet;

use anyhow::Result;
use ferrite_tests::subject::{Server, Subject};
use redis::{Client, Commands, Connection, ErrorKind, RedisError, Value};

ferrite_tests::on_both!(
    values_and_times_to_live_round_trip,
    a_pipeline_answers_in_order,
    a_transaction_is_tried_again_until_it_holds,
    an_iterator_finds_every_key,
    errors_arrive_with_their_kind,
    a_password_is_asked_for,
);

/// A connection in each protocol version, to an empty server.
pub(crate) fn with_connections(subject: Subject, check: impl Fn(&mut Connection, &Server) -> Result<()>) -> Result<()> {
    let Some(server) = subject.start(&[])? else { return Ok(()) };
    for query in ["", "?protocol=resp3"] {
        let mut connection = Client::open(format!("redis://{}/{query}", server.address()))?.get_connection()?;
        let () = redis::cmd("FLUSHALL").query(&mut connection)?;
        check(&mut connection, &server)?;
    }
    Ok(())
}

fn values_and_times_to_live_round_trip(subject: Subject) -> Result<()> {
    with_connections(subject, |connection, _| {
        let value: Vec<u8> = (0..=255).collect();
        let () = connection.set("key", &value)?;
        assert_eq!(connection.get::<_, Vec<u8>>("key")?, value);
        assert_eq!(connection.get::<_, Option<String>>("absent")?, None);
        assert!(connection.expire::<_, bool>("key", 100)?);
        assert!((1..=100).contains(&connection.ttl::<_, i64>("key")?));
        assert_eq!(connection.incr::<_, _, i64>("n", 41)?, 41);
        assert_eq!(connection.incr::<_, _, f64>("n", 0.5)?, 41.5);
        assert_eq!(connection.mget::<_, Vec<Option<String>>>(&["n", "absent"])?, [Some("41.5".to_owned()), None]);
        assert_eq!(connection.del::<_, u32>(&["key", "n", "absent"])?, 2);
        let settings: std::collections::HashMap<String, String> =
            redis::cmd("CONFIG").arg("GET").arg("timeout").query(connection)?;
        assert_eq!(settings.get("timeout").map(String::as_str), Some("0"));
        Ok(())
    })
}

fn a_pipeline_answers_in_order(subject: Subject) -> Result<()> {
    with_connections(subject, |connection, _| {
        let mut pipeline = redis::pipe();
        for _ in 0..10_000 {
            pipeline.cmd("INCR").arg("n");
        }
        let numbers: Vec<u32> = pipeline.query(connection)?;
        assert!(numbers.iter().copied().eq(1..=10_000));
        Ok(())
    })
}

fn a_transaction_is_tried_again_until_it_holds(subject: Subject) -> Result<()> {
    with_connections(subject, |connection, server| {
        let () = connection.set("n", 1)?;
        let mut other = Client::open(format!("redis://{}/", server.address()))?.get_connection()?;
        let mut tries = 0;
        let (sum,): (i64,) = redis::transaction(connection, &["n"], |connection, pipeline| {
            let seen: i64 = connection.get("n")?;
            tries += 1;
            if tries == 1 {
                let () = other.incr("n", 100)?;
            }
            pipeline.set("n", seen + 1).ignore().get("n").query(connection)
        })?;
        assert_eq!((sum, tries), (102, 2));
        Ok(())
    })
}

fn an_iterator_finds_every_key(subject: Subject) -> Result<()> {
    with_connections(subject, |connection, _| {
        let items: Vec<(String, u32)> = (0..2500).map(|i| (format!("item:{i}"), i)).collect();
        let () = connection.mset(&items)?;
        let found = connection.scan_match::<_, String>("item:*")?.collect::<Result<HashSet<String>, RedisError>>()?;
        assert_eq!(found, items.into_iter().map(|(name, _)| name).collect());
        Ok(())
    })
}

fn errors_arrive_with_their_kind(subject: Subject) -> Result<()> {
    with_connections(subject, |connection, _| {
        let unknown = redis::cmd("NOSUCH").arg("a").query::<Value>(connection).expect_err("there is no such command");
        assert_eq!(unknown.code(), Some("ERR"));
        assert_eq!(unknown.detail(), Some("unknown command 'NOSUCH', with args beginning with: 'a' "));
        let () = connection.set("text", "abc")?;
        let text = connection.incr::<_, _, i64>("text", 1).expect_err("abc is no integer");
        assert_eq!(text.detail(), Some("value is not an integer or out of range"));
        assert_eq!(connection.get::<_, String>("text")?, "abc", "the connection is still in step");
        Ok(())
    })
}

fn a_password_is_asked_for(subject: Subject) -> Result<()> {
    let Some(server) = subject.start(&["--requirepass", "secret"])? else { return Ok(()) };
    for query in ["", "?protocol=resp3"] {
        let open = |password: &str| Client::open(format!("redis://{password}{}/{query}", server.address()));
        let mut right = open(":secret@")?.get_connection()?;
        let () = right.set("key", 1)?;
        let wrong = open(":wrong@")?.get_connection().err().expect("the password is wrong");
        assert!(
            wrong.kind() == ErrorKind::AuthenticationFailed || wrong.code() == Some("WRONGPASS"),
            "{wrong} ({:?})",
            wrong.kind()
        );
    }
    Ok(())
}

/// Functions are Ferrite's own: there is nothing to compare with.
#[test]
fn fcall_calls_a_loaded_component() -> Result<()> {
    let component = std::fs::read(ferrite_build::guest("rate-limit")?.path)?;
    with_connections(Subject::Ferrite, |connection, _| {
        let mut load = redis::cmd("WASM.LOAD");
        load.arg("rate-limit").arg(&component).arg("REPLACE").arg("PERMISSIONS").arg("WRITE");
        let () = load.query(connection)?;
        let mut call = redis::cmd("FCALL");
        call.arg("rate-limit").arg(1).arg("limit:ada").arg(2).arg(3_600_000);
        for (allowed, remaining) in [(1, 1), (1, 0), (0, 0)] {
            let (is, left, retry_after_ms): (i64, u64, u64) = call.query(connection)?;
            assert_eq!((is, left), (allowed, remaining));
            assert_eq!(retry_after_ms > 0, allowed == 0, "{retry_after_ms} ms");
        }
        let error = redis::cmd("FCALL").arg("nosuch").arg(0).query::<Value>(connection).expect_err("it is not there");
        assert_eq!(error.code(), Some("ERR"), "{error}");
        Ok(())
    })
}
