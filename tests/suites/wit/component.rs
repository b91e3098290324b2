//! The store component keeps to its world, and asks for nothing but its environment.

use anyhow::{Context, Result, bail};
use wasmtime::component::{Component, ComponentType, Lift, Linker, Lower};
use wasmtime::{Engine, Store, StoreContextMut};
use wit_component::DecodedWasm;
use wit_parser::{Resolve, WorldId};

use crate::resolve;

/// The names of what a world imports and exports.
fn names(resolve: &Resolve, world: WorldId) -> Result<(Vec<String>, Vec<String>)> {
    let world = resolve.worlds.get(world).context("it has just been resolved")?;
    let mut imports: Vec<String> = world.imports.keys().map(|key| resolve.name_world_key(key)).collect();
    let mut exports: Vec<String> = world.exports.keys().map(|key| resolve.name_world_key(key)).collect();
    imports.sort();
    exports.sort();
    Ok((imports, exports))
}

#[test]
fn the_store_component_imports_its_environment_and_nothing_else() -> Result<()> {
    let component = ferrite_build::guest("store")?;
    let DecodedWasm::Component(resolve, world) = wit_component::decode(&component.bytes)? else {
        bail!("{} is no component", component.path.display());
    };
    let (imports, _) = names(&resolve, world)?;
    assert_eq!(imports, ["ferrite:store/environment@0.1.5"]);
    Ok(())
}

#[test]
fn the_store_component_carries_no_names_of_functions_and_functions_carry_theirs() -> Result<()> {
    let mentions = |name: &str, symbol: &str| -> Result<bool> {
        let component = ferrite_build::guest(name)?;
        Ok(component.bytes.windows(symbol.len()).any(|bytes| bytes == symbol.as_bytes()))
    };
    assert!(!mentions("store", "ferrite_store_core")?, "a tenth of its size would be names");
    assert!(mentions("stock", "ferrite_udf")?, "a backtrace of it could not say where it failed");
    Ok(())
}

#[test]
fn the_store_components_export_their_worlds() -> Result<()> {
    for (name, world_name) in [("store", "engine"), ("store-without-vectors", "engine-without-vectors")] {
        let component = ferrite_build::guest(name)?;
        let DecodedWasm::Component(decoded, world) = wit_component::decode(&component.bytes)? else {
            bail!("{} is no component", component.path.display());
        };
        let (_, exports) = names(&decoded, world)?;

        let (resolve, package) = resolve("store")?;
        let engine = resolve.select_world(&[package], Some(world_name))?;
        let (_, declared) = names(&resolve, engine)?;
        assert_eq!(exports, declared, "{name}");
    }
    Ok(())
}

#[test]
fn without_vectors_the_store_component_is_smaller() -> Result<()> {
    let [whole, small] = ["store", "store-without-vectors"].map(ferrite_build::guest);
    let (whole, small) = (whole?.bytes.len(), small?.bytes.len());
    assert!(small + 50_000 < whole, "{small} and {whole} bytes");
    Ok(())
}

/// The server calls the core module inside; whoever composes the component goes this way.
#[test]
fn the_store_component_works_as_a_component() -> wasmtime::Result<()> {
    type Set<'a> = (&'a [u8], &'a [u8], Expiry, Condition);
    let engine = Engine::default();
    let component = Component::new(&engine, &ferrite_build::guest("store")?.bytes)?;
    let mut linker = Linker::new(&engine);
    let mut environment = linker.instance("ferrite:store/environment@0.1.5")?;
    environment.func_wrap("now-us", |_: StoreContextMut<'_, ()>, (): ()| Ok((1_700_000_000_000_000_u64,)))?;
    environment.func_wrap("entropy", |_: StoreContextMut<'_, ()>, (): ()| Ok((7_u64,)))?;
    let mut store = Store::new(&engine, ());
    let instance = linker.instantiate(&mut store, &component)?;
    let mut function = |name: &str| {
        let interface = instance.get_export_index(&mut store, None, "ferrite:store/strings@0.1.5");
        let index = instance.get_export_index(&mut store, interface.as_ref(), name);
        index
            .and_then(|index| instance.get_func(&mut store, index))
            .ok_or_else(|| wasmtime::Error::msg(format!("no strings.{name}")))
    };
    let (set, get, get_short) = (function("set")?, function("get")?, function("get-short")?);
    let set = set.typed::<Set<'_>, (Result<bool, Error>,)>(&store)?;
    let get = get.typed::<(&[u8],), (Result<Option<Vec<u8>>, Error>,)>(&store)?;
    let written = set.call(&mut store, (b"key", b"value", Expiry::AfterMs(1000), Condition::IfAbsent))?;
    assert_eq!(written, (Ok(true),));
    assert_eq!(get.call(&mut store, (b"key",))?, (Ok(Some(b"value".to_vec())),));
    assert_eq!(get.call(&mut store, (b"other",))?, (Ok(None),));

    let get_short = get_short.typed::<(InlineBytes,), (Result<Option<ShortValue>, Error>,)>(&store)?;
    // What lies behind the last byte means nothing.
    let key = |length| InlineBytes { length, words: (u64::from_le_bytes(*b"key?????"), u64::MAX, 0, 1) };
    let value = InlineBytes { length: 5, words: (u64::from_le_bytes(*b"value\0\0\0"), 0, 0, 0) };
    assert_eq!(get_short.call(&mut store, (key(3),))?, (Ok(Some(ShortValue::Inline(value))),));
    assert_eq!(get_short.call(&mut store, (key(4),))?, (Ok(None),));
    let long: Vec<u8> = (0..33).collect();
    let written = set.call(&mut store, (b"key", &long, Expiry::Clear, Condition::Always))?;
    assert_eq!(written, (Ok(true),));
    assert_eq!(get_short.call(&mut store, (key(3),))?, (Ok(Some(ShortValue::Whole(long))),));
    for requested in [33, u32::MAX] {
        let limit = Limit { name: "inline-bytes".to_owned(), allowed: 32, requested: requested.into() };
        assert_eq!(get_short.call(&mut store, (key(requested),))?, (Err(Error::LimitExceeded(limit)),));
    }
    Ok(())
}

#[derive(Debug, PartialEq, ComponentType, Lift, Lower)]
#[component(record)]
struct InlineBytes {
    length: u32,
    words: (u64, u64, u64, u64),
}

#[derive(Debug, PartialEq, ComponentType, Lift)]
#[component(variant)]
enum ShortValue {
    #[component(name = "inline")]
    Inline(InlineBytes),
    #[component(name = "whole")]
    Whole(Vec<u8>),
}

#[derive(Debug, PartialEq, ComponentType, Lift)]
#[component(variant)]
enum Error {
    #[component(name = "wrong-type")]
    WrongType,
    #[component(name = "not-an-integer")]
    NotAnInteger,
    #[component(name = "overflow")]
    Overflow,
    #[component(name = "not-permitted")]
    NotPermitted,
    #[component(name = "out-of-memory")]
    OutOfMemory,
    #[component(name = "limit-exceeded")]
    LimitExceeded(Limit),
}

#[derive(Debug, PartialEq, ComponentType, Lift)]
#[component(record)]
struct Limit {
    name: String,
    allowed: u64,
    requested: u64,
}

#[derive(ComponentType, Lower)]
#[component(variant)]
#[allow(dead_code, reason = "all cases of the contract, of which one is used")]
enum Expiry {
    #[component(name = "clear")]
    Clear,
    #[component(name = "keep")]
    Keep,
    #[component(name = "after-ms")]
    AfterMs(u64),
    #[component(name = "at-ms")]
    AtMs(u64),
}

#[derive(Clone, Copy, ComponentType, Lower)]
#[component(enum)]
#[repr(u8)]
#[allow(dead_code, reason = "all cases of the contract, of which one is used")]
enum Condition {
    #[component(name = "always")]
    Always,
    #[component(name = "if-absent")]
    IfAbsent,
    #[component(name = "if-present")]
    IfPresent,
}
