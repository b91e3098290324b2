//! One table of the file: takes values by key, and notes what is wrong with them.

use std::cell::RefCell;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::Mistake;
use super::shown;
use crate::head::Headers;

/// What is shown of an environment variable's value.
const EXPANDED: &str = "the value of an environment variable";
/// Bytes of such a value from which on it is looked for within other texts: a shorter one is in many by chance.
const EXPANDED_WITHIN: usize = 6;

/// What all tables of a file share.
pub(super) struct Source<'a> {
    pub(super) text: &'a str,
    pub(super) environment: &'a dyn Fn(&str) -> Option<String>,
    /// Values of environment variables that stand where text may be shown.
    pub(super) expanded: RefCell<Vec<String>>,
    pub(super) mistakes: RefCell<Vec<Mistake>>,
}

impl Source<'_> {
    pub(super) fn line(&self, at: usize) -> usize {
        self.text.bytes().take(at).filter(|&byte| byte == b'\n').count() + 1
    }

    pub(super) fn note(&self, at: usize, key: String, found: impl Into<String>, expected: impl Into<String>) {
        let mistake = Mistake { line: self.line(at), key, found: found.into(), expected: expected.into() };
        self.mistakes.borrow_mut().push(mistake);
    }

    /// Text for people; what the environment says is not shown.
    pub(super) fn quoted(&self, text: &str) -> String {
        if self.is_expanded(text) { EXPANDED.to_owned() } else { shown::quoted(text) }
    }

    /// What should be a URL, for people.
    pub(super) fn address(&self, text: &str) -> String {
        if self.is_expanded(text) { EXPANDED.to_owned() } else { shown::address(text) }
    }

    /// Also names that were made of such values, as ids are.
    fn is_expanded(&self, text: &str) -> bool {
        let within =
            |value: &String| text == value || (value.len() >= EXPANDED_WITHIN && text.contains(value.as_str()));
        self.expanded.borrow().iter().any(within)
    }
}

/// One table. What nobody takes is a mistake when it is dropped by [`end`](Section::end).
pub(super) struct Section<'a> {
    pub(super) source: &'a Source<'a>,
    path: String,
    /// Where it begins in the text.
    pub(super) at: usize,
    table: Option<&'a DeTable<'a>>,
    known: RefCell<Vec<&'static str>>,
}

impl<'a> Section<'a> {
    pub(super) fn new(source: &'a Source<'a>, path: String, at: usize, table: Option<&'a DeTable<'a>>) -> Self {
        Self { source, path, at, table, known: RefCell::new(Vec::new()) }
    }

    pub(super) fn key(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    fn get(&self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.known.borrow_mut().push(key);
        self.find(key).map(|(_, value)| value)
    }

    fn find(&self, key: &str) -> Option<(&'a Spanned<DeString<'a>>, &'a Spanned<DeValue<'a>>)> {
        self.table?.iter().find(|(name, _)| name.get_ref() == key)
    }

    /// Where a key's value stands; the table's own beginning if there is none.
    pub(super) fn place(&self, key: &str) -> usize {
        self.find(key).map_or(self.at, |(_, value)| value.span().start)
    }

    pub(super) fn note(&self, key: &str, found: impl Into<String>, expected: impl Into<String>) {
        self.source.note(self.place(key), self.key(key), found, expected);
    }

    pub(super) fn missing(&self, key: &str, expected: &str) {
        self.source.note(self.at, self.key(key), "nothing", expected);
    }

    /// Notes keys that say nothing here.
    pub(super) fn refuse(&self, keys: &[&'static str], found: &str, expected: &str) {
        for key in keys.iter().filter(|key| self.has(key)) {
            self.known.borrow_mut().push(key);
            self.note(key, found, expected);
        }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.find(key).is_some()
    }

    pub(super) fn text(&self, key: &'static str) -> Option<String> {
        let value = self.get(key)?;
        if let Some(text) = value.get_ref().as_str() {
            return self.expand(key, text);
        }
        self.note(key, value_shown(value.get_ref()), "a string");
        None
    }

    /// `"${NAME}"` is the environment variable's value.
    fn expand(&self, key: &'static str, text: &str) -> Option<String> {
        let Some(name) = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) else {
            return Some(text.to_owned());
        };
        let value = self.variable(key, name)?;
        self.source.expanded.borrow_mut().push(value.clone());
        Some(value)
    }

    fn variable(&self, key: &'static str, name: &str) -> Option<String> {
        let value = (self.source.environment)(name).filter(|value| !value.is_empty());
        if value.is_none() {
            let found = format!("a reference to the environment variable {}, which is not set", shown::variable(name));
            self.note(key, found, "one that is set");
        }
        value
    }

    /// Text that is never shown: in the file, or `{ env = "NAME" }`.
    pub(super) fn secret(&self, key: &'static str) -> Option<String> {
        const EXPECTED: &str = "{ env = \"NAME\" }, or a string without blanks";
        let value = self.get(key)?;
        let found = match value.get_ref() {
            DeValue::String(text) => self.expand(key, text)?,
            DeValue::Table(table) => match (table.len(), table.get("env").and_then(|name| name.get_ref().as_str())) {
                (1, Some(name)) => self.variable(key, name)?,
                _ => {
                    self.note(key, "another table", EXPECTED);
                    return None;
                }
            },
            other => {
                self.note(key, other.type_str(), EXPECTED);
                return None;
            }
        };
        if found.is_empty() || !found.bytes().all(|byte| byte.is_ascii_graphic()) {
            self.note(key, "an empty secret, or one with blanks", EXPECTED);
            return None;
        }
        Some(found)
    }

    /// Names and values of headers; values may be secrets.
    pub(super) fn headers(&self, key: &'static str) -> Headers {
        const RESERVED: [&str; 6] =
            ["host", "content-length", "content-type", "transfer-encoding", "connection", "accept-encoding"];
        let section = self.table(key);
        let mut headers = Headers::new();
        for (name, value) in section.table.into_iter().flat_map(DeTable::iter) {
            let lower = name.get_ref().to_ascii_lowercase();
            let path = section.key(&lower);
            let is_name = !lower.is_empty() && lower.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            if !is_name || RESERVED.contains(&lower.as_str()) {
                // What is no name may be a line with a secret.
                let (path, expected) = (self.key(key), "the names of headers that are not the gateway's own");
                let found = if is_name { shown::quoted(&lower) } else { "another name".to_owned() };
                self.source.note(name.span().start, path, found, expected);
                continue;
            }
            let variable = |name: &str| (self.source.environment)(name).filter(|value| !value.is_empty());
            let reference = |text: &str| Some(text.strip_prefix("${")?.strip_suffix('}')?.to_owned());
            let found = match value.get_ref() {
                DeValue::String(text) => match reference(text) {
                    Some(name) => variable(&name),
                    None => Some(text.clone().into_owned()),
                },
                DeValue::Table(table) => table.get("env").and_then(|name| variable(name.get_ref().as_str()?)),
                _ => None,
            };
            match found.filter(|text| text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())) {
                Some(text) => headers.push((lower, text)),
                None => {
                    let expected = "text of ASCII characters, or { env = \"NAME\" } of a variable that is set";
                    self.source.note(value.span().start, path, value.get_ref().type_str(), expected);
                }
            }
        }
        headers
    }

    pub(super) fn flag(&self, key: &'static str) -> Option<bool> {
        let value = self.get(key)?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.note(key, value_shown(value.get_ref()), "true or false");
        }
        flag
    }

    pub(super) fn number(&self, key: &'static str, least: u64, most: u64) -> Option<u64> {
        let value = self.get(key)?;
        let number = value.get_ref().as_integer().and_then(|n| u64::from_str_radix(n.as_str(), n.radix()).ok());
        let number = number.filter(|number| (least..=most).contains(number));
        if number.is_none() {
            self.note(key, value_shown(value.get_ref()), format!("a whole number from {least} to {most}"));
        }
        number
    }

    pub(super) fn decimal(&self, key: &'static str, least: f64, most: f64) -> Option<f64> {
        let value = self.get(key)?;
        let number = match value.get_ref() {
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok().map(|n| n as f64),
            DeValue::Float(number) => number.as_str().parse().ok(),
            _ => None,
        };
        let number = number.filter(|number| (least..=most).contains(number));
        if number.is_none() {
            self.note(key, value_shown(value.get_ref()), format!("a number from {least} to {most}"));
        }
        number
    }

    pub(super) fn choice<T: Copy>(&self, key: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let value = self.get(key)?;
        let name = value.get_ref().as_str();
        let choice = choices.iter().find(|(known, _)| Some(*known) == name).map(|&(_, choice)| choice);
        if choice.is_none() {
            self.note(key, value_shown(value.get_ref()), one_of(choices.iter().map(|&(known, _)| known)));
        }
        choice
    }

    pub(super) fn texts(&self, key: &'static str) -> Option<Vec<String>> {
        let value = self.get(key)?;
        let texts = value.get_ref().as_array().and_then(|items| {
            items.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
        });
        if texts.is_none() {
            self.note(key, value_shown(value.get_ref()), "a list of strings");
        }
        texts
    }

    pub(super) fn choices<T: Copy>(&self, key: &'static str, choices: &[(&str, T)]) -> Option<Vec<T>> {
        let names = self.texts(key)?;
        let mut found = Vec::new();
        for name in names {
            match choices.iter().find(|(known, _)| *known == name) {
                Some(&(_, choice)) => found.push(choice),
                None => self.note(key, self.source.quoted(&name), one_of(choices.iter().map(|&(known, _)| known))),
            }
        }
        Some(found)
    }

    /// A table; empty when it is not there.
    pub(super) fn table(&self, key: &'static str) -> Section<'a> {
        let value = self.get(key);
        let table = value.and_then(|value| value.get_ref().as_table());
        if let (Some(value), None) = (value, table) {
            self.note(key, kind(value.get_ref()), "a table");
        }
        Section::new(self.source, self.key(key), self.place(key), table)
    }

    /// A list of tables.
    pub(super) fn tables(&self, key: &'static str) -> Vec<Section<'a>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let items = value.get_ref().as_array();
        let mut tables = Vec::new();
        for (index, item) in items.into_iter().flatten().enumerate() {
            let path = format!("{}[{index}]", self.key(key));
            match item.get_ref().as_table() {
                Some(table) => tables.push(Section::new(self.source, path, item.span().start, Some(table))),
                None => self.source.note(item.span().start, path, kind(item.get_ref()), "a table"),
            }
        }
        if items.is_none() {
            self.note(key, kind(value.get_ref()), format!("a list of tables: [[{}]]", self.key(key)));
        }
        tables
    }

    /// Whether the table is in the file.
    pub(super) fn exists(&self) -> bool {
        self.table.is_some()
    }

    /// Notes what is in the table and was not asked for.
    pub(super) fn end(self) {
        let known = self.known.borrow();
        for (name, _) in self.table.into_iter().flat_map(DeTable::iter) {
            if known.iter().any(|known| known == name.get_ref()) {
                continue;
            }
            let nearest = known.iter().map(|known| (distance(known, name.get_ref()), known)).min();
            let expected = match nearest {
                Some((distance, nearest)) if distance <= 1 + nearest.len() / 3 => format!("{nearest}, perhaps"),
                _ => one_of(known.iter().copied()),
            };
            let name_shown = shown::quoted(name.get_ref());
            self.source.note(name.span().start, self.key(name_shown.trim_matches('"')), "an unknown key", expected);
        }
    }
}

/// Names for people: `a, b or c`.
fn one_of<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.collect();
    match names.as_slice() {
        [] => "nothing".to_owned(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// A value for people, short.
fn value_shown(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => shown::quoted(text),
        DeValue::Integer(number) => number.as_str().chars().take(30).collect(),
        DeValue::Float(number) => number.as_str().chars().take(30).collect(),
        DeValue::Boolean(flag) => flag.to_string(),
        other => kind(other).to_owned(),
    }
}

/// What a value is, where it may be a secret itself.
fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// How many letters differ (Levenshtein). Of the second word 64 letters count.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, y) in row.iter_mut().skip(1).zip(&b) {
            let value = (diagonal + usize::from(x != *y)).min(left + 1).min(*cell + 1);
            diagonal = *cell;
            *cell = value;
            left = value;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}
