//! A function's reply: the flat list of nodes, checked to be one tree, and its RESP bytes.

use std::fmt;

use ferrite_resp::{Protocol, Writer};

use super::bindings::Node;
use super::failure::Failure;
use super::limits::{REPLY_DEPTH, REPLY_NODES};

/// Nodes that are known to be exactly one tree within the limits.
#[derive(Debug)]
pub(crate) struct Reply(Vec<Node>);

/// What is wrong with a list of nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReplyFault {
    /// There are no nodes.
    Empty,
    /// Aggregates promised this many more elements than follow.
    Missing(u64),
    /// This many nodes are left over after the tree.
    LeftOver(usize),
    /// More nodes than [`REPLY_NODES`].
    TooMany(usize),
    /// Nested deeper than [`REPLY_DEPTH`].
    TooDeep,
}

impl fmt::Display for ReplyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReplyFault::Empty => f.write_str("no nodes"),
            ReplyFault::Missing(count) => write!(f, "{count} elements are missing"),
            ReplyFault::LeftOver(count) => write!(f, "{count} nodes are left over"),
            ReplyFault::TooMany(count) => write!(f, "{count} nodes, at most {REPLY_NODES} are allowed"),
            ReplyFault::TooDeep => write!(f, "nested deeper than {REPLY_DEPTH}"),
        }
    }
}

impl TryFrom<Vec<Node>> for Reply {
    type Error = ReplyFault;

    fn try_from(nodes: Vec<Node>) -> Result<Reply, ReplyFault> {
        if nodes.len() > REPLY_NODES {
            return Err(ReplyFault::TooMany(nodes.len()));
        }
        if nodes.is_empty() {
            return Err(ReplyFault::Empty);
        }
        // How many elements each open aggregate still waits for.
        let mut open = [0u64; REPLY_DEPTH];
        let mut depth = 0usize;
        for (index, node) in nodes.iter().enumerate() {
            match children(node) {
                Some(count) if count > 0 => {
                    *open.get_mut(depth).ok_or(ReplyFault::TooDeep)? = count;
                    depth += 1;
                    continue;
                }
                _ => {}
            }
            // A tree ended; so do all aggregates of which it was the last element.
            loop {
                let Some(left) = depth.checked_sub(1).and_then(|inner| open.get_mut(inner)) else {
                    let rest = nodes.len() - index - 1;
                    return if rest == 0 { Ok(Reply(nodes)) } else { Err(ReplyFault::LeftOver(rest)) };
                };
                *left -= 1;
                if *left > 0 {
                    break;
                }
                depth -= 1;
            }
        }
        Err(ReplyFault::Missing(open.iter().take(depth).sum()))
    }
}

/// How many trees follow an aggregate; none for a leaf.
fn children(node: &Node) -> Option<u64> {
    match node {
        Node::Array(count) | Node::Set(count) => Some(u64::from(*count)),
        Node::Map(pairs) => Some(2 * u64::from(*pairs)),
        _ => None,
    }
}

impl Reply {
    /// The reply itself when it has at most so many bytes, a node counting 16.
    pub(crate) fn at_most(self, limit: u64) -> Result<Reply, Failure> {
        /// What a node takes beside its bytes.
        const NODE: u64 = 16;
        let bytes = |node: &Node| match node {
            Node::Bytes(bytes) => bytes.len() as u64,
            Node::Status(text) | Node::Failure(text) => text.len() as u64,
            _ => 0,
        };
        let size = self.0.iter().map(|node| NODE + bytes(node)).sum();
        if size > limit { Err(Failure::ReplySize { limit, size }) } else { Ok(self) }
    }

    /// The nodes, for a function that called this one.
    pub(crate) fn into_nodes(self) -> Vec<Node> {
        self.0
    }

    /// Writes the reply in RESP version 2 or 3 behind what `out` holds.
    pub(crate) fn encode(&self, version: u8, out: &mut Vec<u8>) {
        let protocol = Protocol::from_version(i64::from(version)).unwrap_or_default();
        let mut writer = Writer::from_vec(std::mem::take(out), protocol);
        for node in &self.0 {
            encode_node(node, &mut writer);
        }
        *out = writer.into_vec();
    }
}

/// Writes an error reply behind what `out` holds; the text begins with its code.
pub(crate) fn encode_error(line: &impl fmt::Display, out: &mut Vec<u8>) {
    let mut writer = Writer::from_vec(std::mem::take(out), Protocol::Resp2);
    writer.error(&line.to_string());
    *out = writer.into_vec();
}

fn encode_node(node: &Node, out: &mut Writer) {
    match node {
        Node::Null => out.null(),
        Node::Boolean(value) => out.boolean(*value),
        Node::Integer(value) => out.integer(*value),
        Node::Double(value) => out.double(*value),
        Node::Bytes(bytes) => out.bulk(bytes),
        Node::Status(text) => out.simple(text),
        Node::Failure(text) => out.error(text),
        Node::Array(count) => out.array(*count as usize),
        Node::Set(count) => out.set(*count as usize),
        Node::Map(pairs) => out.map(*pairs as usize),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(nodes: Vec<Node>, version: u8) -> String {
        let reply = Reply::try_from(nodes).expect("a valid tree");
        let mut out = Vec::new();
        reply.encode(version, &mut out);
        String::from_utf8(out).expect("the test's replies are text")
    }

    fn fault(nodes: Vec<Node>) -> ReplyFault {
        Reply::try_from(nodes).expect_err("not one tree")
    }

    #[test]
    fn a_nested_tree_is_encoded_in_pre_order() {
        let tree = || vec![Node::Array(2), Node::Integer(1), Node::Array(1), Node::Bytes(b"a".to_vec())];
        assert_eq!(encode(tree(), 2), "*2\r\n:1\r\n*1\r\n$1\r\na\r\n");
        assert_eq!(encode(tree(), 3), encode(tree(), 2));
    }

    #[test]
    fn each_version_gets_its_own_form() {
        let tree = || {
            vec![
                Node::Map(1),
                Node::Status("k".to_owned()),
                Node::Set(3),
                Node::Null,
                Node::Boolean(true),
                Node::Double(1.5),
            ]
        };
        assert_eq!(encode(tree(), 3), "%1\r\n+k\r\n~3\r\n_\r\n#t\r\n,1.5\r\n");
        assert_eq!(encode(tree(), 2), "*2\r\n+k\r\n*3\r\n$-1\r\n:1\r\n$3\r\n1.5\r\n");
    }

    #[test]
    fn a_status_or_an_error_stays_on_its_line() {
        assert_eq!(encode(vec![Node::Status("a\r\n+b".to_owned())], 2), "+a  +b\r\n");
        assert_eq!(encode(vec![Node::Failure("ERR a\nb".to_owned())], 2), "-ERR a b\r\n");
        let mut out = b":1\r\n".to_vec();
        encode_error(&"ERR x\r\ny", &mut out);
        assert_eq!(out, b":1\r\n-ERR x  y\r\n");
    }

    #[test]
    fn what_is_not_exactly_one_tree_is_refused() {
        assert_eq!(fault(vec![]), ReplyFault::Empty);
        assert_eq!(fault(vec![Node::Array(2), Node::Null]), ReplyFault::Missing(1));
        assert_eq!(fault(vec![Node::Map(u32::MAX)]), ReplyFault::Missing(2 * u64::from(u32::MAX)));
        assert_eq!(fault(vec![Node::Null, Node::Null]), ReplyFault::LeftOver(1));
        assert_eq!(fault(vec![Node::Array(0), Node::Null]), ReplyFault::LeftOver(1));
    }

    #[test]
    fn depth_and_count_are_limited() {
        let nested = |depth: usize| {
            let mut nodes: Vec<Node> = (0..depth).map(|_| Node::Array(1)).collect();
            nodes.push(Node::Null);
            nodes
        };
        assert!(Reply::try_from(nested(REPLY_DEPTH)).is_ok());
        assert_eq!(fault(nested(REPLY_DEPTH + 1)), ReplyFault::TooDeep);
        let wide = |count: u32| {
            let mut nodes = vec![Node::Array(count)];
            nodes.extend((0..count).map(|_| Node::Null));
            nodes
        };
        assert!(Reply::try_from(wide(1_048_575)).is_ok());
        assert_eq!(fault(wide(1_048_576)), ReplyFault::TooMany(1_048_577));
    }
}
