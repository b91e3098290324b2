//! The platform outside of WebAssembly: every call goes to the store of the sandbox that runs the function.

#[path = "caught.rs"]
mod caught;
#[path = "native_collections.rs"]
mod collections;
#[path = "panics.rs"]
mod panics;
#[path = "native_vectors.rs"]
pub(crate) mod vectors;

use crate::{Limit, log::Level};
use ferrite_store_core::{Store, typed};
use std::{cell::RefCell, rc::Rc};

pub(crate) use caught::catch;
pub(crate) use collections::{hashes, lists, sets, sorted_sets, streams};

/// `node` of `ferrite:store/types`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Null,
    Boolean(bool),
    Integer(i64),
    Double(f64),
    Bytes(Vec<u8>),
    Status(String),
    Failure(String),
    Array(u32),
    Set(u32),
    Map(u32),
}

/// What the functions on this thread run against.
#[derive(Clone)]
pub(crate) struct Current {
    pub(crate) store: Rc<RefCell<Store>>,
    pub(crate) log: Rc<RefCell<Vec<(Level, String)>>>,
}

thread_local! {
    static CURRENT: RefCell<Option<Current>> = const { RefCell::new(None) };
}

/// Runs something against this store, then against none again, however it ends.
pub(crate) fn enter<T>(current: &Current, run: impl FnOnce() -> T) -> T {
    struct Leave(Option<Current>);
    impl Drop for Leave {
        fn drop(&mut self) {
            CURRENT.set(self.0.take());
        }
    }
    let _leave = Leave(CURRENT.replace(Some(current.clone())));
    run()
}

fn current() -> Current {
    let current = CURRENT.with_borrow(Option::clone);
    current.expect("outside of WebAssembly, a function that uses the store is called through `testing::Sandbox`")
}

fn with_store<T>(run: impl FnOnce(&mut Store) -> T) -> T {
    run(&mut current().store.borrow_mut())
}

fn limit(limit: typed::Limit) -> Limit {
    Limit { name: limit.name.to_string(), allowed: limit.allowed, requested: limit.requested }
}

/// `ferrite:store/strings`.
pub(crate) mod strings {
    use super::{typed::strings as core, with_store};
    use crate::strings::{Condition, Error, Expiry, Values};

    fn error(error: core::Error) -> Error {
        match error {
            core::Error::WrongType => Error::WrongType,
            core::Error::NotAnInteger => Error::NotAnInteger,
            core::Error::Overflow => Error::Overflow,
            core::Error::NotPermitted => Error::NotPermitted,
            core::Error::OutOfMemory => Error::OutOfMemory,
            core::Error::LimitExceeded(limit) => Error::LimitExceeded(super::limit(limit)),
        }
    }

    pub(crate) fn get(key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        with_store(|store| Ok(core::get(store, key).map_err(error)?.map(Into::into)))
    }

    pub(crate) fn get_packed(lengths: Vec<u32>, bytes: Vec<u8>) -> Result<Values, Error> {
        let values = with_store(|store| core::get_packed(store, &lengths, &bytes)).map_err(error)?;
        Ok(Values::new(&values.lengths, values.bytes))
    }

    pub(crate) fn set_many(entries: &[(&[u8], &[u8])]) -> Result<(), Error> {
        with_store(|store| core::set_many(store, entries).map_err(error))
    }

    pub(crate) fn set(key: &[u8], value: &[u8], expiry: Expiry, condition: Condition) -> Result<bool, Error> {
        let expiry = match expiry {
            Expiry::Clear => core::Expiry::Clear,
            Expiry::Keep => core::Expiry::Keep,
            Expiry::AfterMs(ms) => core::Expiry::AfterMs(ms),
            Expiry::AtMs(ms) => core::Expiry::AtMs(ms),
        };
        let condition = match condition {
            Condition::Always => core::Condition::Always,
            Condition::IfAbsent => core::Condition::IfAbsent,
            Condition::IfPresent => core::Condition::IfPresent,
        };
        with_store(|store| core::set(store, key, value, expiry, condition).map_err(error))
    }

    pub(crate) fn increment(key: &[u8], by: i64) -> Result<i64, Error> {
        with_store(|store| core::increment(store, key, by).map_err(error))
    }

    pub(crate) fn append(key: &[u8], value: &[u8]) -> Result<u64, Error> {
        with_store(|store| core::append(store, key, value).map_err(error))
    }

    pub(crate) fn length(key: &[u8]) -> Result<u64, Error> {
        with_store(|store| core::length(store, key).map_err(error))
    }
}

/// `ferrite:store/keys`.
pub(crate) mod keys {
    use super::{typed::keys as core, with_store};
    use crate::keys::{Error, Kind, Page, Ttl};

    fn error(error: core::Error) -> Error {
        match error {
            core::Error::NotPermitted => Error::NotPermitted,
            core::Error::OutOfMemory => Error::OutOfMemory,
            core::Error::LimitExceeded(limit) => Error::LimitExceeded(super::limit(limit)),
        }
    }

    pub(crate) fn exists(keys: &[&[u8]]) -> Result<u64, Error> {
        with_store(|store| core::exists(store, keys).map_err(error))
    }

    pub(crate) fn delete(keys: &[&[u8]]) -> Result<u64, Error> {
        with_store(|store| core::delete(store, keys).map_err(error))
    }

    pub(crate) fn kind(key: &[u8]) -> Result<Option<Kind>, Error> {
        let kind = with_store(|store| core::kind(store, key).map_err(error))?;
        Ok(kind.map(|kind| match kind {
            core::Kind::String => Kind::String,
            core::Kind::Hash => Kind::Hash,
            core::Kind::List => Kind::List,
            core::Kind::Set => Kind::Set,
            core::Kind::SortedSet => Kind::SortedSet,
            core::Kind::Stream => Kind::Stream,
            core::Kind::VectorSet => Kind::VectorSet,
        }))
    }

    pub(crate) fn size(key: &[u8]) -> Result<u64, Error> {
        with_store(|store| core::size(store, key).map_err(error))
    }

    pub(crate) fn time_to_live(key: &[u8]) -> Result<Ttl, Error> {
        Ok(match with_store(|store| core::time_to_live(store, key).map_err(error))? {
            core::Ttl::Absent => Ttl::Absent,
            core::Ttl::Persistent => Ttl::Persistent,
            core::Ttl::ExpiresInMs(ms) => Ttl::ExpiresInMs(ms),
        })
    }

    pub(crate) fn expire(key: &[u8], ttl_ms: u64) -> Result<bool, Error> {
        with_store(|store| core::expire(store, key, ttl_ms).map_err(error))
    }

    pub(crate) fn persist(key: &[u8]) -> Result<bool, Error> {
        with_store(|store| core::persist(store, key).map_err(error))
    }

    pub(crate) fn rename(key: &[u8], new_key: &[u8]) -> Result<bool, Error> {
        with_store(|store| core::rename(store, key, new_key).map_err(error))
    }

    pub(crate) fn scan(cursor: u64, pattern: &[u8], count: u32) -> Result<Page, Error> {
        let page = with_store(|store| core::scan(store, cursor, pattern, count).map_err(error))?;
        Ok(Page { cursor: page.cursor, keys: page.keys })
    }
}

/// `ferrite:store/commands`.
pub(crate) mod commands {
    use super::with_store;
    use crate::{Reply, commands::Error};
    use ferrite_resp::{Value, reply};
    use ferrite_store_core::CommandError;

    pub(crate) fn execute(argv: &[&[u8]]) -> Result<Reply, Error> {
        let encoded = with_store(|store| store.execute(argv)).map_err(|error| match error {
            CommandError::Command(line) => Error::Command(line),
            CommandError::NotPermitted(reason) => Error::NotPermitted(reason),
        })?;
        let parsed = reply::parse(&encoded).expect("the store answers in RESP3");
        Ok(tree(parsed.expect("the store answers with a whole reply").0))
    }

    /// The kinds of reply that WIT does not have become the nearest that it has, as in the component.
    fn tree(value: Value) -> Reply {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let trees = |values: Vec<Value>| values.into_iter().map(tree).collect();
        match value {
            Value::Null | Value::NullArray => Reply::Null,
            Value::Boolean(truth) => Reply::Boolean(truth),
            Value::Integer(number) => Reply::Integer(number),
            Value::Double(number) => Reply::Double(number),
            Value::Bulk(bytes) | Value::BigNumber(bytes) | Value::Verbatim { text: bytes, .. } => Reply::Bytes(bytes),
            Value::Simple(line) => Reply::Status(text(line)),
            Value::Error(line) => Reply::Failure(text(line)),
            Value::Array(values) | Value::Push(values) => Reply::Array(trees(values)),
            Value::Set(values) => Reply::Set(trees(values)),
            Value::Map(pairs) => Reply::Map(pairs.into_iter().map(|(key, value)| (tree(key), tree(value))).collect()),
        }
    }
}

/// `ferrite:udf/log`.
pub(crate) mod log {
    use crate::log::Level;

    pub(crate) fn write(level: Level, message: &str) {
        super::current().log.borrow_mut().push((level, message.to_owned()));
    }
}

/// As [`__export!`], for a function that takes values.
#[doc(hidden)]
#[macro_export]
macro_rules! __export_with_values {
    ($function:path) => {
        const _: () = {
            fn check<O: $crate::Outcome>(_: fn($crate::KeysWithValues, $crate::Args) -> O) {}
            let _ = || check($function);
        };
    };
}

/// As [`__export!`], for a table of commands.
#[doc(hidden)]
#[macro_export]
macro_rules! __export_commands {
    ($($command:expr => $function:path),+) => {
        const _: () = {
            $(const _: $crate::Command = $command;)+
            $(let _ = || $crate::described::__check($function);)+
        };
    };
}

/// Only a component has exports: here, the function itself is what tests call, and only its type is checked.
#[doc(hidden)]
#[macro_export]
macro_rules! __export {
    ($function:path) => {
        const _: () = {
            fn check<O: $crate::Outcome>(_: fn($crate::Keys, $crate::Args) -> O) {}
            let _ = || check($function);
        };
    };
}
