//! What `total` makes of the values that come with a call.

use ferrite_udf::{Reply, testing::Sandbox};
use total::call;

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.command(&["MSET", "jan", "20", "feb", "40", "word", "x"]).expect("MSET works");
    sandbox.command(&["LPUSH", "list", "1"]).expect("LPUSH works");
    sandbox
}

#[test]
fn the_values_of_the_keys_are_added_and_absent_ones_are_none() {
    assert_eq!(sandbox().call(call, &["jan", "feb", "mar"], &[]), Ok(Reply::array([60, 2])));
    assert_eq!(sandbox().call(call, &[], &[]), Ok(Reply::array([0, 0])));
    assert_eq!(sandbox().call_read_only(call, &["jan", "jan"], &[]), Ok(Reply::array([40, 2])));
}

#[test]
fn what_is_no_number_is_an_error_and_so_is_another_type() {
    let error = sandbox().call(call, &["jan", "word"], &[]);
    assert_eq!(error, Err("ERR key 2 holds no number, or one too large".to_owned()));
    let error = sandbox().call(call, &["list"], &[]).expect_err("a list has no value");
    assert!(error.starts_with("WRONGTYPE"), "{error}");
}
