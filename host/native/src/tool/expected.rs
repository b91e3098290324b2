//! What a golden case expects of a reply or of a key.
//!
//! | in the file | what it is equal to |
//! | --- | --- |
//! | `7`, `2.5`, `true` | that integer, double, truth value |
//! | `"text"` | that string or status |
//! | `[1, "a"]` | an array, or a set in any order |
//! | `{ map = { field = "value" } }` | a map, a hash |
//! | `{ hex = "00ff" }` | a string of these bytes |
//! | `{ like = "ERR no *" }` | a text where `*` stands for anything |
//! | `{ at-least = 1, at-most = 9 }` | an integer between these, either of which may be missing |
//! | `{ is = "nil" }`, `{ is = "anything" }`, `{ is = "absent" }` | no value; any value; no such key |

use std::collections::BTreeMap;
use std::fmt;

use ferrite_resp::Value;
use serde::Deserialize;

use super::show::quoted;

/// What is expected.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged, expecting = "expected a value, or a table with `is`, `like`, `hex`, `map`, `at-least` or `at-most`")]
pub(super) enum Expected {
    Boolean(bool),
    Integer(i64),
    Double(f64),
    Text(String),
    List(Vec<Expected>),
    Matcher(Box<Matcher>),
}

/// The tables.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "Table")]
pub(super) enum Matcher {
    Is(Is),
    Like(String),
    Bytes(Vec<u8>),
    Map(BTreeMap<String, Expected>),
    Between(i64, i64),
}

/// What has no value to compare with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Is {
    Nil,
    Anything,
    Absent,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Table {
    is: Option<Is>,
    like: Option<String>,
    hex: Option<String>,
    map: Option<BTreeMap<String, Expected>>,
    at_least: Option<i64>,
    at_most: Option<i64>,
}

impl TryFrom<Table> for Matcher {
    type Error = String;

    fn try_from(table: Table) -> Result<Matcher, String> {
        let Table { is, like, hex, map, at_least, at_most } = table;
        let between = (at_least.is_some() || at_most.is_some())
            .then(|| Matcher::Between(at_least.unwrap_or(i64::MIN), at_most.unwrap_or(i64::MAX)));
        let bytes = hex.map(|hex| unhex(&hex).ok_or_else(|| format!("`{hex}` is no hex"))).transpose()?;
        let all =
            [is.map(Matcher::Is), like.map(Matcher::Like), bytes.map(Matcher::Bytes), map.map(Matcher::Map), between];
        let mut all = all.into_iter().flatten();
        match (all.next(), all.next()) {
            (Some(matcher), None) => Ok(matcher),
            _ => Err("expected exactly one of `is`, `like`, `hex`, `map`, or `at-least` and `at-most`".to_owned()),
        }
    }
}

fn unhex(hex: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> =
        hex.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect::<Option<_>>()?;
    digits.chunks(2).map(|pair| Some(pair.first()? << 4 | pair.get(1)?)).collect()
}

impl Expected {
    /// Whether a reply, or the value of a key, is what was expected. A key that is not there is none.
    pub(super) fn matches(&self, actual: Option<&Value>) -> bool {
        let Some(actual) = actual else {
            return matches!(self, Expected::Matcher(matcher) if **matcher == Matcher::Is(Is::Absent));
        };
        match (self, actual) {
            (Expected::Boolean(expected), Value::Boolean(actual)) => expected == actual,
            (Expected::Integer(expected), Value::Integer(actual)) => expected == actual,
            (Expected::Double(expected), Value::Double(actual)) => expected == actual,
            (Expected::Text(expected), actual) => text(actual) == Some(expected.as_bytes()),
            (Expected::List(expected), Value::Array(actual) | Value::Push(actual)) => {
                expected.len() == actual.len()
                    && expected.iter().zip(actual).all(|(expected, actual)| expected.matches(Some(actual)))
            }
            (Expected::List(expected), Value::Set(actual)) => any_order(expected, actual),
            (Expected::Matcher(matcher), actual) => matcher.matches(actual),
            _ => false,
        }
    }
}

/// Whether each expected member is another one of the set.
fn any_order(expected: &[Expected], actual: &[Value]) -> bool {
    let mut left: Vec<&Value> = actual.iter().collect();
    let found = |expected: &Expected| {
        let position = left.iter().position(|actual| expected.matches(Some(actual)));
        position.map(|position| left.swap_remove(position)).is_some()
    };
    expected.len() == actual.len() && expected.iter().all(found)
}

impl Matcher {
    fn matches(&self, actual: &Value) -> bool {
        match (self, actual) {
            (Matcher::Is(Is::Anything), _) => true,
            (Matcher::Is(Is::Nil), Value::Null | Value::NullArray) => true,
            (Matcher::Is(_), _) => false,
            (Matcher::Like(pattern), actual) => text(actual).is_some_and(|text| like(pattern, text)),
            (Matcher::Bytes(bytes), actual) => text(actual) == Some(bytes),
            (Matcher::Between(least, most), Value::Integer(number)) => (least..=most).contains(&number),
            (Matcher::Map(expected), Value::Map(pairs)) => {
                let value = |name: &String| pairs.iter().find(|(key, _)| text(key) == Some(name.as_bytes()));
                expected.len() == pairs.len()
                    && expected
                        .iter()
                        .all(|(name, expected)| value(name).is_some_and(|(_, actual)| expected.matches(Some(actual))))
            }
            _ => false,
        }
    }
}

fn text(value: &Value) -> Option<&[u8]> {
    match value {
        Value::Bulk(text) | Value::Simple(text) | Value::Error(text) | Value::Verbatim { text, .. } => Some(text),
        _ => None,
    }
}

/// Whether a text is as a pattern says, in which `*` stands for anything.
fn like(pattern: &str, text: &[u8]) -> bool {
    let mut parts = pattern.split('*').map(str::as_bytes);
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let found = (0..=rest.len()).find_map(|start| rest.get(start..)?.strip_prefix(part));
        let Some(after) = found else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expected::Boolean(value) => write!(f, "({value})"),
            Expected::Integer(number) => write!(f, "(integer) {number}"),
            Expected::Double(number) => write!(f, "(double) {number}"),
            Expected::Text(text) => f.write_str(&quoted(text.as_bytes())),
            Expected::List(items) => {
                let items: Vec<String> = items.iter().map(ToString::to_string).collect();
                write!(f, "[{}]", items.join(", "))
            }
            Expected::Matcher(matcher) => match &**matcher {
                Matcher::Is(Is::Nil) => f.write_str("(nil)"),
                Matcher::Is(Is::Anything) => f.write_str("anything"),
                Matcher::Is(Is::Absent) => f.write_str("no such key"),
                Matcher::Like(pattern) => write!(f, "a text like {}", quoted(pattern.as_bytes())),
                Matcher::Bytes(bytes) => f.write_str(&quoted(bytes)),
                Matcher::Between(least, i64::MAX) => write!(f, "an integer of at least {least}"),
                Matcher::Between(i64::MIN, most) => write!(f, "an integer of at most {most}"),
                Matcher::Between(least, most) => write!(f, "an integer from {least} to {most}"),
                Matcher::Map(fields) => {
                    let fields: Vec<String> =
                        fields.iter().map(|(name, value)| format!("{}: {value}", quoted(name.as_bytes()))).collect();
                    write!(f, "{{{}}}", fields.join(", "))
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected(toml: &str) -> Expected {
        #[derive(Deserialize)]
        struct File {
            x: Expected,
        }
        toml::from_str::<File>(&format!("x = {toml}")).expect(toml).x
    }

    #[test]
    fn values_are_equal_to_themselves_and_to_nothing_else() {
        let values = [
            ("7", Value::Integer(7)),
            ("2.5", Value::Double(2.5)),
            ("true", Value::Boolean(true)),
            ("'a'", Value::bulk("a")),
            ("[1, 'b']", Value::Array(vec![Value::Integer(1), Value::bulk("b")])),
            ("{ is = 'nil' }", Value::Null),
            ("{ hex = '00ff' }", Value::bulk([0, 255])),
            ("{ map = { k = 3 } }", Value::Map(vec![(Value::bulk("k"), Value::Integer(3))])),
        ];
        for (index, (text, _)) in values.iter().enumerate() {
            for (other, (_, value)) in values.iter().enumerate() {
                assert_eq!(expected(text).matches(Some(value)), index == other, "{text} and {value:?}");
            }
            assert!(!expected(text).matches(None), "{text}");
        }
    }

    #[test]
    fn sets_have_no_order_and_tables_match() {
        let set = Value::Set(vec![Value::bulk("a"), Value::bulk("b"), Value::bulk("a1")]);
        assert!(!expected("['b', { like = 'a?*' }, 'a']").matches(Some(&set)));
        assert!(expected("['b', { like = 'a*' }, 'a1']").matches(Some(&set)));
        assert!(expected("{ at-least = 2 }").matches(Some(&Value::Integer(2))));
        assert!(!expected("{ at-least = 2, at-most = 4 }").matches(Some(&Value::Integer(5))));
        assert!(expected("{ is = 'absent' }").matches(None) && expected("{ is = 'anything' }").matches(Some(&set)));
    }

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, text, holds) in [
            ("a*", "abc", true),
            ("*c", "abc", true),
            ("a*b*c", "a12b3c", true),
            ("a*c*b", "acd", false),
            ("a", "ab", false),
            ("*", "", true),
        ] {
            assert_eq!(like(pattern, text.as_bytes()), holds, "{pattern} {text}");
        }
    }
}
