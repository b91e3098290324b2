//! Words of a command become values of WIT types, and a value becomes a reply.
//!
//! Bytes and numbers are written as everywhere in Redis; what is put together of others is WAVE text.

use std::fmt;
use std::str::FromStr;

use ferrite_resp::Args;
use wasmtime::component::wasm_wave::{self, writer::Writer};
use wasmtime::component::{Type, Val};

use super::super::bindings::Node;
use super::super::failure::Failure;
use super::super::limits::{CROSSING_BYTES, TYPED_BYTES, WAVE_STEPS};
use super::signature::{Param, Signature};

/// What a byte of WAVE text costs in fuel: it is parsed or written one by one.
const WAVE_BYTE: u64 = 4;

/// What the arguments of a call cost in fuel, once it is sure that there are neither too few nor too many, and none is
/// too long.
pub(super) fn cost(name: &str, signature: &Signature, args: Args<'_>) -> Result<u64, String> {
    let params = &signature.params;
    // Optional parameters at the end may be left out.
    let least = params.iter().rposition(|param| !matches!(param.ty, Type::Option(_))).map_or(0, |last| last + 1);
    if args.len() < least || args.len() > params.len() {
        let count = if least == params.len() { least.to_string() } else { format!("{least} to {}", params.len()) };
        return Err(format!(
            "`{name}` is `{}`: it takes {count} arguments, and the caller passed {}",
            signature.text,
            args.len()
        ));
    }
    let mut cost = 0;
    for (index, (param, word)) in params.iter().zip(args.iter()).enumerate() {
        bounded(param, word).map_err(|what| complaint(index, param, word, &what))?;
        let each = if is_compound(&param.ty) { WAVE_BYTE + param.parts as u64 } else { 1 };
        cost += word.len() as u64 * each;
    }
    Ok(cost)
}

/// The arguments of a call whose cost has been paid.
pub(super) fn values(signature: &Signature, args: Args<'_>) -> Result<Vec<Val>, String> {
    let value_at = |(index, param): (usize, &Param)| match args.get(index) {
        None => Ok(Val::Option(None)),
        Some(word) => value(&param.ty, word).map_err(|what| complaint(index, param, word, &what)),
    };
    signature.params.iter().enumerate().map(value_at).collect()
}

/// Which argument is wrong, its type, what came instead.
fn complaint(index: usize, param: &Param, word: &[u8], what: &str) -> String {
    format!("argument {} (`{}: {}`): {what}, got '{}'", index + 1, param.name, param.text, Excerpt(word))
}

/// The value of one word.
fn value(ty: &Type, word: &[u8]) -> Result<Val, String> {
    Ok(match ty {
        Type::String => Val::String(utf8(word)?.to_owned()),
        Type::List(list) if list.ty() == Type::U8 => Val::List(word.iter().copied().map(Val::U8).collect()),
        Type::Bool => Val::Bool(match word {
            b"1" => true,
            b"0" => false,
            _ if word.eq_ignore_ascii_case(b"true") => true,
            _ if word.eq_ignore_ascii_case(b"false") => false,
            _ => return Err("expected true or false".to_owned()),
        }),
        Type::S8 => Val::S8(number(word, i8::MIN, i8::MAX)?),
        Type::U8 => Val::U8(number(word, u8::MIN, u8::MAX)?),
        Type::S16 => Val::S16(number(word, i16::MIN, i16::MAX)?),
        Type::U16 => Val::U16(number(word, u16::MIN, u16::MAX)?),
        Type::S32 => Val::S32(number(word, i32::MIN, i32::MAX)?),
        Type::U32 => Val::U32(number(word, u32::MIN, u32::MAX)?),
        Type::S64 => Val::S64(number(word, i64::MIN, i64::MAX)?),
        Type::U64 => Val::U64(number(word, u64::MIN, u64::MAX)?),
        Type::Float32 => Val::Float32(float(word)?),
        Type::Float64 => Val::Float64(float(word)?),
        Type::Char => {
            let mut chars = utf8(word)?.chars();
            match (chars.next(), chars.next()) {
                (Some(one), None) => Val::Char(one),
                _ => return Err("expected one character".to_owned()),
            }
        }
        _ => wasm_wave::from_str::<Val>(ty, utf8(word)?)
            .map_err(|error| format!("no WAVE text of this type ({error})"))?,
    })
}

/// Whether words of a type are WAVE text.
fn is_compound(ty: &Type) -> bool {
    match ty {
        Type::List(list) => list.ty() != Type::U8,
        Type::Record(_)
        | Type::Tuple(_)
        | Type::Variant(_)
        | Type::Enum(_)
        | Type::Option(_)
        | Type::Result(_)
        | Type::Flags(_) => true,
        _ => false,
    }
}

fn utf8(word: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(word).map_err(|_| "expected UTF-8 text".to_owned())
}

/// Each byte of a list, and each token of a text, becomes a value of some forty bytes on the host; and each name in a
/// text is looked for among all those of the type. No clock runs meanwhile.
fn bounded(param: &Param, word: &[u8]) -> Result<(), String> {
    let most = match &param.ty {
        ty if is_compound(ty) => TYPED_BYTES.min(WAVE_STEPS / param.parts.max(1)),
        Type::List(_) => TYPED_BYTES,
        _ => return Ok(()),
    };
    if word.len() > most {
        return Err(format!("expected at most {most} bytes, not {}", word.len()));
    }
    Ok(())
}

fn number<T: FromStr + fmt::Display>(word: &[u8], least: T, most: T) -> Result<T, String> {
    let text = std::str::from_utf8(word).ok();
    text.and_then(|text| text.parse().ok()).ok_or_else(|| format!("expected an integer from {least} to {most}"))
}

fn float<T: FromStr>(word: &[u8]) -> Result<T, String> {
    std::str::from_utf8(word).ok().and_then(|text| text.parse().ok()).ok_or_else(|| "expected a number".to_owned())
}

/// The beginning of a word, made fit for one line.
struct Excerpt<'a>(&'a [u8]);

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 32;
        match self.0.get(..SHOWN) {
            Some(start) if self.0.len() > SHOWN => write!(f, "{}…", start.escape_ascii()),
            _ => write!(f, "{}", self.0.escape_ascii()),
        }
    }
}

/// The reply, or the error that the function returned, and what either costs in fuel.
#[allow(clippy::type_complexity, reason = "a reply or an error of the function, and the fuel, or a limit exceeded")]
pub(super) fn reply(result: Option<(&Type, Val)>) -> Result<(Result<Vec<Node>, Failure>, u64), Failure> {
    let done = || Node::Status("OK".to_owned());
    let (ty, value) = match result {
        None => return Ok((Ok(vec![done()]), 0)),
        Some((Type::Result(ty), Val::Result(value))) => match (value, ty.ok(), ty.err()) {
            (Ok(Some(value)), Some(ty), _) => (ty, *value),
            (Err(Some(value)), _, Some(ty)) => {
                let (node, cost) = node(&ty, *value)?;
                return Ok((Err(Failure::Returned(error_text(node))), cost));
            }
            (Ok(_), ..) => return Ok((Ok(vec![done()]), 0)),
            (Err(_), ..) => {
                return Ok((Err(Failure::Returned("the function returned an error without a reason".to_owned())), 0));
            }
        },
        Some((ty, value)) => (ty.clone(), value),
    };
    let (node, cost) = match (&ty, value) {
        (Type::Option(_), Val::Option(None)) => (Node::Null, 0),
        (Type::Option(option), Val::Option(Some(value))) => node(&option.ty(), *value)?,
        (ty, value) => node(ty, value)?,
    };
    Ok((Ok(vec![node]), cost))
}

/// What an error says of itself.
fn error_text(node: Node) -> String {
    match node {
        Node::Bytes(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Node::Integer(number) => number.to_string(),
        Node::Double(number) => number.to_string(),
        Node::Boolean(truth) => truth.to_string(),
        Node::Status(text) | Node::Failure(text) => text,
        Node::Null | Node::Array(_) | Node::Set(_) | Node::Map(_) => String::new(),
    }
}

/// One value as one node.
fn node(ty: &Type, value: Val) -> Result<(Node, u64), Failure> {
    let bytes = |bytes: Vec<u8>| {
        let cost = bytes.len() as u64;
        (Node::Bytes(bytes), cost)
    };
    let plain = |node| (node, 0);
    Ok(match (ty, value) {
        (_, Val::Bool(truth)) => plain(Node::Boolean(truth)),
        (_, Val::S8(number)) => plain(Node::Integer(number.into())),
        (_, Val::U8(number)) => plain(Node::Integer(number.into())),
        (_, Val::S16(number)) => plain(Node::Integer(number.into())),
        (_, Val::U16(number)) => plain(Node::Integer(number.into())),
        (_, Val::S32(number)) => plain(Node::Integer(number.into())),
        (_, Val::U32(number)) => plain(Node::Integer(number.into())),
        (_, Val::S64(number)) => plain(Node::Integer(number)),
        // RESP's integers have 64 bits with a sign; beyond them, the digits.
        (_, Val::U64(number)) => plain(match i64::try_from(number) {
            Ok(number) => Node::Integer(number),
            Err(_) => Node::Bytes(number.to_string().into_bytes()),
        }),
        // By way of its shortest text: 0.1 becomes the double next to it, and not 0.10000000149011612.
        (_, Val::Float32(number)) => plain(Node::Double(number.to_string().parse().unwrap_or(number.into()))),
        (_, Val::Float64(number)) => plain(Node::Double(number)),
        (_, Val::Char(one)) => plain(Node::Bytes(one.to_string().into_bytes())),
        (_, Val::String(text)) => bytes(text.into_bytes()),
        (Type::List(list), Val::List(values)) if list.ty() == Type::U8 => {
            bytes(values.into_iter().map(|value| if let Val::U8(byte) = value { byte } else { 0 }).collect())
        }
        (_, value) => {
            let mut text = Bounded(String::new());
            Writer::new(&mut text).write_value(&value).map_err(|_| Failure::Crossing)?;
            let cost = text.0.len() as u64 * WAVE_BYTE;
            (Node::Bytes(text.0.into_bytes()), cost)
        }
    })
}

/// Text that is not longer than a reply may be: escapes make a string up to eight times as long.
struct Bounded(String);

impl fmt::Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.0.len() + text.len() > CROSSING_BYTES {
            return Err(fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::udf::testing::{LIMITS, Workbench};

    /// A component that is not called: `f` has a parameter of every kind of type.
    const EVERY: &str = r#"(component
        (core module $m
            (memory (export "memory") 1)
            (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 0)
            (func (export "f") (param i32)))
        (core instance $i (instantiate $m))
        (type $record' (record (field "a" u8) (field "b" (option string)))) (export $record "record" (type $record'))
        (type $variant' (variant (case "none") (case "some" $record) (case "list" (list char))))
        (export $variant "variant" (type $variant'))
        (type $enum' (enum "true" "inf" "red")) (export $enum "enum" (type $enum'))
        (type $flags' (flags "a" "b")) (export $flags "flags" (type $flags'))
        (func (export "f")
            (param "a" (list u8)) (param "b" string) (param "c" f64) (param "d" char) (param "e" bool) (param "g" s8)
            (param "h" $record) (param "i" $variant) (param "j" $enum) (param "k" $flags)
            (param "l" (tuple float32 (list (list u8)))) (param "m" (result string (error $record)))
            (param "n" (option (option $variant)))
            (canon lift (core func $i "f") (memory (core memory $i "memory")) (realloc (core func $i "realloc")))))"#;

    const TEXTS: [&str; 17] = [
        r#"{a: 1, b: some("x\u{1F44B}\n")}"#,
        r#"{b: "y", a: 255}"#,
        "none",
        "%some({a: 1})",
        "list(['a', '\\'', '\\u{7f}'])",
        "%true",
        "red",
        "{a, b}",
        "{}",
        "{:}",
        "(1.5, [[1, 2], [], [255]])",
        "(-inf, [])",
        "ok(\"\")",
        "err({a: 1, b: none})",
        "some(some(%none))",
        "\"\"\"\n  a\n  b\n  \"\"\"",
        "nan",
    ];

    /// What WAVE is written with, and the half of a character.
    const MARKS: &[u8] = b"\"'\\{}[]():,%u0a \n-.\xc3";

    #[test]
    fn no_text_makes_the_conversion_panic() {
        let bench = Workbench::new();
        let prepared = bench.prepare(EVERY, LIMITS).expect("it can be loaded");
        let typed = prepared.template.entries.typed.callable().next().expect("there is `f`");
        let types: Vec<&Type> = typed.signature.params.iter().map(|param| &param.ty).collect();
        let mut seed = 7_u64;
        let mut random = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % below
        };
        let mut good = 0;
        for round in 0..60_000 {
            let mut text = TEXTS.get(round % TEXTS.len()).copied().unwrap_or_default().as_bytes().to_vec();
            for _ in 0..random(4) {
                let at = random(text.len().max(1));
                match random(4) {
                    0 => text.truncate(at),
                    1 => text.insert(at.min(text.len()), MARKS.get(random(MARKS.len())).copied().unwrap_or_default()),
                    2 if at < text.len() => drop(text.remove(at)),
                    _ => {
                        let other = TEXTS.get(random(TEXTS.len())).copied().unwrap_or_default().as_bytes();
                        text.splice(at.min(text.len())..at.min(text.len()), other.iter().copied());
                    }
                }
            }
            for ty in &types {
                if let Ok(value) = value(ty, &text) {
                    good += 1;
                    // What went in comes out again as text that goes in.
                    drop(node(ty, value).expect("it is short"));
                }
            }
        }
        assert!(good > 60_000, "only {good} texts had a value");
    }

    #[test]
    fn every_kind_of_value_goes_in_and_comes_out_as_the_same_text() {
        let bench = Workbench::new();
        let prepared = bench.prepare(EVERY, LIMITS).expect("it can be loaded");
        let typed = prepared.template.entries.typed.callable().next().expect("there is `f`");
        for (name, text) in [
            ("a", "any bytes"),
            ("b", "text"),
            ("d", "ä"),
            ("h", r#"{a: 1, b: some("x")}"#),
            ("i", r#"list(['a', 'b'])"#),
            ("j", "red"),
            ("j", "%true"),
            ("k", "{a, b}"),
            ("l", "(1.5, [[1, 2], []])"),
            ("m", r#"err({a: 9})"#),
        ] {
            let param = typed.signature.params.iter().find(|param| param.name == name).expect("it is there");
            let value = value(&param.ty, text.as_bytes()).expect("it fits");
            let (node, _) = node(&param.ty, value).expect("it is short");
            assert_eq!(node, Node::Bytes(text.as_bytes().to_vec()), "{name}");
        }
    }
}
