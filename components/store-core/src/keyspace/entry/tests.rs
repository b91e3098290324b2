//! What goes into an entry comes out of it.

use super::*;
use crate::types::hash::Expiry;
use crate::types::{Hash, Kind};

#[test]
fn an_entry_gives_back_what_it_was_made_of() {
    let long_key = vec![b'k'; 300];
    let long_value = vec![b'v'; 5000];
    for key in [&b""[..], b"k", &long_key] {
        for expire in [None, Some(-1), Some(i64::MAX - 1)] {
            for value in [Value::Int(i64::MIN), Value::Short(b""), Value::Short(b"abc"), Value::Long(&long_value)] {
                let entry = Entry::new(key, value, expire, Access::from_bits(7), 0);
                assert_eq!((entry.key(), entry.string(), entry.expire_ms()), (key, Ok(value), expire));
                assert_eq!(entry.access(), Access::from_bits(7));
                let copy = entry.copied(key);
                assert_eq!((copy.key(), copy.string(), copy.expire_ms()), (key, Ok(value), expire));
            }
        }
    }
}

#[test]
fn a_value_is_overwritten_in_place_only_when_it_fits() {
    let mut entry = Entry::new(b"key", Value::Short(b"0123456789"), Some(5), Access::default(), 0);
    assert!(entry.overwrite(Value::Short(b"abc")));
    assert_eq!(entry.string(), Ok(Value::Short(b"abc")));
    assert!(!entry.overwrite(Value::Int(1)));
    assert!(!entry.overwrite(Value::Short(&[b'x'; 44])));
    assert_eq!((entry.key(), entry.string(), entry.expire_ms()), (&b"key"[..], Ok(Value::Short(b"abc")), Some(5)));
    assert!(entry.set_expire(Some(9)));
    assert_eq!(entry.expire_ms(), Some(9));
    assert!(entry.set_expire(None));
    assert_eq!((entry.expire_ms(), entry.string()), (None, Ok(Value::Short(b"abc"))));
}

#[test]
fn a_long_value_grows_into_its_room() {
    let mut entry = Entry::new(b"k", Value::Long(b"abc"), None, Access::default(), 100);
    assert!(entry.resize_long(50));
    assert_eq!(entry.string().map(|value| value.len()), Ok(50));
    assert_eq!(entry.long_mut().map(|bytes| bytes[..5].to_vec()), Some(b"abc\0\0".to_vec()));
    assert!(!entry.resize_long(10_000));
}

fn hash_of(fields: usize) -> Collection {
    let mut keys = crate::keyspace::Keyspace::new(crate::random::Random::new(1));
    {
        let mut writing = keys.create::<Hash>(0, b"h").expect("it is new");
        let (hash, mut log) = writing.edit();
        for number in 0..fields {
            hash.set(number.to_string().as_bytes(), b"value", Expiry::Clear, &mut log);
        }
    }
    keys.view(0, b"h").expect("it was created").duplicate()
}

fn fields_of(entry: &Entry) -> Option<usize> {
    entry.collection().and_then(Hash::of).map(Hash::len)
}

#[test]
fn a_collection_stays_whole_wherever_its_entry_goes() {
    for fields in [3, 1_000] {
        for key_len in (0..20).chain([255, 256, 300]) {
            for expire in [None, Some(7)] {
                let key = vec![b'k'; key_len];
                let mut entry = Entry::of_collection(&key, hash_of(fields), expire, Access::from_bits(9));
                assert_eq!((entry.key(), fields_of(&entry), entry.expire_ms()), (&*key, Some(fields), expire));
                assert_eq!(entry.string(), Err(Error::WrongType));
                assert!(!entry.overwrite(Value::Int(1)));
                let copy = entry.copied(b"another");
                assert_eq!((copy.key(), fields_of(&copy), copy.expire_ms()), (&b"another"[..], Some(fields), expire));
                let mut wider = entry.widened(Some(11));
                drop(entry);
                assert!(wider.set_expire(Some(12)));
                let renamed = wider.renamed(b"a longer name than before");
                assert_eq!((fields_of(&renamed), renamed.expire_ms()), (Some(fields), Some(12)));
                assert_eq!(renamed.access(), Access::from_bits(9));
            }
        }
    }
}

#[test]
fn a_collection_that_was_taken_out_is_dropped_once() {
    let mut entry = Entry::of_collection(b"key", hash_of(1_000), None, Access::default());
    let taken = entry.take_collection().expect("it is there");
    assert!(entry.take_collection().is_none());
    drop(entry);
    assert_eq!(Hash::of(&taken).map(Hash::len), Some(1_000));
}
