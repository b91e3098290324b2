//! A vocabulary's file: `tokenizer.json` of Hugging Face's `tokenizers`, or BERT's own `vocab.txt`.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};

use super::added::Added;
use super::vocabulary::{CONTINUES, Vocabulary};
use super::{FIRST, LAST, Normalisation, Tokenizer, UNKNOWN};
use crate::Error;
use crate::error::within;
use crate::limits;
use crate::source::{self, Source};

/// Everything in one file.
pub(crate) const JSON: &str = "tokenizer.json";
/// A token a line.
pub(crate) const TEXT: &str = "vocab.txt";
/// The tokens that `vocab.txt` does not say of that they are found as they stand.
const SPECIAL: [&str; 5] = ["[PAD]", UNKNOWN, FIRST, LAST, "[MASK]"];

pub(super) fn read(source: &mut dyn Source, tokens: usize) -> Result<Tokenizer, Error> {
    const WHAT: &str = "bytes of a vocabulary's file";
    if let Some(bytes) = source::whole(source, JSON, WHAT, limits::VOCABULARY_BYTES)? {
        return from_json(&bytes, tokens);
    }
    match source::whole(source, TEXT, WHAT, limits::VOCABULARY_BYTES)? {
        Some(bytes) => from_text(bytes, tokens),
        None => Err(Error::Missing(format!("{JSON} or {TEXT}"))),
    }
}

/// What the reader needs of `tokenizer.json`; padding and truncation are those of the model, not of this file.
#[derive(Deserialize)]
struct File {
    #[serde(default)]
    added_tokens: Vec<AddedToken>,
    normalizer: Option<Normalizer>,
    pre_tokenizer: Option<Named>,
    post_processor: Option<Named>,
    model: Model,
}

#[derive(Deserialize)]
struct Named {
    r#type: String,
}

#[derive(Deserialize)]
struct AddedToken {
    id: u32,
    content: String,
    #[serde(default)]
    single_word: bool,
    #[serde(default)]
    lstrip: bool,
    #[serde(default)]
    rstrip: bool,
    #[serde(default)]
    normalized: bool,
}

#[derive(Deserialize)]
struct Normalizer {
    r#type: String,
    #[serde(default = "yes")]
    clean_text: bool,
    #[serde(default = "yes")]
    handle_chinese_chars: bool,
    strip_accents: Option<bool>,
    #[serde(default = "yes")]
    lowercase: bool,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
struct Model {
    r#type: Option<String>,
    unk_token: String,
    continuing_subword_prefix: String,
    max_input_chars_per_word: u64,
    vocab: Tokens,
}

/// The tokens with their numbers, in the order of the file.
struct Tokens(Vec<(String, u32)>);

impl<'de> Deserialize<'de> for Tokens {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Tokens, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Tokens;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object that gives each token its number")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tokens, A::Error> {
                let mut tokens: Vec<(String, u32)> = Vec::new();
                while let Some(token) = map.next_entry()? {
                    if tokens.len() == limits::VOCABULARY_TOKENS {
                        return Err(A::Error::custom(format!("more than {} tokens", limits::VOCABULARY_TOKENS)));
                    }
                    tokens.push(token);
                }
                Ok(Tokens(tokens))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

/// Names a part of another type than the only one that is known.
fn only(part: &str, given: Option<&str>, known: &[&str]) -> Result<(), Error> {
    match given {
        Some(given) if known.contains(&given) => Ok(()),
        given => {
            let reason = format!("`{part}` is {}; expected {}", given.unwrap_or("not there"), known.join(" or "));
            Err(Error::unsupported(JSON, reason))
        }
    }
}

fn from_json(bytes: &[u8], tokens: usize) -> Result<Tokenizer, Error> {
    let file: File = serde_json::from_slice(bytes).map_err(|error| Error::malformed(JSON, error.to_string()))?;
    let normalizer = file.normalizer.ok_or_else(|| Error::unsupported(JSON, "there is no `normalizer`"))?;
    only("model.type", file.model.r#type.as_deref().or(Some("WordPiece")), &["WordPiece"])?;
    only("model.continuing_subword_prefix", Some(&file.model.continuing_subword_prefix), &[CONTINUES])?;
    only("normalizer.type", Some(&normalizer.r#type), &["BertNormalizer"])?;
    only("pre_tokenizer.type", file.pre_tokenizer.as_ref().map(|part| part.r#type.as_str()), &["BertPreTokenizer"])?;
    let post_processor = file.post_processor.as_ref().map(|part| part.r#type.as_str());
    only("post_processor.type", post_processor, &["TemplateProcessing", "BertProcessing"])?;
    within("added tokens", file.added_tokens.len() as u64, limits::ADDED_TOKENS as u64)?;
    within("characters of a word", file.model.max_input_chars_per_word, limits::WORD_CHARS as u64)?;
    if let Some(token) =
        file.added_tokens.iter().find(|token| token.single_word || token.lstrip || token.rstrip || token.normalized)
    {
        let reason = format!("the added token `{}` is found in other ways than as it stands", token.content);
        return Err(Error::unsupported(JSON, reason));
    }
    let parts = Parts {
        file: JSON,
        tokens: file.model.vocab.0,
        added: file.added_tokens.into_iter().map(|token| (token.content, token.id)).collect(),
        normalisation: Normalisation {
            clean: normalizer.clean_text,
            chinese: normalizer.handle_chinese_chars,
            strip_accents: normalizer.strip_accents.unwrap_or(normalizer.lowercase),
            lowercase: normalizer.lowercase,
        },
        word_chars: file.model.max_input_chars_per_word as usize,
        unknown: file.model.unk_token,
    };
    parts.assemble(tokens)
}

/// What `vocab.txt` does not say is as BERT's uncased models have it.
fn from_text(bytes: Vec<u8>, tokens: usize) -> Result<Tokenizer, Error> {
    let text = String::from_utf8(bytes).map_err(|error| Error::malformed(TEXT, error.to_string()))?;
    within("tokens of a vocabulary", text.lines().count() as u64, limits::VOCABULARY_TOKENS as u64)?;
    let lines: Vec<(String, u32)> = text.lines().zip(0..).map(|(line, token)| (line.to_owned(), token)).collect();
    let added = lines.iter().filter(|(text, _)| SPECIAL.contains(&text.as_str())).cloned().collect();
    let parts = Parts {
        file: TEXT,
        tokens: lines,
        added,
        normalisation: Normalisation { clean: true, chinese: true, strip_accents: true, lowercase: true },
        word_chars: 100,
        unknown: UNKNOWN.to_owned(),
    };
    parts.assemble(tokens)
}

/// What both files give.
struct Parts {
    file: &'static str,
    tokens: Vec<(String, u32)>,
    added: Vec<(String, u32)>,
    normalisation: Normalisation,
    word_chars: usize,
    unknown: String,
}

impl Parts {
    /// Checks the tokens: `tokens` is how many the weights have a row for.
    fn assemble(self, tokens: usize) -> Result<Tokenizer, Error> {
        for (text, token) in self.tokens.iter().chain(&self.added) {
            within("bytes of a token", text.len() as u64, limits::TOKEN_BYTES as u64)?;
            if *token as usize >= tokens {
                let reason = format!("the token `{text}` has the number {token}, and the model has {tokens} tokens");
                return Err(Error::malformed(self.file, reason));
            }
        }
        let vocabulary = Vocabulary::new(self.file, &self.tokens)?;
        let named = |name: &str| {
            let token = vocabulary.beginnings().get(name);
            token.ok_or_else(|| Error::malformed(self.file, format!("there is no token `{name}`")))
        };
        Ok(Tokenizer {
            first: named(FIRST)?,
            last: named(LAST)?,
            unknown: named(&self.unknown)?,
            vocabulary,
            added: Added::new(self.added),
            normalisation: self.normalisation,
            word_chars: self.word_chars,
        })
    }
}
