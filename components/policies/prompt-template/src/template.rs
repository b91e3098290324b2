//! A text with variables: `{{name}}`, or `{{name|what is taken where there is none}}`, without braces in it.

use ferrite_udf::{Result, bail};

/// A text in pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Variable {
        name: String,
        otherwise: Option<String>,
        /// As it is written.
        written: String,
    },
}

impl Template {
    /// Finds the variables. What is in braces and is no variable is text.
    pub fn new(text: &str) -> Self {
        let mut pieces = Vec::new();
        let (mut rest, mut from) = (text, 0);
        while let Some(open) = rest.get(from..).and_then(|behind| behind.find("{{")).map(|at| at + from) {
            let inner = rest.get(open + 2..).unwrap_or_default();
            // Only up to the next brace, so that a text of nothing but braces is gone through once.
            let found = inner.find(['{', '}']).and_then(|close| {
                let is_closed = inner.get(close..).is_some_and(|behind| behind.starts_with("}}"));
                let variable = is_closed.then(|| variable(inner.get(..close)?)).flatten()?;
                Some((variable, open + 2 + close + 2))
            });
            let Some(((name, otherwise), end)) = found else {
                from = open + 1;
                continue;
            };
            let (before, written) = (rest.get(..open).unwrap_or_default(), rest.get(open..end).unwrap_or_default());
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            pieces.push(Piece::Variable { name, otherwise, written: written.to_owned() });
            (rest, from) = (rest.get(end..).unwrap_or_default(), 0);
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Self { pieces }
    }

    /// The text with values. It fails where a variable has neither a value nor something to be taken for it.
    pub fn filled(&self, value: impl Fn(&str) -> Option<String>) -> Result<String> {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(piece) => text += piece,
                Piece::Variable { name, otherwise, .. } => match value(name).or_else(|| otherwise.clone()) {
                    Some(value) => text += &value,
                    None => bail!("the variable `{name}` has no value"),
                },
            }
        }
        Ok(text)
    }

    /// The text with those values that there are: whatever else is in braces stays.
    pub fn filled_where_known<'v>(&self, value: impl Fn(&str) -> Option<&'v str>) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Variable { name, written, .. } => value(name).unwrap_or(written).to_owned(),
        };
        self.pieces.iter().map(piece).collect()
    }
}

/// What stands between the braces: a name, and what is behind the `|`.
fn variable(inner: &str) -> Option<(String, Option<String>)> {
    let (name, otherwise) = match inner.split_once('|') {
        Some((name, otherwise)) => (name, Some(otherwise.to_owned())),
        None => (inner, None),
    };
    let name = name.trim();
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.');
    (!name.is_empty() && name.chars().all(is_name)).then(|| (name.to_owned(), otherwise))
}
