//! Where players stand, and who is around them.

use ferrite_udf::{Reply, testing::Sandbox};
use leaderboard::call;

fn board() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.command(&["ZADD", "board", "10", "ann", "20", "bob", "30", "cat", "40", "dan"]).expect("ZADD works");
    sandbox
}

fn standing(place: i64, best: f64, around: &[(&str, f64)]) -> Reply {
    let around = around.iter().map(|&(name, score)| Reply::array([Reply::from(name), Reply::Double(score)]));
    Reply::array([Reply::Integer(place), Reply::Double(best), Reply::array(around)])
}

#[test]
fn a_new_player_stands_where_the_score_says() {
    let reply = board().call(call, &["board"], &["eve", "25", "1"]);
    assert_eq!(reply, Ok(standing(3, 25.0, &[("cat", 30.0), ("eve", 25.0), ("bob", 20.0)])));
}

#[test]
fn the_best_and_the_last_have_neighbours_on_one_side() {
    let board = board();
    let reply = board.call(call, &["board"], &["dan", "50"]);
    assert_eq!(reply, Ok(standing(1, 50.0, &[("dan", 50.0), ("cat", 30.0), ("bob", 20.0)])));
    let reply = board.call(call, &["board"], &["ann", "11", "1"]);
    assert_eq!(reply, Ok(standing(4, 11.0, &[("bob", 20.0), ("ann", 11.0)])));
}

#[test]
fn a_lower_score_changes_nothing() {
    let reply = board().call(call, &["board"], &["cat", "5", "0"]);
    assert_eq!(reply, Ok(standing(2, 30.0, &[("cat", 30.0)])));
}

#[test]
fn what_is_no_score_is_refused_and_leaves_no_board() {
    let sandbox = Sandbox::new();
    assert!(sandbox.call(call, &["board"], &["eve", "many"]).is_err());
    assert_eq!(sandbox.call(call, &["board"], &["eve", "NaN"]), Err("ERR value is not a number".to_owned()));
    assert_eq!(sandbox.command(&["EXISTS", "board"]), Ok(Reply::Integer(0)));
}
