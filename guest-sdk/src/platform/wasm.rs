//! The platform in WebAssembly: every call goes to the component's imports.

#[cfg(feature = "functions")]
#[path = "bindings.rs"]
mod bindings;
#[cfg(not(feature = "functions"))]
#[path = "bindings_of_store.rs"]
mod bindings;
#[path = "wasm_collections.rs"]
mod collections;
#[cfg(feature = "functions")]
#[path = "wasm_functions.rs"]
mod functions;
#[path = "inline.rs"]
mod inline;
#[cfg(feature = "policy")]
#[path = "wasm_policy.rs"]
pub mod policy;
#[path = "wasm_vectors.rs"]
pub(crate) mod vectors;

use crate::Limit;
use bindings::ferrite::store;

/// Begins in the heap that the linker made, where there is one: growing the memory costs a fresh instance two system calls.
/// Not with WASI, whose C library frees by itself what came over the component's boundary.
#[cfg(all(feature = "allocator", target_os = "unknown"))]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

pub(crate) use collections::{hashes, lists, sets, sorted_sets, streams};
pub(crate) use store::types::Node;

fn limit(limit: store::types::Limit) -> Limit {
    Limit { name: limit.name, allowed: limit.allowed, requested: limit.requested }
}

/// `ferrite:store/strings`.
pub(crate) mod strings {
    use super::{inline, store::strings as wit};
    use crate::strings::{Condition, Error, Expiry, Values};

    fn error(error: wit::Error) -> Error {
        match error {
            wit::Error::WrongType => Error::WrongType,
            wit::Error::NotAnInteger => Error::NotAnInteger,
            wit::Error::Overflow => Error::Overflow,
            wit::Error::NotPermitted => Error::NotPermitted,
            wit::Error::OutOfMemory => Error::OutOfMemory,
            wit::Error::LimitExceeded(limit) => Error::LimitExceeded(super::limit(limit)),
        }
    }

    #[inline]
    pub(crate) fn get(key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        let Some(words) = inline::words(key) else { return wit::get(key).map_err(error) };
        let key = wit::InlineBytes { length: key.len() as u32, words };
        Ok(wit::get_short(key).map_err(error)?.map(|value| match value {
            wit::ShortValue::Inline(value) => inline::bytes(value.length, value.words),
            wit::ShortValue::Whole(value) => value,
        }))
    }

    pub(crate) fn get_packed(lengths: Vec<u32>, bytes: Vec<u8>) -> Result<Values, Error> {
        let values = wit::get_packed(&wit::PackedKeys { lengths, bytes }).map_err(error)?;
        Ok(Values::new(&values.lengths, values.bytes))
    }

    pub(crate) fn set_many(entries: &[(&[u8], &[u8])]) -> Result<(), Error> {
        wit::set_many(entries).map_err(error)
    }

    pub(crate) fn set(key: &[u8], value: &[u8], expiry: Expiry, condition: Condition) -> Result<bool, Error> {
        let expiry = match expiry {
            Expiry::Clear => wit::Expiry::Clear,
            Expiry::Keep => wit::Expiry::Keep,
            Expiry::AfterMs(ms) => wit::Expiry::AfterMs(ms),
            Expiry::AtMs(ms) => wit::Expiry::AtMs(ms),
        };
        let condition = match condition {
            Condition::Always => wit::Condition::Always,
            Condition::IfAbsent => wit::Condition::IfAbsent,
            Condition::IfPresent => wit::Condition::IfPresent,
        };
        wit::set(key, value, expiry, condition).map_err(error)
    }

    pub(crate) fn increment(key: &[u8], by: i64) -> Result<i64, Error> {
        wit::increment(key, by).map_err(error)
    }

    pub(crate) fn append(key: &[u8], value: &[u8]) -> Result<u64, Error> {
        wit::append(key, value).map_err(error)
    }

    pub(crate) fn length(key: &[u8]) -> Result<u64, Error> {
        wit::length(key).map_err(error)
    }
}

/// `ferrite:store/keys`.
pub(crate) mod keys {
    use super::store::keys as wit;
    use crate::keys::{Error, Kind, Page, Ttl};

    fn error(error: wit::Error) -> Error {
        match error {
            wit::Error::NotPermitted => Error::NotPermitted,
            wit::Error::OutOfMemory => Error::OutOfMemory,
            wit::Error::LimitExceeded(limit) => Error::LimitExceeded(super::limit(limit)),
        }
    }

    pub(crate) fn exists(keys: &[&[u8]]) -> Result<u64, Error> {
        wit::exists(keys).map_err(error)
    }

    pub(crate) fn delete(keys: &[&[u8]]) -> Result<u64, Error> {
        wit::delete(keys).map_err(error)
    }

    pub(crate) fn kind(key: &[u8]) -> Result<Option<Kind>, Error> {
        // By its name: the contract's enumeration has no cases for types that came later.
        let name = wit::type_name(key).map_err(error)?;
        Ok(name.map(|name| match &*name {
            "string" => Kind::String,
            "hash" => Kind::Hash,
            "list" => Kind::List,
            "set" => Kind::Set,
            "zset" => Kind::SortedSet,
            "stream" => Kind::Stream,
            "vectorset" => Kind::VectorSet,
            _ => Kind::Other,
        }))
    }

    pub(crate) fn size(key: &[u8]) -> Result<u64, Error> {
        wit::size(key).map_err(error)
    }

    pub(crate) fn time_to_live(key: &[u8]) -> Result<Ttl, Error> {
        Ok(match wit::time_to_live(key).map_err(error)? {
            wit::Ttl::Absent => Ttl::Absent,
            wit::Ttl::Persistent => Ttl::Persistent,
            wit::Ttl::ExpiresInMs(ms) => Ttl::ExpiresInMs(ms),
        })
    }

    pub(crate) fn expire(key: &[u8], ttl_ms: u64) -> Result<bool, Error> {
        wit::expire(key, ttl_ms).map_err(error)
    }

    pub(crate) fn persist(key: &[u8]) -> Result<bool, Error> {
        wit::persist(key).map_err(error)
    }

    pub(crate) fn rename(key: &[u8], new_key: &[u8]) -> Result<bool, Error> {
        wit::rename(key, new_key).map_err(error)
    }

    pub(crate) fn scan(cursor: u64, pattern: &[u8], count: u32) -> Result<Page, Error> {
        let page = wit::scan(cursor, pattern, count).map_err(error)?;
        Ok(Page { cursor: page.cursor, keys: page.keys })
    }
}

/// `ferrite:store/commands`.
pub(crate) mod commands {
    use super::store::commands as wit;
    use crate::{Reply, commands::Error, reply};

    fn error(error: wit::Error) -> Error {
        match error {
            wit::Error::Command(line) => Error::Command(line),
            wit::Error::NotPermitted(reason) => Error::NotPermitted(reason),
            wit::Error::LimitExceeded(limit) => Error::LimitExceeded(super::limit(limit)),
        }
    }

    pub(crate) fn execute(argv: &[&[u8]]) -> Result<Reply, Error> {
        let nodes = wit::execute(argv).map_err(error)?;
        Ok(reply::from_nodes(nodes).expect("the host sends the nodes of exactly one reply"))
    }
}

#[cfg(feature = "functions")]
pub(crate) use functions::log;

/// What the macros of this crate expand to.
pub(crate) mod glue {
    #[cfg(feature = "functions")]
    pub use super::functions::glue::*;
    #[cfg(feature = "policy")]
    pub use super::policy;
    pub use std::{string::String, vec::Vec};
}
