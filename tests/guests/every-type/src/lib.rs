//! Calls every function of the interfaces for collections, and says what each answered: on a server the same as natively.

use ferrite_udf::prelude::*;
use lists::{End, Side};
use sets::Operation;
use sorted_sets::{Bound, Condition, Order, Selection};
use std::fmt::Debug;
use streams::{Id, NewId, Retention};
use vectors::{Element, Metric, Options, Query};

/// What was answered so far, a line each.
struct Answers(Vec<String>);

impl Answers {
    fn say(&mut self, what: &str, answer: impl Debug) {
        self.0.push(format!("{what}: {answer:?}"));
    }
}

/// Writes what all calls answered. ARGS: none to end well, anything to fail in the end.
#[ferrite_udf::function]
pub fn call(_keys: Keys, args: Args) -> Result<Vec<String>> {
    let mut answers = Answers(Vec::new());
    strings(&mut answers);
    hashes(&mut answers);
    lists(&mut answers);
    sets(&mut answers);
    sorted_sets(&mut answers);
    streams(&mut answers);
    vectors(&mut answers);
    if args.is_empty() { Ok(answers.0) } else { bail!(code: "UNDO", "on purpose") }
}

fn strings(say: &mut Answers) {
    say.say("set-many", strings::set_many(&[("s1", "a"), ("s2", "b"), ("s1", "c")]));
    say.say("strings get-many", strings::get_many(&["s1", "s2", "none"]));
    say.say("too many entries", strings::set_many(&vec![("x", "y"); 65_537]));
}

fn hashes(say: &mut Answers) {
    say.say("set", hashes::set("h", &[("a", "1"), ("b", "x"), ("c", "0.5")]));
    say.say("set again", hashes::set("h", &[("a", "2")]));
    say.say("set-if-absent", (hashes::set_if_absent("h", "a", "3"), hashes::set_if_absent("h", "d", "4")));
    say.say("get", (hashes::get("h", "a"), hashes::get("h", "none"), hashes::get("none", "a")));
    say.say("get-many", hashes::get_many("h", &["b", "none"]));
    say.say("contains", (hashes::contains("h", "a"), hashes::contains("h", "z")));
    say.say(
        "increment",
        (hashes::increment("h", "a", 40), hashes::increment("h", "b", 1), hashes::increment("h", "a", i64::MAX)),
    );
    say.say("increment-float", (hashes::increment_float("h", "c", -1.25), hashes::increment_float("h", "c", f64::NAN)));
    say.say("expire", (hashes::expire("h", &["b", "none"], 60_000), hashes::expire("h", &["d"], 0)));
    say.say(
        "time-to-live",
        (hashes::time_to_live("h", "b"), hashes::time_to_live("h", "a"), hashes::time_to_live("h", "d")),
    );
    say.say("scan", hashes::scan("h", 0, "[ac]", 10));
    say.say("get-all", hashes::get_all("h"));
    say.say("delete", hashes::delete("h", &["b", "none"]));
    say.say("length", (hashes::length("h"), hashes::length("none"), keys::size("h")));
    let many = vec!["x"; 65_537];
    say.say("too many", hashes::get_many("h", &many));
}

fn lists(say: &mut Answers) {
    say.say("push", (lists::push("l", End::Back, &["a", "b"]), lists::push("l", End::Front, &["c", "d"])));
    say.say("range", (lists::range("l", 0, -1), lists::range("l", -2, 99), lists::range("none", 0, 1)));
    say.say("get", (lists::get("l", 0), lists::get("l", -1), lists::get("l", 9)));
    say.say("find", (lists::find("l", "a"), lists::find("l", "z")));
    say.say("set", (lists::set("l", 1, "C"), lists::set("l", 9, "x")));
    say.say(
        "insert",
        (
            lists::insert("l", Side::Before, "b", "b-"),
            lists::insert("l", Side::After, "b", "b+"),
            lists::insert("l", Side::After, "z", "x"),
        ),
    );
    say.say(
        "move",
        (lists::move_element("l", End::Front, "m", End::Back), lists::move_element("none", End::Front, "m", End::Back)),
    );
    say.say("remove", lists::remove("l", End::Back, 1, "C"));
    say.say("pop", (lists::pop("l", End::Back, 2), lists::pop("none", End::Back, 2)));
    say.say("trim", (lists::push("l", End::Back, &["e", "f"]), lists::trim("l", 1, -2)));
    say.say("length", (lists::length("l"), lists::length("m"), lists::length("h")));
}

fn sets(say: &mut Answers) {
    say.say("add", (sets::add("s", &["1", "2", "3", "1"]), sets::add("t", &["3", "4"])));
    say.say("contains", (sets::contains("s", "1"), sets::contains_many("s", &["1", "9"])));
    say.say("combine", sets::combine(Operation::Intersection, &["s", "t"]));
    say.say("union", sets::combine(Operation::Union, &["s", "t"]));
    say.say("difference", sets::combine(Operation::Difference, &["s", "t", "none"]));
    say.say("combine-into", sets::combine_into("u", Operation::Union, &["s", "t"]));
    say.say("move", (sets::move_member("s", "t", "1"), sets::move_member("s", "t", "9")));
    say.say("members", (sets::members("t"), sets::members("none")));
    say.say("random", sets::random("u", 9).map(|members| members.len()));
    say.say("scan", sets::scan("u", 0, "[12]", 10));
    say.say("remove", sets::remove("s", &["2", "9"]));
    say.say("pop", (sets::pop("s", 5), sets::length("s"), sets::length("u")));
    say.say("wrong type", (sets::add("h", &["x"]), sets::members("l")));
}

fn sorted_sets(say: &mut Answers) {
    say.say("add", sorted_sets::add("z", &[("a", 1.0), ("b", 2.5), ("c", f64::INFINITY), ("d", -1.0)]));
    say.say("if-absent", sorted_sets::add_with("z", &[("a", 9.0), ("e", 4.0)], Condition::IfAbsent));
    say.say("if-present", sorted_sets::add_with("z", &[("a", 1.5), ("f", 4.0)], Condition::IfPresent));
    say.say("if-greater", sorted_sets::add_with("z", &[("a", 1.0), ("b", 3.0)], Condition::IfGreater));
    say.say("if-less", sorted_sets::add_with("z", &[("a", 1.0), ("b", 9.0)], Condition::IfLess));
    say.say("nan", sorted_sets::add("z", &[("a", f64::NAN)]));
    say.say("increment", (sorted_sets::increment("z", "a", 0.5), sorted_sets::increment("z", "c", f64::NEG_INFINITY)));
    say.say("scores", (sorted_sets::scores("z", &["a", "none", "c"]), sorted_sets::score("z", "d")));
    say.say(
        "rank",
        (
            sorted_sets::rank("z", "b", Order::Ascending),
            sorted_sets::rank("z", "b", Order::Descending),
            sorted_sets::rank("z", "y", Order::Ascending),
        ),
    );
    say.say("all", sorted_sets::range("z", &Selection::ALL, Order::Descending, 0, u32::MAX));
    let between = Selection::Scores(Bound::Exclusive(-1.0), Bound::Inclusive(4.0));
    say.say("by score", sorted_sets::range("z", &between, Order::Ascending, 1, 2));
    say.say("open", sorted_sets::count("z", &Selection::Scores(Bound::Open, Bound::Exclusive(f64::INFINITY))));
    say.say("count", (sorted_sets::count("z", &between), sorted_sets::length("z")));
    say.say("add", sorted_sets::add("w", &[("a", 0.0), ("b", 0.0), ("c", 0.0), ("d", 0.0)]));
    let members = Selection::Members(Bound::Exclusive(b"a"), Bound::Inclusive(b"c"));
    say.say("by member", sorted_sets::range("w", &members, Order::Descending, 0, 9));
    say.say("half open", sorted_sets::count("w", &Selection::Members(Bound::Inclusive(b"bb"), Bound::Open)));
    say.say(
        "remove-range",
        (sorted_sets::remove_range("w", &members), sorted_sets::remove_range("z", &Selection::Ranks(-1, -1))),
    );
    say.say("pop", (sorted_sets::pop("z", Order::Ascending, 1), sorted_sets::pop("z", Order::Descending, 2)));
    say.say("remove", (sorted_sets::remove("z", &["b", "none"]), sorted_sets::length("z")));
}

fn streams(say: &mut Answers) {
    let id = |ms, seq| Id { ms, seq };
    say.say(
        "explicit",
        streams::append_with("x", NewId::Explicit(id(5, 1)), &[("f", "v"), ("g", "w")], Retention::Everything),
    );
    say.say("behind", streams::append_with("x", NewId::Explicit(id(5, 1)), &[("f", "v")], Retention::Everything));
    say.say("at", streams::append_with("x", NewId::AtMs(5), &[("f", "2")], Retention::Newest(10)));
    say.say("automatic", streams::append("x", &[("f", "3")]).map(|id| id.is_some()));
    say.say("no fields", streams::append("x", &[] as &[(&str, &str)]));
    say.say("range", streams::range("x", Id::MIN, id(5, u64::MAX), Order::Descending, 9));
    say.say("length", (streams::length("x"), streams::last_id("none")));
    say.say("create-group", (streams::create_group("x", "g", Some(Id::MIN)), streams::create_group("x", "g", None)));
    say.say("read-group", streams::read_group("x", "g", "me", 2));
    say.say("no group", (streams::read_group("x", "none", "me", 2), streams::pending("x", "none")));
    say.say("pending", streams::pending("x", "g"));
    say.say("claim", (streams::claim("x", "g", "you", 0, 1), streams::claim("x", "g", "you", 1, 9)));
    say.say("acknowledge", (streams::acknowledge("x", "g", &[id(5, 1), id(9, 9)]), streams::pending("x", "g")));
    say.say("delete", streams::delete("x", &[id(5, 1), id(9, 9)]));
    say.say("trim", (streams::trim("x", Retention::Newest(1)), streams::trim("x", Retention::Since(id(6, 0)))));
    say.say("destroy-group", (streams::destroy_group("x", "g"), streams::destroy_group("x", "g")));
}

fn vectors(say: &mut Answers) {
    let options = Options { metric: Metric::L2, kind: vectors::Kind::Int8, links: 8, ..Options::new(3) };
    say.say("create", (vectors::create("v", options), vectors::create("v", options)));
    say.say("bad options", (vectors::create("w", Options::new(0)), vectors::create("w", Options::new(4097))));
    say.say("add", (vectors::add("v", "a", &[127.0, 0.0, -127.0]), vectors::add("v", "a", &[127.0, 1.0, 0.0])));
    let element = |name: &str, x: f32| Element {
        name: name.into(),
        vector: vec![x, 0.0, 127.0],
        attributes: Some(format!("{{\"x\": {x}}}").into_bytes()),
    };
    say.say("add-many", vectors::add_many("v", &[element("b", 1.0), element("c", 2.0), element("b", 3.0)]));
    say.say("wrong dimension", vectors::add("v", "a", &[1.0]));
    say.say("not finite", (vectors::add("v", "a", &[f32::NAN, 0.0, 0.0]), vectors::search("v", &[1e30, 0.0, 0.0], 1)));
    say.say("no such key", (vectors::add("none", "a", &[1.0]), vectors::search("none", &[1.0], 1)));
    say.say("no vectors", (vectors::search("h", &[1.0], 1), vectors::describe("h")));
    say.say("get-many", vectors::get_many("v", &["b", "none", "a"]));
    say.say("search", vectors::search("v", &[3.0, 0.0, 127.0], 2));
    let query = |filter| Query { vector: &[0.0, 0.0, 0.0], count: 9, ef: 50, filter };
    say.say("search-many", vectors::search_many("v", &[query(""), query(".x > 2"), query("true and .x == 2")]));
    say.say("bad filter", vectors::search_many("v", &[query(".x >")]));
    say.say("too many queries", vectors::search_many("v", &vec![query(""); 65_537]));
    say.say(
        "describe",
        vectors::describe("v").map(|figures| figures.map(|figures| (figures.options, figures.elements))),
    );
    say.say("kind", (keys::kind("v"), keys::size("v"), keys::kind("h"), keys::kind("none")));
    say.say("remove", (vectors::remove("v", &["b", "none"]), vectors::remove("none", &["b"])));
}
