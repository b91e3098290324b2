//! Commands as JSON: arrays of strings, numbers and truth values, and nothing deeper than that.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::limits::COMMANDS;

/// One command: its name and arguments.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Words(pub(crate) Vec<Vec<u8>>);

/// The commands of a pipeline or transaction.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Lines(pub(crate) Vec<Words>);

struct Word(Vec<u8>);

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Words, D::Error> {
        struct Command;
        impl<'de> Visitor<'de> for Command {
            type Value = Words;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a command as an array, such as [\"GET\", \"key\"]")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Words, A::Error> {
                let mut words = Vec::new();
                while let Some(Word(word)) = items.next_element()? {
                    words.push(word);
                }
                if words.is_empty() {
                    return Err(de::Error::custom("a command is empty: expected its name at least"));
                }
                Ok(Words(words))
            }
        }
        deserializer.deserialize_any(Command)
    }
}

impl<'de> Deserialize<'de> for Lines {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Lines, D::Error> {
        struct Commands;
        impl<'de> Visitor<'de> for Commands {
            type Value = Lines;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array of commands, such as [[\"GET\", \"a\"], [\"GET\", \"b\"]]")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Lines, A::Error> {
                let mut lines = Vec::new();
                while let Some(words) = items.next_element()? {
                    if lines.len() == COMMANDS {
                        return Err(de::Error::custom(format!("more than {COMMANDS} commands in one request")));
                    }
                    lines.push(words);
                }
                if lines.is_empty() {
                    return Err(de::Error::custom("there is no command in it"));
                }
                Ok(Lines(lines))
            }
        }
        deserializer.deserialize_any(Commands)
    }
}

/// Strings, and what JavaScript prints unambiguously. The rest would have to be guessed.
impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Word, D::Error> {
        struct Argument;
        impl<'de> Visitor<'de> for Argument {
            type Value = Word;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string, a number, true or false as a word of a command")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Word, E> {
                Ok(Word(text.as_bytes().to_vec()))
            }
            fn visit_bool<E: de::Error>(self, value: bool) -> Result<Word, E> {
                Ok(Word(value.to_string().into_bytes()))
            }
            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Word, E> {
                Ok(Word(number.to_string().into_bytes()))
            }
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Word, E> {
                Ok(Word(number.to_string().into_bytes()))
            }
            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Word, E> {
                Ok(Word(number.to_string().into_bytes()))
            }
            fn visit_unit<E: de::Error>(self) -> Result<Word, E> {
                Err(E::custom("a word of a command is null (undefined in JavaScript): expected a string or a number"))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Word, A::Error> {
                Err(de::Error::custom(
                    "a word of a command is an array: several commands go to /pipeline or /multi-exec, other arrays as \
                     a string of JSON",
                ))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Word, A::Error> {
                let _: Option<(IgnoredAny, IgnoredAny)> = map.next_entry()?;
                Err(de::Error::custom("a word of a command is an object: send it as a string of JSON"))
            }
        }
        deserializer.deserialize_any(Argument)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(json: &str) -> Result<Vec<String>, String> {
        let words = serde_json::from_str::<Words>(json).map_err(|error| error.to_string())?;
        Ok(words.0.into_iter().map(|word| String::from_utf8(word).expect("the tests use text")).collect())
    }

    #[test]
    fn words_are_strings_numbers_and_truth_values() {
        let json = r#"["SET", "k\u00e9\n", 1, -2, 0.5, 18446744073709551615, 1e21, true]"#;
        let expected = ["SET", "ké\n", "1", "-2", "0.5", "18446744073709551615", "1000000000000000000000", "true"];
        assert_eq!(words(json).expect("a command"), expected);
    }

    #[test]
    fn everything_else_is_refused_with_the_reason() {
        for (json, reason) in [
            ("", "EOF"),
            ("{}", "a command as an array"),
            ("\"GET\"", "a command as an array"),
            ("[]", "a command is empty"),
            ("[\"GET\", null]", "null"),
            ("[\"GET\", [\"k\"]]", "/pipeline"),
            ("[\"SET\", \"k\", {\"a\": 1}]", "a string of JSON"),
            ("[\"GET\", \"k\"] 1", "trailing"),
            ("[\"GET\", \"\u{1}\"]", "control character"),
        ] {
            let error = words(json).expect_err(json);
            assert!(error.contains(reason), "{json}: {error}");
        }
        let deep = "[".repeat(100_000);
        assert!(words(&deep).is_err() && serde_json::from_str::<Lines>(&deep).is_err(), "and not by the stack");
    }

    #[test]
    fn a_pipeline_has_a_limit() {
        let of = |count| format!("[{}]", vec!["[1]"; count].join(","));
        assert_eq!(serde_json::from_str::<Lines>(&of(COMMANDS)).expect("so many").0.len(), COMMANDS);
        assert!(serde_json::from_str::<Lines>(&of(COMMANDS + 1)).is_err());
        assert!(serde_json::from_str::<Lines>("[]").is_err());
    }
}
