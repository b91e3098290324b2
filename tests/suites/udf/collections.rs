//! Hashes, lists, sets, sorted sets and streams as functions see them: through the component the same as natively.

use anyhow::Result;
use ferrite_tests::FerriteServer;
use ferrite_tests::functions::{ask, load};
use ferrite_udf::{Reply, testing::Sandbox};

/// The lines that the guest `every-type` answers natively.
fn natively() -> Vec<String> {
    let reply = Sandbox::new().call(guest_every_type::call, &[], &[]).expect("it succeeds");
    let lines = reply.as_array().expect("a list of lines").iter();
    lines
        .map(|line| match line {
            Reply::Bytes(text) => String::from_utf8_lossy(text).into_owned(),
            other => format!("{other:?}"),
        })
        .collect()
}

#[test]
fn every_call_answers_on_a_server_as_natively() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "every-type", &["PERMISSIONS", "WRITE", "FUEL", "100000000"])?;
    let reply = ask(&mut client, "WASM.CALL every-type")?;
    let lines: Vec<&str> = reply.split("\r\n").skip(2).step_by(2).collect();
    let expected = natively();
    for (line, expected) in lines.iter().zip(&expected) {
        assert_eq!(line, expected);
    }
    assert_eq!(lines.len(), expected.len(), "{reply}");
    Ok(())
}

#[test]
fn a_function_that_fails_leaves_no_collection() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "every-type", &["PERMISSIONS", "WRITE", "FUEL", "100000000"])?;
    for line in ["HSET h a 1", "RPUSH l q", "SADD s 2", "ZADD z 1 a", "XADD x 1-1 f v", "VADD q VALUES 1 1 e"] {
        ask(&mut client, line)?;
    }
    let dump = |client: &mut ferrite_tests::Client| -> Result<Vec<String>> {
        ["DBSIZE", "HGETALL h", "LRANGE l 0 -1", "SMEMBERS s", "ZRANGE z 0 -1 WITHSCORES", "XRANGE x - +"]
            .into_iter()
            .map(|line| ask(client, line))
            .collect()
    };
    let before = dump(&mut client)?;
    assert_eq!(ask(&mut client, "WASM.CALL every-type ARGS fail")?, "-UNDO on purpose\r\n");
    assert_eq!(dump(&mut client)?, before);
    Ok(())
}

#[test]
fn a_function_without_permission_writes_no_collection() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "every-type", &["FUEL", "100000000"])?;
    let reply = ask(&mut client, "WASM.CALL every-type")?;
    assert!(reply.contains("push: (Err(NotPermitted), Err(NotPermitted))"), "{reply}");
    assert_eq!(ask(&mut client, "DBSIZE")?, ":0\r\n");
    Ok(())
}

#[test]
fn the_leaderboard_says_who_stands_around() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "leaderboard", &["PERMISSIONS", "WRITE"])?;
    ask(&mut client, "ZADD board 10 ann 20 bob")?;
    let reply = ask(&mut client, "WASM.CALL leaderboard KEYS board ARGS eve 15 1")?;
    assert!(reply.starts_with("*3\r\n:2\r\n$2\r\n15\r\n*3\r\n"), "{reply}");
    Ok(())
}

/// A union of large sets is charged before it runs.
#[test]
fn commands_that_go_through_large_values_cost_what_they_go_through() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "execute", &["PERMISSIONS", "WRITE"])?;
    for start in (0..200_000).step_by(20_000) {
        let members: Vec<String> = (start..start + 20_000).map(|number| number.to_string()).collect();
        ask(&mut client, &format!("SADD s {}", members.join(" ")))?;
    }
    let out_of_fuel = "-ERR wasm: fuel exhausted after 1000000\r\n";
    for command in ["SUNIONSTORE t s", "SINTERCARD 1 s", "ZUNIONSTORE t 1 s", "SORT s LIMIT 0 1"] {
        let reply = ask(&mut client, &format!("WASM.CALL execute ARGS {command}"))?;
        assert_eq!(reply, out_of_fuel, "{command}");
    }
    assert_eq!(ask(&mut client, "EXISTS t")?, ":0\r\n");
    Ok(())
}
