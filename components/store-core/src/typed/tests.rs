//! The typed interfaces for collections: what they answer, and that each of their writes can be undone.

use super::sorted_sets::{Condition, ScoreRange, Selection};
use super::*;
use crate::keyspace::TransactionAccess;
use crate::store::Environment;
use crate::types::stream::{NewId, StreamId, TrimTo};

struct Fixed;

impl Environment for Fixed {
    fn now_us(&self) -> u64 {
        1_700_000_000_000_000
    }
    fn entropy(&self) -> u64 {
        7
    }
}

fn store() -> Store {
    Store::new(Box::new(Fixed))
}

fn run(store: &mut Store, line: &str) -> String {
    let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
    let reply = store.execute(&words).unwrap_or_else(|error| error.to_string().into_bytes());
    String::from_utf8_lossy(&reply).into_owned()
}

fn id(ms: u64, seq: u64) -> StreamId {
    StreamId { ms, seq }
}

fn texts(lists: &[Vec<u8>]) -> Vec<&str> {
    lists.iter().map(|list| std::str::from_utf8(list).expect("the tests write text")).collect()
}

fn all_scores() -> Selection<'static> {
    let (min, max) = (f64::NEG_INFINITY, f64::INFINITY);
    Selection::Scores(ScoreRange { min, above_min: false, max, below_max: false })
}

#[test]
fn hashes_answer_as_their_commands_do() {
    let s = &mut store();
    assert_eq!(hashes::set(s, b"h", &[(b"a", b"1"), (b"b", b"x"), (b"a", b"2")]), Ok(2));
    assert_eq!(hashes::get(s, b"h", b"a"), Ok(Some(b"2".to_vec())));
    assert_eq!(hashes::get_many(s, b"h", &[b"b", b"none"]), Ok(vec![Some(b"x".to_vec()), None]));
    assert_eq!(hashes::set_if_absent(s, b"h", (b"a", b"3")), Ok(false));
    assert_eq!(hashes::set_if_absent(s, b"h", (b"c", b"3")), Ok(true));
    assert_eq!(hashes::increment(s, b"h", b"a", 40), Ok(42));
    assert_eq!(hashes::increment(s, b"h", b"b", 1), Err(CollectionError::NotANumber));
    assert_eq!(hashes::increment(s, b"h", b"a", i64::MAX), Err(CollectionError::Overflow));
    assert_eq!(hashes::increment_float(s, b"h", b"c", 0.25), Ok(3.25));
    assert_eq!(hashes::increment_float(s, b"h", b"c", f64::NAN), Err(CollectionError::NotANumber));
    assert_eq!(hashes::get_all(s, b"h").map(|fields| fields.len()), Ok(3));
    assert_eq!(hashes::expire(s, b"h", &[b"a", b"none"], 500), Ok(1));
    assert_eq!(hashes::time_to_live(s, b"h", b"a"), Ok(keys::Ttl::ExpiresInMs(500)));
    assert_eq!(hashes::time_to_live(s, b"h", b"b"), Ok(keys::Ttl::Persistent));
    assert_eq!(hashes::time_to_live(s, b"h", b"none"), Ok(keys::Ttl::Absent));
    let page = hashes::scan(s, b"h", 0, b"[ab]", 10).expect("a page");
    assert_eq!((page.cursor, page.fields.len()), (0, 2));
    assert_eq!(hashes::contains(s, b"h", b"c"), Ok(true));
    assert_eq!(hashes::expire(s, b"h", &[b"c"], 0), Ok(1));
    assert_eq!(hashes::delete(s, b"h", &[b"a", b"b", b"c"]), Ok(2));
    assert_eq!((hashes::length(s, b"h"), keys::exists(s, &["h"])), (Ok(0), Ok(0)));
}

#[test]
fn lists_answer_as_their_commands_do() {
    use lists::{End, Side};
    let s = &mut store();
    assert_eq!(lists::push(s, b"l", End::Back, &[b"b", b"c"]), Ok(2));
    assert_eq!(lists::push(s, b"l", End::Front, &[b"a", b"0"]), Ok(4));
    assert_eq!(texts(&lists::range(s, b"l", 0, -1).expect("a range")), ["0", "a", "b", "c"]);
    assert_eq!(lists::get(s, b"l", -1), Ok(Some(b"c".to_vec())));
    assert_eq!(lists::find(s, b"l", b"b"), Ok(Some(2)));
    assert_eq!((lists::set(s, b"l", 1, b"A"), lists::set(s, b"l", 9, b"x")), (Ok(true), Ok(false)));
    assert_eq!(lists::insert(s, b"l", Side::After, b"A", b"A2"), Ok(Some(5)));
    assert_eq!(lists::insert(s, b"l", Side::Before, b"none", b"x"), Ok(None));
    assert_eq!(lists::move_element(s, (b"l", End::Front), (b"l", End::Back)), Ok(Some(b"0".to_vec())));
    assert_eq!(lists::move_element(s, (b"l", End::Back), (b"m", End::Back)), Ok(Some(b"0".to_vec())));
    assert_eq!(lists::move_element(s, (b"none", End::Back), (b"m", End::Back)), Ok(None));
    assert_eq!(texts(&lists::pop(s, b"l", End::Back, 2).expect("two")), ["c", "b"]);
    assert_eq!(lists::remove(s, b"l", End::Front, 1, b"A2"), Ok(1));
    assert_eq!(lists::trim(s, b"l", 5, 9), Ok(0));
    assert_eq!((lists::length(s, b"l"), lists::length(s, b"m"), keys::size(s, b"m")), (Ok(0), Ok(1), Ok(1)));
    assert_eq!(texts(&lists::pop(s, b"m", End::Front, u32::MAX).expect("all")), ["0"]);
}

#[test]
fn sets_answer_as_their_commands_do() {
    use sets::Operation;
    let s = &mut store();
    assert_eq!(sets::add(s, b"a", &[b"1", b"2", b"3", b"1"]), Ok(3));
    assert_eq!(sets::add(s, b"b", &[b"2", b"3", b"x"]), Ok(3));
    assert_eq!(sets::contains(s, b"a", &[b"1", b"x"]), Ok(vec![true, false]));
    let combined = |s: &mut Store, operation| {
        let mut members = sets::combine(s, operation, &[b"a", b"b"]).expect("two sets");
        members.sort();
        String::from_utf8(members.concat()).expect("text")
    };
    assert_eq!(combined(s, Operation::Intersection), "23");
    assert_eq!(combined(s, Operation::Union), "123x");
    assert_eq!(combined(s, Operation::Difference), "1");
    assert_eq!(sets::combine_into(s, b"c", Operation::Union, &[b"a", b"b", b"none"]), Ok(4));
    assert_eq!((sets::move_member(s, b"a", b"d", b"1"), sets::move_member(s, b"a", b"d", b"1")), (Ok(true), Ok(false)));
    assert_eq!(sets::random(s, b"c", 9).map(|members| members.len()), Ok(4));
    assert_eq!(sets::pop(s, b"c", 3).map(|members| members.len()), Ok(3));
    assert_eq!((sets::length(s, b"c"), sets::pop(s, b"c", 3).map(|members| members.len())), (Ok(1), Ok(1)));
    assert_eq!((keys::exists(s, &["c"]), sets::members(s, b"d")), (Ok(0), Ok(vec![b"1".to_vec()])));
    assert_eq!(sets::scan(s, b"b", 0, b"x", 10).map(|page| page.members), Ok(vec![b"x".to_vec()]));
    assert_eq!(sets::remove(s, b"b", &[b"x", b"y"]), Ok(1));
}

#[test]
fn sorted_sets_answer_as_their_commands_do() {
    use sorted_sets::*;
    let s = &mut store();
    let members: &[(&[u8], f64)] = &[(b"a", 1.0), (b"b", 2.0), (b"c", 3.0), (b"d", 4.0)];
    assert_eq!(add(s, b"z", members, Condition::Always), Ok(Changes { added: 4, updated: 0 }));
    assert_eq!(add(s, b"z", &[(b"a", 5.0), (b"e", 9.0)], Condition::IfAbsent), Ok(Changes { added: 1, updated: 0 }));
    assert_eq!(add(s, b"z", &[(b"a", 0.5), (b"b", 2.5)], Condition::IfGreater), Ok(Changes { added: 0, updated: 1 }));
    assert_eq!(add(s, b"z", &[(b"a", 0.5), (b"b", 9.0)], Condition::IfLess), Ok(Changes { added: 0, updated: 1 }));
    assert_eq!(add(s, b"y", &[(b"a", 0.5)], Condition::IfPresent), Ok(Changes::default()));
    assert_eq!(keys::exists(s, &["y"]), Ok(0));
    assert_eq!(add(s, b"z", &[(b"a", 1.0), (b"b", f64::NAN)], Condition::Always), Err(CollectionError::NotANumber));
    assert_eq!(increment(s, b"z", b"a", 0.5), Ok(1.0));
    assert_eq!(increment(s, b"z", b"inf", f64::INFINITY), Ok(f64::INFINITY));
    assert_eq!(increment(s, b"z", b"inf", f64::NEG_INFINITY), Err(CollectionError::Overflow));
    assert_eq!(scores(s, b"z", &[b"b", b"none"]), Ok(vec![Some(2.5), None]));
    assert_eq!(
        (rank(s, b"z", b"c", Order::Ascending), rank(s, b"z", b"c", Order::Descending)),
        (Ok(Some(2)), Ok(Some(3)))
    );
    let names = |s: &mut Store, selection: &Selection<'_>, order, page| {
        let found = range(s, b"z", selection, order, page).expect("a range");
        found.into_iter().map(|scored| String::from_utf8(scored.member).expect("text")).collect::<Vec<_>>()
    };
    let ranks = Selection::Ranks { first: 1, last: -3 };
    assert_eq!(names(s, &ranks, Order::Ascending, (0, 10)), ["b", "c", "d"]);
    assert_eq!(names(s, &ranks, Order::Descending, (1, 2)), ["d", "c"]);
    let between = Selection::Scores(ScoreRange { min: 1.0, above_min: true, max: 4.0, below_max: false });
    assert_eq!(names(s, &between, Order::Ascending, (0, 10)), ["b", "c", "d"]);
    assert_eq!(names(s, &between, Order::Descending, (0, 2)), ["d", "c"]);
    assert_eq!(count(s, b"z", &between), Ok(3));
    assert_eq!(count(s, b"z", &all_scores()), Ok(6));
    let last = pop(s, b"z", Order::Descending, 2).expect("two");
    assert_eq!(last.iter().map(|scored| scored.score).collect::<Vec<_>>(), [f64::INFINITY, 9.0]);
    assert_eq!(remove(s, b"z", &[b"a", b"none"]), Ok(1));
    assert_eq!(remove_range(s, b"z", &Selection::Ranks { first: -1, last: -1 }), Ok(1));
    assert_eq!(length(s, b"z"), Ok(2));
    assert_eq!(remove_range(s, b"z", &all_scores()), Ok(2));
    assert_eq!(add(s, b"w", &[(b"a", 0.0), (b"b", 0.0), (b"c", 0.0)], Condition::Always).map(|c| c.added), Ok(3));
    let range = LexRange { min: LexBound::Exclusive(b"a"), max: LexBound::Greatest };
    assert_eq!(count(s, b"w", &Selection::Members(range)), Ok(2));
    assert_eq!((keys::exists(s, &["z"]), pop(s, b"none", Order::Ascending, 5)), (Ok(0), Ok(Vec::new())));
}

#[test]
fn streams_answer_as_their_commands_do() {
    use streams::*;
    let s = &mut store();
    let fields: &[FieldGiven<'_>] = &[(b"f", b"v")];
    assert_eq!(append(s, b"x", NewId::Exactly(id(1, 1)), fields, None), Ok(Some(id(1, 1))));
    assert_eq!(append(s, b"x", NewId::Exactly(id(1, 1)), fields, None), Ok(None));
    assert_eq!(append(s, b"y", NewId::Exactly(id(0, 0)), fields, None), Ok(None));
    assert_eq!(append(s, b"y", NewId::Any, &[], None), Ok(None));
    assert_eq!(keys::exists(s, &["y"]), Ok(0));
    assert_eq!(append(s, b"x", NewId::At(1), fields, None), Ok(Some(id(1, 2))));
    assert_eq!(append(s, b"x", NewId::Any, fields, None), Ok(Some(id(1_700_000_000_000, 0))));
    assert_eq!((length(s, b"x"), last_id(s, b"x")), (Ok(3), Ok(Some(id(1_700_000_000_000, 0)))));
    let found = range(s, b"x", (StreamId::MIN, StreamId::MAX), Order::Descending, 2).expect("entries");
    assert_eq!(found.iter().map(|entry| entry.id.ms).collect::<Vec<_>>(), [1_700_000_000_000, 1]);
    assert_eq!(create_group(s, b"x", b"g", Some(StreamId::MIN)), Ok(true));
    assert_eq!(create_group(s, b"x", b"g", None), Ok(false));
    assert_eq!(read_group(s, b"x", b"none", b"c", 9), Ok(None));
    assert_eq!(read_group(s, b"x", b"g", b"c", 2).map(|read| read.map(|entries| entries.len())), Ok(Some(2)));
    let pending_of = |name: &[u8], entries| PendingOf { consumer: name.to_vec(), entries };
    assert_eq!(pending(s, b"x", b"g"), Ok(Some(vec![pending_of(b"c", 2)])));
    assert_eq!(claim(s, b"x", (b"g", b"d"), 1, 9), Ok(Some(Vec::new())));
    assert_eq!(delete(s, b"x", &[id(1, 1), id(9, 9)]), Ok(1));
    let claimed = claim(s, b"x", (b"g", b"d"), 0, 9).expect("a group").expect("a group");
    assert_eq!(claimed.iter().map(|entry| entry.id).collect::<Vec<_>>(), [id(1, 2)]);
    assert_eq!(pending(s, b"x", b"g"), Ok(Some(vec![pending_of(b"d", 1)])));
    assert_eq!(acknowledge(s, b"x", b"g", &[id(1, 2), id(1, 1)]), Ok(1));
    assert_eq!(read_group(s, b"x", b"g", b"c", 9).map(|read| read.map(|entries| entries.len())), Ok(Some(1)));
    assert_eq!((destroy_group(s, b"x", b"g"), destroy_group(s, b"x", b"g")), (Ok(true), Ok(false)));
    assert_eq!(trim(s, b"x", Some(TrimTo::Length(1))), Ok(1));
    assert_eq!(trim(s, b"x", None), Ok(0));
}

/// Every typed write. Each is fit to be made first or after the others.
type Write = fn(&mut Store);

const WRITES: &[Write] = &[
    |s| {
        hashes::set(s, b"h", &[(b"a", b"9"), (b"new", b"1")]).expect("a hash");
    },
    |s| {
        hashes::set_if_absent(s, b"h", (b"other", b"1")).expect("a hash");
    },
    |s| {
        hashes::delete(s, b"h", &[b"a"]).expect("a hash");
    },
    |s| {
        hashes::increment(s, b"h", b"n", 5).expect("a number");
    },
    |s| {
        hashes::increment_float(s, b"h", b"n", 0.5).expect("a number");
    },
    |s| {
        hashes::expire(s, b"h", &[b"b"], 1000).expect("a hash");
    },
    |s| {
        hashes::expire(s, b"h", &[b"b"], 0).expect("a hash");
    },
    |s| {
        lists::push(s, b"l", lists::End::Front, &[b"x", b"y"]).expect("a list");
    },
    |s| {
        lists::pop(s, b"l", lists::End::Back, 2).expect("a list");
    },
    |s| {
        lists::move_element(s, (b"l", lists::End::Front), (b"l2", lists::End::Back)).expect("a list");
    },
    |s| {
        lists::set(s, b"l", 0, b"set").expect("a list");
    },
    |s| {
        lists::insert(s, b"l", lists::Side::After, b"e3", b"in").expect("a list");
    },
    |s| {
        lists::remove(s, b"l", lists::End::Back, 2, b"e4").expect("a list");
    },
    |s| {
        lists::trim(s, b"l", 1, 3).expect("a list");
    },
    |s| {
        sets::add(s, b"s", &[b"m", b"1"]).expect("a set");
    },
    |s| {
        sets::remove(s, b"s", &[b"2"]).expect("a set");
    },
    |s| {
        sets::move_member(s, b"s", b"s2", b"3").expect("a set");
    },
    |s| {
        sets::pop(s, b"s", 2).expect("a set");
    },
    |s| {
        sets::pop(s, b"s", 1000).expect("a set");
    },
    |s| {
        sets::combine_into(s, b"h", sets::Operation::Union, &[b"s2"]).expect("a set");
    },
    |s| {
        sorted_sets::add(s, b"z", &[(b"a", 7.0), (b"q", 1.0)], Condition::Always).expect("a sorted set");
    },
    |s| {
        sorted_sets::increment(s, b"z", b"b", 2.0).expect("a sorted set");
    },
    |s| {
        sorted_sets::remove(s, b"z", &[b"c"]).expect("a sorted set");
    },
    |s| {
        sorted_sets::remove_range(s, b"z", &Selection::Ranks { first: 0, last: 0 }).expect("a sorted set");
    },
    |s| {
        sorted_sets::pop(s, b"z", Order::Descending, 1).expect("a sorted set");
    },
    |s| {
        sorted_sets::remove_range(s, b"z", &all_scores()).expect("a sorted set");
    },
    |s| {
        streams::append(s, b"x", NewId::Any, &[(b"f", b"v")], Some(TrimTo::Length(2))).expect("a stream");
    },
    |s| {
        streams::delete(s, b"x", &[id(2, 0)]).expect("a stream");
    },
    |s| {
        streams::create_group(s, b"x", b"new", None).expect("a stream");
    },
    |s| {
        streams::read_group(s, b"x", b"g", b"c2", 2).expect("a stream");
    },
    |s| {
        streams::claim(s, b"x", (b"g", b"c3"), 0, 9).expect("a stream");
    },
    |s| {
        streams::acknowledge(s, b"x", b"g", &[id(1, 0)]).expect("a stream");
    },
    |s| {
        streams::trim(s, b"x", Some(TrimTo::From(id(3, 0)))).expect("a stream");
    },
    |s| {
        streams::destroy_group(s, b"x", b"g").expect("a stream");
    },
];

fn filled() -> Store {
    let mut s = store();
    for line in [
        "HSET h a 1 b 2 n 3",
        "RPUSH l e1 e2 e3 e4 e5 e4",
        "SADD s 1 2 3 4 5",
        "SADD s2 9",
        "ZADD z 1 a 2 b 3 c 4 d",
        "XADD x 1-0 f v",
        "XADD x 2-0 f v",
        "XADD x 3-0 f v",
        "XGROUP CREATE x g 0",
        "XREADGROUP GROUP g c COUNT 1 STREAMS x >",
    ] {
        run(&mut s, line);
    }
    s
}

fn content(s: &mut Store) -> Vec<String> {
    let lines = [
        "DBSIZE",
        "HGETALL h",
        "HPTTL h FIELDS 2 b n",
        "LRANGE l 0 -1",
        "LRANGE l2 0 -1",
        "SMEMBERS s",
        "SMEMBERS s2",
        "ZRANGE z 0 -1 WITHSCORES",
        "XINFO STREAM x FULL",
    ];
    lines
        .into_iter()
        .map(|line| {
            let reply = run(s, line);
            // Members of sets are in no order.
            if line.starts_with("SMEMBERS") {
                let mut words: Vec<&str> = reply.split("\r\n").collect();
                words.sort_unstable();
                return words.concat();
            }
            reply
        })
        .collect()
}

#[test]
fn every_typed_write_is_undone() {
    for (number, write) in WRITES.iter().enumerate() {
        let mut s = filled();
        let before = content(&mut s);
        s.begin(TransactionAccess::ReadWrite);
        write(&mut s);
        assert_ne!(content(&mut s), before, "write {number} changes something");
        s.roll_back().expect("a transaction is open");
        assert_eq!(content(&mut s), before, "write {number}");
    }
    // All of them, one after the other, and of an empty store.
    for mut s in [filled(), store()] {
        let before = content(&mut s);
        s.begin(TransactionAccess::ReadWrite);
        for write in WRITES {
            write(&mut s);
        }
        s.roll_back().expect("a transaction is open");
        assert_eq!(content(&mut s), before);
    }
}

#[test]
fn every_typed_write_is_refused_where_only_reads_are_allowed() {
    let mut s = filled();
    let before = content(&mut s);
    s.begin(TransactionAccess::ReadOnly);
    assert_eq!(hashes::set(&mut s, b"h", &[(b"a", b"1")]), Err(CollectionError::NotPermitted));
    assert_eq!(lists::pop(&mut s, b"l", lists::End::Back, 1), Err(CollectionError::NotPermitted));
    assert_eq!(sets::pop(&mut s, b"s", 1), Err(CollectionError::NotPermitted));
    assert_eq!(sets::combine_into(&mut s, b"s", sets::Operation::Union, &[]), Err(CollectionError::NotPermitted));
    assert_eq!(sorted_sets::increment(&mut s, b"z", b"a", 1.0), Err(CollectionError::NotPermitted));
    assert_eq!(streams::read_group(&mut s, b"x", b"g", b"c", 1), Err(CollectionError::NotPermitted));
    assert_eq!(streams::trim(&mut s, b"x", None), Err(CollectionError::NotPermitted));
    assert_eq!(content(&mut s), before);
}

#[test]
fn another_type_is_an_error_and_changes_nothing() {
    let mut s = filled();
    let before = content(&mut s);
    let wrong = CollectionError::WrongType;
    assert_eq!(hashes::get(&mut s, b"l", b"a"), Err(wrong));
    assert_eq!(lists::push(&mut s, b"h", lists::End::Back, &[b"a"]), Err(wrong));
    assert_eq!(lists::move_element(&mut s, (b"l", lists::End::Back), (b"h", lists::End::Back)), Err(wrong));
    assert_eq!(sets::move_member(&mut s, b"s", b"h", b"1"), Err(wrong));
    assert_eq!(sets::combine(&mut s, sets::Operation::Union, &[b"s", b"h"]), Err(wrong));
    assert_eq!(sorted_sets::length(&mut s, b"h"), Err(wrong));
    assert_eq!(streams::length(&mut s, b"h"), Err(wrong));
    assert_eq!(content(&mut s), before);
}

#[test]
fn limits_hold_before_anything_changes() {
    let mut s = store();
    let many = vec![&b"x"[..]; MAX_ELEMENTS_PER_CALL + 1];
    assert_eq!(sets::add(&mut s, b"s", &many), Err(CollectionError::TooManyElements));
    assert_eq!(hashes::get_many(&mut s, b"h", &many), Err(CollectionError::TooManyElements));
    assert_eq!(sets::scan(&mut s, b"s", 0, b"*", 10_001), Err(CollectionError::TooManyElements));
    let long = vec![b'x'; 5 << 20];
    for _ in 0..13 {
        lists::push(&mut s, b"l", lists::End::Back, &[&long]).expect("a list");
    }
    assert_eq!(lists::range(&mut s, b"l", 0, -1), Err(CollectionError::ResultTooLarge));
    assert_eq!(lists::pop(&mut s, b"l", lists::End::Front, 13), Err(CollectionError::ResultTooLarge));
    assert_eq!(lists::length(&mut s, b"l"), Ok(13));
    assert_eq!(lists::pop(&mut s, b"l", lists::End::Front, 12).map(|popped| popped.len()), Ok(12));
    for number in 0..14u8 {
        let member = [&long[..], &[number]].concat();
        sets::add(&mut s, b"s", &[&member]).expect("a set");
    }
    sets::add(&mut s, b"s", &[b"one more"]).expect("a set");
    assert_eq!(sets::pop(&mut s, b"s", 14).map(|members| members.len()), Err(CollectionError::ResultTooLarge));
    assert_eq!(sets::length(&mut s, b"s"), Ok(15));
}

/// What a write to one member keeps to be undone does not follow the size of the sorted set.
#[test]
fn undoing_a_write_costs_the_same_whatever_the_size_of_the_sorted_set() {
    let cost = |members: u32| {
        let mut s = store();
        let names: Vec<String> = (0..members).map(|number| format!("member:{number:07}")).collect();
        for names in names.chunks(MAX_ELEMENTS_PER_CALL) {
            let scored: Vec<(&[u8], f64)> = names.iter().map(|name| (name.as_bytes(), name.len() as f64)).collect();
            sorted_sets::add(&mut s, b"z", &scored, Condition::Always).expect("a sorted set");
        }
        s.begin(TransactionAccess::ReadWrite);
        sorted_sets::add(&mut s, b"z", &[(b"member:0000007", 3.0), (b"new", 4.0)], Condition::Always).expect("two");
        let bytes = s.keyspace.undo_bytes();
        s.roll_back().expect("a transaction is open");
        assert_eq!(sorted_sets::length(&mut s, b"z"), Ok(u64::from(members)));
        bytes
    };
    let (small, large) = (cost(1_000), cost(1_000_000));
    assert!(large <= 2 * small, "{large} bytes to undo a write to a million members, {small} with a thousand");
}
