//! What the commands of `stock` answer, and that a failing one leaves nothing behind.

use ferrite_udf::{Reply, testing::Sandbox};
use stock::{left, put, shift, take};

#[test]
fn what_was_put_can_be_taken_and_no_more() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.execute(put, &["pears", "5"]), Ok(Reply::Integer(5)));
    assert_eq!(sandbox.execute(take, &["pears", "3"]), Ok(Reply::Integer(2)));
    assert_eq!(sandbox.execute(take, &["pears", "3"]), Err("SOLDOUT 1 are missing".to_owned()));
    assert_eq!(sandbox.execute(left, &["pears", "plums"]), Ok(Reply::array([2, 0])));
}

#[test]
fn a_move_is_whole_or_nothing() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.execute(put, &["pears", "5"]), Ok(Reply::Integer(5)));
    assert_eq!(sandbox.execute(shift, &["pears", "plums", "4"]), Ok(Reply::status("OK")));
    assert_eq!(sandbox.execute(shift, &["pears", "plums", "4"]), Err("SOLDOUT 3 are missing".to_owned()));
    assert_eq!(sandbox.execute(left, &["pears", "plums"]), Ok(Reply::array([1, 4])));
}

#[test]
fn errors_name_the_argument() {
    let error = Sandbox::new().execute(take, &["pears", "some"]);
    assert_eq!(error, Err("ERR argument 2 (`count`): expected an integer of at least 0, got `some`".to_owned()));
}
