//! Definitions of tools, and the choice among them.

use super::super::fields::{Object, Path, array, copy_unknown, get, object, required, string, text};
use super::super::problem::Problem;
use super::Unsupported;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The `tools` of a messages request for those of a chat request.
pub(super) fn to_messages(tools: &[Value], at: &Path<'_>, unsupported: Unsupported) -> Result<Vec<Value>, Problem> {
    let mut converted = Vec::with_capacity(tools.len());
    for (index, tool) in tools.iter().enumerate() {
        let at = at.index(index);
        let tool = object(tool, &at)?;
        match string(tool, &at, "type")? {
            Some("function") => {}
            _ if unsupported == Unsupported::LeaveOut => continue,
            _ => return Err(at.key("type").inexpressible(tool.get("type").unwrap_or(&Value::Null), "function")),
        }
        let at = at.key("function");
        let function = object(tool.get("function").ok_or_else(|| at.missing("an object"))?, &at)?;
        let mut out = Map::new();
        out.insert("name".into(), json!(required(function, &at, "name")?));
        if let Some(description) = get(function, "description") {
            out.insert("description".into(), description.clone());
        }
        let mut schema = match get(function, "parameters") {
            None => Map::new(),
            Some(schema) => object(schema, &at.key("parameters"))?.clone(),
        };
        if !schema.contains_key("type") {
            // The Messages API insists; a function's parameters are never anything else.
            schema.insert("type".into(), json!("object"));
            if schema.len() == 1 {
                schema.insert("properties".into(), json!({}));
            }
        }
        out.insert("input_schema".into(), Value::Object(schema));
        if get(function, "strict") == Some(&Value::Bool(true)) {
            out.insert("strict".into(), json!(true));
        }
        copy_unknown(function, &["name", "description", "parameters", "strict"], &mut out);
        copy_unknown(tool, &["type", "function"], &mut out);
        converted.push(Value::Object(out));
    }
    Ok(converted)
}

/// The `tools` of a chat request for those of a messages request.
pub(super) fn to_chat(tools: &[Value], at: &Path<'_>, unsupported: Unsupported) -> Result<Vec<Value>, Problem> {
    /// Anthropic's own: how the tool is cached, loaded and shown to the model.
    const OWN: [&str; 10] = [
        "type",
        "name",
        "description",
        "input_schema",
        "strict",
        "cache_control",
        "allowed_callers",
        "defer_loading",
        "eager_input_streaming",
        "input_examples",
    ];
    let mut converted = Vec::with_capacity(tools.len());
    for (index, tool) in tools.iter().enumerate() {
        let at = at.index(index);
        let tool = object(tool, &at)?;
        match string(tool, &at, "type")? {
            None | Some("custom") => {}
            Some(_) if unsupported == Unsupported::LeaveOut => continue,
            Some(kind) => {
                return Err(at.key("type").inexpressible(&json!(kind), "custom, a tool that the client runs itself"));
            }
        }
        let mut function = Map::new();
        function.insert("name".into(), json!(required(tool, &at, "name")?));
        if let Some(description) = get(tool, "description") {
            function.insert("description".into(), description.clone());
        }
        let schema = get(tool, "input_schema").ok_or_else(|| at.key("input_schema").missing("an object"))?;
        object(schema, &at.key("input_schema"))?;
        function.insert("parameters".into(), schema.clone());
        if let Some(strict) = get(tool, "strict") {
            function.insert("strict".into(), strict.clone());
        }
        copy_unknown(tool, &OWN, &mut function);
        converted.push(json!({ "type": "function", "function": function }));
    }
    Ok(converted)
}

/// The choice of a chat request in Anthropic's words.
pub(super) struct Choice {
    /// `tool_choice`; `None` where the default says the same.
    pub(super) choice: Option<Value>,
    /// The only tools that may be called: the others are not to be sent.
    pub(super) only: Option<BTreeSet<String>>,
}

/// The `tool_choice` of a messages request. `parallel` is `parallel_tool_calls`.
pub(super) fn choice_to_messages(
    choice: Option<&Value>,
    parallel: Option<&Value>,
    at: &Path<'_>,
    unsupported: Unsupported,
) -> Result<Choice, Problem> {
    let possible = "auto, none, required, allowed_tools, or a function's name";
    let mut only = None;
    let mut converted = match choice {
        None => None,
        Some(Value::String(word)) => Some(mode(word).ok_or_else(|| at.invalid(&json!(word), possible))?),
        Some(choice) => {
            let choice = object(choice, at)?;
            match required(choice, at, "type")? {
                "function" => Some(json!({ "type": "tool", "name": function_name(choice, at)? })),
                "allowed_tools" => {
                    let at = at.key("allowed_tools");
                    let allowed = object(choice.get("allowed_tools").ok_or_else(|| at.missing("an object"))?, &at)?;
                    only = Some(allowed_names(allowed, &at)?);
                    let word = required(allowed, &at, "mode")?;
                    Some(mode(word).ok_or_else(|| at.key("mode").invalid(&json!(word), "auto or required"))?)
                }
                _ if unsupported == Unsupported::LeaveOut => None,
                other => return Err(at.key("type").inexpressible(&json!(other), possible)),
            }
        }
    };
    if parallel == Some(&Value::Bool(false)) {
        let choice = converted.get_or_insert_with(|| json!({ "type": "auto" }));
        if let Some(choice) = choice.as_object_mut().filter(|choice| text(choice, "type") != Some("none")) {
            choice.insert("disable_parallel_tool_use".into(), json!(true));
        }
    }
    Ok(Choice { choice: converted, only })
}

fn mode(word: &str) -> Option<Value> {
    match word {
        "auto" => Some(json!({ "type": "auto" })),
        "none" => Some(json!({ "type": "none" })),
        "required" => Some(json!({ "type": "any" })),
        _ => None,
    }
}

/// The name in `{"type": "function", "function": {"name": …}}`.
fn function_name<'a>(tool: &'a Object, at: &Path<'_>) -> Result<&'a str, Problem> {
    let at = at.key("function");
    required(object(tool.get("function").ok_or_else(|| at.missing("an object"))?, &at)?, &at, "name")
}

fn allowed_names(allowed: &Object, at: &Path<'_>) -> Result<BTreeSet<String>, Problem> {
    let tools_at = at.key("tools");
    let tools = array(allowed, at, "tools")?.ok_or_else(|| tools_at.missing("an array of tools"))?;
    let named = tools.iter().enumerate().map(|(index, tool)| {
        let at = tools_at.index(index);
        function_name(object(tool, &at)?, &at).map(str::to_owned)
    });
    named.collect()
}

/// The `tool_choice` of a chat request, and whether it forbids parallel calls.
pub(super) fn choice_to_chat(choice: &Value, at: &Path<'_>) -> Result<(Value, bool), Problem> {
    let choice = object(choice, at)?;
    let converted = match required(choice, at, "type")? {
        "auto" => json!("auto"),
        "none" => json!("none"),
        "any" => json!("required"),
        "tool" => json!({ "type": "function", "function": { "name": required(choice, at, "name")? } }),
        other => return Err(at.key("type").invalid(&json!(other), "auto, any, tool or none")),
    };
    Ok((converted, get(choice, "disable_parallel_tool_use") == Some(&Value::Bool(true))))
}
