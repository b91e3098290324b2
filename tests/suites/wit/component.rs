//! The store component keeps to its world, and asks for nothing but its environment.

use anyhow::{Context, Result, bail};
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
    assert_eq!(imports, ["ferrite:store/environment@0.1.0"]);
    Ok(())
}

#[test]
fn the_store_component_exports_its_world() -> Result<()> {
    let component = ferrite_build::guest("store")?;
    let DecodedWasm::Component(decoded, world) = wit_component::decode(&component.bytes)? else {
        bail!("{} is no component", component.path.display());
    };
    let (_, exports) = names(&decoded, world)?;

    let (resolve, package) = resolve("store")?;
    let engine = resolve.select_world(&[package], Some("engine"))?;
    let (_, declared) = names(&resolve, engine)?;
    assert_eq!(exports, declared);
    Ok(())
}
