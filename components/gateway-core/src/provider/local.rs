//! The gateway's own model engine: from a call to texts, from their vectors to the answer of OpenAI's API.
//!
//! <https://platform.openai.com/docs/api-reference/embeddings/create>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use crate::call::{Api, Call};
use crate::limits;
use crate::refusal::Refusal;
use crate::usage::{self, Usage};

/// The most bytes of a number in JSON, its comma included: sign, nine digits, point and exponent of an `f32`, and room.
const NUMBER_BYTES: usize = 18;
/// The most bytes of an answer around each vector, and around all of them beside the model's name.
const AROUND_BYTES: usize = 128;

/// How vectors are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    /// Lists of numbers.
    Float,
    /// Numbers of 32 bits, the least byte first, as base64: what OpenAI's own clients ask for.
    Base64,
}

/// What is asked of the engine.
#[derive(Debug)]
pub(crate) struct Asked<'c> {
    texts: Vec<&'c str>,
    encoding: Encoding,
    /// How many numbers a vector must have, if that was said.
    dimensions: Option<u64>,
}

impl<'c> Asked<'c> {
    pub(crate) fn read(call: &'c Call) -> Result<Self, Refusal> {
        if call.api != Api::Embeddings {
            let message = "This model makes embeddings only: POST /v1/embeddings.";
            return Err(Refusal::invalid_field("model", message));
        }
        Ok(Self { texts: texts(&call.body)?, encoding: encoding(&call.body)?, dimensions: dimensions(&call.body)? })
    }

    /// The texts from this one on that the engine takes at once; at least one, if there is one.
    pub(crate) fn batch(&self, from: usize) -> Vec<String> {
        let mut bytes = 0_usize;
        let fitting = self.texts.iter().skip(from).take(limits::EMBED_CALL_TEXTS).take_while(|text| {
            bytes = bytes.saturating_add(text.len());
            bytes <= limits::EMBED_CALL_BYTES
        });
        fitting.map(|text| (*text).to_owned()).collect()
    }

    fn usage(&self) -> Usage {
        Usage { input: usage::estimate(self.texts.iter().map(|text| text.len()).sum()), output: 0 }
    }
}

fn texts(body: &Map<String, Value>) -> Result<Vec<&str>, Refusal> {
    let refuse = |message: String| Refusal::invalid_field("input", message);
    let one = |value: &'_ Value, name: &dyn Fn() -> String| match value {
        Value::String(text) if text.is_empty() => Err(refuse(format!("{} is empty: a text is expected.", name()))),
        Value::String(text) if text.len() > limits::EMBED_CALL_BYTES => {
            let most = limits::EMBED_CALL_BYTES;
            Err(refuse(format!("{} has {} bytes; at most {most} are possible.", name(), text.len())))
        }
        Value::String(_) => Ok(()),
        Value::Number(_) | Value::Array(_) => {
            let message = "has numbers of tokens, and those of this model are its own: text is expected.";
            Err(refuse(format!("{} {message}", name())))
        }
        _ => Err(refuse(format!("{} is no text: a string is expected.", name()))),
    };
    match body.get("input") {
        None | Some(Value::Null) => {
            Err(refuse("`input` is missing: a string or a list of strings is expected.".to_owned()))
        }
        Some(Value::Array(items)) if items.is_empty() => {
            Err(refuse("`input` is an empty list: at least one text is expected.".to_owned()))
        }
        // First what it is, then how much of it: a text of 3,000 tokens is no list of 3,000 texts.
        Some(Value::Array(items)) => {
            for (at, item) in items.iter().enumerate() {
                one(item, &|| format!("`input[{at}]`"))?;
            }
            if items.len() > limits::EMBEDDED_TEXTS {
                let most = limits::EMBEDDED_TEXTS;
                return Err(refuse(format!("`input` has {} texts; at most {most} are possible.", items.len())));
            }
            Ok(items.iter().filter_map(Value::as_str).collect())
        }
        Some(value) => {
            one(value, &|| "`input`".to_owned())?;
            Ok(value.as_str().into_iter().collect())
        }
    }
}

fn encoding(body: &Map<String, Value>) -> Result<Encoding, Refusal> {
    match body.get("encoding_format") {
        None | Some(Value::Null) => Ok(Encoding::Float),
        Some(Value::String(format)) if format == "float" => Ok(Encoding::Float),
        Some(Value::String(format)) if format == "base64" => Ok(Encoding::Base64),
        Some(_) => Err(Refusal::invalid_field("encoding_format", "`encoding_format` is \"float\" or \"base64\".")),
    }
}

fn dimensions(body: &Map<String, Value>) -> Result<Option<u64>, Refusal> {
    match body.get("dimensions") {
        None | Some(Value::Null) => Ok(None),
        Some(value) => match value.as_u64().filter(|number| *number > 0) {
            Some(number) => Ok(Some(number)),
            None => Err(Refusal::invalid_field("dimensions", "`dimensions` is a whole number from 1.")),
        },
    }
}

/// Why vectors do not become an answer.
#[derive(Debug)]
pub(crate) enum Wrong {
    /// They are none. Text for people.
    Vectors(String),
    /// They are not what was asked for.
    Request(Refusal),
}

/// The answer, made of one batch after another: of vectors only their text is kept.
pub(crate) struct Answer<'a> {
    asked: &'a Asked<'a>,
    /// The most bytes that it may have.
    most: usize,
    body: Vec<u8>,
    /// How many vectors there are.
    count: usize,
    /// How many numbers each has, once there is one.
    dimensions: Option<usize>,
}

impl<'a> Answer<'a> {
    pub(crate) fn new(asked: &'a Asked<'a>, most: usize) -> Self {
        Self { asked, most, body: br#"{"object":"list","data":["#.to_vec(), count: 0, dimensions: None }
    }

    /// The texts whose vectors are to come next; none at the end.
    pub(crate) fn wanted(&self) -> Option<Vec<String>> {
        Some(self.asked.batch(self.count)).filter(|texts| !texts.is_empty())
    }

    /// Takes the vectors of so many texts.
    pub(crate) fn take(&mut self, vectors: &[Vec<f32>], texts: usize) -> Result<(), Wrong> {
        if vectors.len() != texts {
            return Err(Wrong::Vectors(format!("{} vectors of {texts} texts", vectors.len())));
        }
        for vector in vectors {
            let dimensions = *self.dimensions.get_or_insert(vector.len());
            if vector.len() != dimensions || !(1..=limits::VECTOR_NUMBERS).contains(&dimensions) {
                return Err(Wrong::Vectors(format!("vectors of {dimensions} and {} numbers", vector.len())));
            }
            if !vector.iter().all(|number| number.is_finite()) {
                return Err(Wrong::Vectors("a vector with numbers that are not finite".to_owned()));
            }
            // The first vector says how large all of them will be.
            if self.count == 0 {
                self.check(dimensions).map_err(Wrong::Request)?;
            }
            self.write(vector);
        }
        Ok(())
    }

    fn check(&self, dimensions: usize) -> Result<(), Refusal> {
        if self.asked.dimensions.is_some_and(|asked| asked != dimensions as u64) {
            let message =
                format!("`dimensions`: vectors of this model have {dimensions} numbers, no more and no less.");
            return Err(Refusal::invalid_field("dimensions", message));
        }
        let vector_bytes = match self.asked.encoding {
            Encoding::Float => dimensions * NUMBER_BYTES,
            Encoding::Base64 => (dimensions * 4).div_ceil(3) * 4,
        };
        let bytes = self.asked.texts.len().saturating_mul(vector_bytes + AROUND_BYTES).saturating_add(AROUND_BYTES);
        if bytes > self.most {
            let message = format!(
                "The answer may have {bytes} bytes, and at most {} are possible: fewer texts, or `encoding_format` \"base64\".",
                self.most
            );
            return Err(Refusal::invalid_field("input", message));
        }
        Ok(())
    }

    fn write(&mut self, vector: &[f32]) {
        if self.count > 0 {
            self.body.push(b',');
        }
        let head = format!(r#"{{"object":"embedding","index":{},"embedding":"#, self.count);
        self.body.extend_from_slice(head.as_bytes());
        match self.asked.encoding {
            // Writing numbers to memory does not fail; it is the shortest text that is the same `f32`.
            Encoding::Float => drop(serde_json::to_writer(&mut self.body, vector)),
            Encoding::Base64 => {
                let bytes: Vec<u8> = vector.iter().flat_map(|number| number.to_le_bytes()).collect();
                self.body.push(b'"');
                self.body.extend_from_slice(STANDARD.encode(bytes).as_bytes());
                self.body.push(b'"');
            }
        }
        self.body.push(b'}');
        self.count += 1;
    }

    /// The body, and the tokens that it says the texts have.
    pub(crate) fn end(mut self, model: &str) -> (Vec<u8>, Usage) {
        let usage = self.asked.usage();
        let (model, tokens) = (Value::from(model), usage.input);
        let rest = format!(r#"],"model":{model},"usage":{{"prompt_tokens":{tokens},"total_tokens":{tokens}}}}}"#);
        self.body.extend_from_slice(rest.as_bytes());
        (self.body, usage)
    }
}
