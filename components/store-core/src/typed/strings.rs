//! `ferrite:store/strings`.

use std::borrow::Cow;

use super::{Limit, Refusal, check_growth, check_keys};
use crate::keyspace::entry::{Entry, Value};
use crate::keyspace::notices::Class;
use crate::memory;
use crate::store::Store;
use crate::types::string;

/// Why a call on a string failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The key holds another type.
    WrongType,
    /// The value is no 64-bit signed decimal integer.
    NotAnInteger,
    /// The result would not fit 64 bits.
    Overflow,
    /// A write in a read-only transaction.
    NotPermitted,
    /// The memory limit of the store is reached.
    OutOfMemory,
    /// A limit on what one call may ask.
    LimitExceeded(Limit),
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Error {
        match refusal {
            Refusal::NotPermitted => Error::NotPermitted,
            Refusal::OutOfMemory => Error::OutOfMemory,
            Refusal::LimitExceeded(limit) => Error::LimitExceeded(limit),
        }
    }
}

/// What [`set`] does with the key's time to live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// The key never expires.
    Clear,
    /// What it was before.
    Keep,
    /// Milliseconds from now; 0 means that the time has come.
    AfterMs(u64),
    /// Milliseconds since the Unix epoch.
    AtMs(u64),
}

/// When [`set`] writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// In any case.
    Always,
    /// Only if the key does not exist.
    IfAbsent,
    /// Only if the key exists.
    IfPresent,
}

/// The value, or none when the key does not exist.
#[inline]
pub fn get<'a>(store: &'a mut Store, key: &[u8]) -> Result<Option<Cow<'a, [u8]>>, Error> {
    store.read_clock();
    let value = store.keyspace.get(store.selected, key).map(Entry::string).transpose();
    Ok(value.map_err(|_| Error::WrongType)?.map(string::text))
}

/// The values of many keys; none where the key is absent or not a string.
pub fn get_many(store: &mut Store, keys: &[impl AsRef<[u8]>]) -> Result<Vec<Option<Vec<u8>>>, Error> {
    check_keys(keys.len())?;
    store.read_clock();
    let database = store.selected;
    let mut values = Vec::with_capacity(keys.len());
    for key in keys {
        let Some(Ok(text)) = store.keyspace.get(database, key.as_ref()).map(Entry::string) else {
            values.push(None);
            continue;
        };
        // The same large value may be asked for many times.
        let mut value = Vec::new();
        value.try_reserve_exact(text.len()).map_err(|_| Error::OutOfMemory)?;
        value.extend_from_slice(&string::text(text));
        values.push(Some(value));
    }
    Ok(values)
}

/// Values one behind the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackedValues {
    /// The length of each; none where the key is absent or not a string.
    pub lengths: Vec<Option<u32>>,
    /// Their bytes.
    pub bytes: Vec<u8>,
}

/// What [`get_many`] returns for keys that lie one behind the other.
pub fn get_packed(store: &mut Store, lengths: &[u32], mut keys: &[u8]) -> Result<PackedValues, Error> {
    check_keys(lengths.len())?;
    let requested: u64 = lengths.iter().copied().map(u64::from).sum();
    if requested != keys.len() as u64 {
        return Err(Error::LimitExceeded(Limit { name: "packed-bytes", allowed: keys.len() as u64, requested }));
    }
    store.read_clock();
    let database = store.selected;
    let mut values = PackedValues { lengths: Vec::with_capacity(lengths.len()), bytes: Vec::new() };
    for length in lengths {
        let (key, rest) = keys.split_at_checked(*length as usize).unwrap_or((keys, &[]));
        keys = rest;
        let Some(Ok(text)) = store.keyspace.get(database, key).map(Entry::string) else {
            values.lengths.push(None);
            continue;
        };
        // The same large value may be asked for many times.
        values.bytes.try_reserve(text.len()).map_err(|_| Error::OutOfMemory)?;
        values.bytes.extend_from_slice(&string::text(text));
        values.lengths.push(Some(text.len() as u32));
    }
    Ok(values)
}

/// Sets the values of many keys, all or none of them, and clears their times to live.
pub fn set_many<K: AsRef<[u8]>, V: AsRef<[u8]>>(store: &mut Store, entries: &[(K, V)]) -> Result<(), Error> {
    check_keys(entries.len())?;
    store.read_clock();
    check_growth(store)?;
    let mut bytes = 0_usize;
    for (key, value) in entries {
        check_length(store, value.as_ref().len())?;
        bytes = bytes.saturating_add(key.as_ref().len()).saturating_add(value.as_ref().len());
    }
    if !memory::has_room(bytes) {
        return Err(Error::OutOfMemory);
    }
    let (keys, database) = (&mut store.keyspace, store.selected);
    for (key, value) in entries {
        keys.set(database, key.as_ref(), Value::compact(value.as_ref()), None);
        keys.notify(Class::STRING, "set", database, key.as_ref());
    }
    Ok(())
}

/// Sets a value of any earlier type; false when the condition did not hold.
pub fn set(store: &mut Store, key: &[u8], value: &[u8], expiry: Expiry, condition: Condition) -> Result<bool, Error> {
    store.read_clock();
    check_growth(store)?;
    check_length(store, value.len())?;
    if !memory::has_room(value.len()) {
        return Err(Error::OutOfMemory);
    }
    let (keys, database) = (&mut store.keyspace, store.selected);
    let holds = match condition {
        Condition::Always => true,
        Condition::IfAbsent => !keys.contains(database, key),
        Condition::IfPresent => keys.contains(database, key),
    };
    if !holds {
        return Ok(false);
    }
    let now_ms = keys.now_ms();
    let expire_ms = match expiry {
        Expiry::Clear => None,
        Expiry::Keep => {
            keys.update(database, key, Value::compact(value));
            keys.notify(Class::STRING, "set", database, key);
            return Ok(true);
        }
        Expiry::AfterMs(ms) => Some(now_ms.saturating_add_unsigned(ms)),
        Expiry::AtMs(ms) => Some(i64::try_from(ms).unwrap_or(i64::MAX)),
    };
    if expire_ms.is_some_and(|time| time <= now_ms) {
        keys.delete(database, key);
    } else {
        keys.set(database, key, Value::compact(value), expire_ms);
        keys.notify(Class::STRING, "set", database, key);
        if expire_ms.is_some() {
            keys.notify(Class::GENERIC, "expire", database, key);
        }
    }
    Ok(true)
}

/// Adds to the integer in the string, 0 when the key does not exist; returns the sum.
#[inline]
pub fn increment(store: &mut Store, key: &[u8], by: i64) -> Result<i64, Error> {
    store.read_clock();
    check_growth(store)?;
    let sum = string::increment(&mut store.keyspace, store.selected, key, by).map_err(|error| match error {
        crate::Error::NotAnInteger => Error::NotAnInteger,
        crate::Error::Overflow => Error::Overflow,
        _ => Error::WrongType,
    })?;
    store.keyspace.notify(Class::STRING, "incrby", store.selected, key);
    Ok(sum)
}

/// Appends bytes, returns the new length.
pub fn append(store: &mut Store, key: &[u8], value: &[u8]) -> Result<u64, Error> {
    store.read_clock();
    check_growth(store)?;
    let (keys, database) = (&mut store.keyspace, store.selected);
    let old = keys.peek(database, key).map(Entry::string).transpose().map_err(|_| Error::WrongType)?;
    let old_len = old.map_or(0, |value| value.len());
    check_length(store, old_len.saturating_add(value.len()))?;
    let longest = store.settings.max_bulk_bytes();
    match string::append(&mut store.keyspace, database, key, value, longest) {
        Ok(len) => {
            store.keyspace.notify(Class::STRING, "append", database, key);
            Ok(len as u64)
        }
        Err(crate::Error::OutOfMemory) => Err(Error::OutOfMemory),
        Err(_) => Err(Error::WrongType),
    }
}

/// The length in bytes, 0 when the key does not exist.
pub fn length(store: &mut Store, key: &[u8]) -> Result<u64, Error> {
    store.read_clock();
    let value = store.keyspace.get(store.selected, key).map(Entry::string).transpose();
    Ok(value.map_err(|_| Error::WrongType)?.map_or(0, |value| value.len()) as u64)
}

/// Whether a string may have this length.
#[inline]
fn check_length(store: &Store, len: usize) -> Result<(), Error> {
    let longest = store.settings.max_bulk_bytes();
    if len <= longest { Ok(()) } else { Err(Error::LimitExceeded(Limit::new("max-value-bytes", longest, len))) }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use super::*;
    use crate::keyspace::TransactionAccess;
    use crate::store::Environment;
    use crate::turn::Fact;
    use crate::typed::MAX_KEYS_PER_CALL;

    struct Settable(Rc<Cell<u64>>);

    impl Environment for Settable {
        fn now_us(&self) -> u64 {
            self.0.get() * 1000
        }
        fn entropy(&self) -> u64 {
            7
        }
    }

    /// A store and its clock in milliseconds.
    fn store() -> (Store, Rc<Cell<u64>>) {
        let clock = Rc::new(Cell::new(1_000_000));
        (Store::new(Box::new(Settable(clock.clone()))), clock)
    }

    fn text(store: &mut Store, key: &str) -> Option<String> {
        let value = get(store, key.as_bytes()).expect("reads do not fail");
        value.map(|value| String::from_utf8_lossy(&value).into_owned())
    }

    #[test]
    fn values_come_back_as_they_were_set() {
        let (mut store, _) = store();
        assert_eq!(text(&mut store, "k"), None);
        for value in ["", "12", "012", "hello"] {
            assert_eq!(set(&mut store, b"k", value.as_bytes(), Expiry::Clear, Condition::Always), Ok(true));
            assert_eq!(text(&mut store, "k").as_deref(), Some(value));
            assert_eq!(length(&mut store, b"k"), Ok(value.len() as u64));
        }
        let values = get_many(&mut store, &[&b"none"[..], b"k"]);
        assert_eq!(values, Ok(vec![None, Some(b"hello".to_vec())]));
    }

    #[test]
    fn packed_values_are_those_of_packed_keys_and_lengths_have_to_fit() {
        let (mut store, _) = store();
        assert_eq!(set_many(&mut store, &[("a", "1"), ("long", "text"), ("", "nameless")]), Ok(()));
        let values = get_packed(&mut store, &[1, 4, 0, 1], b"alongx").expect("reads do not fail");
        assert_eq!(values.lengths, [Some(1), Some(4), Some(8), None]);
        assert_eq!(values.bytes, b"1textnameless");
        assert_eq!(get_packed(&mut store, &[], b""), Ok(PackedValues::default()));
        for lengths in [&[1, 4][..], &[7], &[u32::MAX, u32::MAX, 8]] {
            let error = get_packed(&mut store, lengths, b"alongx").expect_err("six bytes");
            assert!(matches!(error, Error::LimitExceeded(Limit { name: "packed-bytes", allowed: 6, .. })), "{error:?}");
        }
    }

    #[test]
    fn many_values_are_set_at_once_or_none() {
        let (mut store, _) = store();
        assert_eq!(set(&mut store, b"a", b"1", Expiry::AfterMs(1000), Condition::Always), Ok(true));
        assert_eq!(set_many(&mut store, &[("a", "2"), ("b", "3"), ("b", "4")]), Ok(()));
        assert_eq!((text(&mut store, "a").as_deref(), text(&mut store, "b").as_deref()), (Some("2"), Some("4")));
        store.learn(Fact::Setting { name: "proto-max-bulk-len".into(), value: "3".into() });
        assert!(set_many(&mut store, &[("a", "5"), ("b", "long")]).is_err());
        assert_eq!(text(&mut store, "a").as_deref(), Some("2"), "nothing is set when one cannot be");
    }

    #[test]
    fn a_condition_that_does_not_hold_changes_nothing() {
        let (mut store, _) = store();
        assert_eq!(set(&mut store, b"k", b"1", Expiry::Clear, Condition::IfPresent), Ok(false));
        assert_eq!(set(&mut store, b"k", b"1", Expiry::Clear, Condition::IfAbsent), Ok(true));
        assert_eq!(set(&mut store, b"k", b"2", Expiry::Clear, Condition::IfAbsent), Ok(false));
        assert_eq!(text(&mut store, "k").as_deref(), Some("1"));
        assert_eq!(set(&mut store, b"k", b"3", Expiry::Clear, Condition::IfPresent), Ok(true));
        assert_eq!(text(&mut store, "k").as_deref(), Some("3"));
    }

    #[test]
    fn a_time_to_live_ends_is_kept_or_is_cleared() {
        let (mut store, clock) = store();
        assert_eq!(set(&mut store, b"k", b"1", Expiry::AfterMs(100), Condition::Always), Ok(true));
        clock.set(clock.get() + 100);
        assert_eq!(set(&mut store, b"k", b"2", Expiry::Keep, Condition::Always), Ok(true));
        assert_eq!(increment(&mut store, b"k", 1), Ok(3));
        assert_eq!(append(&mut store, b"k", b"x"), Ok(2));
        clock.set(clock.get() + 1);
        assert_eq!(text(&mut store, "k"), None);
        assert_eq!(set(&mut store, b"k", b"1", Expiry::AtMs(clock.get() + 5), Condition::Always), Ok(true));
        assert_eq!(set(&mut store, b"k", b"2", Expiry::Clear, Condition::Always), Ok(true));
        clock.set(clock.get() + 1000);
        assert_eq!(text(&mut store, "k").as_deref(), Some("2"));
        assert_eq!(set(&mut store, b"k", b"3", Expiry::AtMs(u64::MAX), Condition::Always), Ok(true));
        assert_eq!(set(&mut store, b"k", b"4", Expiry::AfterMs(u64::MAX), Condition::Always), Ok(true));
        assert_eq!(text(&mut store, "k").as_deref(), Some("4"));
        assert_eq!(set(&mut store, b"k", b"5", Expiry::AtMs(clock.get() - 1), Condition::Always), Ok(true));
        assert_eq!(text(&mut store, "k"), None);
    }

    #[test]
    fn a_read_only_transaction_refuses_every_write() {
        let (mut store, _) = store();
        store.begin(TransactionAccess::ReadOnly);
        let refused = set(&mut store, b"k", b"1", Expiry::Clear, Condition::IfPresent);
        assert_eq!(refused, Err(Error::NotPermitted));
        assert_eq!(increment(&mut store, b"k", 1), Err(Error::NotPermitted));
        assert_eq!(append(&mut store, b"k", b"1"), Err(Error::NotPermitted));
        assert_eq!(text(&mut store, "k"), None);
        assert_eq!(store.roll_back(), Ok(()));
        assert_eq!(increment(&mut store, b"k", 1), Ok(1));
    }

    #[test]
    fn limits_say_how_much_was_allowed_and_asked() {
        let (mut store, _) = store();
        let limit = |name, allowed, requested| Err(Error::LimitExceeded(Limit { name, allowed, requested }));
        let keys = vec![b"k"; MAX_KEYS_PER_CALL + 1];
        assert_eq!(get_many(&mut store, &keys).map(|_| ()), limit("max-keys-per-call", 65_536, 65_537));
        store.learn(Fact::Setting { name: "proto-max-bulk-len".into(), value: "10".into() });
        let long = set(&mut store, b"k", b"12345678901", Expiry::Clear, Condition::Always);
        assert_eq!(long.map(|_| ()), limit("max-value-bytes", 10, 11));
        assert_eq!(append(&mut store, b"k", b"123456"), Ok(6));
        assert_eq!(append(&mut store, b"k", b"123456").map(|_| ()), limit("max-value-bytes", 10, 12));
        assert_eq!(length(&mut store, b"k"), Ok(6));
    }

    #[test]
    fn what_is_no_integer_is_not_incremented() {
        let (mut store, _) = store();
        assert_eq!(increment(&mut store, b"k", i64::MAX), Ok(i64::MAX));
        assert_eq!(increment(&mut store, b"k", 1), Err(Error::Overflow));
        assert_eq!(append(&mut store, b"k", b"0"), Ok(20));
        assert_eq!(increment(&mut store, b"k", 1), Err(Error::NotAnInteger));
    }
}
