//! `ferrite:store/keys`: keys whatever their type.

use super::{Limit, Refusal, check_growth, check_keys, check_write};
use crate::glob;
use crate::keyspace::entry::Content;
use crate::keyspace::notices::Class;
use crate::store::Store;
use crate::types::Collection;

/// The most that one call of [`scan`] may ask to look at.
pub const MAX_SCAN_COUNT: u32 = 10_000;

/// Why a call on keys failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
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

/// The type of a key's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A string.
    String,
    /// A hash.
    Hash,
    /// A list.
    List,
    /// A set.
    Set,
    /// A sorted set.
    SortedSet,
    /// A stream.
    Stream,
    /// A vector set.
    VectorSet,
}

/// A key's time to live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ttl {
    /// The key does not exist.
    Absent,
    /// The key never expires.
    Persistent,
    /// Milliseconds until it expires, at least 1.
    ExpiresInMs(u64),
}

impl Ttl {
    /// That of something that exists and expires then, or never.
    pub(super) fn until(expire_ms: Option<i64>, now_ms: i64) -> Ttl {
        match expire_ms {
            None => Ttl::Persistent,
            Some(expire_ms) => Ttl::ExpiresInMs(expire_ms.saturating_sub(now_ms).max(1).unsigned_abs()),
        }
    }
}

/// A page of key names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// For the next call; 0 at the end.
    pub cursor: u64,
    /// Names in no order; one may come twice.
    pub keys: Vec<Vec<u8>>,
}

/// How many of these keys exist; one named twice counts twice.
pub fn exists(store: &mut Store, keys: &[impl AsRef<[u8]>]) -> Result<u64, Error> {
    check_keys(keys.len())?;
    store.read_clock();
    let database = store.selected;
    let there = keys.iter().filter(|key| store.keyspace.inspect(database, key.as_ref()).is_some());
    Ok(there.count() as u64)
}

/// Removes keys, returns how many there were.
pub fn delete(store: &mut Store, keys: &[impl AsRef<[u8]>]) -> Result<u64, Error> {
    store.read_clock();
    check_write(store)?;
    check_keys(keys.len())?;
    let database = store.selected;
    let removed = keys.iter().filter(|key| store.keyspace.delete(database, key.as_ref()));
    Ok(removed.count() as u64)
}

/// The name of the value's type as TYPE prints it, or none when the key does not exist.
pub fn type_name(store: &mut Store, key: &[u8]) -> Result<Option<&'static str>, Error> {
    store.read_clock();
    Ok(store.keyspace.inspect(store.selected, key).map(|entry| entry.content().type_name()))
}

/// The type of the value, or none when the key does not exist.
pub fn kind(store: &mut Store, key: &[u8]) -> Result<Option<Kind>, Error> {
    store.read_clock();
    Ok(store.keyspace.inspect(store.selected, key).map(|entry| match entry.content() {
        Content::String(_) => Kind::String,
        Content::Collection(collection) => match collection.type_name() {
            "hash" => Kind::Hash,
            "list" => Kind::List,
            "set" => Kind::Set,
            "zset" => Kind::SortedSet,
            "vectorset" => Kind::VectorSet,
            _ => Kind::Stream,
        },
    }))
}

/// The time left to live.
pub fn time_to_live(store: &mut Store, key: &[u8]) -> Result<Ttl, Error> {
    store.read_clock();
    let now_ms = store.keyspace.now_ms();
    Ok(match store.keyspace.inspect(store.selected, key).map(|entry| entry.expire_ms()) {
        None => Ttl::Absent,
        Some(expire_ms) => Ttl::until(expire_ms, now_ms),
    })
}

/// Sets the time to live in milliseconds, 0 removes the key; false when the key does not exist.
pub fn expire(store: &mut Store, key: &[u8], ttl_ms: u64) -> Result<bool, Error> {
    store.read_clock();
    check_write(store)?;
    let (keys, database) = (&mut store.keyspace, store.selected);
    if ttl_ms == 0 {
        return Ok(keys.delete(database, key));
    }
    // Times that no number holds are later than anybody waits.
    let expire_ms = keys.now_ms().saturating_add_unsigned(ttl_ms);
    let is_set = keys.use_key(database, key).is_some() && keys.set_expire(database, key, Some(expire_ms));
    if is_set {
        keys.notify(Class::GENERIC, "expire", database, key);
    }
    Ok(is_set)
}

/// Removes the time to live; false when the key does not exist or has none.
pub fn persist(store: &mut Store, key: &[u8]) -> Result<bool, Error> {
    store.read_clock();
    check_write(store)?;
    let (keys, database) = (&mut store.keyspace, store.selected);
    let expires = keys.use_key(database, key).is_some_and(|entry| entry.expire_ms().is_some());
    if expires {
        keys.set_expire(database, key, None);
        keys.notify(Class::GENERIC, "persist", database, key);
    }
    Ok(expires)
}

/// Renames a key and replaces what has the new name; false when the key does not exist.
pub fn rename(store: &mut Store, key: &[u8], new_key: &[u8]) -> Result<bool, Error> {
    store.read_clock();
    // A longer name needs more memory than the old one had.
    if new_key.len() > key.len() {
        check_growth(store)?
    } else {
        check_write(store)?
    }
    let longest = store.settings.max_bulk_bytes();
    if new_key.len() > longest {
        return Err(Refusal::LimitExceeded(Limit::new("max-value-bytes", longest, new_key.len())).into());
    }
    let (keys, database) = (&mut store.keyspace, store.selected);
    let renamed = keys.use_key(database, key).is_some() && keys.rename((database, key), (database, new_key));
    if renamed && key != new_key {
        keys.notify(Class::GENERIC, "rename_from", database, key);
        keys.notify(Class::GENERIC, "rename_to", database, new_key);
    }
    Ok(renamed)
}

/// How large the value is: bytes of a string; fields, elements, members or entries of anything else.
pub fn size(store: &mut Store, key: &[u8]) -> Result<u64, Error> {
    store.read_clock();
    Ok(store.keyspace.peek(store.selected, key).map_or(0, |entry| match entry.content() {
        Content::String(value) => value.len() as u64,
        Content::Collection(Collection::Hash(hash)) => hash.len() as u64,
        Content::Collection(Collection::List(list)) => list.len() as u64,
        Content::Collection(Collection::Set(set)) => set.len() as u64,
        Content::Collection(Collection::SortedSet(set)) => set.len() as u64,
        Content::Collection(Collection::Stream(stream)) => stream.figures().length,
        #[cfg(feature = "vectors")]
        Content::Collection(Collection::VectorSet(set)) => set.len() as u64,
    }))
}

/// How much a page may look at, if it may be so much.
pub(super) fn check_scan(count: u32) -> Result<usize, Refusal> {
    if count <= MAX_SCAN_COUNT {
        return Ok(count as usize);
    }
    Err(Refusal::LimitExceeded(Limit::new("max-scan-count", MAX_SCAN_COUNT as usize, count as usize)))
}

/// A page of the names that match a glob pattern; begins with cursor 0, and looks at about `count` keys.
pub fn scan(store: &mut Store, cursor: u64, pattern: &[u8], count: u32) -> Result<Page, Error> {
    let count = check_scan(count)?;
    store.read_clock();
    let mut keys = Vec::new();
    let cursor = store.keyspace.scan(store.selected, cursor, count, &mut |entry| {
        if glob::matches(pattern, entry.key()) {
            keys.push(entry.key().to_vec());
        }
    });
    Ok(Page { cursor, keys })
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::collections::BTreeSet;
    use std::rc::Rc;

    use super::*;
    use crate::keyspace::TransactionAccess;
    use crate::store::Environment;
    use crate::turn::Fact;
    use crate::typed::MAX_KEYS_PER_CALL;
    use crate::typed::strings::{self, Condition, Expiry};

    struct Settable(Rc<Cell<u64>>);

    impl Environment for Settable {
        fn now_us(&self) -> u64 {
            self.0.get() * 1000
        }
        fn entropy(&self) -> u64 {
            7
        }
    }

    /// A store with the keys `a` and `b`, and its clock in milliseconds.
    fn store() -> (Store, Rc<Cell<u64>>) {
        let clock = Rc::new(Cell::new(1_000_000));
        let mut store = Store::new(Box::new(Settable(clock.clone())));
        for key in ["a", "b"] {
            let set = strings::set(&mut store, key.as_bytes(), key.as_bytes(), Expiry::Clear, Condition::Always);
            assert_eq!(set, Ok(true));
        }
        (store, clock)
    }

    #[test]
    fn keys_are_counted_and_removed() {
        let (mut store, _) = store();
        assert_eq!(exists(&mut store, &["a", "b", "a", "none"]), Ok(3));
        assert_eq!(kind(&mut store, b"a"), Ok(Some(Kind::String)));
        assert_eq!(kind(&mut store, b"none"), Ok(None));
        assert_eq!(delete(&mut store, &["a", "none", "a"]), Ok(1));
        assert_eq!(exists(&mut store, &["a", "b"]), Ok(1));
        assert!(store.select(1));
        assert_eq!(exists(&mut store, &["b"]), Ok(0), "another database has its own keys");
    }

    #[test]
    fn a_time_to_live_is_set_told_and_cleared() {
        let (mut store, clock) = store();
        assert_eq!(time_to_live(&mut store, b"none"), Ok(Ttl::Absent));
        assert_eq!(time_to_live(&mut store, b"a"), Ok(Ttl::Persistent));
        assert_eq!(persist(&mut store, b"a"), Ok(false));
        assert_eq!(expire(&mut store, b"none", 100), Ok(false));
        assert_eq!(expire(&mut store, b"a", 100), Ok(true));
        assert_eq!(time_to_live(&mut store, b"a"), Ok(Ttl::ExpiresInMs(100)));
        clock.set(1_000_100);
        assert_eq!(time_to_live(&mut store, b"a"), Ok(Ttl::ExpiresInMs(1)), "its last millisecond");
        assert_eq!(persist(&mut store, b"a"), Ok(true));
        assert_eq!(expire(&mut store, b"a", u64::MAX), Ok(true));
        assert_eq!(time_to_live(&mut store, b"a"), Ok(Ttl::ExpiresInMs(i64::MAX as u64 - 1_000_100)));
        assert_eq!(expire(&mut store, b"b", 5), Ok(true));
        clock.set(1_000_106);
        assert_eq!(time_to_live(&mut store, b"b"), Ok(Ttl::Absent));
        assert_eq!(expire(&mut store, b"a", 0), Ok(true));
        assert_eq!(time_to_live(&mut store, b"a"), Ok(Ttl::Absent));
        assert_eq!(expire(&mut store, b"a", 0), Ok(false));
    }

    #[test]
    fn a_renamed_key_takes_its_value_and_its_time_along() {
        let (mut store, _) = store();
        assert_eq!(expire(&mut store, b"a", 100), Ok(true));
        assert_eq!(rename(&mut store, b"a", b"b"), Ok(true));
        assert_eq!(time_to_live(&mut store, b"b"), Ok(Ttl::ExpiresInMs(100)));
        assert_eq!(
            strings::get(&mut store, b"b").map(|value| value.map(|value| value.to_vec())),
            Ok(Some(b"a".into()))
        );
        assert_eq!(rename(&mut store, b"a", b"c"), Ok(false));
        assert_eq!(rename(&mut store, b"b", b"b"), Ok(true));
        assert_eq!(exists(&mut store, &["a", "b", "c"]), Ok(1));
    }

    #[test]
    fn pages_give_every_matching_name() {
        let (mut store, _) = store();
        for number in 0..5_000 {
            let key = format!("key:{number}");
            let set = strings::set(&mut store, key.as_bytes(), b"", Expiry::Clear, Condition::Always);
            assert_eq!(set, Ok(true));
        }
        let mut names = BTreeSet::new();
        let (mut cursor, mut pages) = (0, 0);
        loop {
            let page = scan(&mut store, cursor, b"key:*", 100).expect("the count is allowed");
            assert!(page.keys.len() < 300, "a page of {} names", page.keys.len());
            names.extend(page.keys);
            (cursor, pages) = (page.cursor, pages + 1);
            if cursor == 0 {
                break;
            }
        }
        assert_eq!(names.len(), 5_000);
        assert!((10..=51).contains(&pages), "{pages} pages");
        assert_eq!(scan(&mut store, 0, b"none", MAX_SCAN_COUNT), Ok(Page { cursor: 0, keys: Vec::new() }));
    }

    #[test]
    fn a_read_only_transaction_refuses_writes_and_nothing_else() {
        let (mut store, _) = store();
        store.begin(TransactionAccess::ReadOnly);
        assert_eq!(delete(&mut store, &["a"]), Err(Error::NotPermitted));
        assert_eq!(expire(&mut store, b"a", 0), Err(Error::NotPermitted));
        assert_eq!(persist(&mut store, b"a"), Err(Error::NotPermitted));
        assert_eq!(rename(&mut store, b"a", b"b"), Err(Error::NotPermitted));
        assert_eq!(exists(&mut store, &["a", "b"]), Ok(2));
        assert_eq!(scan(&mut store, 0, b"a", 10), Ok(Page { cursor: 0, keys: vec![b"a".to_vec()] }));
        assert_eq!(store.roll_back(), Ok(()));
        assert_eq!(delete(&mut store, &["a"]), Ok(1));
    }

    #[test]
    fn limits_say_how_much_was_allowed_and_asked() {
        let (mut store, _) = store();
        let limit = |name, allowed, requested| Error::LimitExceeded(Limit { name, allowed, requested });
        assert_eq!(scan(&mut store, 0, b"*", 10_001), Err(limit("max-scan-count", 10_000, 10_001)));
        let many = vec![""; MAX_KEYS_PER_CALL + 1];
        assert_eq!(exists(&mut store, &many), Err(limit("max-keys-per-call", 65_536, 65_537)));
        assert_eq!(delete(&mut store, &many), Err(limit("max-keys-per-call", 65_536, 65_537)));
        store.learn(Fact::Setting { name: "proto-max-bulk-len".into(), value: "10".into() });
        assert_eq!(rename(&mut store, b"a", b"more than ten"), Err(limit("max-value-bytes", 10, 13)));
    }
}
