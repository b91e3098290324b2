//! Whether a command stays within the keys that a narrowed function may touch. Which keys it touches, and how, the engine
//! tells (`COMMAND GETKEYSANDFLAGS`); what may touch keys that it does not name needs all of them.

use crate::udf::bindings::Node;
use crate::udf::scope::{Access, Scope};
use crate::wasm::StoreInstance;

/// Commands that name no key because they touch none.
const KEYLESS: [&str; 7] = ["COMMAND", "ECHO", "LOLWUT", "PING", "PUBLISH", "SPUBLISH", "TIME"];
/// Commands that name no key and read any.
const READERS: [&str; 4] = ["DBSIZE", "KEYS", "RANDOMKEY", "SCAN"];
/// Commands that read further keys, whose names they make from patterns.
const SORTS: [&str; 2] = ["SORT", "SORT_RO"];

/// Flags of a key that is changed.
const CHANGES: [&str; 5] = ["RW", "OW", "RM", "insert", "delete"];

/// Why the command may not run; none when it may. What is wrong with a command is for the engine to say, when it runs.
pub(super) fn refusal(
    store: &mut StoreInstance,
    scope: &Scope,
    name: &[u8],
    argv: &[&[u8]],
) -> wasmtime::Result<Option<String>> {
    let is_one_of = |list: &[&str]| list.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()));
    let shown = String::from_utf8_lossy(name).to_ascii_uppercase();
    if is_one_of(&KEYLESS) {
        return Ok(None);
    }
    if is_one_of(&READERS) {
        return Ok(scope.refusal_of_all(Access::Read, &shown));
    }
    let by_pattern = || argv.iter().skip(2).any(|argument| argument.contains(&b'*'));
    if is_one_of(&SORTS)
        && by_pattern()
        && let Some(refusal) = scope.refusal_of_all(Access::Read, &format!("{shown} with a pattern"))
    {
        return Ok(Some(refusal));
    }
    let mut question: Vec<&[u8]> = vec![b"COMMAND", b"GETKEYSANDFLAGS"];
    question.extend(argv);
    let Ok(nodes) = store.execute(&question)? else {
        return Ok(scope.refusal_of_all(Access::Write, &shown));
    };
    Ok(keys(&nodes).find_map(|(key, access)| scope.refusal(access, key)))
}

/// The keys among the nodes of `[[key, {flag …}] …]`, and what is done to each.
fn keys(nodes: &[Node]) -> impl Iterator<Item = (&[u8], Access)> {
    nodes.iter().enumerate().filter_map(|(index, node)| {
        let Node::Bytes(key) = node else { return None };
        let flags = nodes.get(index + 1..).unwrap_or_default().iter();
        let mut flags = flags.take_while(|node| !matches!(node, Node::Array(_) | Node::Bytes(_)));
        let changes = flags.any(|flag| matches!(flag, Node::Status(flag) if CHANGES.contains(&flag.as_str())));
        Some((key.as_slice(), if changes { Access::Write } else { Access::Read }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_apart_by_their_flags() {
        let status = |text: &str| Node::Status(text.to_owned());
        let nodes = [
            Node::Array(2),
            Node::Array(2),
            Node::Bytes(b"to".to_vec()),
            Node::Set(2),
            status("OW"),
            status("update"),
            Node::Array(2),
            Node::Bytes(b"from".to_vec()),
            Node::Set(2),
            status("RO"),
            status("access"),
        ];
        let found: Vec<_> = keys(&nodes).collect();
        assert_eq!(found, [(&b"to"[..], Access::Write), (&b"from"[..], Access::Read)]);
    }
}
