//! A messages request as a chat request.

use super::super::fields::{Object, Path, array, copy_unknown, get, object, positive, required, text};
use super::super::limits;
use super::super::problem::Problem;
use super::{ToChat, TokenLimit, Unsupported, chat_messages, parts, reasoning, stop, tools};
use serde_json::{Map, Value, json};

/// Fields with a counterpart, and hints that do not change what an answer may say.
const KNOWN: [&str; 24] = [
    "model",
    "messages",
    "system",
    "max_tokens",
    "stop_sequences",
    "stream",
    "temperature",
    "top_p",
    "tools",
    "tool_choice",
    "metadata",
    "thinking",
    "output_config",
    "service_tier",
    "cache_control",
    "context_management",
    "diagnostics",
    "speed",
    "user_profile_id",
    "workspace_id",
    "anthropic_version",
    "anthropic_beta",
    "betas",
    "output_format",
];

/// Fields without a counterpart, and what is possible.
const WITHOUT_COUNTERPART: [(&str, &str); 3] = [
    ("container", "tools that the client runs itself"),
    ("mcp_servers", "tools that the client runs itself"),
    ("inference_geo", "a request without it"),
];

/// The body of `POST /v1/chat/completions` that asks for what the messages request asks for.
///
/// If the request streams, so does the result, with `include_usage`; its events then go through
/// [`super::super::stream::ToMessages`].
pub fn to_chat(request: &Value, options: &ToChat) -> Result<Value, Problem> {
    let at = Path::Root;
    let request = object(request, &at)?;
    for (name, possible) in WITHOUT_COUNTERPART {
        if let Some(found) = get(request, name).filter(|_| options.unsupported == Unsupported::Refuse) {
            return Err(at.key(name).inexpressible(found, possible));
        }
    }
    let mut out = Map::new();
    out.insert("model".into(), json!(required(request, &at, "model")?));
    out.insert("messages".into(), Value::Array(messages(request, &at, options)?));
    let limit = positive(request, &at, "max_tokens")?.ok_or_else(|| at.key("max_tokens").missing("a whole number"))?;
    let name = match options.token_limit {
        TokenLimit::MaxCompletionTokens => "max_completion_tokens",
        TokenLimit::MaxTokens => "max_tokens",
    };
    out.insert(name.into(), json!(limit));
    for name in ["temperature", "top_p"] {
        if let Some(found) = get(request, name) {
            found.as_f64().ok_or_else(|| at.key(name).invalid(found, "a number"))?;
            out.insert(name.into(), found.clone());
        }
    }
    if let Some(sequences) = stop::to_chat(request, &at)?.filter(|sequences| !sequences.is_empty()) {
        out.insert("stop".into(), Value::Array(sequences));
    }
    insert_tools(request, &at, options, &mut out)?;
    if let Some(stream) = get(request, "stream") {
        out.insert("stream".into(), stream.clone());
        if stream == &Value::Bool(true) {
            out.insert("stream_options".into(), json!({ "include_usage": true }));
        }
    }
    insert_format(request, &at, options.unsupported, &mut out)?;
    if let Some(effort) = reasoning::to_chat(request).filter(|_| options.reasoning_effort) {
        out.insert("reasoning_effort".into(), json!(effort));
    }
    let metadata = get(request, "metadata").and_then(Value::as_object);
    if let Some(user) = metadata.and_then(|metadata| text(metadata, "user_id")) {
        out.insert("user".into(), Value::String(user.chars().take(limits::USER_CHARS).collect()));
    }
    match text(request, "service_tier") {
        Some("auto") => out.insert("service_tier".into(), json!("auto")),
        Some("standard_only") => out.insert("service_tier".into(), json!("default")),
        _ => None,
    };
    let known: Vec<&str> = KNOWN.into_iter().chain(WITHOUT_COUNTERPART.map(|(name, _)| name)).collect();
    copy_unknown(request, &known, &mut out);
    Ok(Value::Object(out))
}

fn messages(request: &Object, at: &Path<'_>, options: &ToChat) -> Result<Vec<Value>, Problem> {
    let mut messages = Vec::new();
    if let Some(system) = get(request, "system") {
        let system = parts::joined_text(system, &at.key("system"), "\n")?;
        if !system.is_empty() {
            messages.push(json!({ "role": "system", "content": system }));
        }
    }
    let at = at.key("messages");
    let turns = array(request, &Path::Root, "messages")?.ok_or_else(|| at.missing("an array"))?;
    if turns.is_empty() {
        return Err(at.missing("at least one message"));
    }
    for (index, turn) in turns.iter().enumerate() {
        chat_messages::convert(turn, &at.index(index), options, &mut messages)?;
    }
    Ok(messages)
}

fn insert_tools(request: &Object, at: &Path<'_>, options: &ToChat, out: &mut Object) -> Result<(), Problem> {
    let list = array(request, at, "tools")?.unwrap_or_default();
    let converted = tools::to_chat(list, &at.key("tools"), options.unsupported)?;
    if converted.is_empty() {
        return Ok(());
    }
    out.insert("tools".into(), Value::Array(converted));
    if let Some(choice) = get(request, "tool_choice") {
        let (choice, one_by_one) = tools::choice_to_chat(choice, &at.key("tool_choice"))?;
        out.insert("tool_choice".into(), choice);
        if one_by_one {
            out.insert("parallel_tool_calls".into(), json!(false));
        }
    }
    Ok(())
}

/// `output_config.format`, or `output_format` as it was called before it was generally available.
fn insert_format(request: &Object, at: &Path<'_>, unsupported: Unsupported, out: &mut Object) -> Result<(), Problem> {
    let config_at = at.key("output_config");
    let config = match get(request, "output_config") {
        None => None,
        Some(config) => get(object(config, &config_at)?, "format"),
    };
    let (format, at) = match (config, get(request, "output_format")) {
        (Some(format), _) => (format, config_at.key("format")),
        (None, Some(format)) => (format, at.key("output_format")),
        (None, None) => return Ok(()),
    };
    let fields = object(format, &at)?;
    match required(fields, &at, "type")? {
        "json_schema" => {
            let at = at.key("schema");
            let schema = get(fields, "schema").ok_or_else(|| at.missing("an object"))?;
            object(schema, &at)?;
            // OpenAI wants a name; nobody sees it.
            let named = json!({ "name": "answer", "schema": schema, "strict": true });
            out.insert("response_format".into(), json!({ "type": "json_schema", "json_schema": named }));
        }
        _ if unsupported == Unsupported::LeaveOut => {}
        other => return Err(at.key("type").inexpressible(&json!(other), "json_schema")),
    }
    Ok(())
}
