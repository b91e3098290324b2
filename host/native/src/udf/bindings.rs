//! The Rust types of `ferrite:udf/function`: the store's own, so that what a store call returns goes on unconverted.

use wasmtime::component::{ComponentType, Lift};

use super::words::Words;

pub(crate) use crate::wasm::types::{Limit, Node, commands, keys, strings};

/// Packages and version that functions are built against.
pub(crate) const STORE: &str = "ferrite:store";
pub(crate) const UDF: &str = "ferrite:udf";
pub(crate) const VERSION: &str = "0.1.2";

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
