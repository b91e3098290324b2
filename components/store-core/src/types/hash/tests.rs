//! Hashes against a map, in every form, with fields that expire and with transactions that are undone.

use std::collections::BTreeMap;

use super::*;
use crate::keyspace::entry::{Content, Entry};
use crate::keyspace::{Keyspace, TransactionAccess};
use crate::random::Random;

const KEY: &[u8] = b"h";
const START_MS: i64 = 1_000_000;

/// A value and when it expires.
type Held = (Vec<u8>, Option<i64>);
type Model = BTreeMap<Vec<u8>, Held>;

fn keyspace() -> Keyspace {
    let mut keys = Keyspace::new(Random::new(1));
    at(&mut keys, START_MS);
    keys.limits.hash_entries = 16;
    keys
}

fn at(keys: &mut Keyspace, ms: i64) {
    keys.set_now_us(ms as u64 * 1000);
}

fn set(keys: &mut Keyspace, name: &[u8], value: &[u8], expiry: Expiry) -> bool {
    let mut writing = keys.create::<Hash>(0, KEY).expect("it is a hash");
    let (hash, mut log) = writing.edit();
    hash.set(name, value, expiry, &mut log)
}

fn remove(keys: &mut Keyspace, name: &[u8]) -> bool {
    let Some(mut writing) = keys.existing::<Hash>(0, KEY).expect("it is a hash") else { return false };
    let (hash, mut log) = writing.edit();
    hash.remove(name, &mut log)
}

fn expire(keys: &mut Keyspace, name: &[u8], expire_ms: Option<i64>) -> bool {
    let Some(mut writing) = keys.existing::<Hash>(0, KEY).expect("it is a hash") else { return false };
    let (hash, mut log) = writing.edit();
    hash.set_expire(name, expire_ms, &mut log)
}

/// The fields in the order in which they lie.
fn fields(keys: &mut Keyspace) -> Vec<(Vec<u8>, Held)> {
    let now_ms = keys.now_ms();
    let mut fields = Vec::new();
    if let Some(hash) = keys.read::<Hash>(0, KEY).expect("it is a hash") {
        hash.each(now_ms, &mut |field| {
            fields.push((field.name.text().to_vec(), (field.value.text().to_vec(), field.expire_ms)));
        });
    }
    fields
}

fn encoding(keys: &mut Keyspace) -> &'static str {
    keys.peek(0, KEY).map_or("none", |entry| entry.content().encoding())
}

#[test]
fn a_hash_agrees_with_a_map_under_random_changes() {
    for names in [6, 40, 3_000] {
        let mut keys = keyspace();
        let mut random = Random::new(names);
        let (mut model, mut now_ms) = (Model::new(), START_MS);
        let mut encodings = Vec::new();
        for _ in 0..30_000 {
            let number = random.next();
            let name = format!("{}", number % names).into_bytes();
            let value = vec![b'v'; (number >> 20) as usize % 70];
            let time = now_ms + (number >> 40) as i64 % 500;
            let alive = model.contains_key(&name);
            match number >> 60 {
                0..6 => {
                    assert_eq!(set(&mut keys, &name, &value, Expiry::Clear), !alive);
                    model.insert(name, (value, None));
                }
                6 => {
                    assert_eq!(set(&mut keys, &name, &value, Expiry::At(time)), !alive);
                    model.insert(name, (value, Some(time)));
                }
                7 => {
                    assert_eq!(set(&mut keys, &name, &value, Expiry::Keep), !alive);
                    let old_ms = model.get(&name).and_then(|(_, time)| *time);
                    model.insert(name, (value, old_ms));
                }
                8..11 => {
                    assert_eq!(remove(&mut keys, &name), alive);
                    model.remove(&name);
                }
                11 | 12 => {
                    let time = (number & 1 << 30 != 0).then_some(time);
                    assert_eq!(expire(&mut keys, &name, time), alive);
                    model.entry(name).and_modify(|(_, old)| *old = time);
                }
                13 => {
                    now_ms += 10;
                    at(&mut keys, now_ms);
                    model.retain(|_, (_, time)| time.is_none_or(|time| time >= now_ms));
                }
                _ => {
                    let hash = keys.read::<Hash>(0, KEY).expect("it is a hash");
                    let field = hash.and_then(|hash| hash.field(&name, now_ms));
                    let found = field.map(|field| (field.value.text().to_vec(), field.expire_ms));
                    assert_eq!(found.as_ref(), model.get(&name));
                }
            }
            if !encodings.contains(&encoding(&mut keys)) {
                encodings.push(encoding(&mut keys));
            }
        }
        assert!(fields(&mut keys).into_iter().collect::<Model>() == model);
        assert!(
            encodings.contains(&"listpackex") && encodings.contains(&"hashtable") || names == 3_000,
            "{encodings:?}"
        );
        assert_eq!(keys.len(0), usize::from(!model.is_empty()));
    }
}

#[test]
fn an_undone_transaction_leaves_fields_order_and_form_as_they_were() {
    let mut random = Random::new(9);
    for round in 0..3_000 {
        let mut keys = keyspace();
        for step in 0..random.next() % 30 {
            let name = format!("field:{}", (random.next() % 20)).into_bytes();
            set(&mut keys, &name, step.to_string().as_bytes(), Expiry::Clear);
            if random.next().is_multiple_of(8) {
                expire(&mut keys, &name, Some(START_MS + (random.next() % 30) as i64));
            }
        }
        let (before, form) = (fields(&mut keys), encoding(&mut keys));
        let changes = keys.stats.changes;
        keys.begin(TransactionAccess::ReadWrite);
        for _ in 0..random.next() % 40 {
            let name = format!("field:{}", (random.next() % 24)).into_bytes();
            match random.next() % 8 {
                0..3 => drop(set(&mut keys, &name, &vec![b'x'; (random.next() % 80) as usize], Expiry::Keep)),
                3..6 => drop(remove(&mut keys, &name)),
                6 => drop(expire(&mut keys, &name, Some(START_MS + 5))),
                _ if random.next().is_multiple_of(16) => drop(keys.delete(0, KEY)),
                _ => drop(keys.rename((0, KEY), (0, b"other")) && keys.rename((0, b"other"), (0, KEY))),
            }
        }
        if round % 2 == 0 {
            at(&mut keys, START_MS + 10);
        }
        assert_eq!(keys.roll_back(), Ok(()));
        at(&mut keys, START_MS);
        let after = fields(&mut keys);
        if form == "hashtable" {
            assert!(after.into_iter().collect::<Model>() == before.into_iter().collect::<Model>(), "round {round}");
        } else {
            assert!(after == before, "round {round}: {after:?} instead of {before:?}");
        }
        assert_eq!((encoding(&mut keys), keys.stats.changes), (form, changes), "round {round}");
        assert!(!keys.contains(0, b"other"));
    }
}

#[test]
fn fields_go_when_their_time_comes_although_nobody_asks_for_them() {
    let mut keys = keyspace();
    for number in 0..50_000 {
        let time = if number % 2 == 0 { START_MS + 5 } else { START_MS + 50 };
        set(&mut keys, number.to_string().as_bytes(), b"v", Expiry::At(time));
    }
    set(&mut keys, b"lasting", b"v", Expiry::Clear);
    let len = |keys: &mut Keyspace| keys.peek(0, KEY).and_then(Entry::collection).map_or(0, |hash| hash.weight());
    assert!(!keys.expire_some(|| true));
    assert_eq!(len(&mut keys), 50_001);
    at(&mut keys, START_MS + 6);
    let mut before = 50_001;
    while keys.expire_some(|| false) {
        let left = len(&mut keys);
        assert!(before - left <= 2 * 1024, "{} fields were removed at once", before - left);
        before = left;
    }
    assert_eq!((len(&mut keys), keys.stats.expired_fields), (25_001, 25_000));
    at(&mut keys, START_MS + 51);
    assert!(!keys.expire_some(|| true));
    assert_eq!(len(&mut keys), 1);
    assert!(remove(&mut keys, b"lasting"));
    set(&mut keys, b"brief", b"v", Expiry::At(START_MS + 60));
    at(&mut keys, START_MS + 61);
    assert!(!keys.expire_some(|| true));
    assert_eq!((keys.len(0), keys.stats.expired), (0, 0), "a key goes with its last field");
}

#[test]
fn a_big_hash_is_freed_in_slices() {
    let mut keys = keyspace();
    for number in 0..20_000 {
        set(&mut keys, number.to_string().as_bytes(), b"v", Expiry::Clear);
    }
    assert!(keys.delete(0, KEY));
    assert_eq!(keys.unfreed(), 1);
    let mut slices = 1;
    while keys.free_some(|| false) {
        slices += 1;
    }
    assert!((15..40).contains(&slices), "{slices} slices");
    set(&mut keys, b"a", b"v", Expiry::Clear);
    assert!(keys.delete(0, KEY));
    assert_eq!(keys.unfreed(), 0, "a small one is freed at once");
}

#[test]
fn a_copy_is_one_of_its_own() {
    for count in [3, 30] {
        let mut keys = keyspace();
        for number in 0..count {
            set(&mut keys, number.to_string().as_bytes(), b"v", Expiry::At(START_MS + 100));
        }
        assert!(keys.copy((0, KEY), (1, b"copy")));
        let before = fields(&mut keys);
        assert!(remove(&mut keys, b"0"));
        keys.rename((1, b"copy"), (0, KEY));
        let after = fields(&mut keys);
        assert!(after.into_iter().collect::<Model>() == before.into_iter().collect::<Model>());
        at(&mut keys, START_MS + 101);
        assert!(!keys.expire_some(|| true));
        assert!(keys.is_empty());
    }
}

#[test]
fn a_write_to_one_field_of_many_costs_no_more_to_undo() {
    let mut keys = keyspace();
    for number in 0..30_000 {
        set(&mut keys, number.to_string().as_bytes(), b"v", Expiry::Clear);
    }
    keys.begin(TransactionAccess::ReadWrite);
    assert!(!set(&mut keys, b"7", b"other", Expiry::Clear));
    assert!(remove(&mut keys, b"8"));
    assert!(keys.delete(0, KEY));
    assert!(keys.undo_bytes() < 400, "{} bytes", keys.undo_bytes());
    assert_eq!(keys.roll_back(), Ok(()));
    let hash = keys.read::<Hash>(0, KEY).expect("it is a hash").expect("it is back");
    assert_eq!((hash.len(), hash.get(b"7", 0)), (30_000, Some(Element::Bytes(b"v"))));
}

#[test]
fn a_string_is_no_hash_and_a_hash_is_no_string() {
    let mut keys = keyspace();
    keys.set(0, b"s", crate::keyspace::entry::Value::Int(1), None);
    assert_eq!(keys.read::<Hash>(0, b"s").map(|_| ()), Err(crate::Error::WrongType));
    assert_eq!(keys.create::<Hash>(0, b"s").map(|_| ()), Err(crate::Error::WrongType));
    set(&mut keys, b"a", b"v", Expiry::Clear);
    assert_eq!(keys.peek(0, KEY).map(|entry| entry.string().is_err()), Some(true));
    assert!(matches!(keys.peek(0, KEY).map(|entry| entry.content()), Some(Content::Collection(_))));
    keys.set(0, KEY, crate::keyspace::entry::Value::Int(1), None);
    assert_eq!(encoding(&mut keys), "int");
}
