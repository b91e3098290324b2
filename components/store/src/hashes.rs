//! `ferrite:store/hashes`.

use ferrite_store_core::typed::hashes as core;

use crate::bindings::exports::ferrite::store::hashes::{Guest, Page};
use crate::bindings::exports::ferrite::store::keys::Ttl;
use crate::bindings::exports::ferrite::store::types::Field;
use crate::collections::{Answer, call, given, returned, slices};
use crate::component::Component;
use crate::keys::ttl;

impl Guest for Component {
    fn get(key: Vec<u8>, name: Vec<u8>) -> Answer<Option<Vec<u8>>> {
        call(|store| core::get(store, &key, &name))
    }

    fn get_many(key: Vec<u8>, names: Vec<Vec<u8>>) -> Answer<Vec<Option<Vec<u8>>>> {
        call(|store| core::get_many(store, &key, &slices(&names)))
    }

    fn get_all(key: Vec<u8>) -> Answer<Vec<Field>> {
        call(|store| core::get_all(store, &key)).map(returned)
    }

    fn set(key: Vec<u8>, fields: Vec<Field>) -> Answer<u64> {
        call(|store| core::set(store, &key, &given(&fields)))
    }

    fn set_if_absent(key: Vec<u8>, field: Field) -> Answer<bool> {
        call(|store| core::set_if_absent(store, &key, (&field.name, &field.value)))
    }

    fn delete(key: Vec<u8>, names: Vec<Vec<u8>>) -> Answer<u64> {
        call(|store| core::delete(store, &key, &slices(&names)))
    }

    fn contains(key: Vec<u8>, name: Vec<u8>) -> Answer<bool> {
        call(|store| core::contains(store, &key, &name))
    }

    fn length(key: Vec<u8>) -> Answer<u64> {
        call(|store| core::length(store, &key))
    }

    fn increment(key: Vec<u8>, name: Vec<u8>, by: i64) -> Answer<i64> {
        call(|store| core::increment(store, &key, &name, by))
    }

    fn increment_float(key: Vec<u8>, name: Vec<u8>, by: f64) -> Answer<f64> {
        call(|store| core::increment_float(store, &key, &name, by))
    }

    fn expire(key: Vec<u8>, names: Vec<Vec<u8>>, ttl_ms: u64) -> Answer<u64> {
        call(|store| core::expire(store, &key, &slices(&names), ttl_ms))
    }

    fn time_to_live(key: Vec<u8>, name: Vec<u8>) -> Answer<Ttl> {
        call(|store| core::time_to_live(store, &key, &name)).map(ttl)
    }

    fn scan(key: Vec<u8>, cursor: u64, pattern: Vec<u8>, count: u32) -> Answer<Page> {
        let page = call(|store| core::scan(store, &key, cursor, &pattern, count))?;
        Ok(Page { cursor: page.cursor, fields: returned(page.fields) })
    }
}
