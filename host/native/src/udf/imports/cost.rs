//! What work of the host for a function costs in fuel, whose unit is about one wasm operator.

use crate::udf::bindings::Node;

/// Any call to the host: checks, a crossing into the store and back, a lookup there.
pub(super) const CALL: u64 = 100;
/// One element of an argument or of a reply: an allocation on either side.
pub(super) const ELEMENT: u64 = 20;
/// One key that a command looks at while it goes through all keys.
pub(super) const VISIT: u64 = 10;

/// Bytes that are copied, as `memory.copy` charges them.
#[inline]
pub(super) fn bytes(count: usize) -> u64 {
    count as u64
}

/// What a reply costs: its nodes and their bytes.
pub(super) fn reply(nodes: &[Node]) -> u64 {
    nodes
        .iter()
        .map(|node| {
            ELEMENT
                + match node {
                    Node::Bytes(value) => bytes(value.len()),
                    Node::Status(text) | Node::Failure(text) => bytes(text.len()),
                    _ => 0,
                }
        })
        .sum()
}

/// Commands whose work does not follow the size of what they are given and return. Everything else costs its
/// arguments and its reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Work {
    /// The arguments and the reply say it all.
    Plain,
    /// Every key of the server may be looked at.
    AllKeys,
    /// As many keys as the word `COUNT` says, 10 without it.
    Scan,
    /// The value at this argument grows to at least the number in the next one.
    Extent(usize),
    /// The value at this argument is read as a whole.
    Value(usize),
    /// Each byte of the value at the first argument meets each byte of the second's.
    Product(usize, usize),
}

/// Where the name of a command leads; the commands that a function may use and that are not `Plain`.
const WORK: [(&str, Work); 7] = [
    ("KEYS", Work::AllKeys),
    ("FLUSHALL", Work::AllKeys),
    ("FLUSHDB", Work::AllKeys),
    ("SCAN", Work::Scan),
    ("SETRANGE", Work::Extent(1)),
    ("COPY", Work::Value(1)),
    ("LCS", Work::Product(1, 2)),
];

/// What kind of work a command is.
pub(super) fn work(name: &[u8]) -> Work {
    WORK.iter().find(|(known, _)| name.eq_ignore_ascii_case(known.as_bytes())).map_or(Work::Plain, |(_, work)| *work)
}

/// The number after the word `COUNT`, or Redis' default.
pub(super) fn scan_count(args: &[&[u8]]) -> u64 {
    args.windows(2)
        .find_map(|pair| match pair {
            [word, number] if word.eq_ignore_ascii_case(b"COUNT") => parse(number),
            _ => None,
        })
        .unwrap_or(10)
}

/// A natural number among the arguments; anything else is the command's to refuse.
pub(super) fn parse(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_known_in_any_case() {
        assert_eq!(work(b"keys"), Work::AllKeys);
        assert_eq!(work(b"GET"), Work::Plain);
        assert_eq!(work(b"Lcs"), Work::Product(1, 2));
    }

    #[test]
    fn scan_costs_its_count() {
        assert_eq!(scan_count(&[b"SCAN", b"0"]), 10);
        assert_eq!(scan_count(&[b"SCAN", b"0", b"count", b"5000", b"MATCH", b"a"]), 5000);
        assert_eq!(scan_count(&[b"SCAN", b"0", b"COUNT", b"-1"]), 10);
    }

    #[test]
    fn a_reply_costs_its_nodes_and_bytes() {
        assert_eq!(reply(&[Node::Array(1), Node::Bytes(vec![0; 7])]), 2 * ELEMENT + 7);
    }
}
