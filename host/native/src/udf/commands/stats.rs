//! `WASM.STATS [name]`: figures of all functions together, those unloaded since included, or of one.

use super::{Invocation, count, map, number, text, tree, unexpected, unknown};
use crate::udf::Outcome;
use crate::udf::bindings::Node;
use crate::udf::durations::Durations;
use crate::udf::function::Function;

pub(super) fn stats(invocation: Invocation<'_>) -> Outcome {
    let name = invocation.argument(1);
    let nodes = match invocation.argv.len() {
        1 => {
            let totals = invocation.functions.totals();
            Ok(map(totals.fields().map(|(name, value)| (name, vec![number(value)])).collect()))
        }
        2 => invocation.functions.find(name).map(|function| describe(&function)).ok_or_else(|| unknown(name)),
        _ => Err(unexpected(invocation.argument(2), "nothing behind the function's name")),
    };
    invocation.reply(nodes.map(tree))
}

fn describe(function: &Function) -> Vec<Node> {
    let (counters, admission) = (&function.counters, &function.admission);
    let errors: Vec<_> = counters.errors().map(|(kind, count)| (kind, vec![number(count)])).collect();
    let (waits, waited) = admission.waits();
    let suspended = admission.suspension.left().unwrap_or_default();
    let one = |value: u64| vec![number(value)];
    let micros = |duration: std::time::Duration| one(u64::try_from(duration.as_micros()).unwrap_or(u64::MAX));
    map(vec![
        ("name", vec![text(&*function.description.name)]),
        ("call_count", one(counters.calls.get())),
        ("error_count", map(errors)),
        ("fuel_used", one(counters.fuel_used.get())),
        ("store_calls", one(counters.store_calls.get())),
        ("cpu_time_us", micros(counters.durations.sum())),
        ("call_duration_us", quantiles(&counters.durations)),
        ("call_duration_histogram", histogram(&counters.durations)),
        ("last_memory", one(counters.last_memory.get())),
        ("peak_memory", one(counters.peak_memory.get())),
        ("instances_idle", one(function.idle_count() as u64)),
        ("instances_made", one(function.made_count())),
        ("waits", one(waits)),
        ("waited_us", micros(waited)),
        ("suspensions", one(admission.suspension.count())),
        ("suspended_ms", one(u64::try_from(suspended.as_millis()).unwrap_or(u64::MAX))),
    ])
}

/// Bounds below which so many calls were: at most twice the real figure, the longest exactly.
fn quantiles(durations: &Durations) -> Vec<Node> {
    let at = |share| vec![number(durations.quantile_us(share))];
    let longest = u64::try_from(durations.longest().as_micros()).unwrap_or(u64::MAX);
    map(vec![("p50", at(0.5)), ("p99", at(0.99)), ("p99.9", at(0.999)), ("longest", vec![number(longest)])])
}

/// Pairs of a bound in microseconds and how many calls took less, up to the first bound that all are below.
fn histogram(durations: &Durations) -> Vec<Node> {
    let all = durations.cumulative().last().map_or(0, |(_, below)| below);
    let mut pairs: Vec<(u64, u64)> = Vec::new();
    for (bound, below) in durations.cumulative() {
        pairs.push((bound.unwrap_or(u64::MAX), below));
        if below == all {
            break;
        }
    }
    let mut nodes = vec![Node::Array(count(pairs.len()))];
    for (bound, below) in pairs {
        nodes.extend([Node::Array(2), number(bound), number(below)]);
    }
    nodes
}
