//! A reply laid flat in pre-order, as WIT has no recursive types. This is the only place that does it.

use super::Reply;
use crate::platform::Node;

/// Lays a reply flat: an aggregate first, then its elements.
///
/// A single value, as most replies are, is told apart here and not in `push`: inlined, it then needs no vector at all on
/// its way out of a component.
#[inline]
pub(crate) fn into_nodes(reply: Reply) -> Vec<Node> {
    match single(reply) {
        Ok(node) => vec![node],
        Err(aggregate) => {
            let mut nodes = Vec::new();
            push(aggregate, &mut nodes);
            nodes
        }
    }
}

#[inline]
fn single(reply: Reply) -> Result<Node, Reply> {
    Ok(match reply {
        Reply::Null => Node::Null,
        Reply::Boolean(truth) => Node::Boolean(truth),
        Reply::Integer(number) => Node::Integer(number),
        Reply::Double(number) => Node::Double(number),
        Reply::Bytes(bytes) => Node::Bytes(bytes),
        Reply::Status(line) => Node::Status(line),
        Reply::Failure(line) => Node::Failure(line),
        aggregate @ (Reply::Array(_) | Reply::Set(_) | Reply::Map(_)) => return Err(aggregate),
    })
}

#[inline(never)]
fn push(reply: Reply, nodes: &mut Vec<Node>) {
    match reply {
        Reply::Array(items) => {
            nodes.push(Node::Array(count(items.len())));
            push_all(items, nodes);
        }
        Reply::Set(items) => {
            nodes.push(Node::Set(count(items.len())));
            push_all(items, nodes);
        }
        Reply::Map(pairs) => {
            nodes.push(Node::Map(count(pairs.len())));
            for (key, value) in pairs {
                push(key, nodes);
                push(value, nodes);
            }
        }
        // Not an aggregate, or else one of the cases above would have taken it.
        value => nodes.extend(single(value)),
    }
}

fn push_all(items: Vec<Reply>, nodes: &mut Vec<Node>) {
    nodes.reserve(items.len());
    for item in items {
        push(item, nodes);
    }
}

/// A count that does not fit is far beyond what a host accepts, which then says so.
fn count(elements: usize) -> u32 {
    u32::try_from(elements).unwrap_or(u32::MAX)
}

/// Builds the tree again. None when these are not the nodes of exactly one reply.
pub(crate) fn from_nodes(nodes: Vec<Node>) -> Option<Reply> {
    let mut nodes = nodes.into_iter();
    let reply = take(&mut nodes)?;
    nodes.next().is_none().then_some(reply)
}

fn take(nodes: &mut std::vec::IntoIter<Node>) -> Option<Reply> {
    Some(match nodes.next()? {
        Node::Null => Reply::Null,
        Node::Boolean(truth) => Reply::Boolean(truth),
        Node::Integer(number) => Reply::Integer(number),
        Node::Double(number) => Reply::Double(number),
        Node::Bytes(bytes) => Reply::Bytes(bytes),
        Node::Status(line) => Reply::Status(line),
        Node::Failure(line) => Reply::Failure(line),
        Node::Array(count) => Reply::Array(take_all(count, nodes)?),
        Node::Set(count) => Reply::Set(take_all(count, nodes)?),
        Node::Map(count) => {
            let mut pairs = Vec::with_capacity(nodes.len().min(count as usize));
            for _ in 0..count {
                pairs.push((take(nodes)?, take(nodes)?));
            }
            Reply::Map(pairs)
        }
    })
}

fn take_all(count: u32, nodes: &mut std::vec::IntoIter<Node>) -> Option<Vec<Reply>> {
    // Never more room than there are nodes, whatever the count claims.
    let mut items = Vec::with_capacity(nodes.len().min(count as usize));
    for _ in 0..count {
        items.push(take(nodes)?);
    }
    Some(items)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_stand_in_pre_order() {
        let reply = Reply::from((1_i64, ["a"]));
        let nodes = into_nodes(reply);
        assert_eq!(nodes, [Node::Array(2), Node::Integer(1), Node::Array(1), Node::Bytes(b"a".to_vec())]);
    }

    #[test]
    fn a_tree_survives_the_way_there_and_back() {
        let reply = Reply::Map(vec![
            (Reply::from("list"), Reply::from(vec![Some(1), None])),
            (Reply::from("set"), Reply::Set(vec![Reply::from(true), Reply::status("OK")])),
            (Reply::from("empty"), Reply::Array(Vec::new())),
            (Reply::from("error"), Reply::failure("ERR no")),
        ]);
        assert_eq!(from_nodes(into_nodes(reply.clone())), Some(reply));
    }

    #[test]
    fn too_few_and_too_many_nodes_are_no_reply() {
        assert_eq!(from_nodes(vec![]), None);
        assert_eq!(from_nodes(vec![Node::Array(2), Node::Null]), None);
        assert_eq!(from_nodes(vec![Node::Null, Node::Null]), None);
        assert_eq!(from_nodes(vec![Node::Map(u32::MAX), Node::Null]), None);
    }
}
