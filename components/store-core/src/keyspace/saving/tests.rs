//! Snapshots of databases that change meanwhile.

use std::collections::BTreeMap;

use super::{SaveError, Uses};
use crate::keyspace::entry::Value;
use crate::keyspace::{Database, Keyspace, TransactionAccess};
use crate::random::Random;
use crate::rdb::load::{Fault, Load};
use crate::rdb::payload;
use crate::types::hash::Expiry;
use crate::types::{Hash, Set};

/// Every key with its database, its value as DUMP gives it, and when it expires. The members of sets come in the order of
/// their hashes, which differs from keyspace to keyspace: they are compared by their sorted bytes.
type Contents = BTreeMap<(Database, Vec<u8>), (Vec<u8>, Option<i64>)>;

const NOW_MS: i64 = 1_700_000_000_000;

fn keyspace(seed: u64) -> Keyspace {
    let mut keys = Keyspace::new(Random::new(seed));
    keys.set_now_us(NOW_MS as u64 * 1000);
    keys
}

fn contents(keys: &Keyspace) -> Contents {
    let mut contents = Contents::new();
    for database in 0..16 {
        for entry in keys.entries(database) {
            let mut value = payload::dump(entry.content(), NOW_MS);
            value.truncate(value.len() - 8);
            value.sort_unstable();
            contents.insert((database, entry.key().to_vec()), (value, entry.expire_ms()));
        }
    }
    contents
}

fn load(file: &[u8], piece: usize) -> Result<Keyspace, Fault> {
    let mut keys = keyspace(99);
    let mut load = Load::default();
    for piece in file.chunks(piece) {
        load.feed(&mut keys, piece).map_err(|error| error.fault)?;
    }
    load.end().map_err(|error| error.fault)?;
    Ok(keys)
}

/// Some change of some key.
fn change(keys: &mut Keyspace, random: &mut Random) {
    let database = (random.next() % 3) as Database;
    let key = format!("key:{}", random.next() % 300).into_bytes();
    let member = format!("member:{}", random.next() % 2_000).into_bytes();
    match random.next() % 40 {
        0..6 => keys.set(database, &key, Value::compact(&member), None),
        6..8 => keys.set(database, &key, Value::compact(&[b'x'; 70_000]), Some(NOW_MS + 1_000_000)),
        8..11 => drop(keys.delete(database, &key)),
        11..13 => drop(keys.set_expire(database, &key, Some(NOW_MS + 5_000_000))),
        13..16 => drop(keys.rename((database, &key), ((random.next() % 3) as Database, &member))),
        16..18 => drop(keys.copy((database, &key), (database, &member))),
        18..20 => drop(keys.splice(database, &key, 3, &member)),
        20..29 => {
            if let Ok(mut writing) = keys.create::<Set>(database, &key) {
                let (set, mut log) = writing.edit();
                for number in 0..random.next() % 500 {
                    set.add(number.to_string().as_bytes(), &mut log);
                }
                set.add(&member, &mut log);
            }
        }
        29..38 => {
            if let Ok(mut writing) = keys.create::<Hash>(database, &key) {
                let (hash, mut log) = writing.edit();
                for number in 0..random.next() % 600 {
                    let expiry = if number % 7 == 3 { Expiry::At(NOW_MS + 9_000_000) } else { Expiry::Clear };
                    hash.set(number.to_string().as_bytes(), &member, expiry, &mut log);
                }
                hash.set(&member, b"value", Expiry::Clear, &mut log);
            }
        }
        38 => keys.swap(database, (random.next() % 3) as Database),
        _ if random.next().is_multiple_of(4) => drop(keys.flush(database)),
        _ => {}
    }
}

#[test]
fn a_snapshot_is_what_there_was_when_it_began_whatever_happens_meanwhile() {
    let seed = 0x5a7e;
    let mut random = Random::new(seed);
    let mut keys = keyspace(7);
    for round in 0..14 {
        (0..200).for_each(|_| change(&mut keys, &mut random));
        let expected = contents(&keys);
        assert_eq!(keys.save_begin(Uses::None), Ok(()));
        let (mut file, mut pieces) = (Vec::new(), 0);
        // Some are broken off, several in a row: what comes after them must be whole all the same.
        let broken_off = round % 7 > 2;
        loop {
            let piece = keys.save_some(1 + random.next() as usize % 20_000, &mut || true).expect("it is running");
            file.extend(piece.bytes);
            pieces += 1;
            if piece.is_last || broken_off && pieces > 3 {
                break;
            }
            let in_transaction = random.next().is_multiple_of(4);
            if in_transaction {
                keys.begin(TransactionAccess::ReadWrite);
                assert_eq!(keys.save_some(1, &mut || true), Err(SaveError::InTransaction));
            }
            (0..random.next() % 30).for_each(|_| change(&mut keys, &mut random));
            if in_transaction {
                let end = if random.next().is_multiple_of(2) { keys.commit() } else { keys.roll_back() };
                assert_eq!(end, Ok(()));
            }
        }
        if broken_off {
            keys.save_abort();
            continue;
        }
        let loaded = load(&file, 1 + random.next() as usize % 5_000).expect("it is whole");
        assert_eq!(contents(&loaded), expected, "seed {seed} round {round}");
    }
}

#[test]
fn a_damaged_file_is_an_error_and_never_a_panic() {
    let seed = 0xf11e;
    let mut random = Random::new(seed);
    let mut keys = keyspace(7);
    (0..100).for_each(|_| change(&mut keys, &mut random));
    keys.save_begin(Uses::Idle).expect("none is running");
    let file = keys.save_some(usize::MAX, &mut || true).expect("it is running").bytes;
    assert!(load(&file, 1_000).is_ok());
    for cut in (0..file.len()).step_by(1 + file.len() / 200) {
        assert_eq!(load(&file[..cut], 4_096).err(), Some(Fault::Truncated), "cut at {cut}");
    }
    for _ in 0..300 {
        let bit = random.next() as usize % (8 * file.len());
        let mut damaged = file.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        assert!(load(&damaged, 4_096).is_err(), "seed {seed} bit {bit}");
    }
    assert_eq!(load(b"REDIS0099", 1).err(), Some(Fault::Version(99)));
    assert_eq!(load(b"RADISH0099", 1).err(), Some(Fault::NotRedis));
    assert_eq!(load(&[&file[..], b"x"].concat(), 100).err(), Some(Fault::Trailing));
}

#[test]
fn only_one_snapshot_runs_and_none_begins_in_a_transaction() {
    let mut keys = keyspace(1);
    keys.begin(TransactionAccess::ReadWrite);
    assert_eq!(keys.save_begin(Uses::None), Err(SaveError::InTransaction));
    assert_eq!(keys.commit(), Ok(()));
    assert_eq!(keys.save_some(1, &mut || true), Err(SaveError::NotRunning));
    assert_eq!(keys.save_begin(Uses::None), Ok(()));
    assert_eq!(keys.save_begin(Uses::None), Err(SaveError::Running));
    keys.save_abort();
    assert_eq!(keys.save_begin(Uses::None), Ok(()));
}
