//! `ferrite:store/lists`.

use wasmtime::component::{ComponentType, Lift, Lower};

use super::collections::{Flat, Give, interface};
use super::core::Result;

/// `lists.end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(enum)]
#[repr(u8)]
#[allow(dead_code, reason = "only wasmtime makes values of it, by lifting them")]
pub(crate) enum End {
    #[component(name = "front")]
    Front,
    #[component(name = "back")]
    Back,
}

/// `lists.side`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(enum)]
#[repr(u8)]
#[allow(dead_code, reason = "only wasmtime makes values of it, by lifting them")]
pub(crate) enum Side {
    #[component(name = "before")]
    Before,
    #[component(name = "after")]
    After,
}

impl Give for End {
    fn give(&self, flat: &mut Flat<'_>) -> Result<()> {
        flat.u32(*self as u32);
        Ok(())
    }
}

impl Give for Side {
    fn give(&self, flat: &mut Flat<'_>) -> Result<()> {
        flat.u32(*self as u32);
        Ok(())
    }
}

interface!(Lists, ListsOf, "lists" {
    push = "push"(key: &[u8], end: End, elements: &[&[u8]]) -> u64;
    pop = "pop"(key: &[u8], end: End, count: u32) -> Vec<Vec<u8>>;
    move_element = "move"(key: &[u8], end: End, to_key: &[u8], to_end: End) -> Option<Vec<u8>>;
    length = "length"(key: &[u8]) -> u64;
    get = "get"(key: &[u8], position: i64) -> Option<Vec<u8>>;
    range = "range"(key: &[u8], first: i64, last: i64) -> Vec<Vec<u8>>;
    find = "find"(key: &[u8], element: &[u8]) -> Option<u64>;
    set = "set"(key: &[u8], position: i64, element: &[u8]) -> bool;
    insert = "insert"(key: &[u8], side: Side, pivot: &[u8], element: &[u8]) -> Option<u64>;
    remove = "remove"(key: &[u8], end: End, count: u32, element: &[u8]) -> u64;
    trim = "trim"(key: &[u8], first: i64, last: i64) -> u64;
});
