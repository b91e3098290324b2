//! The steps: one write of every kind after the other, each of which changes what a client sees.

use ferrite_udf::prelude::*;
use lists::{End, Side};
use sets::Operation;
use sorted_sets::{Order, Selection};
use std::fmt::Display;
use streams::{Id, NewId, Retention};
use strings::{Condition, Expiry};

/// A step's name, and what it does.
type Step = (&'static str, fn() -> Result<()>);

/// One call of the store, whose answer is let go.
fn done<T>(answer: Result<T, impl Display>) -> Result<()> {
    answer.map(drop).map_err(|error| Error::msg(error.to_string()))
}

/// The whole series, in its order. The last steps take everything away that is left.
pub(crate) const STEPS: &[Step] = &[
    ("set over a value", || done(strings::set("text", "other"))),
    ("set what was absent", || done(strings::set("new", "value"))),
    ("set over another type", || done(strings::set("list:over", "now a string"))),
    ("append", || done(strings::append("text", " and more"))),
    ("append to what was absent", || done(strings::append("appended", "x"))),
    ("increment", || done(strings::increment("number", 7))),
    ("set with an expiry", || {
        done(strings::set_with("text", "mortal", Expiry::AfterMs(1_000_000_000), Condition::IfPresent))
    }),
    ("set and keep the expiry", || {
        done(strings::set_with("mortal", "longer than before", Expiry::Keep, Condition::Always))
    }),
    ("expire", || done(keys::expire("number", 2_000_000_000))),
    ("expire at once", || done(keys::expire("short-lived", 0))),
    ("persist", || done(keys::persist("mortal"))),
    ("rename", || done(keys::rename("renamed", "renamed:new"))),
    ("rename over another", || done(keys::rename("over", "overwritten"))),
    ("rename wakes a client", || done(keys::rename("list:ready", "wait:rename"))),
    ("delete", || done(keys::delete("deleted"))),
    ("delete what is large", || done(keys::delete("hash:gone"))),
    ("delete many", || done(keys::delete_many(&["many:1", "none", "many:2", "many:3"]))),
    ("hash: set", || done(hashes::set("hash", &[("a", "2"), ("new", "field")]))),
    ("hash: set makes it large", || done(hashes::set("hash", &[("long", "x".repeat(200))]))),
    ("hash: set in a large one", || done(hashes::set("hash:large", &[("7", "seven"), ("new", "field")]))),
    ("hash: set what was absent", || done(hashes::set("hash:new", &[("f", "v")]))),
    ("hash: set if absent", || done(hashes::set_if_absent("hash", "absent", "v"))),
    ("hash: increment", || done(hashes::increment("hash", "n", 5))),
    ("hash: increment by a fraction", || done(hashes::increment_float("hash:large", "8", 0.5))),
    ("hash: fields expire", || done(hashes::expire("hash:mortal", &["a"], 3_000_000_000))),
    ("hash: fields expire at once", || done(hashes::expire("hash:mortal", &["b"], 0))),
    ("hash: delete", || done(hashes::delete("hash:large", &["1", "2", "3"]))),
    ("hash: delete the last", || done(hashes::delete("hash:one", &["f"]))),
    ("list: push wakes a client", || done(lists::push("wait:list", End::Back, &["a", "b"]))),
    ("list: push", || done(lists::push("list", End::Front, &["x", "y"]))),
    ("list: push what is long", || done(lists::push("list", End::Back, &["z".repeat(10_000)]))),
    ("list: push to a long one", || done(lists::push("list:large", End::Back, &["x", "y"]))),
    ("list: pop", || done(lists::pop("list:large", End::Front, 300))),
    ("list: set", || done(lists::set("list:large", 100, "replaced"))),
    ("list: insert", || done(lists::insert("list", Side::After, "b", "inserted"))),
    ("list: remove", || done(lists::remove("list", End::Back, 2, "b"))),
    ("list: trim", || done(lists::trim("list:large", 10, -11))),
    ("list: move", || done(lists::move_element("list", End::Front, "list:other", End::Back))),
    ("list: move the last", || done(lists::move_element("list:one", End::Front, "list:made", End::Back))),
    ("set: add", || done(sets::add("set:numbers", &["4", "5"]))),
    ("set: add another kind", || done(sets::add("set:numbers", &["text"]))),
    ("set: add to a large one", || done(sets::add("set:large", &["new", "newer"]))),
    ("set: remove", || done(sets::remove("set", &["a", "none"]))),
    ("set: pop", || done(sets::pop("set:large", 5))),
    ("set: move", || done(sets::move_member("set", "set:other", "b"))),
    ("set: combine", || done(sets::combine_into("set:other", Operation::Union, &["set", "set:large"]))),
    ("sorted set: add wakes a client", || done(sorted_sets::add("wait:sorted", &[("m", 1.0)]))),
    ("sorted set: add", || done(sorted_sets::add("sorted", &[("a", 9.0), ("new", 0.5)]))),
    ("sorted set: add to a large one", || done(sorted_sets::add("sorted:large", &[("7", -1.0), ("new", 5.5)]))),
    ("sorted set: increment", || done(sorted_sets::increment("sorted", "b", 0.25))),
    ("sorted set: remove", || done(sorted_sets::remove("sorted:large", &["1", "2"]))),
    ("sorted set: remove a range", || done(sorted_sets::remove_range("sorted:large", &Selection::Ranks(0, 20)))),
    ("sorted set: pop", || done(sorted_sets::pop("sorted", Order::Descending, 1))),
    ("stream: append wakes clients", || done(streams::append("wait:stream", &[("f", "v")]))),
    ("stream: append", || done(streams::append_with("stream", NewId::AtMs(9), &[("f", "v")], Retention::Everything))),
    ("stream: append and trim", || {
        done(streams::append_with("stream:large", NewId::AtMs(u64::MAX / 2), &[("f", "v")], Retention::Newest(100)))
    }),
    ("stream: delete", || done(streams::delete("stream", &[Id { ms: 1, seq: 1 }]))),
    ("stream: trim", || done(streams::trim("stream:large", Retention::Newest(3)))),
    ("stream: create a group", || done(streams::create_group("stream", "made", None))),
    ("stream: read as a group", || done(streams::read_group("stream", "group", "new consumer", 1))),
    ("stream: claim", || done(streams::claim("stream", "group", "thief", 0, 10))),
    ("stream: acknowledge", || done(streams::acknowledge("stream", "group", &[Id { ms: 2, seq: 1 }]))),
    ("stream: destroy a group", || done(streams::destroy_group("stream", "other group"))),
    ("vectors: create", || done(vectors::create("vectors:made", vectors::Options::new(2)))),
    ("vectors: add to the new", || done(vectors::add("vectors:made", "x", &[1.0, 2.0]))),
    ("vectors: add", || done(vectors::add("vectors", "new", &[0.5, 0.25]))),
    ("vectors: replace", || done(vectors::add("vectors", "7", &[-0.5, 0.25]))),
    ("vectors: remove", || done(vectors::remove("vectors", &["3", "none", "4"]))),
    ("VSETATTR", || done(command!("VSETATTR", "vectors", "5", "{\"n\": 5}"))),
    ("VADD", || done(command!("VADD", "vectors:small", "VALUES", "2", "1", "0", "other", "SETATTR", "{}"))),
    ("VREM", || done(command!("VREM", "vectors:small", "only"))),
    ("SETRANGE", || done(command!("SETRANGE", "text", "30", "far"))),
    ("SETBIT", || done(command!("SETBIT", "bits", "1000", "1"))),
    ("BITFIELD", || done(command!("BITFIELD", "bits", "SET", "u8", "16", "255"))),
    ("INCRBYFLOAT", || done(command!("INCRBYFLOAT", "number", "0.5"))),
    ("GETDEL", || done(command!("GETDEL", "getdel"))),
    ("GETEX", || done(command!("GETEX", "text", "PERSIST"))),
    ("MSET", || done(command!("MSET", "m:1", "1", "text", "2", "m:3", "3"))),
    ("PFADD", || done(command!("PFADD", "visitors", "d", "e"))),
    ("GEOADD", || done(command!("GEOADD", "places", "13.361389", "38.115556", "Palermo"))),
    ("SORT STORE", || done(command!("SORT", "set:numbers", "ALPHA", "STORE", "list"))),
    ("ZUNIONSTORE", || done(command!("ZUNIONSTORE", "sorted:union", "2", "sorted", "sorted:large"))),
    ("LMOVE", || done(command!("LMOVE", "list", "list:large", "LEFT", "RIGHT"))),
    ("XSETID", || done(command!("XSETID", "stream", "77-7"))),
    ("RESTORE what is a copy", || done(command!("COPY", "hash:large", "hash:copy", "REPLACE"))),
    ("COPY to another database", || done(command!("COPY", "text", "copied", "DB", "1"))),
    ("MOVE", || done(command!("MOVE", "moved", "1"))),
    ("PUBLISH", || done(command!("PUBLISH", "channel", "message"))),
    ("SWAPDB", || done(command!("SWAPDB", "0", "1"))),
    ("FLUSHDB", || done(command!("FLUSHDB"))),
    ("FLUSHALL", || done(command!("FLUSHALL"))),
    ("set in the void", || done(strings::set("text", "after all"))),
];
