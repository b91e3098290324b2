//! A request's body as a tree.

use serde_json::Value;

use crate::answer::is_message_pack;
use crate::head::{RequestHead, content_length};
use crate::json::{self, Tree};
use crate::limits;
use crate::port::Port;
use crate::refusal::Refusal;

/// Reads the body and parses it; reads no further than the limit. Also how many bytes it had.
pub(crate) async fn read(port: &Port, head: &RequestHead, limit: usize) -> Result<(Value, usize), Refusal> {
    let kind = head.header("content-type").unwrap_or("application/json");
    let essence = kind.split(';').next().unwrap_or_default().trim();
    let message_pack = is_message_pack(essence);
    if !message_pack && !essence.eq_ignore_ascii_case("application/json") {
        return Err(Refusal::wrong_type(essence));
    }
    let length = content_length(&head.headers);
    if length.is_some_and(|length| length > limit as u64) {
        return Err(Refusal::too_large(limit));
    }
    let mut bytes = Vec::new();
    // With the last byte the body is whole: nobody has to say so.
    while length != Some(bytes.len() as u64) {
        match port.body().await {
            Ok(Some(piece)) if bytes.len() + piece.len() > limit => return Err(Refusal::too_large(limit)),
            Ok(Some(piece)) if bytes.is_empty() => bytes = piece,
            Ok(Some(piece)) => bytes.extend_from_slice(&piece),
            Ok(None) => break,
            Err(_) => return Err(Refusal::invalid("The request's body ended before it was whole.")),
        }
    }
    let value = if message_pack { from_message_pack(&bytes) } else { from_json(&bytes) };
    Ok((value?, bytes.len()))
}

fn from_json(bytes: &[u8]) -> Result<Value, Refusal> {
    json::read(bytes).map_err(|error| {
        Refusal::invalid(match error {
            json::Error::Members => format!("The request's body cannot be read: {error}."),
            json::Error::Json(error) => format!("The request's body is not JSON: {error}."),
        })
    })
}

fn from_message_pack(bytes: &[u8]) -> Result<Value, Refusal> {
    let wrong = |error: &dyn std::fmt::Display| {
        Refusal::invalid(format!("The request's body is not MessagePack that JSON could say: {error}."))
    };
    let mut rest = bytes;
    let mut deserializer = rmp_serde::Deserializer::new(&mut rest);
    deserializer.set_max_depth(limits::JSON_LEVELS);
    let Tree(value) = serde::Deserialize::deserialize(&mut deserializer).map_err(|error| wrong(&error))?;
    if !rest.is_empty() {
        return Err(wrong(&format!("{} bytes follow it", rest.len())));
    }
    Ok(value)
}
