//! The sandbox treats a call as the server does: all or nothing, with time standing still.

use ferrite_udf::{log::Level, prelude::*, testing::Sandbox};

/// Overwrites KEYS[1], makes KEYS[2], deletes KEYS[3].
fn spoil(keys: &Keys) -> Result<()> {
    strings::set(keys.get(0)?, "spoilt")?;
    strings::append(keys.get(1)?, "spoilt")?;
    keys::delete(keys.get(2)?)?;
    Ok(())
}

fn succeeds(keys: Keys, _args: Args) -> Result<()> {
    spoil(&keys)
}

fn fails(keys: Keys, _args: Args) -> Result<()> {
    spoil(&keys)?;
    bail!(code: "LIMITED", "try again")
}

fn panics(keys: Keys, _args: Args) -> Result<()> {
    spoil(&keys)?;
    panic!("on purpose, after {} keys", keys.len())
}

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.command(&["MSET", "a", "1", "c", "3"]).expect("MSET works");
    sandbox
}

fn data(sandbox: &Sandbox) -> Reply {
    sandbox.command(&["MGET", "a", "b", "c"]).expect("MGET works")
}

#[test]
fn a_call_that_succeeds_leaves_what_it_wrote() {
    let sandbox = sandbox();
    assert_eq!(sandbox.call(succeeds, &["a", "b", "c"], &[]), Ok(Reply::status("OK")));
    assert_eq!(data(&sandbox), Reply::from([Some("spoilt"), Some("spoilt"), None]));
}

#[test]
fn an_error_undoes_the_call_and_keeps_its_code() {
    let sandbox = sandbox();
    assert_eq!(sandbox.call(fails, &["a", "b", "c"], &[]), Err("LIMITED try again".to_owned()));
    assert_eq!(data(&sandbox), Reply::from([Some("1"), None, Some("3")]));
}

#[test]
fn a_panic_undoes_the_call_and_becomes_its_message() {
    let sandbox = sandbox();
    let error = sandbox.call(panics, &["a", "b", "c"], &[]).expect_err("it panics");
    assert!(error.contains("on purpose, after 3 keys (") && error.contains("sandbox.rs:"), "{error}");
    assert_eq!(data(&sandbox), Reply::from([Some("1"), None, Some("3")]));
    assert_eq!(sandbox.call(succeeds, &["a", "b", "c"], &[]), Ok(Reply::status("OK")), "the sandbox still works");
}

#[test]
fn a_read_only_call_may_not_write_in_any_way() {
    let sandbox = sandbox();
    let error = sandbox.call_read_only(succeeds, &["a", "b", "c"], &[]).expect_err("it writes");
    assert!(error.starts_with("NOPERM "), "{error}");
    let by_command = |_: Keys, _: Args| -> Result<Reply> { Ok(command!("SET", "a", "2")?) };
    assert!(sandbox.call_read_only(by_command, &[], &[]).is_err());
    let reads = |keys: Keys, _: Args| -> Result<Option<Vec<u8>>> { Ok(strings::get(keys.get(0)?)?) };
    assert_eq!(sandbox.call_read_only(reads, &["a"], &[]), Ok(Reply::from("1")));
    assert_eq!(data(&sandbox), Reply::from([Some("1"), None, Some("3")]));
}

#[test]
fn time_moves_between_calls_only() {
    let sandbox = sandbox();
    let now = |_: Keys, _: Args| -> Result<(u64, u64)> { Ok((clock::now_ms()?, clock::now_ms()?)) };
    sandbox.set_time_ms(1_800_000_000_123);
    assert_eq!(sandbox.call(now, &[], &[]), Ok(Reply::from((1_800_000_000_123_u64, 1_800_000_000_123_u64))));
    sandbox.command(&["PEXPIRE", "a", "500"]).expect("PEXPIRE works");
    sandbox.advance_ms(499);
    let ttl = |keys: Keys, _: Args| -> Result<u64> {
        match keys::time_to_live(keys.get(0)?)? {
            keys::Ttl::ExpiresInMs(ms) => Ok(ms),
            other => bail!("{other:?}"),
        }
    };
    assert_eq!(sandbox.call(ttl, &["a"], &[]), Ok(Reply::Integer(1)));
    // A key is gone after its time, not at it.
    sandbox.advance_ms(2);
    assert_eq!(sandbox.call(ttl, &["a"], &[]), Err("ERR Absent".to_owned()));
}

#[test]
fn commands_answer_with_trees_and_fail_with_their_own_line() {
    let sandbox = sandbox();
    let run = |_: Keys, args: Args| -> Result<Reply> { Ok(commands::execute(&args)?) };
    assert_eq!(sandbox.call(run, &[], &["MGET", "a", "x"]), Ok(Reply::from([Some("1"), None])));
    assert_eq!(sandbox.call(run, &[], &["SET", "s", "text"]), Ok(Reply::status("OK")));
    let error = sandbox.call(run, &[], &["INCR", "s"]);
    assert_eq!(error, Err("ERR value is not an integer or out of range".to_owned()));
    let error = sandbox.call(run, &[], &["NOSUCH"]).expect_err("there is no such command");
    assert!(error.starts_with("ERR unknown command 'NOSUCH'"), "{error}");
    assert!(sandbox.call(run, &[], &["MULTI"]).is_err(), "transactions belong to connections");
}

#[test]
fn typed_calls_fail_with_the_lines_of_their_commands() {
    let sandbox = sandbox();
    sandbox.command(&["SET", "s", "text"]).expect("SET works");
    let increment = |keys: Keys, args: Args| -> Result<i64> { Ok(strings::increment(keys.get(0)?, args.parse(0)?)?) };
    assert_eq!(sandbox.call(increment, &["a"], &["41"]), Ok(Reply::Integer(42)));
    for (key, by) in [("s", "1"), ("a", "9223372036854775807")] {
        let error = sandbox.call(increment, &[key], &[by]);
        assert_eq!(error, sandbox.command(&["INCRBY", key, by]), "{key} {by}");
    }
}

#[test]
fn typed_calls_see_what_commands_wrote() {
    let sandbox = sandbox();
    let visit = |_: Keys, _: Args| -> Result<Reply> {
        let set = strings::set_with("new", "1", strings::Expiry::AfterMs(1000), strings::Condition::IfAbsent)?;
        let again = strings::set_with("new", "2", strings::Expiry::Keep, strings::Condition::IfAbsent)?;
        Ok(Reply::array([
            Reply::from(strings::get_many(&["a", "b", "new"])?),
            Reply::from(set),
            Reply::from(again),
            Reply::from(strings::length("new")?),
            Reply::from(keys::count(&["a", "a", "b"])?),
            Reply::from(keys::exists("b")?),
            Reply::from(keys::kind("a")? == Some(keys::Kind::String)),
            Reply::from(keys::persist("new")?),
            Reply::from(keys::rename("new", "b")?),
            Reply::from(keys::rename("new", "b")?),
            Reply::from(keys::expire("a", 0)?),
            Reply::from(keys::delete_many(&["b", "c", "d"])?),
        ]))
    };
    let expected = Reply::array([
        Reply::from([Some("1"), None, Some("1")]),
        Reply::from(true),
        Reply::from(false),
        Reply::from(1),
        Reply::from(2),
        Reply::from(false),
        Reply::from(true),
        Reply::from(true),
        Reply::from(true),
        Reply::from(false),
        Reply::from(true),
        Reply::from(2),
    ]);
    assert_eq!(sandbox.call(visit, &[], &[]), Ok(expected));
    assert_eq!(sandbox.command(&["DBSIZE"]), Ok(Reply::Integer(0)));
}

#[test]
fn pages_return_every_key() {
    let sandbox = Sandbox::new();
    for number in 0..1000 {
        sandbox.command(&["SET", &format!("key:{number}"), ""]).expect("SET works");
    }
    sandbox.command(&["SET", "other", ""]).expect("SET works");
    let names = |_: Keys, _: Args| -> Result<Vec<Vec<u8>>> {
        let mut names = Vec::new();
        for page in keys::pages("key:*", 10) {
            names.extend(page?);
        }
        names.sort();
        names.dedup();
        Ok(names)
    };
    let mut expected: Vec<_> = (0..1000).map(|number| format!("key:{number}")).collect();
    expected.sort();
    assert_eq!(sandbox.call(names, &[], &[]), Ok(Reply::from(expected)));
}

#[test]
fn log_lines_are_kept_for_the_test() {
    let sandbox = Sandbox::new();
    let says = |_: Keys, args: Args| -> Result<()> {
        log!("{} arguments", args.len());
        log::warn!("careful");
        Ok(())
    };
    sandbox.call(says, &[], &["x"]).expect("it only logs");
    let expected = [(Level::Info, "1 arguments".to_owned()), (Level::Warn, "careful".to_owned())];
    assert_eq!(sandbox.take_log(), expected);
    assert!(sandbox.take_log().is_empty());
}

#[test]
fn sandboxes_do_not_share_data() {
    let (one, other) = (sandbox(), Sandbox::new());
    assert_eq!(other.command(&["EXISTS", "a"]), Ok(Reply::Integer(0)));
    assert_eq!(one.command(&["EXISTS", "a"]), Ok(Reply::Integer(1)));
}
