//! Replies as WIT has them.

use ferrite_remote::Value;

use crate::bindings::exports::ferrite::store::types::Node;

/// The nodes of a reply, each before what is inside of it.
pub(crate) fn nodes(value: Value) -> Vec<Node> {
    let mut out = Vec::new();
    push(value, &mut out);
    out
}

/// As deep as replies are read.
fn push(value: Value, out: &mut Vec<Node>) {
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    // Replies are read up to a number of values that fits.
    let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    match value {
        Value::Null | Value::NullArray => out.push(Node::Null),
        Value::Boolean(yes) => out.push(Node::Boolean(yes)),
        Value::Integer(number) => out.push(Node::Integer(number)),
        Value::Double(number) => out.push(Node::Double(number)),
        Value::Bulk(bytes) | Value::BigNumber(bytes) | Value::Verbatim { text: bytes, .. } => {
            out.push(Node::Bytes(bytes));
        }
        Value::Simple(bytes) => out.push(Node::Status(text(bytes))),
        Value::Error(bytes) => out.push(Node::Failure(text(bytes))),
        Value::Array(items) | Value::Push(items) => {
            out.push(Node::Array(count(items.len())));
            items.into_iter().for_each(|item| push(item, out));
        }
        Value::Set(items) => {
            out.push(Node::Set(count(items.len())));
            items.into_iter().for_each(|item| push(item, out));
        }
        Value::Map(pairs) => {
            out.push(Node::Map(count(pairs.len())));
            for (key, value) in pairs {
                push(key, out);
                push(value, out);
            }
        }
    }
}
