//! TOML as it is written, each line with the line of the other file that it comes from.

use super::section::Text;

/// Text of TOML in the making.
#[derive(Debug, Default)]
pub(super) struct TomlText {
    pub(super) text: String,
    pub(super) lines: Vec<usize>,
}

impl TomlText {
    pub(super) fn line(&mut self, source: usize, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
        self.lines.push(source);
    }
}

/// A basic string.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            letter if letter.is_control() => out.push_str(&format!("\\U{:08X}", u32::from(letter))),
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

pub(super) fn list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
}

/// What may be a secret: a variable stays one.
pub(super) fn secret(text: &Text) -> String {
    match text {
        Text::Plain(text) => quoted(text),
        Text::Variable(name) => format!("{{ env = {} }}", quoted(name)),
    }
}
