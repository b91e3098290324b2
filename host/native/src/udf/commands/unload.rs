//! `WASM.UNLOAD name`: forgets a function.

use super::{Invocation, ok, unknown};
use crate::udf::Outcome;

pub(super) fn unload(invocation: Invocation<'_>) -> Outcome {
    let name = invocation.argument(1);
    let result = if invocation.functions.remove(name) { Ok(ok()) } else { Err(unknown(name)) };
    invocation.reply(result)
}
