//! The Rust types of `ferrite:udf/function`: the store's own, so that what a store call returns goes on unconverted.

use wasmtime::component::{ComponentType, Lift, Lower, flags};

use super::words::Words;

pub(crate) use crate::wasm::types::{Limit, Node, commands, keys, strings};

/// Packages and version that functions are built against.
pub(crate) const STORE: &str = "ferrite:store";
pub(crate) const UDF: &str = "ferrite:udf";
pub(crate) const VERSION: &str = "0.1.5";

/// The parameters and result of `call`.
pub(crate) type CallParams<'a> = (Words<'a>, Words<'a>);
pub(crate) type CallResult = (Result<Vec<Node>, String>,);
/// The parameters of `call-packed`.
pub(crate) type PackedParams<'a> = (u32, &'a [u32], &'a [u8]);
/// The parameters of `call-with-values`.
pub(crate) type ValuesParams<'a> = (Words<'a>, &'a [Value<'a>], Words<'a>);
/// The parameters of a command's `execute`.
pub(crate) type ExecuteParams<'a> = (Words<'a>,);
/// The result of `describe`.
pub(crate) type DescribeResult = (Vec<Description>,);

/// `ferrite:udf/values.value`.
#[derive(Debug, Clone, Copy, ComponentType, Lower)]
#[component(variant)]
pub(crate) enum Value<'a> {
    #[component(name = "absent")]
    Absent,
    #[component(name = "string")]
    String(&'a [u8]),
    #[component(name = "other")]
    Other,
}

/// `ferrite:udf/descriptions.description`.
#[derive(Debug, Clone, ComponentType, Lift)]
#[component(record)]
pub(crate) struct Description {
    #[component(name = "name")]
    pub(crate) name: String,
    #[component(name = "arity")]
    pub(crate) arity: i32,
    #[component(name = "attributes")]
    pub(crate) attributes: Attributes,
    #[component(name = "keys")]
    pub(crate) keys: Positions,
    #[component(name = "summary")]
    pub(crate) summary: String,
}

flags! {
    Attributes {
        #[component(name = "readonly")]
        const READONLY;
        #[component(name = "write")]
        const WRITE;
        #[component(name = "no-multi")]
        const NO_MULTI;
        #[component(name = "noscript")]
        const NOSCRIPT;
    }
}

/// `ferrite:udf/descriptions.key-positions`.
#[derive(Debug, Clone, Copy, ComponentType, Lift)]
#[component(variant)]
pub(crate) enum Positions {
    #[component(name = "none")]
    None,
    #[component(name = "range")]
    Range(KeyRange),
    #[component(name = "counted")]
    Counted(u32),
    #[component(name = "keyword")]
    Keyword,
}

/// `ferrite:udf/descriptions.key-range`.
#[derive(Debug, Clone, Copy, ComponentType, Lift)]
#[component(record)]
pub(crate) struct KeyRange {
    #[component(name = "first")]
    pub(crate) first: u32,
    #[component(name = "last")]
    pub(crate) last: i32,
    #[component(name = "step")]
    pub(crate) step: u32,
}

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

impl Level {
    /// As WASM.LOG shows it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Level::Debug => "debug",
            Level::Info => "info",
            Level::Warn => "warn",
            Level::Error => "error",
        }
    }
}
