//! A reply's RESP3 bytes, laid flat as the contract's nodes.

use ferrite_resp::Value;

use crate::bindings::exports::ferrite::store::types::Node;

/// The nodes of one encoded reply, in pre-order; none when the bytes are no reply.
pub(crate) fn nodes(reply: &[u8]) -> Option<Vec<Node>> {
    let (value, _) = ferrite_resp::reply::parse(reply).ok()??;
    let mut nodes = Vec::new();
    flatten(value, &mut nodes);
    Some(nodes)
}

fn flatten(value: Value, nodes: &mut Vec<Node>) {
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let children = match value {
        Value::Null | Value::NullArray => return nodes.push(Node::Null),
        Value::Boolean(value) => return nodes.push(Node::Boolean(value)),
        Value::Integer(value) => return nodes.push(Node::Integer(value)),
        Value::Double(value) => return nodes.push(Node::Double(value)),
        Value::Bulk(bytes) | Value::BigNumber(bytes) | Value::Verbatim { text: bytes, .. } => {
            return nodes.push(Node::Bytes(bytes));
        }
        Value::Simple(bytes) => return nodes.push(Node::Status(text(bytes))),
        Value::Error(bytes) => return nodes.push(Node::Failure(text(bytes))),
        Value::Map(pairs) => {
            nodes.push(Node::Map(pairs.len() as u32));
            pairs.into_iter().flat_map(|(key, value)| [key, value]).for_each(|child| flatten(child, nodes));
            return;
        }
        Value::Set(children) => {
            nodes.push(Node::Set(children.len() as u32));
            children
        }
        Value::Array(children) | Value::Push(children) => {
            nodes.push(Node::Array(children.len() as u32));
            children
        }
    };
    children.into_iter().for_each(|child| flatten(child, nodes));
}
