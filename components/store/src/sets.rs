//! `ferrite:store/sets`.

use ferrite_store_core::typed::sets as core;

use crate::bindings::exports::ferrite::store::sets::{Guest, Operation, Page};
use crate::collections::{Answer, call, slices};
use crate::component::Component;

impl Guest for Component {
    fn add(key: Vec<u8>, members: Vec<Vec<u8>>) -> Answer<u64> {
        call(|store| core::add(store, &key, &slices(&members)))
    }

    fn remove(key: Vec<u8>, members: Vec<Vec<u8>>) -> Answer<u64> {
        call(|store| core::remove(store, &key, &slices(&members)))
    }

    fn move_(key: Vec<u8>, to_key: Vec<u8>, member: Vec<u8>) -> Answer<bool> {
        call(|store| core::move_member(store, &key, &to_key, &member))
    }

    fn contains(key: Vec<u8>, members: Vec<Vec<u8>>) -> Answer<Vec<bool>> {
        call(|store| core::contains(store, &key, &slices(&members)))
    }

    fn length(key: Vec<u8>) -> Answer<u64> {
        call(|store| core::length(store, &key))
    }

    fn members(key: Vec<u8>) -> Answer<Vec<Vec<u8>>> {
        call(|store| core::members(store, &key))
    }

    fn random(key: Vec<u8>, count: u32) -> Answer<Vec<Vec<u8>>> {
        call(|store| core::random(store, &key, count))
    }

    fn pop(key: Vec<u8>, count: u32) -> Answer<Vec<Vec<u8>>> {
        call(|store| core::pop(store, &key, count))
    }

    fn combine(by: Operation, keys: Vec<Vec<u8>>) -> Answer<Vec<Vec<u8>>> {
        call(|store| core::combine(store, operation(by), &slices(&keys)))
    }

    fn combine_into(key: Vec<u8>, by: Operation, keys: Vec<Vec<u8>>) -> Answer<u64> {
        call(|store| core::combine_into(store, &key, operation(by), &slices(&keys)))
    }

    fn scan(key: Vec<u8>, cursor: u64, pattern: Vec<u8>, count: u32) -> Answer<Page> {
        let page = call(|store| core::scan(store, &key, cursor, &pattern, count))?;
        Ok(Page { cursor: page.cursor, members: page.members })
    }
}

fn operation(operation: Operation) -> core::Operation {
    match operation {
        Operation::Intersection => core::Operation::Intersection,
        Operation::Union => core::Operation::Union,
        Operation::Difference => core::Operation::Difference,
    }
}
