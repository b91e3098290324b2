//! `ferrite:store/sets`.

use wasmtime::component::{ComponentType, Lift, Lower};

use super::abi::record;
use super::collections::{Flat, Give, interface};
use super::core::Result;

/// `sets.operation`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(enum)]
#[repr(u8)]
#[allow(dead_code, reason = "only wasmtime makes values of it, by lifting them")]
pub(crate) enum Operation {
    #[component(name = "intersection")]
    Intersection,
    #[component(name = "union")]
    Union,
    #[component(name = "difference")]
    Difference,
}

impl Give for Operation {
    fn give(&self, flat: &mut Flat<'_>) -> Result<()> {
        flat.u32(*self as u32);
        Ok(())
    }
}

/// `sets.page`.
#[derive(Debug, Clone, ComponentType, Lift, Lower)]
#[component(record)]
pub(crate) struct Page {
    #[component(name = "cursor")]
    pub(crate) cursor: u64,
    #[component(name = "members")]
    pub(crate) members: Vec<Vec<u8>>,
}
record!(Page { cursor: u64, members: Vec<Vec<u8>> });

interface!(Sets, SetsOf, "sets" {
    add = "add"(key: &[u8], members: &[&[u8]]) -> u64;
    remove = "remove"(key: &[u8], members: &[&[u8]]) -> u64;
    move_member = "move"(key: &[u8], to_key: &[u8], member: &[u8]) -> bool;
    contains = "contains"(key: &[u8], members: &[&[u8]]) -> Vec<bool>;
    length = "length"(key: &[u8]) -> u64;
    members = "members"(key: &[u8]) -> Vec<Vec<u8>>;
    random = "random"(key: &[u8], count: u32) -> Vec<Vec<u8>>;
    pop = "pop"(key: &[u8], count: u32) -> Vec<Vec<u8>>;
    combine = "combine"(operation: Operation, keys: &[&[u8]]) -> Vec<Vec<u8>>;
    combine_into = "combine-into"(key: &[u8], operation: Operation, keys: &[&[u8]]) -> u64;
    scan = "scan"(key: &[u8], cursor: u64, pattern: &[u8], count: u32) -> Page;
});
