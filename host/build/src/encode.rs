//! A core module with the component's type in a custom section becomes a component.

use wit_component::{ComponentEncoder, DecodedWasm};
use wit_parser::{Resolve, WorldId};

/// Turns a core module into a component and validates it. The error says what is missing.
///
/// A module that exports nothing typed is refused: it would be a component that nobody can call. So is one without the
/// export that is `expected`, such as the `call` of a function.
pub fn encode(module: &[u8], expected: Option<&str>) -> Result<Vec<u8>, String> {
    let (_, bindgen) = wit_component::metadata::decode(module).map_err(|error| format!("{error:#}"))?;
    check_exports(&bindgen.resolve, bindgen.world, expected)?;
    encode_unchecked(module)
}

/// Checks what a component exports that a linker has made already.
pub(crate) fn check(component: &[u8], expected: Option<&str>) -> Result<(), String> {
    match wit_component::decode(component).map_err(|error| format!("{error:#}"))? {
        DecodedWasm::Component(resolve, world) => check_exports(&resolve, world, expected),
        DecodedWasm::WitPackage(..) => Err("it is a package of WIT".to_owned()),
    }
}

fn check_exports(resolve: &Resolve, world: WorldId, expected: Option<&str>) -> Result<(), String> {
    let exports = resolve.worlds.get(world).map(|world| &world.exports);
    let names: Vec<_> = exports.into_iter().flatten().map(|(key, _)| resolve.name_world_key(key)).collect();
    if names.is_empty() {
        return Err("it exports no typed function. A function needs `#[ferrite_udf::function]` (or `wit_bindgen` \
                    bindings with `export!`) in its lib.rs"
            .to_owned());
    }
    match expected.filter(|expected| !names.iter().any(|name| name == expected)) {
        Some(expected) => Err(format!(
            "it exports {}, but not `{expected}` as the world `ferrite:udf/function` does. A function needs \
             `#[ferrite_udf::function]` in its lib.rs",
            names.join(", ")
        )),
        None => Ok(()),
    }
}

/// Turns a core module into a valid component, whatever it exports. This is for tests that need a component which no
/// host should accept.
pub fn encode_unchecked(module: &[u8]) -> Result<Vec<u8>, String> {
    let mut encoder = ComponentEncoder::default();
    encoder.validate(true).module(module).and_then(ComponentEncoder::encode).map_err(|error| format!("{error:#}"))
}
