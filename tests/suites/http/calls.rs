//! What calls mean and how they are answered.

use anyhow::Result;

use crate::host::Host;

crate::on_both_hosts!(
    a_command_is_answered_with_its_result,
    a_path_is_a_command,
    bytes_of_any_kind_come_through,
    a_pipeline_answers_each_command,
    a_transaction_is_all_or_nothing,
    every_request_has_a_session_of_its_own,
    what_is_no_command_is_refused_with_the_reason,
    a_body_that_is_too_long_is_refused,
    large_replies_come_whole,
    replies_can_be_resp,
);

fn a_command_is_answered_with_its_result(host: &Host) -> Result<()> {
    for (command, result) in [
        (r#"["SET", "k", "v"]"#, r#"{"result":"OK"}"#),
        (r#"["GET", "k"]"#, r#"{"result":"v"}"#),
        (r#"["GET", "absent"]"#, r#"{"result":null}"#),
        (r#"["INCRBY", "n", 41]"#, r#"{"result":41}"#),
        (r#"["RPUSH", "l", "a", 2, true]"#, r#"{"result":3}"#),
        (r#"["LRANGE", "l", 0, -1]"#, r#"{"result":["a","2","true"]}"#),
        (r#"["HSET", "h", "f", "v"]"#, r#"{"result":1}"#),
        (r#"["HGETALL", "h"]"#, r#"{"result":["f","v"]}"#),
        (r#"["ZADD", "z", 1.5, "m"]"#, r#"{"result":1}"#),
        (r#"["ZSCORE", "z", "m"]"#, r#"{"result":"1.5"}"#),
    ] {
        assert_eq!(host.post("/", command)?, (200, result.to_owned()), "{command}");
    }
    let (status, body) = host.post("/", r#"["INCR", "k"]"#)?;
    assert_eq!((status, body.as_str()), (400, r#"{"error":"ERR value is not an integer or out of range"}"#));
    let answer = host.ask("POST", "/", br#"["PING"]"#)?;
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    Ok(())
}

fn a_path_is_a_command(host: &Host) -> Result<()> {
    let get = |target: &str| -> Result<String> { Ok(host.ask("GET", target, b"")?.text()) };
    assert_eq!(get("/set/k/a%20b%2Fc?EX=100")?, r#"{"result":"OK"}"#);
    assert_eq!(get("/get/k")?, r#"{"result":"a b/c"}"#);
    assert_eq!(get("/set/k/other?NX")?, r#"{"result":null}"#);
    assert_eq!(get("/ttl/k")?, r#"{"result":100}"#);
    assert_eq!(host.ask("POST", "/set/k?PX=100000", b"{\"any\": \"body\"}")?.text(), r#"{"result":"OK"}"#);
    assert_eq!(get("/get/k")?, r#"{"result":"{\"any\": \"body\"}"}"#);
    Ok(())
}

fn bytes_of_any_kind_come_through(host: &Host) -> Result<()> {
    let value: Vec<u8> = (0..=255).collect();
    assert_eq!(host.ask("POST", "/set/%00%ff%0d%0a", &value)?.status, 200);
    let base64 = [("Upstash-Encoding", "base64")];
    assert_eq!(host.ask_with("GET", "/keys/*", &base64, b"")?.text(), r#"{"result":["AP8NCg=="]}"#);
    let printed = host.ask_with("GET", "/get/%00%ff%0d%0a", &base64, b"")?.text();
    assert!(printed.starts_with(r#"{"result":"AAECAwQF"#) && printed.ends_with(r#"/P3+/w=="}"#), "{printed}");
    assert_eq!(host.ask_with("GET", "/set/k/v", &base64, b"")?.text(), r#"{"result":"OK"}"#);
    assert_eq!(host.ask_with("GET", "/ping", &base64, b"")?.text(), r#"{"result":"UE9ORw=="}"#);
    let resp2 = [("Upstash-Response-Format", "resp2")];
    let raw = host.ask_with("GET", "/get/%00%ff%0d%0a", &resp2, b"")?.body;
    assert_eq!(raw, [b"$256\r\n", &value[..], b"\r\n"].concat());
    Ok(())
}

fn a_pipeline_answers_each_command(host: &Host) -> Result<()> {
    let commands = r#"[["SET", "a", 1], ["LPUSH", "a", "x"], ["FOO"], ["INCR", "a"], ["MGET", "a", "b"]]"#;
    let (status, body) = host.post("/pipeline", commands)?;
    assert_eq!(status, 200);
    let results: Vec<serde_json::Value> = serde_json::from_str(&body)?;
    assert_eq!(results.len(), 5);
    assert_eq!(results[0]["result"], "OK");
    assert!(results[1]["error"].as_str().is_some_and(|error| error.starts_with("WRONGTYPE ")), "{body}");
    assert!(results[2]["error"].as_str().is_some_and(|error| error.starts_with("ERR unknown command")), "{body}");
    assert_eq!((&results[3]["result"], &results[4]["result"]), (&2.into(), &serde_json::json!(["2", null])));
    let many = format!("[{}]", vec![r#"["INCR", "n"]"#; 5000].join(","));
    assert!(host.post("/pipeline", &many)?.1.ends_with(r#"{"result":5000}]"#));
    Ok(())
}

fn a_transaction_is_all_or_nothing(host: &Host) -> Result<()> {
    let (status, body) = host.post("/multi-exec", r#"[["SET", "a", 1], ["INCR", "a"], ["LPUSH", "a", 1]]"#)?;
    assert_eq!(status, 200);
    let expected = r#"[{"result":"OK"},{"result":2},{"error":"WRONGTYPE Operation against a key holding the wrong kind of value"}]"#;
    assert_eq!(body, expected);
    let (status, body) = host.post("/multi-exec", r#"[["SET", "b", 1], ["FOO"]]"#)?;
    assert_eq!(status, 400);
    assert!(body.contains("EXECABORT") && body.contains("Command 2: ERR unknown command"), "{body}");
    assert_eq!(host.post("/", r#"["EXISTS", "b"]"#)?.1, r#"{"result":0}"#);
    for sneaky in ["EXEC", "MULTI", "discard", "WATCH"] {
        assert_eq!(host.post("/multi-exec", &format!(r#"[["SET", "b", 1], [{sneaky:?}, "b"]]"#))?.0, 400, "{sneaky}");
    }
    assert_eq!(host.post("/", r#"["EXISTS", "b"]"#)?.1, r#"{"result":0}"#);
    Ok(())
}

fn every_request_has_a_session_of_its_own(host: &Host) -> Result<()> {
    assert_eq!(host.post("/pipeline", r#"[["SELECT", 1], ["SET", "k", "v"]]"#)?.0, 200);
    assert_eq!(host.post("/", r#"["GET", "k"]"#)?.1, r#"{"result":null}"#, "the next one is in database 0");
    assert_eq!(host.post("/", r#"["MULTI"]"#)?.1, r#"{"result":"OK"}"#);
    assert_eq!(host.post("/", r#"["PING"]"#)?.1, r#"{"result":"PONG"}"#, "and not in that transaction");
    Ok(())
}

fn what_is_no_command_is_refused_with_the_reason(host: &Host) -> Result<()> {
    for (target, body, reason) in [
        ("/", "", "EOF"),
        ("/", "{", "a command as an array"),
        ("/", "\u{0}", "expected value"),
        ("/", "[]", "empty"),
        ("/", r#"["GET", null]"#, "null"),
        ("/", r#"["GET", {"a": 1}]"#, "a string of JSON"),
        ("/", r#"[["GET", "a"]]"#, "/pipeline"),
        ("/pipeline", r#"["GET", "a"]"#, "an array"),
        ("/pipeline", "[]", "no command"),
        ("/multi-exec", r#"[["GET", ["a"]]]"#, "array"),
        ("/", r#"["SUBSCRIBE", "a"]"#, "/subscribe"),
        ("/", r#"["MONITOR"]"#, "connection"),
        ("/pipeline", r#"[["HELLO", 3], ["GET", "a"]]"#, "connection"),
        ("/", r#"["CLIENT", "REPLY", "OFF"]"#, "connection"),
        ("/subscribe/", "", "channels"),
    ] {
        let (status, answer) = host.post(target, body)?;
        assert_eq!(status, 400, "{target} {body}: {answer}");
        assert!(answer.starts_with(r#"{"error":""#) && answer.contains(reason), "{target} {body}: {answer}");
    }
    let deep = "[".repeat(500_000);
    assert_eq!(host.post("/", &deep)?.0, 400);
    assert_eq!(host.post("/pipeline", &deep)?.0, 400);
    let (status, answer) = host.post("/", "[\"GET\", \"\u{fffd}\"]")?;
    assert_eq!((status, answer.as_str()), (200, r#"{"result":null}"#));
    assert_eq!(host.ask("POST", "/", b"[\"GET\", \"\xff\"]")?.status, 400, "no UTF-8 is no JSON");
    for (method, target) in [("GET", "/"), ("DELETE", "/"), ("GET", "/pipeline"), ("PATCH", "/get/k")] {
        assert_eq!(host.ask(method, target, b"")?.status, 405, "{method} {target}");
    }
    Ok(())
}

fn a_body_that_is_too_long_is_refused(host: &Host) -> Result<()> {
    let fits = vec![b'x'; 1 << 20];
    assert_eq!(host.ask("POST", "/set/k", &fits)?.text(), r#"{"result":"OK"}"#);
    let answer = host.ask("POST", "/set/k", &[&fits[..], b"x"].concat())?;
    assert_eq!(answer.status, 413);
    assert!(answer.text().contains("1048576 bytes"), "{}", answer.text());
    assert_eq!(host.ask("GET", "/strlen/k", b"")?.text(), r#"{"result":1048576}"#);
    Ok(())
}

fn large_replies_come_whole(host: &Host) -> Result<()> {
    let value = "x".repeat(1_000_000);
    assert_eq!(host.ask("POST", "/set/k", value.as_bytes())?.status, 200);
    let commands = format!("[{}]", [r#"["GET", "k"]"#; 5].join(","));
    let (status, body) = host.post("/pipeline", &commands)?;
    assert_eq!(status, 200);
    assert_eq!(body, format!("[{}]", [format!(r#"{{"result":"{value}"}}"#).as_str(); 5].join(",")));
    let commands = format!("[{}]", [r#"["GET", "k"]"#; 70].join(","));
    let (status, body) = host.post("/pipeline", &commands)?;
    assert_eq!(status, 400, "there is a limit");
    assert!(body.contains("67108864 bytes"), "{body}");
    Ok(())
}

fn replies_can_be_resp(host: &Host) -> Result<()> {
    let resp2 = [("Upstash-Response-Format", "resp2")];
    let answer = host.ask_with("POST", "/pipeline", &resp2, br#"[["SET", "k", "v"], ["GET", "k"], ["FOO"]]"#)?;
    assert_eq!(answer.header("content-type"), Some("application/octet-stream"));
    assert!(answer.body.starts_with(b"*3\r\n+OK\r\n$1\r\nv\r\n-ERR unknown command"), "{}", answer.text());
    Ok(())
}
