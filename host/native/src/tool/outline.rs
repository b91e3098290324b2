//! What can be read off a component without running it.

use std::collections::BTreeSet;

use wasmparser::{KnownCustom, Parser, Payload};
use wit_parser::decoding::{DecodedWasm, decode};
use wit_parser::{Function, Handle, InterfaceId, Resolve, Type, TypeDefKind, WorldItem, WorldKey};

/// What a component is.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// Bytes of the file.
    pub(super) size: usize,
    /// Functions with their WIT types, those inside of an interface behind its name.
    pub(super) exports: Vec<String>,
    pub(super) imports: Vec<Import>,
    /// What it was made with: `language Rust`, `processed-by wit-component 0.258.3`.
    pub(super) producers: Vec<String>,
    /// Bytes of linear memory at the begin.
    pub(super) memory: u64,
    /// Custom sections and their sizes.
    pub(super) custom: Vec<(String, usize)>,
}

/// An interface that it imports, or one function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Import {
    /// `ferrite:store`; empty for what is in no package.
    pub(super) package: String,
    pub(super) version: String,
    pub(super) interface: String,
    pub(super) functions: Vec<String>,
}

/// How deep type names are followed: real ones are not deep, and a hostile one must not end the tool.
const TYPE_DEPTH: u32 = 16;

impl Outline {
    /// Reads a component; the error says what the bytes are instead.
    pub(super) fn read(bytes: &[u8]) -> Result<Outline, String> {
        if !bytes.starts_with(b"\0asm") {
            return Err("it does not begin with `\\0asm`: it is no WebAssembly".to_owned());
        }
        if !Parser::is_component(bytes) {
            return Err("it is a core module, and functions are components: `ferrite udf build` makes one, or \
                        `wasm-tools component new`"
                .to_owned());
        }
        let invalid = |error: &dyn std::fmt::Display| format!("it is no valid component: {error:#}");
        let mut outline = Outline { size: bytes.len(), ..Outline::default() };
        outline.sections(bytes).map_err(|error| invalid(&error))?;
        let (resolve, world) = match decode(bytes).map_err(|error| invalid(&error))? {
            DecodedWasm::Component(resolve, world) => (resolve, world),
            DecodedWasm::WitPackage(..) => {
                return Err("it is a WIT package, which describes components: there is no code in it".to_owned());
            }
        };
        let Some(world) = resolve.worlds.get(world) else { return Ok(outline) };
        for (key, item) in &world.imports {
            outline.imports.extend(import(&resolve, key, item));
        }
        for (key, item) in &world.exports {
            match item {
                WorldItem::Function(function) => outline.exports.push(signature(&resolve, function)),
                WorldItem::Interface { id, .. } => {
                    let name = resolve.name_world_key(key);
                    let functions = resolve.interfaces.get(*id).into_iter().flat_map(|interface| &interface.functions);
                    outline
                        .exports
                        .extend(functions.map(|(_, function)| format!("{name} {}", signature(&resolve, function))));
                }
                WorldItem::Type { .. } => {}
            }
        }
        Ok(outline)
    }

    fn sections(&mut self, bytes: &[u8]) -> wasmparser::Result<()> {
        let mut producers = BTreeSet::new();
        for payload in Parser::new(0).parse_all(bytes) {
            match payload? {
                Payload::MemorySection(section) => {
                    for memory in section {
                        self.memory = self.memory.saturating_add(memory?.initial.saturating_mul(65_536));
                    }
                }
                Payload::CustomSection(section) => {
                    self.custom.push((section.name().to_owned(), section.data().len()));
                    let KnownCustom::Producers(fields) = section.as_known() else { continue };
                    for field in fields {
                        let field = field?;
                        for value in field.values {
                            let value = value?;
                            let text = format!("{} {} {}", field.name, value.name, value.version);
                            producers.insert(text.trim_end().to_owned());
                        }
                    }
                }
                _ => {}
            }
        }
        self.producers = producers.into_iter().collect();
        Ok(())
    }
}

fn import(resolve: &Resolve, key: &WorldKey, item: &WorldItem) -> Option<Import> {
    match item {
        WorldItem::Interface { id, .. } => Some(interface(resolve, key, *id)),
        WorldItem::Function(function) => Some(Import {
            package: String::new(),
            version: String::new(),
            interface: function.name.clone(),
            functions: Vec::new(),
        }),
        WorldItem::Type { .. } => None,
    }
}

fn interface(resolve: &Resolve, key: &WorldKey, id: InterfaceId) -> Import {
    let interface = resolve.interfaces.get(id);
    let functions = interface.into_iter().flat_map(|interface| interface.functions.keys().cloned()).collect();
    let name = resolve.name_world_key(key);
    let (path, version) = name.split_once('@').unwrap_or((&name, ""));
    let (package, interface) = path.split_once('/').unwrap_or(("", path));
    Import { package: package.to_owned(), version: version.to_owned(), interface: interface.to_owned(), functions }
}

/// A function as WIT writes it.
fn signature(resolve: &Resolve, function: &Function) -> String {
    let params: Vec<String> =
        function.params.iter().map(|param| format!("{}: {}", param.name, shown(resolve, &param.ty, 0))).collect();
    let result = function.result.as_ref().map(|result| format!(" -> {}", shown(resolve, result, 0)));
    format!("{}: func({}){}", function.name, params.join(", "), result.unwrap_or_default())
}

fn shown(resolve: &Resolve, ty: &Type, depth: u32) -> String {
    let plain = match ty {
        Type::Bool => "bool",
        Type::U8 => "u8",
        Type::U16 => "u16",
        Type::U32 => "u32",
        Type::U64 => "u64",
        Type::S8 => "s8",
        Type::S16 => "s16",
        Type::S32 => "s32",
        Type::S64 => "s64",
        Type::F32 => "f32",
        Type::F64 => "f64",
        Type::Char => "char",
        Type::String => "string",
        Type::ErrorContext => "error-context",
        Type::Id(id) => {
            return match resolve.types.get(*id) {
                Some(definition) if depth < TYPE_DEPTH => match &definition.name {
                    Some(name) => name.clone(),
                    None => compound(resolve, &definition.kind, depth + 1),
                },
                _ => "…".to_owned(),
            };
        }
    };
    plain.to_owned()
}

fn compound(resolve: &Resolve, kind: &TypeDefKind, depth: u32) -> String {
    let one = |ty: &Type| shown(resolve, ty, depth);
    let maybe = |ty: &Option<Type>| ty.as_ref().map_or_else(|| "_".to_owned(), one);
    match kind {
        TypeDefKind::List(element) => format!("list<{}>", one(element)),
        TypeDefKind::FixedLengthList(element, length) => format!("list<{}, {length}>", one(element)),
        TypeDefKind::Map(key, value) => format!("map<{}, {}>", one(key), one(value)),
        TypeDefKind::Option(value) => format!("option<{}>", one(value)),
        TypeDefKind::Tuple(tuple) => format!("tuple<{}>", tuple.types.iter().map(one).collect::<Vec<_>>().join(", ")),
        TypeDefKind::Result(result) => match (&result.ok, &result.err) {
            (None, None) => "result".to_owned(),
            (ok, None) => format!("result<{}>", maybe(ok)),
            (ok, err) => format!("result<{}, {}>", maybe(ok), maybe(err)),
        },
        TypeDefKind::Future(value) => format!("future<{}>", maybe(value)),
        TypeDefKind::Stream(value) => format!("stream<{}>", maybe(value)),
        TypeDefKind::Handle(Handle::Own(id)) => one(&Type::Id(*id)),
        TypeDefKind::Handle(Handle::Borrow(id)) => format!("borrow<{}>", one(&Type::Id(*id))),
        TypeDefKind::Type(ty) => one(ty),
        other => other.as_str().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_component_is_told_apart() {
        for (bytes, part) in [
            (&b"#!/bin/sh"[..], "no WebAssembly"),
            (b"\0asm\x01\0\0\0", "core module"),
            (b"\0asm\x0d\0\x01\0garbage", "no valid component"),
        ] {
            let error = Outline::read(bytes).expect_err("it is no component");
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn exports_are_shown_with_their_types() {
        let text = r#"(component
            (core module $m (memory (export "memory") 2) (func (export "f") (param i32 i32) (result i32) unreachable)
                (func (export "r") (param i32 i32 i32 i32) (result i32) unreachable))
            (core instance $i (instantiate $m))
            (type $list (list u8))
            (func (export "hash-of") (param "bytes" $list) (result (result u32 (error string)))
                (canon lift (core func $i "f") (memory (core memory $i "memory")) (realloc (core func $i "r")))))"#;
        let outline = Outline::read(&wat::parse_str(text).expect("the text is valid")).expect("a component");
        assert_eq!(outline.exports, ["hash-of: func(bytes: list<u8>) -> result<u32, string>"]);
        assert_eq!(outline.memory, 2 * 65_536);
        assert_eq!(outline.imports, []);
    }
}
