//! Keys and arguments in two pieces, for a function that exports `call-packed`: wasmtime asks a function's allocator for each
//! list by itself, a call into the function and back.

use ferrite_resp::Args;
use wasmtime::Store;
use wasmtime::component::TypedFunc;

use super::super::bindings::{CallResult, PackedParams};
use super::super::guest::Guest;

/// `call-packed` of an instance.
pub(crate) type Packed = TypedFunc<PackedParams<'static>, CallResult>;

pub(crate) fn call(
    store: &mut Store<Guest>,
    function: Packed,
    keys: Args<'_>,
    args: Args<'_>,
) -> wasmtime::Result<CallResult> {
    let count = keys.len() + args.len();
    let mut lengths = Vec::with_capacity(count);
    let mut bytes = Vec::with_capacity(keys.total_bytes() + args.total_bytes());
    for word in keys.iter().chain(args.iter()) {
        lengths.push(u32::try_from(word.len())?);
        bytes.extend_from_slice(word);
    }
    let function: TypedFunc<PackedParams<'_>, CallResult> = function;
    function.call(store, (u32::try_from(keys.len())?, &lengths, &bytes))
}
