//! Ids of answers and of tool calls, as each protocol writes them.

use std::fmt::Write as _;

const MESSAGE: &str = "msg_";
const COMPLETION: &str = "chatcmpl-";

/// The id of a completion for the message `id`: `msg_x` becomes `chatcmpl-x`, so that both find each other in logs.
pub(super) fn completion(id: &str) -> String {
    format!("{COMPLETION}{}", id.strip_prefix(MESSAGE).unwrap_or(id))
}

/// The id of a message for the completion `id`.
pub(super) fn message(id: &str) -> String {
    format!("{MESSAGE}{}", id.strip_prefix(COMPLETION).unwrap_or(id))
}

/// A tool call's id in the letters that Anthropic accepts (`^[a-zA-Z0-9_-]+$`); others become their number, the same
/// in a call and in its result. Some servers write ids such as `functions.search:0`.
pub(super) fn tool_use(id: &str) -> String {
    let mut out = String::with_capacity(id.len());
    for letter in id.chars() {
        if letter.is_ascii_alphanumeric() || letter == '_' || letter == '-' {
            out.push(letter);
        } else {
            write!(out, "_{:x}", u32::from(letter)).expect("writing to a string cannot fail");
        }
    }
    out
}
