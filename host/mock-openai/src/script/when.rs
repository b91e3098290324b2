//! Conditions: which requests a rule takes.

use serde::Deserialize;
use serde::de::{Deserializer, Error};

use super::Nth;

/// Conditions of a rule; all that are given must hold.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct When {
    /// The request's `model`; `*` stands for any letters.
    pub model: Option<String>,
    /// The path, such as `/v1/messages`; `*` stands for any letters.
    pub path: Option<String>,
    /// The key that the client sent, by `Authorization: Bearer` or `x-api-key`; `*` stands for any letters.
    pub key: Option<String>,
    /// A text that must be somewhere in the body, as it is written there.
    pub body: Option<String>,
    /// Whether a stream is asked for.
    pub stream: Option<bool>,
    /// Which of the requests that get to this rule and meet the conditions above, counted from 1 since the script began.
    pub nth: Option<Nth>,
    /// From 0 to 1, of those that meet all other conditions. Which ones depends on the seed and on their number only.
    #[serde(deserialize_with = "probability")]
    pub probability: Option<f64>,
}

fn probability<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let value = f64::deserialize(deserializer)?;
    if (0.0..=1.0).contains(&value) {
        Ok(Some(value))
    } else {
        Err(D::Error::custom(format!("{value} is no probability: expected a number from 0.0 to 1.0")))
    }
}

/// What conditions look at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen<'a> {
    pub(crate) path: &'a str,
    pub(crate) key: &'a str,
    pub(crate) model: &'a str,
    pub(crate) is_stream: bool,
    pub(crate) body: &'a [u8],
}

impl When {
    /// All but `nth` and `probability`.
    pub(super) fn meets(&self, seen: &Seen<'_>) -> bool {
        let like = |pattern: &Option<String>, text: &str| pattern.as_ref().is_none_or(|pattern| is_like(pattern, text));
        like(&self.path, seen.path)
            && like(&self.model, seen.model)
            && like(&self.key, seen.key)
            && self.stream.is_none_or(|stream| stream == seen.is_stream)
            && self.body.as_ref().is_none_or(|text| contains(seen.body, text.as_bytes()))
    }
}

fn contains(body: &[u8], text: &[u8]) -> bool {
    text.is_empty() || body.windows(text.len()).any(|window| window == text)
}

/// Whether a text is what a pattern with `*` says: the parts between the stars, in their order.
fn is_like(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(position) = text.find(part) else { return false };
        text = &text[position + part.len()..];
    }
    text.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_letters() {
        for (pattern, text, expected) in [
            ("gpt-4o", "gpt-4o", true),
            ("gpt-4o", "gpt-4o-mini", false),
            ("gpt-4o*", "gpt-4o-mini", true),
            ("*mini", "gpt-4o-mini", true),
            ("g*4*i", "gpt-4o-mini", true),
            ("g*5*i", "gpt-4o-mini", false),
            ("*", "", true),
            ("a*a", "a", false),
            ("**", "ab", true),
        ] {
            assert_eq!(is_like(pattern, text), expected, "{pattern} {text}");
        }
    }
}
