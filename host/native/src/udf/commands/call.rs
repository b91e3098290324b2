//! `WASM.CALL`, `WASM.CALL_RO`, `FCALL`, `FCALL_RO`: run a function.

use ferrite_resp::Args;

use super::arguments::{self, CallSyntax, Spans};
use super::{Invocation, unknown};
use crate::udf::Outcome;
use crate::udf::away::Session;
use crate::udf::entry::Request;
use crate::udf::permissions::Permissions;
use crate::udf::target::{NoTarget, Target};

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
    mut invocation: Invocation<'_>,
    allowed: Permissions,
    parse: fn(Args<'_>) -> Result<Spans, CallSyntax>,
    unknown: fn(&[u8]) -> String,
) -> Outcome {
    let Invocation { functions, shard, call, argv, .. } = invocation;
    if functions.is_running() {
        return invocation.refuse(&super::BUSY);
    }
    let target = match functions.target(argv.at(1)) {
        Ok(target) => target,
        Err(NoTarget::Unknown) => return invocation.refuse(&unknown(argv.at(1))),
        Err(NoTarget::Otherwise(reason)) => return invocation.refuse(&reason),
    };
    let spans = match parse(argv) {
        Ok(spans) => spans,
        Err(error) => return invocation.refuse(&error),
    };
    if target.function.reach().is_some() {
        return away(invocation, &target, allowed, &spans);
    }
    let function = &target.function;
    if let Some(instead) = invocation.held_back(function) {
        return instead;
    }
    let request = target.request(spans.keys(argv), spans.args(argv));
    invocation.reply(functions.call(shard, function, call.database, allowed, request))
}

/// Hands the call to the thread for functions that wait for others.
#[cold]
fn away(invocation: Invocation<'_>, target: &Target, allowed: Permissions, spans: &Spans) -> Outcome {
    let Invocation { functions, shard, call, argv, .. } = invocation;
    let (keys, args, function) = (spans.keys(argv), spans.args(argv), &target.function);
    let name = &function.description.name;
    if call.in_exec {
        return invocation.refuse(&format!(
            "ERR wasm: function '{name}' runs off the shard (NETWORK or FILESYSTEM): it is not atomic, and MULTI refuses it"
        ));
    }
    if !matches!(target.request(keys, args), Request::Call { .. }) {
        return invocation
            .refuse(&format!("ERR wasm: function '{name}' runs off the shard, and is called by its name only"));
    }
    let session = Session { database: call.database, protocol_version: call.protocol_version };
    match functions.call_away(shard, function, session, allowed, (keys, args)) {
        Ok(outcome) => outcome,
        Err(reason) => invocation.refuse(&reason),
    }
}
