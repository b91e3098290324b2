//! `ferrite:store/strings`.

use std::borrow::Cow;

use ferrite_store_core::typed::strings as core;

use crate::bindings::exports::ferrite::store::strings::{
    Condition, Error, Expiry, Guest, InlineBytes, PackedKeys, PackedValues, ShortValue,
};
use crate::component::{Component, with_store};
use crate::typed::limit;

impl Guest for Component {
    fn get(key: Vec<u8>) -> Result<Option<Vec<u8>>, Error> {
        with_store(|store| core::get(store, &key).map(|value| value.map(Into::into))).map_err(error)
    }

    fn get_many(keys: Vec<Vec<u8>>) -> Result<Vec<Option<Vec<u8>>>, Error> {
        with_store(|store| core::get_many(store, &keys)).map_err(error)
    }

    fn get_packed(keys: PackedKeys) -> Result<PackedValues, Error> {
        let core::PackedValues { lengths, bytes } =
            with_store(|store| core::get_packed(store, &keys.lengths, &keys.bytes)).map_err(error)?;
        Ok(PackedValues { lengths, bytes })
    }

    fn get_short(key: InlineBytes) -> Result<Option<ShortValue>, Error> {
        let room = key.room();
        let key = key.of(&room).map_err(|exceeded| Error::LimitExceeded(limit(exceeded)))?;
        with_store(|store| core::get(store, key).map(|value| value.map(short))).map_err(error)
    }

    fn set_many(entries: Vec<(Vec<u8>, Vec<u8>)>) -> Result<(), Error> {
        with_store(|store| core::set_many(store, &entries)).map_err(error)
    }

    fn set(key: Vec<u8>, value: Vec<u8>, expiry: Expiry, condition: Condition) -> Result<bool, Error> {
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
        with_store(|store| core::set(store, &key, &value, expiry, condition)).map_err(error)
    }

    fn increment(key: Vec<u8>, by: i64) -> Result<i64, Error> {
        with_store(|store| core::increment(store, &key, by)).map_err(error)
    }

    fn append(key: Vec<u8>, value: Vec<u8>) -> Result<u64, Error> {
        with_store(|store| core::append(store, &key, &value)).map_err(error)
    }

    fn length(key: Vec<u8>) -> Result<u64, Error> {
        with_store(|store| core::length(store, &key)).map_err(error)
    }
}

fn short(value: Cow<'_, [u8]>) -> ShortValue {
    InlineBytes::new(&value).map_or_else(|| ShortValue::Whole(value.into_owned()), ShortValue::Inline)
}

fn error(error: core::Error) -> Error {
    match error {
        core::Error::WrongType => Error::WrongType,
        core::Error::NotAnInteger => Error::NotAnInteger,
        core::Error::Overflow => Error::Overflow,
        core::Error::NotPermitted => Error::NotPermitted,
        core::Error::OutOfMemory => Error::OutOfMemory,
        core::Error::LimitExceeded(exceeded) => Error::LimitExceeded(limit(exceeded)),
    }
}
