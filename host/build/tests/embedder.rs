//! The model engine: it asks for its weights and nothing else, and they are not in it.

use ferrite_build::guest;
use wit_component::DecodedWasm;

#[test]
fn the_model_engine_imports_its_weights_and_nothing_else() {
    let component = guest("embedder").expect("it is built like any other");
    let decoded = wit_component::decode(&component.bytes).expect("it is a component");
    let DecodedWasm::Component(resolve, world) = decoded else { panic!("it is a package of WIT") };
    let world = resolve.worlds.get(world).expect("it has just been decoded");
    let names = |items: Vec<_>| items.into_iter().map(|key| resolve.name_world_key(key)).collect::<Vec<_>>();
    assert_eq!(names(world.imports.keys().collect()), ["ferrite:gateway/weights@0.1.0"]);
    assert_eq!(names(world.exports.keys().collect()), ["ferrite:gateway/embedder@0.1.0"]);
}

/// The gateway with it is to have less than 3 MB, the weights alone have 90.
#[test]
fn the_model_engine_is_small() {
    let component = guest("embedder").expect("it is built like any other");
    assert!(component.bytes.len() < 400_000, "{} bytes", component.bytes.len());
}
