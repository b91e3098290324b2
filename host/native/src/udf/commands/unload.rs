//! `WASM.UNLOAD name`: forgets a function.

use super::{Invocation, ok, unknown};
use crate::udf::Outcome;

pub(super) fn unload(invocation: Invocation<'_>) -> Outcome {
    let name = invocation.argument(1);
    let result = match invocation.functions.remove(invocation.shard, name) {
        Ok(true) => Ok(ok()),
        Ok(false) => Err(unknown(name)),
        Err(failure) => Err(failure.to_string()),
    };
    invocation.reply(result)
}
