//! `WASM.LOG name [COUNT n]`: what a function said last, oldest first: milliseconds since the Unix epoch, level, text.

use super::{Invocation, count, number, text, tree, unexpected, unknown};
use crate::udf::Outcome;
use crate::udf::bindings::Node;
use crate::udf::lines::Line;

pub(super) fn log(invocation: Invocation<'_>) -> Outcome {
    let name = invocation.argument(1);
    let found = invocation.functions.find(name).ok_or_else(|| unknown(name));
    let reply = most(&invocation).and_then(|most| Ok(tree(nodes(&found?.lines.last(most)))));
    invocation.reply(reply)
}

fn most(invocation: &Invocation<'_>) -> Result<usize, String> {
    let (word, number) = (invocation.argument(2), invocation.argument(3));
    match invocation.argv.len() {
        2 => Ok(usize::MAX),
        4 if word.eq_ignore_ascii_case(b"COUNT") => std::str::from_utf8(number)
            .ok()
            .and_then(|number| number.parse().ok())
            .ok_or_else(|| format!("ERR wasm: COUNT '{}' is no number", String::from_utf8_lossy(number))),
        _ => Err(unexpected(word, "COUNT and a number, or nothing")),
    }
}

fn nodes(lines: &[Line]) -> Vec<Node> {
    let mut nodes = vec![Node::Array(count(lines.len()))];
    for line in lines {
        nodes.extend([Node::Array(3), number(line.at_ms), text(line.level), text(&line.text)]);
    }
    nodes
}
