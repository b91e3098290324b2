//! The words of an expression, and where each begins.

use ferrite_resp::number::parse_f64;

use super::{Binary, MOST_BYTES, MOST_WORDS, SyntaxError};

/// A word.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Word<'a> {
    Null,
    Number(f64),
    /// What stands between quotes, backslashes and all.
    Text(&'a str),
    Field(&'a str),
    Operator(Binary),
    Not,
    Open,
    Close,
    OpenList,
    CloseList,
    Comma,
}

/// Operators that are signs; the longer ones first.
static SIGNS: [(&str, Word<'_>); 20] = [
    ("**", Word::Operator(Binary::Power)),
    ("==", Word::Operator(Binary::Equal)),
    ("!=", Word::Operator(Binary::Unequal)),
    ("<=", Word::Operator(Binary::LessOrEqual)),
    (">=", Word::Operator(Binary::GreaterOrEqual)),
    ("&&", Word::Operator(Binary::And)),
    ("||", Word::Operator(Binary::Or)),
    ("<", Word::Operator(Binary::Less)),
    (">", Word::Operator(Binary::Greater)),
    ("+", Word::Operator(Binary::Add)),
    ("-", Word::Operator(Binary::Subtract)),
    ("*", Word::Operator(Binary::Multiply)),
    ("/", Word::Operator(Binary::Divide)),
    ("%", Word::Operator(Binary::Remainder)),
    ("!", Word::Not),
    ("(", Word::Open),
    (")", Word::Close),
    ("[", Word::OpenList),
    ("]", Word::CloseList),
    (",", Word::Comma),
];

/// Operators and values that are names.
static NAMES: [(&str, Word<'_>); 7] = [
    ("null", Word::Null),
    ("and", Word::Operator(Binary::And)),
    ("or", Word::Operator(Binary::Or)),
    ("in", Word::Operator(Binary::In)),
    ("not", Word::Not),
    ("true", Word::Number(1.0)),
    ("false", Word::Number(0.0)),
];

/// All words.
pub(super) fn words(text: &str) -> Result<Vec<(usize, Word<'_>)>, SyntaxError> {
    if text.len() > MOST_BYTES {
        return Err(SyntaxError { at: MOST_BYTES, expected: "the end" });
    }
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let blank = rest.len() - rest.trim_ascii_start().len();
        at += blank;
        let rest = rest.get(blank..).unwrap_or_default();
        let Some(first) = rest.chars().next() else { break };
        if words.len() == MOST_WORDS {
            return Err(SyntaxError { at, expected: "the end, after 512 words," });
        }
        let (word, length) = word(rest, first).map_err(|expected| SyntaxError { at, expected })?;
        words.push((at, word));
        at += length;
    }
    Ok(words)
}

/// The word that a text begins with, and its bytes.
fn word(rest: &str, first: char) -> Result<(Word<'_>, usize), &'static str> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii();
    let length = |text: &str, holds: &dyn Fn(char) -> bool| text.find(|c| !holds(c)).unwrap_or(text.len());
    match first {
        '"' | '\'' => quoted(rest, first),
        '.' => {
            let name = rest.strip_prefix('.').unwrap_or_default();
            let end = length(name, &|c| is_name(c) || c == '-');
            match name.get(..end) {
                Some(name) if end > 0 => Ok((Word::Field(name), end + 1)),
                _ => Err("a field's name behind the dot"),
            }
        }
        _ if first.is_ascii_digit() => number(rest),
        _ if is_name(first) => {
            let end = length(rest, &is_name);
            let known =
                NAMES.iter().find(|(name, _)| rest.get(..end).is_some_and(|word| word.eq_ignore_ascii_case(name)));
            known.map(|(_, word)| (*word, end)).ok_or("a field with a dot, a number, a string or an operator")
        }
        _ => {
            let known = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign));
            known.map(|(sign, word)| (*word, sign.len())).ok_or("an operator or a value")
        }
    }
}

fn number(rest: &str) -> Result<(Word<'_>, usize), &'static str> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let behind = |at: usize| rest.get(at..).unwrap_or_default();
    let mut end = digits(rest);
    if behind(end).starts_with('.') {
        end += 1 + digits(behind(end + 1));
    }
    if behind(end).starts_with(['e', 'E']) {
        let sign = usize::from(behind(end + 1).starts_with(['+', '-']));
        let exponent = digits(behind(end + 1 + sign));
        if exponent > 0 {
            end += 1 + sign + exponent;
        }
    }
    let number = rest.get(..end).and_then(|text| parse_f64(text.as_bytes())).ok_or("a number")?;
    Ok((Word::Number(number), end))
}

/// A string, which ends at the first quote that no backslash stands before.
fn quoted(rest: &str, quote: char) -> Result<(Word<'_>, usize), &'static str> {
    let mut characters = rest.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => drop(characters.next()),
            _ if character == quote => return Ok((Word::Text(rest.get(1..at).unwrap_or_default()), at + 1)),
            _ => {}
        }
    }
    Err("a string that ends")
}

/// What a string says: a backslash takes the next character as it is.
pub(super) fn unquoted(text: &str) -> String {
    let mut said = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        said.push(if character == '\\' { characters.next().unwrap_or(character) } else { character });
    }
    said
}
