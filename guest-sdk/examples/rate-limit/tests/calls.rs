//! Which requests `rate-limit` lets through, and when.

use ferrite_udf::{Reply, testing::Sandbox};
use rate_limit::call;

/// `[allowed, remaining, retry-after-ms]` of one request.
fn request(sandbox: &Sandbox, args: &[&str]) -> (i64, i64, i64) {
    let reply = sandbox.call(call, &["limit:ada"], args).expect("the call is correct");
    match reply.as_array() {
        Some([Reply::Integer(allowed), Reply::Integer(remaining), Reply::Integer(retry)]) => {
            (*allowed, *remaining, *retry)
        }
        _ => panic!("no three numbers: {reply:?}"),
    }
}

#[test]
fn as_many_as_the_limit_are_allowed_at_once() {
    let sandbox = Sandbox::new();
    for remaining in (0..10).rev() {
        assert_eq!(request(&sandbox, &["10", "1000"]), (1, remaining, 0));
    }
    // The clock stands at the begin of a window: the first of these ten loses its weight in the next one.
    assert_eq!(request(&sandbox, &["10", "1000"]), (0, 0, 1100));
}

#[test]
fn waiting_as_long_as_told_is_enough_and_a_millisecond_less_is_not() {
    for (first, later) in [(10, 0), (10, 300), (7, 500), (3, 999), (10, 1500)] {
        let sandbox = Sandbox::new();
        for _ in 0..first {
            request(&sandbox, &["10", "1000"]);
        }
        sandbox.advance_ms(later);
        while let (1, _, _) = request(&sandbox, &["10", "1000"]) {}
        let (_, _, retry) = request(&sandbox, &["10", "1000"]);
        assert!(retry > 0, "{first} requests, then {later} ms");
        let now = |sandbox: &Sandbox| sandbox.command(&["TIME"]).expect("TIME works");
        let before = now(&sandbox);
        sandbox.advance_ms(u64::try_from(retry - 1).expect("retry is positive"));
        assert_eq!(request(&sandbox, &["10", "1000"]), (0, 0, 1), "{first} requests, then {later} ms, from {before:?}");
        sandbox.advance_ms(1);
        assert_eq!(request(&sandbox, &["10", "1000"]).0, 1, "{first} requests, then {later} ms, from {before:?}");
    }
}

#[test]
fn the_window_slides() {
    let sandbox = Sandbox::new();
    for _ in 0..10 {
        request(&sandbox, &["10", "1000"]);
    }
    sandbox.advance_ms(1500);
    // Half of the ten are still in the window.
    assert_eq!(request(&sandbox, &["10", "1000"]), (1, 4, 0));
    sandbox.advance_ms(2000);
    assert_eq!(request(&sandbox, &["10", "1000"]), (1, 9, 0));
}

#[test]
fn a_refused_request_does_not_count() {
    let sandbox = Sandbox::new();
    assert_eq!(request(&sandbox, &["10", "1000", "8"]), (1, 2, 0));
    let stored = sandbox.command(&["GET", "limit:ada"]);
    assert_eq!(request(&sandbox, &["10", "1000", "3"]).0, 0);
    assert_eq!(sandbox.command(&["GET", "limit:ada"]), stored);
    assert_eq!(request(&sandbox, &["10", "1000", "2"]), (1, 0, 0));
}

#[test]
fn a_counter_expires_when_it_no_longer_matters() {
    let sandbox = Sandbox::new();
    request(&sandbox, &["10", "1000"]);
    assert_eq!(sandbox.command(&["PTTL", "limit:ada"]), Ok(Reply::Integer(2000)));
    sandbox.advance_ms(2001);
    assert_eq!(sandbox.command(&["EXISTS", "limit:ada"]), Ok(Reply::Integer(0)));
}

#[test]
fn errors_say_what_is_wrong() {
    let sandbox = Sandbox::new();
    for (args, expected) in [
        (&["10", "soon"][..], "ERR argument 2 (`window-ms`): expected an integer of at least 0, got `soon`"),
        (&["10"], "ERR argument 2 (`window-ms`): missing, the caller passed 1"),
        (&["10", "0"], "ERR the window must be at least 1 ms long"),
        (&["10", "1000", "11"], "ERR a cost of 11 is never allowed by a limit of 10"),
    ] {
        assert_eq!(sandbox.call(call, &["limit:ada"], args), Err(expected.to_owned()));
    }
    sandbox.command(&["SET", "limit:ada", "hello"]).expect("SET works");
    let error = sandbox.call(call, &["limit:ada"], &["10", "1000"]).expect_err("it is no counter");
    assert_eq!(error, "ERR the key holds no rate limit");
}

#[test]
fn it_needs_to_write() {
    let sandbox = Sandbox::new();
    let error = sandbox.call_read_only(call, &["limit:ada"], &["10", "1000"]).expect_err("it writes");
    assert!(error.starts_with("NOPERM "), "{error}");
}
