//! `WASM.LIST [WITHSTATS]`: the functions by name, with figures on demand.

use super::{Invocation, count, map, number, text, tree, unexpected};
use crate::udf::Outcome;
use crate::udf::bindings::Node;
use crate::udf::reply::Reply;

pub(super) fn list(invocation: Invocation<'_>) -> Outcome {
    let with_stats = match (invocation.argv.len(), invocation.argument(1)) {
        (..2, _) => Ok(false),
        (2, word) if word.eq_ignore_ascii_case(b"WITHSTATS") => Ok(true),
        (_, word) => Err(unexpected(word, "WITHSTATS or nothing")),
    };
    let reply = with_stats.map(|with_stats| reply(&invocation, with_stats));
    invocation.reply(reply)
}

fn reply(invocation: &Invocation<'_>, with_stats: bool) -> Reply {
    let functions = invocation.functions.all();
    let mut nodes = vec![Node::Array(count(functions.len()))];
    for function in functions {
        let (description, counters) = (&function.description, &function.counters);
        let name = text(&*description.name);
        if !with_stats {
            nodes.push(name);
            continue;
        }
        nodes.extend(map(vec![
            ("name", vec![name]),
            ("digest", vec![text(&description.digest)]),
            ("call_count", vec![number(counters.calls.get())]),
            ("error_count", vec![number(counters.error_count())]),
            ("fuel_used", vec![number(counters.fuel_used.get())]),
            ("peak_memory", vec![number(counters.peak_memory.get())]),
        ]));
    }
    tree(nodes)
}
