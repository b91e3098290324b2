//! `WASM.KILL`: ends whatever function runs.

use super::{Invocation, ok};
use crate::udf::Outcome;

pub(super) fn kill(invocation: Invocation<'_>) -> Outcome {
    let result =
        if invocation.functions.kill() { Ok(ok()) } else { Err("NOTBUSY No functions in execution right now.") };
    invocation.reply(result)
}
