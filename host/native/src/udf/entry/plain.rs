//! Calls by a function's name alone: `call` of the world `function`, or `call-with-values`.

use wasmtime::component::{ComponentExportIndex, Func, TypedFunc};
use wasmtime::{AsContext, Store};

use super::super::bindings::{CallParams, CallResult, ValuesParams};
use super::super::guest::Guest;

/// Which of the two a component exports.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Plain {
    /// `call`.
    Call(ComponentExportIndex),
    /// `call-with-values`.
    WithValues(ComponentExportIndex),
}

/// The same in an instance.
#[derive(Clone, Copy)]
pub(crate) enum Callable {
    Call(TypedFunc<CallParams<'static>, CallResult>),
    WithValues(TypedFunc<ValuesParams<'static>, CallResult>),
}

impl Plain {
    /// Where it is, and what it is called.
    pub(crate) fn index(self) -> (ComponentExportIndex, &'static str) {
        match self {
            Plain::Call(index) => (index, "call"),
            Plain::WithValues(index) => (index, "call-with-values"),
        }
    }

    /// As the world writes it.
    pub(crate) fn signature(self) -> &'static str {
        match self {
            Plain::Call(_) => "call: func(keys: list<list<u8>>, args: list<list<u8>>) -> result<reply, string>",
            Plain::WithValues(_) => {
                "call-with-values: func(keys: list<list<u8>>, values: list<value>, args: list<list<u8>>) -> \
                 result<reply, string>"
            }
        }
    }

    /// Checks the type of the instance's function.
    pub(crate) fn typed(self, function: Func, store: &Store<Guest>) -> wasmtime::Result<Callable> {
        let context = store.as_context();
        Ok(match self {
            Plain::Call(_) => Callable::Call(function.typed(context)?),
            Plain::WithValues(_) => Callable::WithValues(function.typed(context)?),
        })
    }
}
