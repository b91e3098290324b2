//! The table against a map, its cursors, its expiry, its chance.

use super::*;
use crate::keyspace::access::Access;
use crate::keyspace::entry::{Entry, Value};
use crate::random::Random;
use std::collections::{HashMap, HashSet};

fn entry(key: &str, number: i64, expire_ms: Option<i64>) -> Entry {
    Entry::new(key.as_bytes(), Value::Int(number), expire_ms, Access::default(), 0)
}

fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

#[test]
fn a_table_agrees_with_a_map_under_random_changes() {
    let mut table = Table::new([1, 2]);
    let mut model: HashMap<String, (i64, Option<i64>)> = HashMap::new();
    let mut state = 0x9e37_79b9_7f4a_7c15;
    for round in 0..200_000i64 {
        let key = format!("key:{}", random(&mut state) % 20_000);
        let hash = table.hash(key.as_bytes());
        let expire = (random(&mut state).is_multiple_of(3)).then_some(round);
        let found = table.find(hash, key.as_bytes());
        assert_eq!(found.is_some(), model.contains_key(&key));
        match (found, random(&mut state) % 4) {
            (Some(at), 0) => {
                table.remove(hash, at);
                model.remove(&key);
            }
            (Some(at), _) => {
                table.swap(at, entry(&key, round, expire));
                model.insert(key, (round, expire));
            }
            (None, _) => {
                table.insert(hash, entry(&key, round, expire));
                model.insert(key, (round, expire));
            }
        }
    }
    assert_eq!(table.len(), model.len());
    assert_eq!(table.expiring(), model.values().filter(|(_, expire)| expire.is_some()).count());
    for (key, (number, expire)) in &model {
        let at = table.find(table.hash(key.as_bytes()), key.as_bytes()).expect("every key of the model is there");
        assert_eq!((table.entry(at).string(), table.entry(at).expire_ms()), (Ok(Value::Int(*number)), *expire));
    }
    assert_eq!(table.entries().count(), model.len());
}

#[test]
fn a_scan_returns_every_key_that_stays_while_the_table_grows() {
    let mut table = Table::new([3, 4]);
    for number in 0..500 {
        let key = format!("stay:{number}");
        table.insert(table.hash(key.as_bytes()), entry(&key, number, None));
    }
    let mut seen = HashSet::new();
    let mut cursor = 0;
    let mut added = 0;
    loop {
        cursor = table.scan(cursor, 10, &mut |entry| {
            seen.insert(entry.key().to_vec());
        });
        if cursor == 0 {
            break;
        }
        for _ in 0..5 {
            let key = format!("new:{added}");
            table.insert(table.hash(key.as_bytes()), entry(&key, added, None));
            added += 1;
        }
        assert!(added < 1_000_000, "the scan ends");
    }
    for number in 0..500 {
        assert!(seen.contains(format!("stay:{number}").as_bytes()), "stay:{number} was not returned");
    }
}

#[test]
fn a_scan_without_changes_returns_every_key_once() {
    let mut table = Table::new([5, 6]);
    for number in 0..30_000 {
        let key = number.to_string();
        table.insert(table.hash(key.as_bytes()), entry(&key, number, None));
    }
    let mut seen = Vec::new();
    let mut cursor = 0;
    loop {
        cursor = table.scan(cursor, 100, &mut |entry| seen.push(entry.key().to_vec()));
        if cursor == 0 {
            break;
        }
    }
    assert_eq!(seen.len(), 30_000);
    assert_eq!(seen.iter().collect::<HashSet<_>>().len(), 30_000);
}

#[test]
fn expired_keys_are_found_by_their_segments() {
    let mut table = Table::new([7, 8]);
    for number in 0..5_000 {
        let key = number.to_string();
        table.insert(table.hash(key.as_bytes()), entry(&key, number, (number % 2 == 0).then_some(number)));
    }
    let mut cursor = 0;
    let mut found = 0;
    while let Some(keys) = table.due(&mut cursor, 999, usize::MAX) {
        for key in keys {
            let hash = table.hash(&key);
            let at = table.find(hash, &key).expect("an expired key is still there");
            table.remove(hash, at);
            found += 1;
        }
    }
    assert_eq!(found, 500);
    assert_eq!(table.due(&mut 0, 999, usize::MAX), None);
    assert_eq!(table.expiring(), 2_000);
}

#[test]
fn a_random_entry_is_found_also_when_few_are_left() {
    let mut table = Table::new([9, 10]);
    let mut chance = Random::new(42);
    assert!(table.random(&mut chance).is_none());
    for number in 0..10_000 {
        let key = number.to_string();
        table.insert(table.hash(key.as_bytes()), entry(&key, number, None));
    }
    for number in 1..10_000 {
        let key = number.to_string();
        let hash = table.hash(key.as_bytes());
        let at = table.find(hash, key.as_bytes()).expect("it was inserted");
        table.remove(hash, at);
    }
    assert_eq!(table.random(&mut chance).map(|entry| entry.key().to_vec()), Some(b"0".to_vec()));
}

#[test]
fn a_table_from_which_most_was_removed_gives_its_memory_back() {
    let mut table = Table::new([11, 12]);
    for number in 0..100_000 {
        let key = number.to_string();
        table.insert(table.hash(key.as_bytes()), Item::new(key.as_bytes(), b"", None));
    }
    let full = table.bytes();
    assert!(full < 100_000 * 14, "{full} bytes");
    for number in 0..99_000 {
        let key = number.to_string();
        let hash = table.hash(key.as_bytes());
        let at = table.find(hash, key.as_bytes()).expect("it was inserted");
        table.remove(hash, at);
    }
    assert!(table.bytes() < full / 10, "{} bytes of {full}", table.bytes());
    for number in 99_000..100_000 {
        let key = number.to_string();
        assert!(table.find(table.hash(key.as_bytes()), key.as_bytes()).is_some(), "{key}");
    }
    assert_eq!((table.len(), table.entries().count()), (1_000, 1_000));
}

#[test]
fn every_element_is_as_likely_as_every_other() {
    for count in [10, 700, 3_000, 20_000] {
        let mut table = Table::new([13, 14]);
        for number in 0..count {
            let key = number.to_string();
            table.insert(table.hash(key.as_bytes()), Item::new(key.as_bytes(), b"", None));
        }
        let mut chance = Random::new(7);
        let mut drawn = vec![0_u32; count];
        for _ in 0..count * 50 {
            let item = table.random(&mut chance).expect("it is not empty");
            let number: usize = String::from_utf8_lossy(item.key()).parse().expect("keys are numbers");
            drawn[number] += 1;
        }
        // The sum of squared deviations over the expectation is that of a fair draw, within five times its deviation.
        let deviation: f64 = drawn.iter().map(|&times| (f64::from(times) - 50.0).powi(2) / 50.0).sum();
        let (expected, spread) = (count as f64, (2.0 * count as f64).sqrt());
        assert!((deviation - expected).abs() < 5.0 * spread + 5.0, "{count}: {deviation} instead of {expected}");
    }
}

#[test]
fn a_sample_has_as_many_different_elements_as_asked_for() {
    let mut table = Table::new([15, 16]);
    for number in 0..5_000 {
        let key = number.to_string();
        table.insert(table.hash(key.as_bytes()), Item::new(key.as_bytes(), b"", None));
    }
    let mut chance = Random::new(7);
    for count in [0, 1, 10, 1_249, 1_250, 4_999, 5_000, 9_000] {
        let mut keys = HashSet::new();
        let mut visited = 0;
        table.sample(count, &mut chance, &mut |item| {
            visited += 1;
            keys.insert(item.key().to_vec());
        });
        assert_eq!((visited, keys.len()), (count.min(5_000), count.min(5_000)));
    }
}

#[test]
fn a_scan_returns_every_key_that_stays_while_the_table_shrinks() {
    let mut table = Table::new([17, 18]);
    let keys: Vec<String> = (0..20_000).map(|number| number.to_string()).collect();
    for key in &keys {
        table.insert(table.hash(key.as_bytes()), Item::new(key.as_bytes(), b"", None));
    }
    let (stay, go) = keys.split_at(200);
    let mut go = go.iter();
    let mut seen = HashSet::new();
    let mut cursor = 0;
    loop {
        cursor = table.scan(cursor, 10, &mut |item| {
            seen.insert(item.key().to_vec());
        });
        if cursor == 0 {
            break;
        }
        for key in go.by_ref().take(40) {
            let hash = table.hash(key.as_bytes());
            let at = table.find(hash, key.as_bytes()).expect("it was inserted");
            table.remove(hash, at);
        }
    }
    assert!(stay.iter().all(|key| seen.contains(key.as_bytes())));
}

#[test]
fn a_table_is_taken_apart_in_pieces() {
    let mut table = Table::new([19, 20]);
    for number in 0..10_000 {
        let key = number.to_string();
        table.insert(table.hash(key.as_bytes()), Item::new(key.as_bytes(), b"", None));
    }
    let (mut freed, mut pieces) = (0, 0);
    while let Some(items) = table.dismantle() {
        let piece = items.count();
        assert!(piece <= 1024);
        (freed, pieces) = (freed + piece, pieces + 1);
    }
    assert_eq!((freed, table.len()), (10_000, 0));
    assert!(pieces >= 10);
}
