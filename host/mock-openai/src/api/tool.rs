//! Tools: which ones an answer calls, and with which arguments.

use serde_json::{Map, Value, json};

use crate::limits::{ARGUMENT_BYTES, SCHEMA_DEPTH};

/// A tool that a request offers.
#[derive(Debug, Clone)]
pub(crate) struct Tool {
    pub(crate) name: String,
    /// JSON schema of its arguments.
    pub(crate) schema: Value,
}

/// What a request says about calling them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Choice {
    /// Those that the user's text names.
    Auto,
    /// None.
    Never,
    /// Those that the user's text names, or else the first.
    Some,
    /// This one.
    Named(String),
}

/// A call.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Call {
    pub(crate) name: String,
    /// JSON text of an object.
    pub(crate) arguments: String,
}

/// The calls that answer a text, in the order in which it names the tools. The arguments are the JSON object that
/// follows a name, as in `get_weather {"city": "Oslo"}`, or else made up from the schema.
pub(crate) fn calls(tools: &[Tool], choice: &Choice, text: &str, parallel: bool) -> Vec<Call> {
    let mut named: Vec<(usize, &Tool)> =
        tools.iter().filter_map(|tool| Some((find_word(text, &tool.name)?, tool))).collect();
    named.sort_by_key(|(position, _)| *position);
    let mut wanted: Vec<&Tool> = match choice {
        Choice::Never => Vec::new(),
        Choice::Named(name) => tools.iter().filter(|tool| tool.name == *name).take(1).collect(),
        Choice::Some if named.is_empty() => tools.iter().take(1).collect(),
        Choice::Auto | Choice::Some => named.into_iter().map(|(_, tool)| tool).collect(),
    };
    if !parallel {
        wanted.truncate(1);
    }
    wanted.into_iter().map(|tool| Call { name: tool.name.clone(), arguments: arguments(tool, text) }).collect()
}

fn arguments(tool: &Tool, text: &str) -> String {
    let said = find_word(text, &tool.name).and_then(|position| {
        let rest = text.get(position + tool.name.len()..)?.trim_start();
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        rest.starts_with('{').then(|| values.next()?.ok())?
    });
    let object = said.unwrap_or_else(|| example(&tool.schema, "value", 0));
    let text = if object.is_object() { object.to_string() } else { String::new() };
    if (1..=ARGUMENT_BYTES).contains(&text.len()) { text } else { "{}".to_owned() }
}

/// Where a name stands in a text, not as a part of a longer one.
fn find_word(text: &str, name: &str) -> Option<usize> {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '-';
    let mut from = 0;
    while !name.is_empty() {
        let start = from + text.get(from..)?.find(name)?;
        let end = start + name.len();
        if !text[..start].ends_with(is_part) && !text[end..].starts_with(is_part) {
            return Some(start);
        }
        from = end;
    }
    None
}

/// A value that fits a JSON schema, the same each time: the first of an `enum`, the name of a property where a string
/// is asked for, 1, true, and only what is `required` of an object that says so.
pub(crate) fn example(schema: &Value, name: &str, depth: usize) -> Value {
    if depth > SCHEMA_DEPTH {
        return Value::Null;
    }
    for fixed in [&schema["const"], &schema["default"], &schema["enum"][0]] {
        if !fixed.is_null() {
            return fixed.clone();
        }
    }
    for union in [&schema["anyOf"][0], &schema["oneOf"][0]] {
        if union.is_object() {
            return example(union, name, depth + 1);
        }
    }
    let kind = if schema["type"].is_array() { &schema["type"][0] } else { &schema["type"] };
    match kind.as_str() {
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or_else(|| json!(1)),
        Some("boolean") => Value::Bool(true),
        Some("array") => json!([example(&schema["items"], name, depth + 1)]),
        Some("null") => Value::Null,
        Some("string") => Value::String(name.to_owned()),
        _ => match schema["properties"].as_object() {
            Some(properties) => {
                let required = schema["required"].as_array();
                let is_wanted = |name: &str| required.is_none_or(|names| names.iter().any(|other| other == name));
                let wanted = properties.iter().filter(|(name, _)| is_wanted(name));
                wanted.map(|(name, schema)| (name.clone(), example(schema, name, depth + 1))).collect()
            }
            None if kind == "object" => Value::Object(Map::new()),
            None => Value::String(name.to_owned()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tools() -> Vec<Tool> {
        let schema = json!({"type": "object", "required": ["city", "days"], "properties": {
            "city": {"type": "string"}, "days": {"type": "integer"}, "unit": {"enum": ["C", "F"]},
        }});
        vec![
            Tool { name: "weather".to_owned(), schema },
            Tool { name: "time".to_owned(), schema: json!({"type": "object"}) },
        ]
    }

    fn names(choice: &Choice, text: &str) -> Vec<String> {
        calls(&tools(), choice, text, true).into_iter().map(|call| call.name).collect()
    }

    #[test]
    fn the_tools_that_a_text_names_are_called_in_its_order() {
        assert_eq!(names(&Choice::Auto, "time, then weather"), ["time", "weather"]);
        assert_eq!(names(&Choice::Auto, "my_time and weather2 sometimes"), [""; 0]);
        assert_eq!(names(&Choice::Never, "time"), [""; 0]);
        assert_eq!(names(&Choice::Some, "hello"), ["weather"]);
        assert_eq!(names(&Choice::Some, "time"), ["time"]);
        assert_eq!(names(&Choice::Named("time".to_owned()), "weather"), ["time"]);
        assert_eq!(calls(&tools(), &Choice::Auto, "time and weather", false).len(), 1);
    }

    #[test]
    fn arguments_are_those_that_the_text_says_or_made_up_from_the_schema() {
        let arguments = |text| calls(&tools(), &Choice::Auto, text, true).remove(0).arguments;
        assert_eq!(arguments(r#"call weather {"city":"Oslo"} now"#), r#"{"city":"Oslo"}"#);
        for text in ["weather please", "weather {broken", "weather [1]"] {
            let value: Value = serde_json::from_str(&arguments(text)).expect("JSON");
            assert_eq!(value, json!({"city": "city", "days": 1}), "{text}");
        }
        assert_eq!(arguments("time"), "{}");
    }

    #[test]
    fn a_schema_without_an_end_ends() {
        let mut schema = json!({"type": "string"});
        for _ in 0..100 {
            schema = json!({"type": "array", "items": schema});
        }
        assert!(example(&schema, "a", 0).to_string().len() < 100);
    }
}
