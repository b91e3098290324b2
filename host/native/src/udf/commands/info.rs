//! `WASM.INFO name`: what a function is, what it may use, what it has done.

use super::{Invocation, count, map, number, text, tree, unknown};
use crate::udf::Outcome;
use crate::udf::bindings::Node;
use crate::udf::function::Function;
use crate::udf::reply::Reply;

pub(super) fn info(invocation: Invocation<'_>) -> Outcome {
    let name = invocation.argument(1);
    let described = invocation.functions.find(name).map(|function| describe(&function)).ok_or_else(|| unknown(name));
    invocation.reply(described)
}

fn describe(function: &Function) -> Reply {
    let (description, counters) = (&function.description, &function.counters);
    let limits = description.limits;
    let errors: Vec<_> = counters.errors().map(|(kind, errors)| (kind, vec![number(errors)])).collect();
    let list = |items: Vec<String>| {
        std::iter::once(Node::Array(count(items.len()))).chain(items.into_iter().map(text)).collect::<Vec<_>>()
    };
    let commands = function.commands.iter().map(|command| command.name.to_string()).collect();
    tree(map(vec![
        ("name", vec![text(&*description.name)]),
        ("digest", vec![text(&description.digest)]),
        ("size", vec![number(description.size)]),
        ("permissions", vec![text(description.grants.to_string())]),
        ("atomic", vec![Node::Boolean(function.reach().is_none())]),
        ("runs", vec![text(if function.reach().is_none() { "on the shard" } else { "off the shard" })]),
        ("isolation", vec![text(description.isolation.name())]),
        ("max_fuel", vec![number(limits.fuel)]),
        ("max_memory", vec![number(limits.memory_bytes)]),
        ("max_duration_ms", vec![number(limits.timeout_ms)]),
        ("max_store_calls", vec![number(limits.store_calls)]),
        ("max_reply_bytes", vec![number(limits.reply_bytes)]),
        ("max_log_bytes", vec![number(limits.log_bytes)]),
        (
            "calls_per_second",
            // 0 is no limit.
            vec![number(u64::from(function.admission.calls_per_second().unwrap_or(0)))],
        ),
        ("max_instances", vec![number(u64::from(function.admission.slots.most().unwrap_or(0)))]),
        ("loaded_at_ms", vec![number(description.loaded_at_ms)]),
        ("call_count", vec![number(counters.calls.get())]),
        ("error_count", map(errors)),
        ("fuel_used", vec![number(counters.fuel_used.get())]),
        ("last_memory", vec![number(counters.last_memory.get())]),
        ("peak_memory", vec![number(counters.peak_memory.get())]),
        ("instances", vec![number(function.idle_count() as u64)]),
        ("functions", list(function.entries().signatures())),
        ("commands", list(commands)),
    ]))
}
