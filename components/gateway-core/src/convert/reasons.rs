//! Why an answer ended: `stop_reason` of messages and `finish_reason` of completions.

/// The `finish_reason` for a `stop_reason`. Reasons that came later end like a natural stop.
pub(super) fn finish_reason(stop_reason: Option<&str>) -> &'static str {
    match stop_reason {
        Some("max_tokens" | "model_context_window_exceeded") => "length",
        Some("tool_use") => "tool_calls",
        Some("refusal") => "content_filter",
        _ => "stop",
    }
}

/// The `stop_reason` for a `finish_reason`. With a tool named in `tool_choice` OpenAI ends a call with `stop`.
pub(super) fn stop_reason(finish_reason: Option<&str>, tool_calls: bool, stop_sequence: bool) -> &'static str {
    match finish_reason {
        Some("length") => "max_tokens",
        Some("content_filter") => "refusal",
        Some("tool_calls" | "function_call") => "tool_use",
        _ if tool_calls => "tool_use",
        _ if stop_sequence => "stop_sequence",
        _ => "end_turn",
    }
}
