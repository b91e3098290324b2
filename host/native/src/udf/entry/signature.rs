//! The type of an exported function: whether words of a command can become its arguments, and its text in WIT.

use std::fmt::{self, Write as _};

use wasmtime::component::Type;
use wasmtime::component::types::ComponentFunc;
use wasmtime::component::wasm_wave::wasm::DisplayType;

use super::super::limits::{SIGNATURE_BYTES, SIGNATURE_DEPTH, SIGNATURE_TYPES};

/// A function's parameters and result, all of which have text.
#[derive(Debug)]
pub(crate) struct Signature {
    pub(crate) params: Vec<Param>,
    pub(crate) result: Option<Type>,
    /// As WIT writes it: `func(width: u32) -> u64`. Types have no names here: a record is shown as what it is made of.
    pub(crate) text: String,
}

/// A parameter.
#[derive(Debug)]
pub(crate) struct Param {
    pub(crate) name: String,
    pub(crate) ty: Type,
    /// The type as WIT writes it.
    pub(crate) text: String,
    /// Of how many types and names it is made.
    pub(crate) parts: usize,
}

impl Signature {
    /// The signature, or why the function cannot be called with words.
    pub(crate) fn of(function: &ComponentFunc) -> Result<Signature, String> {
        if function.async_() {
            return Err("it is async, and calls run to their end".to_owned());
        }
        let mut left = SIGNATURE_TYPES;
        let mut params = Vec::with_capacity(function.params().len());
        let mut text = Cut::default();
        text.push("func(");
        for (name, ty) in function.params() {
            let before = left;
            check(&ty, SIGNATURE_DEPTH, &mut left).map_err(|why| format!("its parameter `{name}` {why}"))?;
            let mut shown = Cut::default();
            write!(shown, "{}", DisplayType(&ty)).map_err(too_long)?;
            text.push(if params.is_empty() { "" } else { ", " });
            write!(text, "{name}: {}", shown.0).map_err(too_long)?;
            params.push(Param { name: name.to_owned(), ty, text: shown.0, parts: before - left });
        }
        text.push(")");
        let mut results = function.results();
        let result = results.next();
        if results.next().is_some() {
            return Err("it has more than one result".to_owned());
        }
        drop(results);
        if let Some(ty) = &result {
            check(ty, SIGNATURE_DEPTH, &mut left).map_err(|why| format!("its result {why}"))?;
            write!(text, " -> {}", DisplayType(ty)).map_err(too_long)?;
        }
        Ok(Signature { params, result, text: text.0 })
    }
}

/// Whether every value of a type has text. A component can write a type of a million parts in a few bytes, so both how
/// deep it is and how much of it is looked at are limited.
fn check(ty: &Type, depth: usize, left: &mut usize) -> Result<(), &'static str> {
    let names = match ty {
        Type::Enum(names) => names.names().len(),
        Type::Flags(names) => names.names().len(),
        _ => 0,
    };
    *left = left.checked_sub(1 + names).ok_or("has a type of too many parts")?;
    let depth = depth.checked_sub(1).ok_or("has a type that is nested too deep")?;
    let mut inner = |ty: Type| check(&ty, depth, left);
    match ty {
        Type::Bool
        | Type::S8
        | Type::U8
        | Type::S16
        | Type::U16
        | Type::S32
        | Type::U32
        | Type::S64
        | Type::U64
        | Type::Float32
        | Type::Float64
        | Type::Char
        | Type::String
        | Type::Enum(_)
        | Type::Flags(_) => Ok(()),
        Type::List(list) => inner(list.ty()),
        Type::Option(option) => inner(option.ty()),
        Type::Record(record) => record.fields().try_for_each(|field| inner(field.ty)),
        Type::Tuple(tuple) => tuple.types().try_for_each(inner),
        // A case without a type is looked at as long as any.
        Type::Variant(variant) => variant.cases().map(|case| case.ty.unwrap_or(Type::Bool)).try_for_each(inner),
        Type::Result(result) => [result.ok(), result.err()].into_iter().flatten().try_for_each(inner),
        Type::Own(_) | Type::Borrow(_) => Err("has a resource, which ends with its instance"),
        Type::Future(_) | Type::Stream(_) => Err("has a future or a stream, and calls run to their end"),
        Type::ErrorContext | Type::Map(_) | Type::FixedLengthList(_) => Err("has a type that WAVE has no text for"),
    }
}

fn too_long(_: fmt::Error) -> String {
    format!("its type takes more than {SIGNATURE_BYTES} bytes to write")
}

/// Text of at most [`SIGNATURE_BYTES`].
#[derive(Default)]
struct Cut(String);

impl Cut {
    /// What is short enough not to matter.
    fn push(&mut self, text: &str) {
        self.0.push_str(text);
    }
}

impl fmt::Write for Cut {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.0.len() + text.len() > SIGNATURE_BYTES {
            return Err(fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::udf::testing::{LIMITS, Workbench};

    /// A component with one function `f`, whose result has the last of these types.
    fn returns(types: &str, result: &str) -> String {
        format!(
            r#"(component
                (core module $m (memory (export "memory") 1) (func (export "f") (result i32) i32.const 0))
                (core instance $i (instantiate $m))
                {types}
                (func (export "f") (result {result})
                    (canon lift (core func $i "f") (memory (core memory $i "memory")))))"#
        )
    }

    fn refusal(types: &str, result: &str) -> String {
        Workbench::new().prepare(&returns(types, result), LIMITS).expect_err("nothing can be called")
    }

    #[test]
    fn a_type_of_too_many_parts_is_refused_and_not_walked() {
        // Each type holds the one before twice: 65,536 parts in sixteen lines.
        let mut types = "(type $t0 (tuple u8 u8))".to_owned();
        for level in 1..16 {
            types.push_str(&format!("(type $t{level} (tuple $t{0} $t{0}))", level - 1));
        }
        let error = refusal(&types, "$t15");
        assert!(error.contains("`f` cannot be called: its result has a type of too many parts"), "{error}");
        assert!(Workbench::new().prepare(&returns(&types, "$t3"), LIMITS).is_ok(), "some parts are fine");
    }

    #[test]
    fn a_type_that_is_nested_too_deep_is_refused() {
        let mut types = "(type $t0 (list u8))".to_owned();
        for level in 1..40 {
            types.push_str(&format!("(type $t{level} (list $t{}))", level - 1));
        }
        let error = refusal(&types, "$t39");
        assert!(error.contains("its result has a type that is nested too deep"), "{error}");
        assert!(Workbench::new().prepare(&returns(&types, "$t20"), LIMITS).is_ok(), "some levels are fine");
    }

    #[test]
    fn a_signature_that_is_too_long_to_write_is_refused() {
        let name = "a".repeat(3000);
        let types = format!(
            r#"(type $r' (record (field "{name}b" u8) (field "{name}c" u8) (field "{name}d" u8)))
               (export $r "r" (type $r'))"#
        );
        let error = refusal(&types, "$r");
        assert!(error.contains("its type takes more than 8192 bytes to write"), "{error}");
    }

    #[test]
    fn more_functions_than_anybody_needs_are_refused() {
        let mut text = returns("", "u32").replace(r#"(memory (core memory $i "memory"))"#, "");
        let end = text.rfind(')').expect("it ends");
        let more: String = (0..256)
            .map(|number| format!(r#"(func (export "f{number}") (result u32) (canon lift (core func $i "f")))"#))
            .collect();
        text.insert_str(end, &more);
        let error = Workbench::new().prepare(&text, LIMITS).expect_err("257 functions");
        assert!(error.contains("more than 256 functions"), "{error}");
    }
}
