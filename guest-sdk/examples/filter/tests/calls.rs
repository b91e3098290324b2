//! What `filter` answers, and what it leaves in the store.

use ferrite_udf::{Reply, testing::Sandbox};
use filter::call;

fn sandbox_with(value: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.command(&["SET", "k", value]).expect("SET works");
    sandbox
}

#[test]
fn a_value_that_matches_is_doubled_and_written() {
    let sandbox = sandbox_with(r#"{"name": "Ada", "age": 30, "score": 21}"#);
    let expected = Reply::from(r#"{"age":30,"name":"Ada","score":42}"#);
    assert_eq!(sandbox.call(call, &["k"], &["age", ">=", "18", "score"]), Ok(expected.clone()));
    assert_eq!(sandbox.command(&["GET", "k"]), Ok(expected));
}

#[test]
fn a_value_that_does_not_match_is_left_alone() {
    let sandbox = sandbox_with(r#"{"age": 3, "score": 21}"#);
    assert_eq!(sandbox.call(call, &["k"], &["age", ">", "18", "score"]), Ok(Reply::Null));
    assert_eq!(sandbox.call(call, &["k"], &["height", ">", "18", "score"]), Ok(Reply::Null));
    assert_eq!(sandbox.call(call, &["absent"], &["age", ">", "18", "score"]), Ok(Reply::Null));
    assert_eq!(sandbox.command(&["GET", "k"]), Ok(Reply::from(r#"{"age": 3, "score": 21}"#)));
}

#[test]
fn every_operator_compares_numbers_and_text() {
    for (operator, operand, holds) in [
        ("==", "7", true),
        ("==", "7.0", true),
        ("!=", "7", false),
        ("<", "8", true),
        ("<", "7", false),
        ("<=", "7", true),
        (">", "6.5", true),
        (">=", "8", false),
        ("==", "seven", false),
        ("!=", "seven", true),
        ("<", "seven", false),
    ] {
        let sandbox = sandbox_with(r#"{"n": 7}"#);
        let reply = sandbox.call(call, &["k"], &["n", operator, operand, "n"]);
        assert_eq!(reply.map(|reply| !reply.is_null()), Ok(holds), "7 {operator} {operand}");
    }
    for (operator, operand, holds) in
        [("==", "tools", true), ("<", "zoo", true), ("contains", "ool", true), ("contains", "x", false)]
    {
        let sandbox = sandbox_with(r#"{"s": "tools", "n": 1}"#);
        let reply = sandbox.call(call, &["k"], &["s", operator, operand, "n"]);
        assert_eq!(reply.map(|reply| !reply.is_null()), Ok(holds), "tools {operator} {operand}");
    }
    let sandbox = sandbox_with(r#"{"tags": ["a", "b"], "n": 1.5}"#);
    let expected = Reply::from(r#"{"n":3.0,"tags":["a","b"]}"#);
    assert_eq!(sandbox.call(call, &["k"], &["tags", "contains", "b", "n"]), Ok(expected));
}

#[test]
fn errors_say_what_is_wrong_and_write_nothing() {
    let sandbox = sandbox_with(r#"{"age": 30, "name": "Ada", "big": 9223372036854775807}"#);
    for (args, expected) in [
        (["age", "=~", "1", "age"], "ERR argument 2 (`operator`): expected one of == != < <= > >= contains, got `=~`"),
        (["age", ">", "1", "name"], "ERR `name` is not a number"),
        (["age", ">", "1", "big"], "ERR twice 9223372036854775807 is too large"),
    ] {
        assert_eq!(sandbox.call(call, &["k"], &args), Err(expected.to_owned()));
    }
    let error = sandbox.call(call, &[], &["age", ">", "1", "age"]).expect_err("there is no key");
    assert_eq!(error, "ERR key 1 is missing: the caller passed 0");
    let error = sandbox_with("{").call(call, &["k"], &["age", ">", "1", "age"]).expect_err("it is no JSON");
    assert!(error.starts_with("ERR EOF while parsing"), "{error}");
}

#[test]
fn a_time_to_live_stays() {
    let sandbox = sandbox_with(r#"{"n": 1}"#);
    sandbox.command(&["EXPIRE", "k", "100"]).expect("EXPIRE works");
    sandbox.call(call, &["k"], &["n", "==", "1", "n"]).expect("1 is 1");
    assert_eq!(sandbox.command(&["TTL", "k"]), Ok(Reply::Integer(100)));
}
