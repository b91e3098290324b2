//! Where an answer shall stop: `stop` of chat requests, `stop_sequences` of messages.

use super::super::fields::{Object, Path, array};
use super::super::problem::Problem;
use super::Unsupported;
use serde_json::Value;

/// The `stop_sequences` for `stop`: a string, or an array of strings. Anthropic refuses sequences of white space only.
pub(super) fn to_messages(stop: &Value, at: &Path<'_>, unsupported: Unsupported) -> Result<Vec<Value>, Problem> {
    let one = std::slice::from_ref(stop);
    let list = match stop {
        Value::Array(list) => list.as_slice(),
        _ => one,
    };
    let mut sequences = Vec::with_capacity(list.len());
    for sequence in list {
        match sequence.as_str() {
            None => return Err(at.invalid(sequence, "a string or an array of strings")),
            Some(text) if text.trim().is_empty() && unsupported == Unsupported::Refuse => {
                return Err(at.inexpressible(sequence, "sequences with more than white space"));
            }
            Some(text) if text.trim().is_empty() => {}
            Some(_) => sequences.push(sequence.clone()),
        }
    }
    Ok(sequences)
}

/// The strings of `stop_sequences`.
pub(super) fn to_chat(request: &Object, at: &Path<'_>) -> Result<Option<Vec<Value>>, Problem> {
    let Some(list) = array(request, at, "stop_sequences")? else { return Ok(None) };
    let at = at.key("stop_sequences");
    for (index, sequence) in list.iter().enumerate() {
        if !sequence.is_string() {
            return Err(at.index(index).invalid(sequence, "a string"));
        }
    }
    Ok(Some(list.to_vec()))
}
