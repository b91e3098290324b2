//! A digest of a request, from which its answer takes what has to differ between requests and to repeat with one.

use std::hash::Hasher;

use serde_json::Value;
use siphasher::sip128::{Hasher128, SipHasher13};

/// Fields that change how an answer is sent and not what it says.
const LEFT_OUT: [&str; 5] = ["metadata", "store", "stream", "stream_options", "user"];

/// 128 bits that depend on every field of a request but a few (`stream`, `user`, …), in whatever order the fields are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Digest(u128);

impl Digest {
    /// Of a request's body.
    pub(crate) fn of(request: &Value) -> Digest {
        let mut hasher = SipHasher13::new();
        match request {
            Value::Object(fields) => {
                let fields = fields.iter().filter(|(name, _)| !LEFT_OUT.contains(&name.as_str()));
                write_object(&mut hasher, fields.collect());
            }
            other => write(&mut hasher, other),
        }
        Digest(hasher.finish128().as_u128())
    }

    /// An identifier as the APIs have them, such as `chatcmpl-2f0a…`; `nth` tells those of one answer apart.
    pub(crate) fn id(self, prefix: &str, nth: usize) -> String {
        let turned = self.0.rotate_left(u32::try_from(nth % 128).unwrap_or(0));
        format!("{prefix}{:024x}", (turned ^ nth as u128) & ((1 << 96) - 1))
    }

    /// Twelve hexadecimal digits, for texts.
    pub(crate) fn short(self) -> String {
        format!("{:012x}", self.0 & ((1 << 48) - 1))
    }
}

/// 64 bits that depend on all of the numbers: what stands for chance, so that it repeats with the seed.
pub(crate) fn mix(numbers: &[u64]) -> u64 {
    let mut hasher = siphasher::sip::SipHasher13::new();
    for number in numbers {
        hasher.write_u64(number.to_le());
    }
    hasher.finish()
}

/// A number from 0 (included) to 1 (excluded).
pub(crate) fn fraction(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1u64 << 53) as f64
}

// serde_json bounds the depth of what it parses, so the recursion is bounded too.
fn write(hasher: &mut SipHasher13, value: &Value) {
    match value {
        Value::Null => hasher.write_u8(0),
        Value::Bool(value) => hasher.write_u8(1 + u8::from(*value)),
        Value::Number(number) => {
            hasher.write_u8(3);
            write_text(hasher, &number.to_string());
        }
        Value::String(text) => {
            hasher.write_u8(4);
            write_text(hasher, text);
        }
        Value::Array(items) => {
            hasher.write_u8(5);
            hasher.write_u64((items.len() as u64).to_le());
            items.iter().for_each(|item| write(hasher, item));
        }
        Value::Object(fields) => {
            hasher.write_u8(6);
            write_object(hasher, fields.iter().collect());
        }
    }
}

// Whether serde_json keeps the order of fields depends on the features of the whole build.
fn write_object(hasher: &mut SipHasher13, mut fields: Vec<(&String, &Value)>) {
    fields.sort_unstable_by_key(|(name, _)| *name);
    hasher.write_u64((fields.len() as u64).to_le());
    for (name, value) in fields {
        write_text(hasher, name);
        write(hasher, value);
    }
}

fn write_text(hasher: &mut SipHasher13, text: &str) {
    hasher.write_u64((text.len() as u64).to_le());
    hasher.write(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_an_answer_says_is_in_the_digest_and_how_it_is_sent_is_not() {
        let request = json!({"model": "m", "messages": [{"role": "user", "content": "a"}], "temperature": 1});
        let digest = Digest::of(&request);
        for (field, value) in [("stream", json!(true)), ("user", json!("u")), ("stream_options", json!({}))] {
            let mut other = request.clone();
            other[field] = value;
            assert_eq!(Digest::of(&other), digest, "{field}");
        }
        for (field, value) in [("model", json!("n")), ("temperature", json!(2)), ("top_p", json!(1))] {
            let mut other = request.clone();
            other[field] = value;
            assert_ne!(Digest::of(&other), digest, "{field}");
        }
    }

    #[test]
    fn the_order_of_fields_does_not_matter_and_that_of_items_does() {
        let parse = |text| serde_json::from_str::<Value>(text).expect("JSON");
        assert_eq!(
            Digest::of(&parse(r#"{"a":1,"b":{"c":2,"d":3}}"#)),
            Digest::of(&parse(r#"{"b":{"d":3,"c":2},"a":1}"#))
        );
        assert_ne!(Digest::of(&parse("[1,2]")), Digest::of(&parse("[2,1]")));
        assert_ne!(Digest::of(&parse(r#"["ab","c"]"#)), Digest::of(&parse(r#"["a","bc"]"#)));
    }

    #[test]
    fn identifiers_of_one_answer_differ() {
        let digest = Digest::of(&json!({"model": "m"}));
        let ids: std::collections::HashSet<_> = (0..200).map(|nth| digest.id("call_", nth)).collect();
        assert_eq!(ids.len(), 200);
        assert!(ids.iter().all(|id| id.len() == "call_".len() + 24));
    }
}
