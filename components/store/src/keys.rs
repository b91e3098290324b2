//! `ferrite:store/keys`.

use ferrite_store_core::typed::keys as core;

use crate::bindings::exports::ferrite::store::keys::{Error, Guest, Kind, Page, Ttl};
use crate::bindings::exports::ferrite::store::types::Limit;
use crate::component::{Component, with_store};
use crate::typed::limit;

/// How many types `kind` has cases for.
const KINDS: u64 = 6;

impl Guest for Component {
    fn exists(keys: Vec<Vec<u8>>) -> Result<u64, Error> {
        with_store(|store| core::exists(store, &keys)).map_err(error)
    }

    fn delete(keys: Vec<Vec<u8>>) -> Result<u64, Error> {
        with_store(|store| core::delete(store, &keys)).map_err(error)
    }

    fn type_(key: Vec<u8>) -> Result<Option<Kind>, Error> {
        let kind = with_store(|store| core::kind(store, &key)).map_err(error)?;
        let kind = kind.map(|kind| match kind {
            core::Kind::String => Ok(Kind::String),
            core::Kind::Hash => Ok(Kind::Hash),
            core::Kind::List => Ok(Kind::List),
            core::Kind::Set => Ok(Kind::Set),
            core::Kind::SortedSet => Ok(Kind::SortedSet),
            core::Kind::Stream => Ok(Kind::Stream),
            // The contract's enumeration may not grow under those who were built with it.
            core::Kind::VectorSet => {
                Err(Error::LimitExceeded(Limit { name: "kinds".into(), allowed: KINDS, requested: KINDS + 1 }))
            }
        });
        kind.transpose()
    }

    fn type_name(key: Vec<u8>) -> Result<Option<String>, Error> {
        let name = with_store(|store| core::type_name(store, &key)).map_err(error)?;
        Ok(name.map(str::to_owned))
    }

    fn time_to_live(key: Vec<u8>) -> Result<Ttl, Error> {
        with_store(|store| core::time_to_live(store, &key)).map(ttl).map_err(error)
    }

    fn expire(key: Vec<u8>, ttl_ms: u64) -> Result<bool, Error> {
        with_store(|store| core::expire(store, &key, ttl_ms)).map_err(error)
    }

    fn persist(key: Vec<u8>) -> Result<bool, Error> {
        with_store(|store| core::persist(store, &key)).map_err(error)
    }

    fn rename(key: Vec<u8>, new_key: Vec<u8>) -> Result<bool, Error> {
        with_store(|store| core::rename(store, &key, &new_key)).map_err(error)
    }

    fn scan(cursor: u64, pattern: Vec<u8>, count: u32) -> Result<Page, Error> {
        let page = with_store(|store| core::scan(store, cursor, &pattern, count)).map_err(error)?;
        Ok(Page { cursor: page.cursor, keys: page.keys })
    }

    fn size(key: Vec<u8>) -> Result<u64, Error> {
        with_store(|store| core::size(store, &key)).map_err(error)
    }
}

/// A time to live, of a key or of a field.
pub(crate) fn ttl(ttl: core::Ttl) -> Ttl {
    match ttl {
        core::Ttl::Absent => Ttl::Absent,
        core::Ttl::Persistent => Ttl::Persistent,
        core::Ttl::ExpiresInMs(ms) => Ttl::ExpiresInMs(ms),
    }
}

fn error(error: core::Error) -> Error {
    match error {
        core::Error::NotPermitted => Error::NotPermitted,
        core::Error::OutOfMemory => Error::OutOfMemory,
        core::Error::LimitExceeded(exceeded) => Error::LimitExceeded(limit(exceeded)),
    }
}
