//! What is said of an element: a JSON object, whose fields a filter asks for.

use miniserde::json::{self, Number, Object, Value as Json};

use crate::types::vectors::filter::Value;

/// Lists inside of each other that are worth something.
const MOST_DEPTH: usize = 16;

/// The fields of an object.
pub struct Attributes(Object);

impl Attributes {
    /// None when the text is no JSON object.
    pub fn parse(text: &[u8]) -> Option<Attributes> {
        json::from_str(std::str::from_utf8(text).ok()?).ok().map(Attributes)
    }

    /// What a field is worth, none for one that is missing, an object, or a list with too much in it.
    pub fn field(&self, name: &str) -> Option<Value> {
        worth(self.0.get(name)?, MOST_DEPTH)
    }
}

/// Whether a text is a JSON object.
pub fn is_object(text: &[u8]) -> bool {
    Attributes::parse(text).is_some()
}

fn worth(json: &Json, depth: usize) -> Option<Value> {
    Some(match json {
        Json::Object(_) => return None,
        Json::Null => Value::Null,
        Json::Bool(holds) => Value::Number(f64::from(u8::from(*holds))),
        Json::Number(Number::U64(number)) => Value::Number(*number as f64),
        Json::Number(Number::I64(number)) => Value::Number(*number as f64),
        Json::Number(Number::F64(number)) => Value::Number(*number),
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(elements) => {
            let depth = depth.checked_sub(1)?;
            Value::List(elements.iter().map(|element| worth(element, depth)).collect::<Option<_>>()?)
        }
    })
}
