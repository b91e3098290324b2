//! A request's body as a tree.

use serde_json::Value;

use crate::head::RequestHead;
use crate::port::Port;
use crate::refusal::Refusal;

/// Reads the body and parses it; reads no further than the limit.
pub(super) async fn read(port: &Port, head: &RequestHead, limit: usize) -> Result<Value, Refusal> {
    let kind = head.header("content-type").unwrap_or("application/json");
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(Refusal::wrong_type(essence));
    }
    if head.header("content-length").and_then(|length| length.parse::<u64>().ok()).is_some_and(|n| n > limit as u64) {
        return Err(Refusal::too_large(limit));
    }
    let mut bytes = Vec::new();
    loop {
        match port.body().await {
            Ok(Some(piece)) if bytes.len() + piece.len() > limit => return Err(Refusal::too_large(limit)),
            Ok(Some(piece)) => bytes.extend_from_slice(&piece),
            Ok(None) => break,
            Err(_) => return Err(Refusal::invalid("The request's body ended before it was whole.")),
        }
    }
    serde_json::from_slice(&bytes)
        .map_err(|error| Refusal::invalid(format!("The request's body is not JSON: {error}.")))
}
