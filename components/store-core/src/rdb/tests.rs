//! Values that go out and come back.

use super::payload::{self, PayloadError};
use super::read::Loaded;
use crate::keyspace::limits::Limits;
use crate::random::Random;
use crate::store::{Environment, Store};

struct Fixed;

impl Environment for Fixed {
    fn now_us(&self) -> u64 {
        1_700_000_000_000_000
    }
    fn entropy(&self) -> u64 {
        42
    }
}

fn run(store: &mut Store, session: u64, argv: &[&[u8]]) -> Vec<u8> {
    let mut input = format!("*{}\r\n", argv.len()).into_bytes();
    for argument in argv {
        input.extend(format!("${}\r\n", argument.len()).into_bytes());
        input.extend_from_slice(argument);
        input.extend_from_slice(b"\r\n");
    }
    store.exchange(session, &input).replies
}

/// A store with a value of each type in each form, and the names of the keys.
fn filled() -> (Store, u64, Vec<Vec<u8>>) {
    let mut store = Store::new(Box::new(Fixed));
    let session = store.open_session("", "");
    let mut commands: Vec<Vec<String>> = Vec::new();
    let mut add = |line: &str| commands.push(line.split(' ').map(str::to_owned).collect());
    add("SET int 12345");
    add("SET text hello");
    add(&format!("SET long {}", "abcdefgh".repeat(100)));
    add("RPUSH list a 1 -70000 9223372036854775807");
    add("SADD integers 1 2 70000");
    add("SADD set a b c");
    add("ZADD zset 1 a 2.5 b -inf c");
    add("HSET hash a 1 b 2");
    add("HSET timed a 1 b 2");
    add("HPEXPIREAT timed 1800000000000 FIELDS 1 a");
    add("XADD stream 1-1 a 1 b 2");
    add("XADD stream 1-2 a 1 b 2");
    add("XADD stream 5-0 c 3");
    add("XGROUP CREATE stream group 0");
    add("XREADGROUP GROUP group consumer COUNT 2 STREAMS stream >");
    add("VECTOR.CREATE empty DIM 3 TYPE int8 M 8 EF_CONSTRUCTION 50");
    add("VECTOR.CREATE index DIM 2 DISTANCE l2");
    for number in 0..300 {
        add(&format!("VADD vset VALUES 3 {number} 1 -7 element:{number}"));
        add(&format!("VADD floats REDUCE 2 VALUES 3 {number} 1 -7 e{number} NOQUANT SETATTR {{\"n\":{number}}}"));
        add(&format!("VADD bits VALUES 3 {number} 1 -7 {number} BIN M 4"));
        add(&format!("VECTOR.ADD index {number} VALUES 2 {number} -3"));
        add(&format!("RPUSH biglist element:{number}:with-some-text"));
        add(&format!("SADD bigset member:{number}"));
        add(&format!("ZADD bigzset {number}.5 member:{number}"));
        add(&format!("HSET bighash field:{number} value:{number}"));
        add(&format!("HSET bigtimed field:{number} {}", "v".repeat(70)));
        add(&format!("HPEXPIREAT bigtimed 18000000{number:05} FIELDS 1 field:{number}"));
        add(&format!("XADD bigstream {number}-1 field {number}"));
    }
    for command in &commands {
        let argv: Vec<&[u8]> = command.iter().map(String::as_bytes).collect();
        let reply = run(&mut store, session, &argv);
        assert!(!reply.starts_with(b"-"), "{command:?}: {}", String::from_utf8_lossy(&reply));
    }
    let mut keys: Vec<Vec<u8>> = store.keyspace.entries(0).map(|entry| entry.key().to_vec()).collect();
    keys.sort();
    (store, session, keys)
}

fn dumped(store: &mut Store, key: &[u8]) -> Vec<u8> {
    let now_ms = store.keyspace.now_ms();
    let entry = store.keyspace.peek(0, key).expect("the key exists");
    payload::dump(entry.content(), now_ms)
}

#[test]
fn a_restored_value_is_the_one_that_was_dumped() {
    let (mut store, session, keys) = filled();
    assert_eq!(keys.len(), 21);
    for key in &keys {
        let bytes = dumped(&mut store, key);
        assert_eq!(run(&mut store, session, &[b"RESTORE", b"copy", b"0", &bytes, b"REPLACE"]), b"+OK\r\n", "{key:?}");
        let digest = |store: &mut Store, key: &[u8]| {
            let mut reply = run(store, session, &[b"OBJECT", b"ENCODING", key]);
            reply.extend(run(store, session, &[b"TYPE", key]));
            reply
        };
        assert_eq!(digest(&mut store, b"copy"), digest(&mut store, key));
        assert_eq!(dumped(&mut store, b"copy").len(), bytes.len(), "{}", String::from_utf8_lossy(key));
    }
}

#[test]
fn no_damaged_payload_is_more_than_an_error() {
    let (mut store, _, keys) = filled();
    let seed = 0xdead_beef;
    let mut random = Random::new(seed);
    let limits = Limits::new([1, 2]);
    for key in &keys {
        let bytes = dumped(&mut store, key);
        let value = payload::verify(&bytes).expect("it is whole");
        assert!(payload::value(value, &limits).is_ok());
        for cut in 0..value.len().min(2_000) {
            assert!(payload::value(&value[..cut], &limits).is_err(), "{} cut at {cut}", String::from_utf8_lossy(key));
        }
        for _ in 0..2_000 {
            let mut bytes = bytes.clone();
            let bit = random.next() as usize % (8 * bytes.len());
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(payload::verify(&bytes), Err(PayloadError::Footer), "seed {seed}");
            // And as if the checksum were right: a hostile client can compute it.
            if let Ok(Loaded::Collection(collection)) = payload::value(&bytes[..bytes.len() - 10], &limits) {
                payload::dump(crate::keyspace::entry::Content::Collection(&collection), 0);
            }
        }
    }
}
