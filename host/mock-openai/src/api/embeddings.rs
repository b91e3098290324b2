//! `/v1/embeddings`: <https://platform.openai.com/docs/api-reference/embeddings>.
//!
//! A vector is the sum of one vector for each word, at length 1: the same text has the same vector, texts that share
//! words are near each other, and others are nearly at right angles.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::question::Question;
use super::text::tokens;
use super::{ApiError, Reply, Settings};
use crate::digest::{fraction, mix};
use crate::limits::{DIMENSIONS, EMBEDDING_INPUTS, EMBEDDING_NUMBERS, EMBEDDING_TOKENS};

/// Numbers of a vector where the request does not say, as of `text-embedding-3-small`.
const USUAL_DIMENSIONS: u64 = 1536;

pub(super) fn answer(request: &Value, settings: &Settings) -> Result<Reply, ApiError> {
    let question = Question::new(request, settings)?;
    let texts = inputs(&request["input"])?;
    let count: usize = texts.iter().map(|text| tokens(text)).sum();
    if count > EMBEDDING_TOKENS {
        let text = format!("Requested {count} tokens, max {EMBEDDING_TOKENS} tokens per request.");
        return Err(ApiError::parameter("input", text));
    }
    let dimensions = dimensions(&request["dimensions"])?;
    if texts.len().saturating_mul(dimensions) > EMBEDDING_NUMBERS {
        return Err(ApiError::parameter("input", "Invalid 'input': too many texts for so many dimensions."));
    }
    let is_base64 = match request["encoding_format"].as_str() {
        Some("base64") => true,
        Some("float") => false,
        None if request["encoding_format"].is_null() => false,
        _ => return Err(ApiError::parameter("encoding_format", "Invalid 'encoding_format': 'float' or 'base64'.")),
    };
    let data = texts.iter().enumerate().map(|(index, text)| {
        let vector = vector(text, dimensions);
        let embedding = if is_base64 {
            let bytes: Vec<u8> = vector.iter().flat_map(|number| number.to_le_bytes()).collect();
            STANDARD.encode(bytes).into()
        } else {
            json!(vector)
        };
        json!({"object": "embedding", "index": index, "embedding": embedding})
    });
    Ok(Reply::json(&json!({
        "object": "list", "data": data.collect::<Vec<_>>(), "model": question.model,
        "usage": {"prompt_tokens": count, "total_tokens": count},
    })))
}

fn dimensions(value: &Value) -> Result<usize, ApiError> {
    let wanted = match value {
        Value::Null => Some(USUAL_DIMENSIONS),
        value => value.as_u64(),
    };
    match wanted.filter(|wanted| (1..=DIMENSIONS).contains(wanted)).map(usize::try_from) {
        Some(Ok(dimensions)) => Ok(dimensions),
        _ => Err(ApiError::parameter("dimensions", format!("Invalid 'dimensions': expected 1 to {DIMENSIONS}."))),
    }
}

/// A text or tokens, or an array of them.
fn inputs(value: &Value) -> Result<Vec<String>, ApiError> {
    let invalid = || ApiError::parameter("input", "Invalid 'input': expected texts or tokens, not empty.");
    let numbers = |items: &[Value]| items.iter().map(Value::to_string).collect::<Vec<_>>().join(" ");
    match value {
        Value::Null => Err(ApiError::missing("input")),
        Value::String(text) if !text.is_empty() => Ok(vec![text.clone()]),
        Value::Array(items) if items.first().is_some_and(Value::is_number) => Ok(vec![numbers(items)]),
        Value::Array(items) if items.len() > EMBEDDING_INPUTS => {
            Err(ApiError::parameter("input", format!("Invalid 'input': at most {EMBEDDING_INPUTS} texts.")))
        }
        Value::Array(items) if !items.is_empty() => items
            .iter()
            .map(|item| match item {
                Value::String(text) if !text.is_empty() => Ok(text.clone()),
                Value::Array(items) if items.iter().all(Value::is_number) && !items.is_empty() => Ok(numbers(items)),
                _ => Err(invalid()),
            })
            .collect(),
        _ => Err(invalid()),
    }
}

/// At length 1.
fn vector(text: &str, dimensions: usize) -> Vec<f32> {
    let mut sum = vec![0.0f64; dimensions];
    let words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut add = |word: &str| {
        let word: Vec<u64> = word.to_lowercase().chars().map(|letter| u64::from(u32::from(letter))).collect();
        let seed = mix(&word);
        for (nth, number) in sum.iter_mut().enumerate() {
            *number += fraction(scramble(seed, nth as u64)) - 0.5;
        }
    };
    let mut is_empty = true;
    for word in words {
        add(word);
        is_empty = false;
    }
    if is_empty {
        // Such as "?!": every text has a vector.
        add(text);
    }
    let length = sum.iter().map(|number| number * number).sum::<f64>().sqrt().max(f64::MIN_POSITIVE);
    sum.iter().map(|number| (number / length) as f32).collect()
}

/// The `nth` number of a sequence, by the finaliser of splitmix64 (Steele, Lea, Flood 2014).
fn scramble(seed: u64, nth: u64) -> u64 {
    let mut bits = seed.wrapping_add(nth.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cosine(one: &str, other: &str) -> f64 {
        let (one, other) = (vector(one, 256), vector(other, 256));
        one.iter().zip(&other).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
    }

    #[test]
    fn vectors_have_length_one_and_repeat() {
        for text in ["a", "?!", "The quick brown fox", " "] {
            assert!((cosine(text, text) - 1.0).abs() < 1e-5, "{text}");
        }
        assert_eq!(vector("a b", 8), vector("A, b!", 8));
    }

    #[test]
    fn texts_that_share_words_are_nearer_than_others() {
        let near = cosine("how do I reset my password", "how can I reset my password");
        let far = cosine("how do I reset my password", "bread needs salt and an oven");
        assert!(near > 0.7 && far < 0.3, "{near} {far}");
    }

    #[test]
    fn the_first_numbers_do_not_depend_on_how_many_there_are_but_for_the_length() {
        let (short, long) = (vector("a", 2), vector("a", 4));
        assert!((short[0] / short[1] - long[0] / long[1]).abs() < 1e-4);
    }
}
