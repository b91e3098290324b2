//! `ferrite:store/hashes`.

use wasmtime::component::{ComponentType, Lift, Lower};

use super::abi::record;
use super::collections::{Field, interface};
use super::types::keys::Ttl;

/// `hashes.page`.
#[derive(Debug, Clone, ComponentType, Lift, Lower)]
#[component(record)]
pub(crate) struct Page {
    #[component(name = "cursor")]
    pub(crate) cursor: u64,
    #[component(name = "fields")]
    pub(crate) fields: Vec<Field>,
}
record!(Page { cursor: u64, fields: Vec<Field> });

interface!(Hashes, HashesOf, "hashes" {
    get = "get"(key: &[u8], name: &[u8]) -> Option<Vec<u8>>;
    get_many = "get-many"(key: &[u8], names: &[&[u8]]) -> Vec<Option<Vec<u8>>>;
    get_all = "get-all"(key: &[u8]) -> Vec<Field>;
    set = "set"(key: &[u8], fields: &[(&[u8], &[u8])]) -> u64;
    set_if_absent = "set-if-absent"(key: &[u8], field: (&[u8], &[u8])) -> bool;
    delete = "delete"(key: &[u8], names: &[&[u8]]) -> u64;
    contains = "contains"(key: &[u8], name: &[u8]) -> bool;
    length = "length"(key: &[u8]) -> u64;
    increment = "increment"(key: &[u8], name: &[u8], by: i64) -> i64;
    increment_float = "increment-float"(key: &[u8], name: &[u8], by: f64) -> f64;
    expire = "expire"(key: &[u8], names: &[&[u8]], ttl_ms: u64) -> u64;
    time_to_live = "time-to-live"(key: &[u8], name: &[u8]) -> Ttl;
    scan = "scan"(key: &[u8], cursor: u64, pattern: &[u8], count: u32) -> Page;
});
