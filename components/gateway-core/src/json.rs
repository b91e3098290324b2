//! JSON from outside, read within the limits.

use std::cell::Cell;
use std::fmt;

use memchr::memchr2;
use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::limits;

/// Bytes of the shortest object beyond the limit: braces, and `"":0` with a comma for each member but the last. To exceed
/// the sum of squares by smaller objects takes more.
const LEAST_BYTES: usize = (limits::JSON_MEMBERS as usize + 1) * 5 + 1;

/// Why a text was not read.
#[derive(Debug)]
pub(crate) enum Error {
    /// An object has more members than [`limits::JSON_MEMBERS`], or many have many: [`limits::JSON_MEMBER_SQUARES`].
    Members,
    /// It is no JSON, or not of the shape that was asked for.
    Json(serde_json::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Members => write!(
                out,
                "an object has more than {} members, or the squares of the members of all objects are more than {}",
                limits::JSON_MEMBERS,
                limits::JSON_MEMBER_SQUARES
            ),
            Self::Json(error) => error.fmt(out),
        }
    }
}

impl std::error::Error for Error {}

/// Reads JSON text. Everything that comes from outside is read here.
pub(crate) fn read<T: DeserializeOwned>(text: impl AsRef<[u8]>) -> Result<T, Error> {
    let bytes = text.as_ref();
    if bytes.len() >= LEAST_BYTES && has_more_members(bytes, limits::JSON_MEMBERS) {
        return Err(Error::Members);
    }
    serde_json::from_slice(bytes).map_err(Error::Json)
}

/// Whether an object of the text has more than so many members, or all together too many, in one pass. Members with the same name count each:
/// they are looked up too. What it says of text that is no JSON means nothing behind the first fault.
fn has_more_members(bytes: &[u8], limit: u32) -> bool {
    // Colons, of which an object has one for each member and a list none. What is nested deeper is never made into a
    // tree: the parser refuses it or skips it.
    let mut colons = [0_u32; limits::JSON_LEVELS + 1];
    let mut squares = 0_u64;
    let mut level = 0_usize;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'"' => at = end_of_string(bytes, at),
            b':' => {
                if let Some(count) = colons.get_mut(level) {
                    *count += 1;
                    squares += 2 * u64::from(*count) - 1;
                    if *count > limit || squares > limits::JSON_MEMBER_SQUARES {
                        return true;
                    }
                }
            }
            b'{' | b'[' => {
                level += 1;
                if let Some(count) = colons.get_mut(level) {
                    *count = 0;
                }
            }
            b'}' | b']' => level = level.saturating_sub(1),
            _ => {}
        }
    }
    false
}

/// Where a string that began before `at` is over.
fn end_of_string(bytes: &[u8], mut at: usize) -> usize {
    while let Some(found) = memchr2(b'"', b'\\', bytes.get(at..).unwrap_or_default()) {
        at += found + 1;
        if bytes.get(at - 1) == Some(&b'"') {
            return at;
        }
        // Whatever is escaped, it is no end.
        at += 1;
    }
    bytes.len()
}

/// A tree from any format, MessagePack in particular, within the same limits of members.
pub(crate) struct Tree(pub(crate) Value);

impl<'de> de::Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Branch { squares: &Cell::new(0) }.deserialize(deserializer).map(Self)
    }
}

/// A part of it.
#[derive(Clone, Copy)]
struct Branch<'a> {
    /// Of the members of all objects so far.
    squares: &'a Cell<u64>,
}

impl<'de> DeserializeSeed<'de> for Branch<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Branch<'_> {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("what JSON can say")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Bool(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Number::from_f64(number).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        let mut count = 0;
        while let Some(name) = members.next_key_seed(self)? {
            count += 1;
            self.squares.set(self.squares.get() + 2 * u64::from(count) - 1);
            if count > limits::JSON_MEMBERS || self.squares.get() > limits::JSON_MEMBER_SQUARES {
                return Err(de::Error::custom(Error::Members));
            }
            let Value::String(name) = name else {
                return Err(de::Error::custom("a map has a key that is no string"));
            };
            let value = members.next_value_seed(self)?;
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use serde::Deserialize;
    use serde::de::IgnoredAny;

    use super::*;

    /// The most members that an object has, as serde_json sees it.
    struct Most(u32);

    impl<'de> Deserialize<'de> for Most {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_any(MostVisitor)
        }
    }

    struct MostVisitor;

    impl<'de> Visitor<'de> for MostVisitor {
        type Value = Most;

        fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
            out.write_str("JSON")
        }

        fn visit_unit<E>(self) -> Result<Most, E> {
            Ok(Most(0))
        }

        fn visit_bool<E>(self, _: bool) -> Result<Most, E> {
            Ok(Most(0))
        }

        fn visit_i64<E>(self, _: i64) -> Result<Most, E> {
            Ok(Most(0))
        }

        fn visit_u64<E>(self, _: u64) -> Result<Most, E> {
            Ok(Most(0))
        }

        fn visit_f64<E>(self, _: f64) -> Result<Most, E> {
            Ok(Most(0))
        }

        fn visit_str<E>(self, _: &str) -> Result<Most, E> {
            Ok(Most(0))
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Most, A::Error> {
            let mut most = 0;
            while let Some(Most(within)) = items.next_element()? {
                most = most.max(within);
            }
            Ok(Most(most))
        }

        fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Most, A::Error> {
            let (mut count, mut most) = (0, 0);
            while let Some((_, Most(within))) = members.next_entry::<IgnoredAny, Most>()? {
                (count, most) = (count + 1, most.max(within));
            }
            Ok(Most(most.max(count)))
        }
    }

    /// A generator of Marsaglia: xorshift64.
    struct Chance(u64);

    impl Chance {
        fn below(&mut self, most: u64) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            self.0 % most
        }
    }

    fn random_string(chance: &mut Chance, out: &mut String) {
        const PARTS: [&str; 12] =
            ["{", "}", "[", "]", ":", ",", "\\\"", "\\\\", "\\u007b", "long text without anything in it", "ü", "\\n"];
        out.push('"');
        for _ in 0..chance.below(5) {
            out.push_str(PARTS[chance.below(12) as usize]);
        }
        out.push('"');
    }

    fn random_value(chance: &mut Chance, depth: u64, out: &mut String) {
        let blank = |chance: &mut Chance, out: &mut String| out.push_str([" ", "", "\n", ""][chance.below(4) as usize]);
        match if depth > 6 { 0 } else { chance.below(4) } {
            0 => out.push_str(["1", "-0.5e3", "true", "null"][chance.below(4) as usize]),
            1 => random_string(chance, out),
            kind => {
                out.push(if kind == 2 { '{' } else { '[' });
                for index in 0..chance.below(9) {
                    if index > 0 {
                        out.push(',');
                    }
                    blank(chance, out);
                    if kind == 2 {
                        random_string(chance, out);
                        blank(chance, out);
                        out.push(':');
                    }
                    random_value(chance, depth + 1, out);
                    blank(chance, out);
                }
                out.push(if kind == 2 { '}' } else { ']' });
            }
        }
    }

    #[test]
    fn members_are_counted_as_the_parser_counts_them() {
        let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
        let (mut objects, mut damaged) = (0, 0);
        for round in 0..20_000 {
            let mut text = String::new();
            random_value(&mut chance, 0, &mut text);
            let mut bytes = text.into_bytes();
            // Half of them are damaged; where it is still JSON, the numbers must agree all the same.
            if round % 2 == 1 {
                for _ in 0..=chance.below(3) {
                    let at = chance.below(bytes.len() as u64) as usize;
                    bytes[at] = b"{}[]:,\"\\ a1"[chance.below(11) as usize];
                }
            }
            let Ok(Most(most)) = serde_json::from_slice(&bytes) else {
                has_more_members(&bytes, 3);
                continue;
            };
            let shown = String::from_utf8_lossy(&bytes);
            assert!(!has_more_members(&bytes, most), "{shown}");
            if most > 0 {
                assert!(has_more_members(&bytes, most - 1), "{shown}");
                objects += 1;
                damaged += round % 2;
            }
        }
        assert!(objects > 3_000 && damaged > 200, "{objects}, {damaged}");
    }

    fn object(members: u32, member: impl Fn(u32) -> String) -> String {
        format!("{{{}}}", (0..members).map(member).collect::<Vec<_>>().join(","))
    }

    #[test]
    fn an_object_has_so_many_members_and_not_one_more() {
        let limit = limits::JSON_MEMBERS;
        let shapes = [
            ("", ""),
            ("[1, {\"a\": [", ", {}], \"b\": 0}]"),
            ("[[[[[[[[[[]]]]]]]]], {}, ", "]"),
            ("[\"{\\\"[\", ", "]"),
        ];
        for (before, after) in shapes {
            for member in [|_| "\"\":0".to_owned(), |index| format!("\"{index}\": {{\"}}\": 1}}")] {
                let text = |members| format!("{before}{}{after}", object(members, member));
                assert!(read::<Value>(text(limit)).is_ok(), "{before}");
                assert!(matches!(read::<Value>(text(limit + 1)), Err(Error::Members)), "{before}");
            }
        }
        assert_eq!(object(limit + 1, |_| "\"\":0".to_owned()).len(), LEAST_BYTES);
    }

    #[test]
    fn many_objects_have_no_more_together_than_costs_as_much_as_two_of_the_greatest() {
        let half = limits::JSON_MEMBERS / 2;
        let list = |count| format!("[{}]", vec![object(half, |index| format!("\"{index}\":0")); count].join(","));
        assert!(read::<Value>(list(8)).is_ok());
        assert!(matches!(read::<Value>(list(9)), Err(Error::Members)));
        let packed = |count| rmp_serde::to_vec(&serde_json::from_str::<Value>(&list(count)).unwrap()).unwrap();
        assert!(rmp_serde::from_slice::<Tree>(&packed(8)).is_ok());
        assert!(rmp_serde::from_slice::<Tree>(&packed(9)).is_err());
    }

    #[test]
    fn what_lies_deeper_than_a_tree_hides_nothing_behind_it() {
        let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
        let many = object(limits::JSON_MEMBERS + 1, |index| format!("\"{index}\":0"));
        let text = format!("{{\"skipped\": {deep}, \"usage\": {many}}}");
        assert!(serde_json::from_str::<IgnoredAny>(&text).is_ok(), "the parser skips it");
        assert!(matches!(read::<IgnoredAny>(&text), Err(Error::Members)));
    }

    #[test]
    fn maps_of_other_formats_have_the_same_limit() {
        let pack = |members: u32| {
            let mut bytes = vec![0xdf];
            bytes.extend(members.to_be_bytes());
            bytes.extend([0xa1, b'a', 0xc0].repeat(members as usize));
            bytes
        };
        let tree = |members| rmp_serde::from_slice::<Tree>(&pack(members)).map(|Tree(value)| value);
        assert_eq!(tree(limits::JSON_MEMBERS).unwrap(), serde_json::json!({"a": null}));
        assert!(tree(limits::JSON_MEMBERS + 1).unwrap_err().to_string().contains("members"));
        // What is promised and does not come costs nothing.
        assert!(rmp_serde::from_slice::<Tree>(&[0xdf, 0xff, 0xff, 0xff, 0xff]).is_err());
        assert!(rmp_serde::from_slice::<Tree>(&[0x81, 0x01, 0x01]).is_err(), "a key that is a number");
    }

    #[test]
    fn other_formats_give_the_tree_that_json_would_give() {
        let text = r#"{"a": [1, -2, 1.5, true, false, null, "x", {"b": {}}], "big": 18446744073709551615, "": []}"#;
        let value: Value = serde_json::from_str(text).unwrap();
        let bytes = rmp_serde::to_vec_named(&value).unwrap();
        let Tree(tree) = rmp_serde::from_slice(&bytes).unwrap();
        assert_eq!(tree, value);
        let Tree(tree) = serde_json::from_str(text).unwrap();
        assert_eq!(tree, value);
    }
}
