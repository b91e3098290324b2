//! Reading fields of JSON from outside, with the path that an error names.

use super::problem::{Problem, quote};
use serde_json::{Map, Value};
use std::fmt;

/// A JSON object, in the order of its fields.
pub(super) type Object = Map<String, Value>;

/// Where in a body one is. Built on the stack: only an error makes text of it.
#[derive(Clone, Copy)]
pub(super) enum Path<'a> {
    Root,
    Key(&'a Path<'a>, &'a str),
    Index(&'a Path<'a>, usize),
}

impl<'a> Path<'a> {
    pub(super) fn key(&'a self, name: &'a str) -> Path<'a> {
        Path::Key(self, name)
    }

    pub(super) fn index(&'a self, index: usize) -> Path<'a> {
        Path::Index(self, index)
    }

    pub(super) fn invalid(&self, found: &Value, expected: &str) -> Problem {
        Problem::Invalid { path: self.to_string(), found: quote(found), expected: expected.into() }
    }

    pub(super) fn missing(&self, expected: &str) -> Problem {
        Problem::Invalid { path: self.to_string(), found: "nothing".into(), expected: expected.into() }
    }

    pub(super) fn inexpressible(&self, found: &Value, possible: &str) -> Problem {
        Problem::Inexpressible { path: self.to_string(), found: quote(found), possible: possible.into() }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Root => Ok(()),
            Path::Key(Path::Root, name) => out.write_str(name),
            Path::Key(parent, name) => write!(out, "{parent}.{name}"),
            Path::Index(parent, index) => write!(out, "{parent}[{index}]"),
        }
    }
}

/// The field, unless it is absent or `null`.
pub(super) fn get<'a>(object: &'a Object, name: &str) -> Option<&'a Value> {
    object.get(name).filter(|value| !value.is_null())
}

/// The field, if it is a string.
pub(super) fn text<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    object.get(name).and_then(Value::as_str)
}

/// The value as an object.
pub(super) fn object<'a>(value: &'a Value, at: &Path<'_>) -> Result<&'a Object, Problem> {
    value.as_object().ok_or_else(|| at.invalid(value, "an object"))
}

/// A field that must be a string where it is present.
pub(super) fn string<'a>(object: &'a Object, at: &Path<'_>, name: &str) -> Result<Option<&'a str>, Problem> {
    match get(object, name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(at.key(name).invalid(other, "a string")),
    }
}

/// A field that must be there, as a string.
pub(super) fn required<'a>(object: &'a Object, at: &Path<'_>, name: &str) -> Result<&'a str, Problem> {
    string(object, at, name)?.ok_or_else(|| at.key(name).missing("a string"))
}

/// A field that must be an array where it is present.
pub(super) fn array<'a>(object: &'a Object, at: &Path<'_>, name: &str) -> Result<Option<&'a [Value]>, Problem> {
    match get(object, name) {
        None => Ok(None),
        Some(Value::Array(items)) => Ok(Some(items)),
        Some(other) => Err(at.key(name).invalid(other, "an array")),
    }
}

/// A field that must be a whole number above 0 where it is present.
pub(super) fn positive(object: &Object, at: &Path<'_>, name: &str) -> Result<Option<u64>, Problem> {
    match get(object, name) {
        None => Ok(None),
        Some(value) => match value.as_u64() {
            Some(number) if number > 0 => Ok(Some(number)),
            _ => Err(at.key(name).invalid(value, "a whole number above 0")),
        },
    }
}

/// Copies the fields of `from` that are not in `known` and not yet in `to`.
pub(super) fn copy_unknown(from: &Object, known: &[&str], to: &mut Object) {
    for (name, value) in from {
        if !known.contains(&name.as_str()) && !to.contains_key(name) {
            to.insert(name.clone(), value.clone());
        }
    }
}
