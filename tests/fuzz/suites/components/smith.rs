//! What wasm-smith makes up: whole components, and functions with the face of a real one and random code behind it.

use anyhow::{Context, Result};
use arbitrary::Unstructured;
use ferrite_fuzz::random::Random;
use ferrite_fuzz::sections;
use ferrite_tests::workspace;
use wasm_smith::{Component, Config, Module};
use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::{LiftLowerAbi, ManglingAndAbi, Resolve, WorldId};

/// The random bytes that one component is made of.
const ENTROPY: usize = 8 << 10;

/// A component of any shape; none when the bytes did not suffice for one.
pub(crate) fn component(random: &mut Random) -> Result<Option<Vec<u8>>> {
    let entropy = random.bytes(ENTROPY);
    let mut config = config(random);
    config.max_components = random.below(4);
    config.max_nesting_depth = random.below(6);
    let made = Component::new(config, &mut Unstructured::new(&entropy));
    Ok(made.ok().map(|component| component.to_bytes()))
}

/// A world that functions can have, and a core module with all of its imports and exports.
pub(crate) struct Shape {
    resolve: Resolve,
    world: WorldId,
    module: Vec<u8>,
}

/// The worlds of `ferrite:udf` that can be called, and one of typed functions.
pub(crate) fn shapes() -> Result<Vec<Shape>> {
    let mut resolve = Resolve { all_features: true, ..Resolve::default() };
    let (udf, _) = resolve.push_dir(workspace().join("wit/udf"))?;
    let typed = resolve.push_str("typed.wit", include_str!("typed.wit"))?;
    let worlds = [(udf, "function"), (udf, "function-with-values"), (udf, "command"), (typed, "typed")];
    worlds
        .into_iter()
        .map(|(package, name)| {
            let world = resolve.select_world(&[package], Some(name)).with_context(|| name.to_owned())?;
            let module = dummy_module(&resolve, world, ManglingAndAbi::Legacy(LiftLowerAbi::Sync));
            Ok(Shape { resolve: resolve.clone(), world, module: with_memory(&module)? })
        })
        .collect()
}

/// The module with a memory of 17 pages where it had one of none.
fn with_memory(module: &[u8]) -> Result<Vec<u8>> {
    const MEMORIES: u8 = 5;
    let memory = sections::of(module).into_iter().find(|section| section.id == MEMORIES).context("it has a memory")?;
    let mut bytes = module.to_vec();
    // One memory, without a maximum.
    drop(bytes.splice(memory.whole, sections::section(MEMORIES, &[1, 0, 17])));
    Ok(bytes)
}

/// A function with the imports and exports of a world and random code; none when the bytes did not suffice for one.
pub(crate) fn function(shapes: &[Shape], random: &mut Random) -> Result<Option<Vec<u8>>> {
    let shape = random.pick(shapes).context("there are shapes")?;
    let entropy = random.bytes(ENTROPY);
    let mut config = config(random);
    config.module_shape = Some(shape.module.clone());
    config.allow_start_export = random.one_in(8);
    let Ok(made) = Module::new(config, &mut Unstructured::new(&entropy)) else { return Ok(None) };
    let mut module = made.to_bytes();
    embed_component_metadata(&mut module, &shape.resolve, shape.world, StringEncoding::UTF8)?;
    // What no component can be made of is of no interest here: that is wasm-tools' part.
    Ok(ComponentEncoder::default().module(&module).and_then(ComponentEncoder::encode).ok())
}

/// What the engine of functions knows, and now and then what it does not.
fn config(random: &mut Random) -> Config {
    let unknown = random.one_in(16);
    Config {
        max_instructions: 1 + random.below(300),
        max_funcs: 1 + random.below(20),
        // The engine takes one of a module.
        max_memories: if unknown { 3 } else { 1 },
        max_tables: 1 + random.below(3),
        max_memory32_bytes: 16 << 20,
        memory64_enabled: unknown,
        threads_enabled: unknown,
        shared_everything_threads_enabled: false,
        // The engine has no externref: that is a type of its garbage collector's.
        reference_types_enabled: unknown,
        gc_enabled: unknown,
        exceptions_enabled: unknown,
        ..Config::default()
    }
}
