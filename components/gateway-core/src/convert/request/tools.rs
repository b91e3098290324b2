//! Definitions of tools, and the choice among them.

use super::super::fields::{Path, copy_unknown, get, object, required, string, text};
use super::super::problem::Problem;
use super::Unsupported;
use serde_json::{Map, Value, json};

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

/// The `tool_choice` of a messages request. `None` where the default says the same.
pub(super) fn choice_to_messages(
    choice: Option<&Value>,
    parallel: Option<&Value>,
    at: &Path<'_>,
    unsupported: Unsupported,
) -> Result<Option<Value>, Problem> {
    let possible = "auto, none, required, or a function's name";
    let mut converted = match choice {
        None => None,
        Some(Value::String(word)) => Some(match word.as_str() {
            "auto" => json!({ "type": "auto" }),
            "none" => json!({ "type": "none" }),
            "required" => json!({ "type": "any" }),
            _ => return Err(at.invalid(&json!(word), possible)),
        }),
        Some(choice) => {
            let choice = object(choice, at)?;
            match required(choice, at, "type")? {
                "function" => {
                    let at = at.key("function");
                    let function = object(choice.get("function").ok_or_else(|| at.missing("an object"))?, &at)?;
                    Some(json!({ "type": "tool", "name": required(function, &at, "name")? }))
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
    Ok(converted)
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
