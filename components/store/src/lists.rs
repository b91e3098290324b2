//! `ferrite:store/lists`.

use ferrite_store_core::typed::lists as core;

use crate::bindings::exports::ferrite::store::lists::{End, Guest, Side};
use crate::collections::{Answer, call, slices};
use crate::component::Component;

impl Guest for Component {
    fn push(key: Vec<u8>, end: End, elements: Vec<Vec<u8>>) -> Answer<u64> {
        call(|store| core::push(store, &key, at(end), &slices(&elements)))
    }

    fn pop(key: Vec<u8>, end: End, count: u32) -> Answer<Vec<Vec<u8>>> {
        call(|store| core::pop(store, &key, at(end), count))
    }

    fn move_(key: Vec<u8>, end: End, to_key: Vec<u8>, to_end: End) -> Answer<Option<Vec<u8>>> {
        call(|store| core::move_element(store, (&key, at(end)), (&to_key, at(to_end))))
    }

    fn length(key: Vec<u8>) -> Answer<u64> {
        call(|store| core::length(store, &key))
    }

    fn get(key: Vec<u8>, position: i64) -> Answer<Option<Vec<u8>>> {
        call(|store| core::get(store, &key, position))
    }

    fn range(key: Vec<u8>, first: i64, last: i64) -> Answer<Vec<Vec<u8>>> {
        call(|store| core::range(store, &key, first, last))
    }

    fn find(key: Vec<u8>, element: Vec<u8>) -> Answer<Option<u64>> {
        call(|store| core::find(store, &key, &element))
    }

    fn set(key: Vec<u8>, position: i64, element: Vec<u8>) -> Answer<bool> {
        call(|store| core::set(store, &key, position, &element))
    }

    fn insert(key: Vec<u8>, side: Side, pivot: Vec<u8>, element: Vec<u8>) -> Answer<Option<u64>> {
        let side = match side {
            Side::Before => core::Side::Before,
            Side::After => core::Side::After,
        };
        call(|store| core::insert(store, &key, side, &pivot, &element))
    }

    fn remove(key: Vec<u8>, end: End, count: u32, element: Vec<u8>) -> Answer<u64> {
        call(|store| core::remove(store, &key, at(end), count, &element))
    }

    fn trim(key: Vec<u8>, first: i64, last: i64) -> Answer<u64> {
        call(|store| core::trim(store, &key, first, last))
    }
}

fn at(end: End) -> core::End {
    match end {
        End::Front => core::End::Front,
        End::Back => core::End::Back,
    }
}
