//! What a transaction did is undone: random commands in nested transactions, against copies of all databases.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::entry::Content;
use super::{Database, Keyspace, TransactionAccess, TransactionError};
use crate::random::Random;
use crate::store::{Environment, Store};
use crate::types::stream::StreamId;
use crate::types::{Collection, string};

struct Settable(Rc<Cell<u64>>);

impl Environment for Settable {
    fn now_us(&self) -> u64 {
        self.0.get()
    }
    fn entropy(&self) -> u64 {
        7
    }
}

type Key = (Database, Vec<u8>);
/// Every live key.
type Copy = BTreeMap<Key, Copied>;

/// What a key holds.
#[derive(Clone, Debug, PartialEq)]
struct Copied {
    parts: Vec<Part>,
    encoding: &'static str,
    expire_ms: Option<i64>,
}

/// The bytes of a string, or of an element, and when that expires.
type Part = (Vec<u8>, Option<i64>);

/// The parts of a value in their order, or sorted when they have none.
fn parts(content: Content<'_>, now_ms: i64) -> Vec<Part> {
    let mut parts = Vec::new();
    match content {
        Content::String(value) => parts.push((string::text(value).into_owned(), None)),
        Content::Collection(Collection::Hash(hash)) => hash.each(now_ms, &mut |field| {
            parts.push(([&*field.name.text(), b"=", &*field.value.text()].concat(), field.expire_ms));
        }),
        Content::Collection(Collection::Set(set)) => set.each(&mut |member| {
            parts.push((member.text().to_vec(), None));
            true
        }),
        Content::Collection(Collection::SortedSet(set)) => set.each(0, usize::MAX, false, &mut |member, score| {
            parts.push(([member, b"=", score.to_string().as_bytes()].concat(), None));
            true
        }),
        Content::Collection(Collection::List(list)) => {
            parts.extend(list.iter(0, false).map(|element| (element.text().to_vec(), None)));
        }
        Content::Collection(Collection::Stream(stream)) => {
            parts.push((format!("{:?}", stream.figures()).into_bytes(), None));
            for entry in stream.range(StreamId::MIN, StreamId::MAX, false) {
                let pairs = entry.pairs.flat_map(|(field, value)| [field.text().to_vec(), value.text().to_vec()]);
                parts.push((pairs.fold(entry.id.to_text(), |all, text| [all, text].concat()), None));
            }
            for group in stream.groups() {
                let pending: Vec<_> = group.pending().iter_from(StreamId::MIN).collect();
                let consumers: Vec<_> = group.consumers().map(|other| (&other.name, other.seen_ms)).collect();
                let position = (&group.name, group.last_id, group.entries_read);
                parts.push((format!("{position:?} {pending:?} {consumers:?}").into_bytes(), None));
            }
        }
        #[cfg(feature = "vectors")]
        Content::Collection(Collection::VectorSet(set)) => {
            parts.push((format!("{:?}", set.options()).into_bytes(), None));
            for slot in set.index().slots() {
                let (name, attributes) = (set.name(slot).unwrap_or_default(), set.attributes(slot).unwrap_or_default());
                parts.push(([name, b"=", &set.index().bytes_of(slot), attributes].concat(), None));
            }
            parts.sort_unstable();
        }
    }
    if content.encoding() == "hashtable" {
        parts.sort_unstable();
    }
    parts
}

const SOME_DATABASES: u32 = 3;
const SESSION: u64 = 1;

fn copy_of(keys: &Keyspace) -> Copy {
    let mut copy = Copy::new();
    for database in 0..SOME_DATABASES {
        for entry in keys.entries(database) {
            let content = entry.content();
            let parts = parts(content, keys.now_ms());
            if parts.is_empty() {
                continue;
            }
            let copied = Copied { parts, encoding: content.encoding(), expire_ms: entry.expire_ms() };
            let twice = copy.insert((database, entry.key().to_vec()), copied);
            assert!(twice.is_none(), "a key is there once");
        }
    }
    copy
}

/// What is left of a copy now.
fn live(copy: &Copy, now_ms: i64) -> Copy {
    let lives = |expire: Option<i64>| expire.is_none_or(|expire| expire >= now_ms);
    let mut copy = copy.clone();
    copy.values_mut().for_each(|copied| copied.parts.retain(|(_, expire_ms)| lives(*expire_ms)));
    copy.retain(|_, copied| lives(copied.expire_ms) && !copied.parts.is_empty());
    copy
}

struct Run {
    store: Store,
    clock: Rc<Cell<u64>>,
    random: Random,
    commands: BTreeSet<String>,
}

impl Run {
    fn below(&mut self, bound: u64) -> u64 {
        self.random.next() % bound
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        let at = self.below(from.len() as u64) as usize;
        from.get(at).copied().expect("below its length")
    }

    fn key(&mut self) -> String {
        let long = "k".repeat(300);
        self.pick(&["a", "b", "c", "d", "e", "", &long]).to_owned()
    }

    fn field(&mut self) -> String {
        self.below(12).to_string()
    }

    fn value(&mut self) -> String {
        let long = "v".repeat(200);
        self.pick(&["", "1", "-42", "abc", "000", "exactly forty-four bytes, which is the most..", &long]).to_owned()
    }

    fn milliseconds(&mut self) -> String {
        self.pick(&["-1", "0", "1", "20", "1000", "100000"]).to_owned()
    }

    /// A random command in a random database. Whether it succeeds does not matter.
    fn command(&mut self) {
        let (one, other) = (self.key(), self.key());
        let fields = [self.field(), self.field(), self.field()];
        let [field, second, third] = fields.each_ref().map(String::as_str);
        let value = self.value();
        // Of streams only a few groups, so that they are met again.
        let second = if second.len() > 1 { "5" } else { second };
        let entries = [format!("0-{field}"), format!("0-{}", self.below(30))];
        let time = self.milliseconds();
        let database = self.below(u64::from(SOME_DATABASES)).to_string();
        let another = self.below(u64::from(SOME_DATABASES)).to_string();
        let line: Vec<&str> = match self.below(121) {
            0..4 => vec!["SET", &one, &value],
            4..6 => vec!["SET", &one, &value, "PX", &time],
            6 => vec!["SET", &one, &value, "KEEPTTL"],
            7 => vec!["APPEND", &one, &value],
            8 => vec!["SETRANGE", &one, "3", &value],
            9 => vec!["INCRBY", &one, "5"],
            10 => vec!["GETDEL", &one],
            11 => vec!["GETEX", &one, "PERSIST"],
            12 => vec!["MSET", &one, &value, &other, "2"],
            13 => vec!["DEL", &one, &other],
            14..16 => vec!["RENAME", &one, &other],
            16 => vec!["RENAMENX", &one, &other],
            17 => vec!["COPY", &one, &other, "REPLACE"],
            18 => vec!["COPY", &one, &other, "DB", &database],
            19..21 => vec!["MOVE", &one, &database],
            21..23 => vec!["SWAPDB", &database, &another],
            23 => vec!["FLUSHDB"],
            24 if self.below(4) == 0 => vec!["FLUSHALL"],
            24..27 => vec!["PEXPIRE", &one, &time],
            27 => vec!["EXPIRE", &one, "100", "XX"],
            28 => vec!["PERSIST", &one],
            30..35 => vec!["HSET", &one, field, &value, second, "5", third, &value],
            35 => vec!["HSETNX", &one, field, &value],
            36..38 => vec!["HDEL", &one, field, second],
            38 => vec!["HDEL", &one, "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"],
            39 => vec!["HINCRBY", &one, field, "7"],
            40 => vec!["HINCRBYFLOAT", &one, field, "0.5"],
            41..43 => vec!["HPEXPIRE", &one, &time, "FIELDS", "2", field, second],
            43 => vec!["HPERSIST", &one, "FIELDS", "1", field],
            44 => vec!["HGETDEL", &one, "FIELDS", "2", field, second],
            45 => vec!["HGETEX", &one, "PX", &time, "FIELDS", "1", field],
            46 => vec!["HSETEX", &one, "PX", &time, "FIELDS", "2", field, "x", second, "y"],
            47 => vec!["HSETEX", &one, "FNX", "KEEPTTL", "FIELDS", "1", field, "z"],
            50..53 => vec!["SADD", &one, field, second, &value],
            53 => vec!["SREM", &one, field, second],
            54 => vec!["SPOP", &one, "2"],
            55 => vec!["SMOVE", &one, &other, field],
            56 => vec!["SDIFFSTORE", &one, &other, "a"],
            57..61 => vec!["ZADD", &one, "1.5", field, "2", second, "2", &value],
            61 => vec!["ZINCRBY", &one, "3", field],
            62 => vec!["ZREM", &one, field, second],
            63 => vec!["ZPOPMIN", &one, "2"],
            64 => vec!["ZREMRANGEBYRANK", &one, "1", "2"],
            65 => vec!["ZUNIONSTORE", &one, "2", &other, "a"],
            66 => vec!["ZRANGESTORE", &one, &other, "0", "2"],
            67..69 => vec!["RPUSH", &one, &value, field, second],
            69..71 => vec!["LPUSH", &one, field, &value],
            71 => vec!["LPOP", &one],
            72 => vec!["RPOP", &one, "2"],
            73 => vec!["LSET", &one, "1", &value],
            74 => vec!["LINSERT", &one, "BEFORE", field, &value],
            75 => vec!["LREM", &one, "0", field],
            76 => vec!["LTRIM", &one, "1", "-2"],
            77 => vec!["LMOVE", &one, &other, "LEFT", "RIGHT"],
            78 => vec!["LMPOP", "2", &one, &other, "RIGHT", "COUNT", "3"],
            79 => vec!["SETBIT", &one, "100", "1"],
            80 => vec!["BITFIELD", &one, "INCRBY", "u9", "3", "7", "SET", "i8", "#40", "-3"],
            81 => vec!["BITOP", "XOR", &one, &other, "a"],
            82 => vec!["PFADD", &one, field, second, &value],
            83 => vec!["PFMERGE", &one, &other],
            84..86 => vec!["PFCOUNT", &one],
            86..90 => vec!["XADD", &one, "0-*", "f", &value, "g", second],
            90 => vec!["XADD", &one, "MAXLEN", "3", "0-*", "other", field],
            91 => vec!["XDEL", &one, &entries[0], &entries[1]],
            92 => vec!["XTRIM", &one, "MINID", &entries[0]],
            93 => vec!["XSETID", &one, "0-50", "ENTRIESADDED", "60", "MAXDELETEDID", &entries[0]],
            94..97 => vec!["XGROUP", "CREATE", &one, second, "0", "MKSTREAM"],
            97..100 => vec!["XREADGROUP", "GROUP", second, field, "COUNT", "2", "STREAMS", &one, ">"],
            100 => vec!["XREADGROUP", "GROUP", second, field, "STREAMS", &one, "0"],
            101 => vec!["XACK", &one, second, &entries[0], &entries[1]],
            102 => vec!["XCLAIM", &one, second, field, "0", &entries[0], "FORCE", "LASTID", &entries[1]],
            103 => vec!["XAUTOCLAIM", &one, second, field, "0", "0"],
            104 => vec!["XGROUP", "DELCONSUMER", &one, second, field],
            105 => vec!["XGROUP", "DESTROY", &one, second],
            106 => vec!["XGROUP", "SETID", &one, second, "$"],
            107 => vec!["GEOADD", &one, "1.5", "2.5", field],
            109..112 => vec!["VADD", &one, "VALUES", "2", field, "1.5", second, "NOQUANT", "SETATTR", "{\"n\": 1}"],
            112..114 => vec!["VADD", &one, "VALUES", "2", "-1", field, third],
            114 => vec!["VREM", &one, field],
            115 => vec!["VSETATTR", &one, field, &value],
            116 => vec!["VECTOR.CREATE", &one, "DIM", "2", "DISTANCE", "l2"],
            117..119 => vec!["VECTOR.ADD", &one, field, "VALUES", "2", second, "3"],
            119 => vec!["VECTOR.DEL", &one, field, second],
            120 => vec!["VECTOR.DROP", &one],
            _ => vec!["GET", &one],
        };
        let selected = self.below(u64::from(SOME_DATABASES)) as u32;
        assert!(self.store.select(selected));
        let argv: Vec<&[u8]> = line.iter().map(|word| word.as_bytes()).collect();
        if self.store.execute(&argv).is_ok() {
            self.commands.insert(line.first().map(|&name| name.to_owned()).unwrap_or_default());
        }
    }

    fn watch_everything(&mut self) {
        self.store.keyspace.watch.clear(SESSION);
        let long = "k".repeat(300);
        for database in 0..SOME_DATABASES {
            for key in ["a", "b", "c", "d", "e", "", &long] {
                self.store.keyspace.watch(SESSION, database, key.as_bytes());
            }
        }
    }
}

#[test]
fn a_transaction_that_is_rolled_back_leaves_no_trace() {
    let clock = Rc::new(Cell::new(1_700_000_000_000_000));
    let mut store = Store::new(Box::new(Settable(clock.clone())));
    // So that hashes of a dozen fields come in every form.
    store.keyspace.limits.hash_entries = 6;
    (store.keyspace.limits.set_integers, store.keyspace.limits.sorted_set_entries) = (6, 6);
    let mut run = Run { store, clock, random: Random::new(0x5eed), commands: BTreeSet::new() };
    let mut copies: Vec<(Copy, bool)> = Vec::new();
    let (mut rolled_back, mut broken) = (0, 0);
    for _ in 0..60_000 {
        let advance = run.below(20) == 0;
        if advance {
            let time = run.clock.get() + run.below(40_000);
            run.clock.set(time);
            run.store.read_clock();
        }
        let now_ms = run.store.keyspace.now_ms();
        match run.below(12) {
            0 if copies.len() < 4 => {
                if copies.is_empty() {
                    run.watch_everything();
                }
                let reads_only = copies.last().is_some_and(|(_, reads_only)| *reads_only) || run.below(8) == 0;
                copies.push((copy_of(&run.store.keyspace), reads_only));
                run.store.begin(if reads_only { TransactionAccess::ReadOnly } else { TransactionAccess::ReadWrite });
            }
            1 => match copies.pop() {
                Some((before, _)) => {
                    assert_eq!(run.store.roll_back(), Ok(()));
                    let now = copy_of(&run.store.keyspace);
                    assert_eq!(now, live(&before, now_ms));
                    rolled_back += 1;
                    if copies.is_empty() {
                        // Time alone may have changed what is watched.
                        let expired = before.values().any(|copied| copied.expire_ms.is_some_and(|time| time < now_ms));
                        assert_eq!(run.store.keyspace.is_watch_broken(SESSION), expired);
                    }
                }
                None => assert_eq!(run.store.roll_back(), Err(TransactionError::NotOpen)),
            },
            2 => match copies.pop() {
                Some((before, reads_only)) => {
                    assert_eq!(run.store.commit(), Ok(()));
                    let now = copy_of(&run.store.keyspace);
                    assert!(!reads_only || now == live(&before, now_ms), "a read-only transaction wrote");
                    if copies.is_empty() && now != live(&before, now_ms) {
                        assert!(run.store.keyspace.is_watch_broken(SESSION));
                        broken += 1;
                    }
                }
                None => assert_eq!(run.store.commit(), Err(TransactionError::NotOpen)),
            },
            _ => run.command(),
        }
    }
    assert!(rolled_back > 1000 && broken > 500, "{rolled_back} rolled back, {broken} committed with changes");
    assert_eq!(run.commands.len(), 74, "every command succeeded at times: {:?}", run.commands);
}
