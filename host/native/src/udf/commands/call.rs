//! `WASM.CALL`, `WASM.CALL_RO`, `FCALL`, `FCALL_RO`: run a function.

use ferrite_resp::Args;

use super::arguments::{self, CallSyntax, Spans};
use super::{Invocation, unknown};
use crate::udf::Outcome;
use crate::udf::permissions::Permissions;

pub(super) fn call(invocation: Invocation<'_>) -> Outcome {
    run(invocation, Permissions::ALL, arguments::keyword, unknown)
}

pub(super) fn call_read_only(invocation: Invocation<'_>) -> Outcome {
    run(invocation, Permissions::ALL.read_only(), arguments::keyword, unknown)
}

pub(super) fn fcall(invocation: Invocation<'_>) -> Outcome {
    run(invocation, Permissions::ALL, arguments::counted, redis_unknown)
}

pub(super) fn fcall_read_only(invocation: Invocation<'_>) -> Outcome {
    run(invocation, Permissions::ALL.read_only(), arguments::counted, redis_unknown)
}

fn redis_unknown(_: &[u8]) -> String {
    "ERR Function not found".to_owned()
}

#[inline]
fn run(
    invocation: Invocation<'_>,
    allowed: Permissions,
    parse: fn(Args<'_>) -> Result<Spans, CallSyntax>,
    unknown: fn(&[u8]) -> String,
) -> Outcome {
    let Invocation { functions, shard, database, argv, .. } = invocation;
    if functions.is_running() {
        let busy = "BUSY Ferrite is busy running a function. You can only call WASM.KILL or SHUTDOWN NOSAVE.";
        return invocation.refuse(&busy);
    }
    let Some(function) = functions.find(argv.at(1)) else {
        return invocation.refuse(&unknown(argv.at(1)));
    };
    let spans = match parse(argv) {
        Ok(spans) => spans,
        Err(error) => return invocation.refuse(&error),
    };
    invocation.reply(functions.call(shard, &function, database, allowed, (spans.keys(argv), spans.args(argv))))
}
