//! What a transaction did is undone: random commands in nested transactions, against copies of all databases.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::{Database, Keyspace, TransactionAccess, TransactionError};
use crate::random::Random;
use crate::store::{Environment, Store};
use crate::types::string;

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
/// Bytes, encoding and time of expiry of every live key.
type Copy = BTreeMap<Key, (Vec<u8>, &'static str, Option<i64>)>;

const SOME_DATABASES: u32 = 3;
const SESSION: u64 = 1;

fn copy_of(keys: &Keyspace) -> Copy {
    let mut copy = Copy::new();
    for database in 0..SOME_DATABASES {
        for entry in keys.entries(database) {
            let value = (string::text(entry.value()).into_owned(), entry.value().encoding(), entry.expire_ms());
            let twice = copy.insert((database, entry.key().to_vec()), value);
            assert!(twice.is_none(), "a key is there once");
        }
    }
    copy
}

/// What is left of a copy now.
fn live(copy: &Copy, now_ms: i64) -> Copy {
    let lives = |expire: &Option<i64>| expire.is_none_or(|expire| expire >= now_ms);
    copy.iter().filter(|(_, (_, _, expire))| lives(expire)).map(|(key, value)| (key.clone(), value.clone())).collect()
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
        let value = self.value();
        let time = self.milliseconds();
        let database = self.below(u64::from(SOME_DATABASES)).to_string();
        let another = self.below(u64::from(SOME_DATABASES)).to_string();
        let line: Vec<&str> = match self.below(30) {
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
    let store = Store::new(Box::new(Settable(clock.clone())));
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
                        let expired = before.len() != now.len();
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
                    if copies.is_empty() && now != before {
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
    assert_eq!(run.commands.len(), 19, "every command succeeded at times: {:?}", run.commands);
}
