//! One map of the file: takes values by key, and notes what is wrong with them and what nobody takes.

use std::cell::RefCell;

use super::Unsupported;
use super::yaml::{Entry, Node, Value};
use crate::config::{Mistake, shown};

/// What is said about a file.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) mistakes: RefCell<Vec<Mistake>>,
    pub(super) unsupported: RefCell<Vec<Unsupported>>,
}

impl Notes {
    pub(super) fn mistake(&self, line: usize, key: String, found: impl Into<String>, expected: impl Into<String>) {
        let mistake = Mistake { line, key, found: found.into(), expected: expected.into() };
        self.mistakes.borrow_mut().push(mistake);
    }

    pub(super) fn unsupported(&self, line: usize, key: String, why: impl Into<String>) {
        self.unsupported.borrow_mut().push(Unsupported { line, key, why: why.into() });
    }
}

/// A text of the file: as it stands there, or the name of an environment variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Text {
    Plain(String),
    Variable(String),
}

/// One map.
pub(super) struct Section<'a> {
    pub(super) notes: &'a Notes,
    pub(super) path: String,
    pub(super) line: usize,
    entries: &'a [Entry],
    taken: RefCell<Vec<&'a str>>,
}

impl<'a> Section<'a> {
    /// What is no map is a mistake, and is read as an empty one.
    pub(super) fn new(notes: &'a Notes, path: String, node: &'a Node) -> Self {
        let entries = match &node.value {
            Value::Map(entries) => entries.as_slice(),
            _ if is_nothing(node) => &[],
            _ => {
                notes.mistake(node.line, path.clone(), kind(node), "a map");
                &[]
            }
        };
        Self { notes, path, line: node.line, entries, taken: RefCell::default() }
    }

    pub(super) fn key(&self, name: &str) -> String {
        let name = shown::quoted(name);
        let name = name.trim_matches('"');
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// The value of a key, which counts as taken; none where it is null.
    pub(super) fn get(&self, name: &str) -> Option<&'a Node> {
        let entry = self.entries.iter().find(|entry| entry.name == name)?;
        self.taken.borrow_mut().push(&entry.name);
        Some(&entry.node).filter(|node| !is_nothing(node))
    }

    pub(super) fn line_of(&self, name: &str) -> usize {
        self.entries.iter().find(|entry| entry.name == name).map_or(self.line, |entry| entry.line)
    }

    pub(super) fn wrong(&self, name: &str, found: impl Into<String>, expected: impl Into<String>) {
        self.notes.mistake(self.line_of(name), self.key(name), found, expected);
    }

    pub(super) fn unsupported(&self, name: &str, why: impl Into<String>) {
        self.notes.unsupported(self.line_of(name), self.key(name), why);
    }

    pub(super) fn section(&self, name: &str) -> Option<Section<'a>> {
        self.get(name).map(|node| Section::new(self.notes, self.key(name), node))
    }

    /// All members, as taken.
    pub(super) fn all(&self) -> impl Iterator<Item = &'a Entry> {
        self.taken.borrow_mut().extend(self.entries.iter().map(|entry| entry.name.as_str()));
        self.entries.iter()
    }

    /// The items of a list.
    pub(super) fn list(&self, name: &str) -> &'a [Node] {
        match self.get(name).map(|node| (node, &node.value)) {
            None => &[],
            Some((_, Value::List(items))) => items,
            Some((node, _)) => {
                self.wrong(name, kind(node), "a list");
                &[]
            }
        }
    }

    /// A text that is no secret.
    pub(super) fn text(&self, name: &str) -> Option<Text> {
        let node = self.get(name)?;
        text(self.notes, self.key(name), node, false)
    }

    /// A text of which nothing is ever shown.
    pub(super) fn secret(&self, name: &str) -> Option<Text> {
        let node = self.get(name)?;
        text(self.notes, self.key(name), node, true)
    }

    /// A text that cannot come from the environment.
    pub(super) fn word(&self, name: &str) -> Option<String> {
        match self.text(name)? {
            Text::Plain(text) => Some(text),
            Text::Variable(_) => {
                self.wrong(name, "a reference to the environment", "the value itself");
                None
            }
        }
    }

    pub(super) fn words(&self, name: &str) -> Vec<String> {
        words(self.notes, &self.key(name), self.list(name))
    }

    /// A number within bounds.
    pub(super) fn number(&self, name: &str, least: f64, most: f64) -> Option<f64> {
        let node = self.get(name)?;
        let number = match &node.value {
            Value::Scalar { text, .. } => text.replace('_', "").parse::<f64>().ok(),
            _ => None,
        };
        let number = number.filter(|number| (least..=most).contains(number));
        if number.is_none() {
            self.wrong(name, value_shown(node), format!("a number from {least} to {most}"));
        }
        number
    }

    pub(super) fn whole(&self, name: &str, least: u64, most: u64) -> Option<u64> {
        let number = self.number(name, least as f64, most as f64)?;
        if number.fract() != 0.0 {
            self.wrong(name, number.to_string(), format!("a whole number from {least} to {most}"));
            return None;
        }
        Some(number as u64)
    }

    /// Seconds, as milliseconds.
    pub(super) fn seconds(&self, name: &str) -> Option<u64> {
        self.number(name, 0.001, 86_400.0).map(|seconds| (seconds * 1000.0).round() as u64)
    }

    /// Truth as YAML 1.1 has it, which LiteLLM reads.
    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        let node = self.get(name)?;
        let flag = match &node.value {
            Value::Scalar { text, .. } => match text.to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" => Some(true),
                "false" | "no" | "off" => Some(false),
                _ => None,
            },
            _ => None,
        };
        if flag.is_none() {
            self.wrong(name, value_shown(node), "true or false");
        }
        flag
    }

    /// Names what nobody has taken.
    pub(super) fn end(&self, why: &str) {
        let taken = self.taken.borrow();
        for entry in self.entries.iter().filter(|entry| !taken.contains(&entry.name.as_str())) {
            self.notes.unsupported(entry.line, self.key(&entry.name), why);
        }
    }
}

/// A list of texts.
pub(super) fn words(notes: &Notes, key: &str, nodes: &[Node]) -> Vec<String> {
    let word = |(index, node)| match text(notes, format!("{key}[{index}]"), node, false)? {
        Text::Plain(text) => Some(text),
        Text::Variable(_) => {
            notes.mistake(node.line, format!("{key}[{index}]"), "a reference to the environment", "a name");
            None
        }
    };
    nodes.iter().enumerate().filter_map(word).collect()
}

/// A text; `os.environ/NAME` is a variable.
pub(super) fn text(notes: &Notes, key: String, node: &Node, secret: bool) -> Option<Text> {
    let Value::Scalar { text, .. } = &node.value else {
        notes.mistake(node.line, key, kind(node), "a string");
        return None;
    };
    if let Some(name) = text.strip_prefix("os.environ/") {
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !is_name {
            notes.mistake(node.line, key, "another reference", "os.environ/ and the name of an environment variable");
            return None;
        }
        return Some(Text::Variable(name.to_owned()));
    }
    if text.is_empty() || (text.starts_with("${") && text.ends_with('}')) || text.contains(char::is_control) {
        let found = if secret { "another text".to_owned() } else { shown::quoted(text) };
        notes.mistake(node.line, key, found, "text without control characters, or os.environ/NAME");
        return None;
    }
    Some(Text::Plain(text.clone()))
}

pub(super) fn is_nothing(node: &Node) -> bool {
    matches!(&node.value, Value::Scalar { text, plain: true } if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
}

/// What a value is, where it may be a secret itself.
pub(super) fn kind(node: &Node) -> &'static str {
    match node.value {
        Value::Scalar { .. } => "a single value",
        Value::List(_) => "a list",
        Value::Map(_) => "a map",
    }
}

fn value_shown(node: &Node) -> String {
    match &node.value {
        Value::Scalar { text, .. } => shown::quoted(text),
        _ => kind(node).to_owned(),
    }
}
