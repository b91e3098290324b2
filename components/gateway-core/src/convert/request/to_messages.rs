//! A chat request as a messages request.

use super::super::fields::{Object, Path, array, copy_unknown, get, object, positive, required, text};
use super::super::problem::Problem;
use super::turns::Conversation;
use super::{ToMessages, Unsupported, reasoning, stop, tools};
use serde_json::{Map, Value, json};

/// Fields with a counterpart, and hints that do not change what an answer may say.
const KNOWN: [&str; 27] = [
    "model",
    "messages",
    "max_tokens",
    "max_completion_tokens",
    "temperature",
    "top_p",
    "top_k",
    "stop",
    "stream",
    "stream_options",
    "tools",
    "tool_choice",
    "parallel_tool_calls",
    "response_format",
    "user",
    "safety_identifier",
    "metadata",
    "reasoning_effort",
    "service_tier",
    "output_config",
    "seed",
    "store",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    "prediction",
    "verbosity",
];

/// Fields without a counterpart, and what is possible; the first seven may say what is the default anyway.
const WITHOUT_COUNTERPART: [(&str, &str); 12] = [
    ("n", "1"),
    ("logprobs", "false"),
    ("top_logprobs", "0"),
    ("frequency_penalty", "0"),
    ("presence_penalty", "0"),
    ("logit_bias", "{}"),
    ("modalities", "[\"text\"]"),
    ("audio", "text output"),
    ("web_search_options", "a tool that the client runs itself"),
    ("moderation", "a request without it"),
    ("functions", "tools"),
    ("function_call", "tool_choice"),
];

/// The body of `POST /v1/messages` that asks for what the chat request asks for.
///
/// The result streams if the request does; events then go through [`super::super::stream::ToChat`].
pub fn to_messages(request: &Value, options: &ToMessages) -> Result<Value, Problem> {
    let at = Path::Root;
    let request = object(request, &at)?;
    refuse(request, &at, options.unsupported)?;
    let conversation = Conversation::read(
        array(request, &at, "messages")?.ok_or_else(|| at.key("messages").missing("an array"))?,
        &at.key("messages"),
    )?;

    let mut out = Map::new();
    out.insert("model".into(), json!(required(request, &at, "model")?));
    let max_tokens = match positive(request, &at, "max_completion_tokens")? {
        Some(limit) => limit,
        None => positive(request, &at, "max_tokens")?.unwrap_or(options.default_max_tokens),
    };
    out.insert("max_tokens".into(), json!(max_tokens));
    if let Some(system) = conversation.system() {
        out.insert("system".into(), system);
    }
    let continues_without_thinking = conversation.continues_without_thinking();
    out.insert("messages".into(), Value::Array(conversation.into_messages()));
    let tool_forced = insert_tools(request, &at, options.unsupported, &mut out)?;
    if let Some(stop) = get(request, "stop") {
        let sequences = stop::to_messages(stop, &at.key("stop"), options.unsupported)?;
        if !sequences.is_empty() {
            out.insert("stop_sequences".into(), Value::Array(sequences));
        }
    }
    if options.sampling {
        insert_sampling(request, &at, &mut out)?;
    }
    if let Some(stream) = get(request, "stream") {
        out.insert("stream".into(), stream.clone());
    }
    if let Some(user) = user(request) {
        out.insert("metadata".into(), json!({ "user_id": user }));
    }
    match text(request, "service_tier") {
        Some("auto") => out.insert("service_tier".into(), json!("auto")),
        Some("default") => out.insert("service_tier".into(), json!("standard_only")),
        // A wish for speed or price that the other side does not sell.
        _ => None,
    };
    copy_unknown(request, &known(), &mut out);

    let mut output_config = match get(request, "output_config") {
        None => Map::new(),
        Some(config) => object(config, &at.key("output_config"))?.clone(),
    };
    if let Some(format) = get(request, "response_format") {
        insert_format(format, &at.key("response_format"), options.unsupported, &mut output_config)?;
    }
    if let Some(effort) = get(request, "reasoning_effort") {
        let sampled = excludes_thinking(&out);
        let situation = reasoning::Situation { max_tokens, tool_forced, continues_without_thinking, sampled };
        let at = at.key("reasoning_effort");
        reasoning::to_messages(effort, &at, options.thinking, &situation, &mut out, &mut output_config)?;
    }
    if !output_config.is_empty() {
        out.insert("output_config".into(), Value::Object(output_config));
    }
    Ok(Value::Object(out))
}

fn known() -> Vec<&'static str> {
    KNOWN.into_iter().chain(WITHOUT_COUNTERPART.map(|(name, _)| name)).collect()
}

fn refuse(request: &Object, at: &Path<'_>, unsupported: Unsupported) -> Result<(), Problem> {
    if unsupported == Unsupported::LeaveOut {
        return Ok(());
    }
    for (name, possible) in WITHOUT_COUNTERPART {
        if let Some(found) = get(request, name).filter(|found| !is_default(name, found)) {
            return Err(at.key(name).inexpressible(found, possible));
        }
    }
    Ok(())
}

fn is_default(name: &str, found: &Value) -> bool {
    match name {
        "n" => found.as_f64() == Some(1.0),
        "logprobs" => found == &Value::Bool(false),
        "top_logprobs" | "frequency_penalty" | "presence_penalty" => found.as_f64() == Some(0.0),
        "logit_bias" => found.as_object().is_some_and(Map::is_empty),
        "modalities" => found.as_array().is_some_and(|list| list.iter().all(|item| item == "text")),
        "functions" => found.as_array().is_some_and(Vec::is_empty),
        _ => false,
    }
}

/// Inserts `tools` and `tool_choice`; true if the choice forces a call.
fn insert_tools(request: &Object, at: &Path<'_>, unsupported: Unsupported, out: &mut Object) -> Result<bool, Problem> {
    let list = array(request, at, "tools")?.unwrap_or_default();
    let mut converted = tools::to_messages(list, &at.key("tools"), unsupported)?;
    let parallel = get(request, "parallel_tool_calls").filter(|_| !converted.is_empty());
    let choice = get(request, "tool_choice");
    let tools::Choice { choice, only } =
        tools::choice_to_messages(choice, parallel, &at.key("tool_choice"), unsupported)?;
    if let Some(only) = only {
        converted.retain(|tool| tool.get("name").and_then(Value::as_str).is_some_and(|name| only.contains(name)));
    }
    let forced = match choice.as_ref().and_then(|choice| choice.get("type")).and_then(Value::as_str) {
        Some("any" | "tool") => true,
        // The API takes a choice only with tools; without them these two say nothing.
        _ if converted.is_empty() => return Ok(false),
        _ => false,
    };
    if !converted.is_empty() {
        out.insert("tools".into(), Value::Array(converted));
    }
    if let Some(choice) = choice {
        out.insert("tool_choice".into(), choice);
    }
    Ok(forced)
}

/// Anthropic's temperatures end at 1, OpenAI's at 2; Anthropic's own layer for OpenAI clients cuts them the same way.
fn insert_sampling(request: &Object, at: &Path<'_>, out: &mut Object) -> Result<(), Problem> {
    for name in ["temperature", "top_p", "top_k"] {
        let Some(found) = get(request, name) else { continue };
        match found.as_f64() {
            None => return Err(at.key(name).invalid(found, "a number")),
            Some(number) if name == "temperature" && number > 1.0 => out.insert(name.into(), json!(1)),
            Some(_) => out.insert(name.into(), found.clone()),
        };
    }
    Ok(())
}

/// With thinking the API takes no temperature but 1, no `top_p` below 0.95, and no `top_k`.
fn excludes_thinking(out: &Object) -> bool {
    let number = |name: &str| out.get(name).and_then(Value::as_f64);
    number("temperature").is_some_and(|value| value != 1.0)
        || number("top_p").is_some_and(|value| value < 0.95)
        || out.contains_key("top_k")
}

fn user(request: &Object) -> Option<&str> {
    let metadata = get(request, "metadata").and_then(Value::as_object);
    let named = text(request, "user").or_else(|| text(request, "safety_identifier"));
    named.or_else(|| metadata.and_then(|metadata| text(metadata, "user_id")))
}

fn insert_format(
    format: &Value,
    at: &Path<'_>,
    unsupported: Unsupported,
    output_config: &mut Object,
) -> Result<(), Problem> {
    let format = object(format, at)?;
    match required(format, at, "type")? {
        "text" => {}
        "json_schema" => {
            let at = at.key("json_schema");
            let named = object(format.get("json_schema").ok_or_else(|| at.missing("an object"))?, &at)?;
            let at = at.key("schema");
            let schema = get(named, "schema").ok_or_else(|| at.missing("an object"))?;
            object(schema, &at)?;
            output_config.insert("format".into(), json!({ "type": "json_schema", "schema": schema }));
        }
        _ if unsupported == Unsupported::LeaveOut => {}
        other => return Err(at.key("type").inexpressible(&json!(other), "text, or json_schema with a schema")),
    }
    Ok(())
}
