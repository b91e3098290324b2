//! The Rust types of `ferrite:udf/function`: the store's own, so that what a store call returns goes on unconverted.

use wasmtime::component::{ComponentType, Lift};

use super::words::Words;

pub(crate) use crate::wasm::bindings::exports::ferrite::store::types::{Limit, Node};
pub(crate) use crate::wasm::bindings::exports::ferrite::store::{commands, strings};

/// Packages and version that functions are built against.
pub(crate) const STORE: &str = "ferrite:store";
pub(crate) const UDF: &str = "ferrite:udf";
pub(crate) const VERSION: &str = "0.1.0";

/// The parameters and result of `call`.
pub(crate) type CallParams<'a> = (Words<'a>, Words<'a>);
pub(crate) type CallResult = (Result<Vec<Node>, String>,);

/// `ferrite:udf/log.level`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ComponentType, Lift)]
#[component(enum)]
#[repr(u8)]
#[allow(dead_code, reason = "only wasmtime makes values of it, by lifting them")]
pub(crate) enum Level {
    #[component(name = "debug")]
    Debug,
    #[component(name = "info")]
    Info,
    #[component(name = "warn")]
    Warn,
    #[component(name = "error")]
    Error,
}

/// `ferrite:store/keys`, which wasmtime's generator cannot read: it does not escape the function name `type`.
pub(crate) mod keys {
    use wasmtime::component::{ComponentType, Lift, Lower};

    use super::Limit;

    #[derive(Debug, Clone, ComponentType, Lift, Lower)]
    #[component(variant)]
    pub(crate) enum Error {
        #[component(name = "not-permitted")]
        NotPermitted,
        #[component(name = "out-of-memory")]
        OutOfMemory,
        #[component(name = "limit-exceeded")]
        LimitExceeded(Limit),
    }

    #[derive(Debug, Clone, Copy, PartialEq, Eq, ComponentType, Lift, Lower)]
    #[component(enum)]
    #[repr(u8)]
    #[allow(dead_code, reason = "only wasmtime makes values of it, by lifting them")]
    pub(crate) enum Kind {
        #[component(name = "string")]
        String,
    }

    #[derive(Debug, Clone, Copy, PartialEq, Eq, ComponentType, Lift, Lower)]
    #[component(variant)]
    pub(crate) enum Ttl {
        #[component(name = "absent")]
        Absent,
        #[component(name = "persistent")]
        Persistent,
        #[component(name = "expires-in-ms")]
        ExpiresInMs(u64),
    }

    #[derive(Debug, Clone, ComponentType, Lift, Lower)]
    #[component(record)]
    pub(crate) struct Page {
        #[component(name = "cursor")]
        pub(crate) cursor: u64,
        #[component(name = "keys")]
        pub(crate) keys: Vec<Vec<u8>>,
    }
}
