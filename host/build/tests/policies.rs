//! The gateway's policies: small, without imports that they do not use, and to be plugged into a gateway; and the one
//! of the documentation.

use ferrite_build::{Project, compose, guest, workspace};
use std::fs;
use wit_component::DecodedWasm;

/// What a component imports or exports, by name.
struct Face {
    imports: Vec<String>,
    exports: Vec<String>,
}

fn face(bytes: &[u8]) -> Face {
    let DecodedWasm::Component(resolve, world) = wit_component::decode(bytes).expect("it is valid") else {
        panic!("it is a package of WIT");
    };
    let world = &resolve.worlds[world];
    let mut imports: Vec<_> = world.imports.keys().map(|key| resolve.name_world_key(key)).collect();
    imports.sort();
    Face { imports, exports: world.exports.keys().map(|key| resolve.name_world_key(key)).collect() }
}

fn built(name: &str) -> Vec<u8> {
    guest(name).expect("it is built").bytes
}

/// Types only.
const VERDICTS: &str = "ferrite:gateway/verdicts@0.1.0";
const STORE: [&str; 2] = ["ferrite:store/strings@0.1.5", "ferrite:store/types@0.1.5"];

#[test]
fn policies_are_small_and_import_what_they_use_and_nothing_else() {
    for (name, uses_store) in [("redact-pii", false), ("prompt-template", true), ("topics", true)] {
        let bytes = built(name);
        assert!(bytes.len() < 200_000, "{name} has {} bytes", bytes.len());
        let Face { imports, exports } = face(&bytes);
        assert_eq!(exports, ["ferrite:gateway/policy@0.1.0"], "{name}");
        let store = if uses_store { STORE.as_slice() } else { &[] };
        assert_eq!(imports, [&[VERDICTS], store].concat(), "{name}");
    }
}

#[test]
fn adapters_make_policies_of_one_and_of_none() {
    let one = compose::plugged(&built("one-policy"), &[&built("redact-pii")]).expect("it fits");
    for bytes in [one, built("no-policies")] {
        let Face { imports, exports } = face(&bytes);
        assert_eq!(imports, [VERDICTS]);
        assert_eq!(exports, ["ferrite:gateway/policies@0.1.0"]);
    }
}

#[test]
fn a_gateway_and_its_policy_are_composed_over_one_store() {
    let policies = compose::plugged(&built("one-policy"), &[&built("topics")]).expect("it fits");
    let gateway = compose::plugged(&built("gateway"), &[&policies]).expect("it fits");
    let open = face(&gateway).imports;
    assert!(open.contains(&STORE[0].to_owned()), "the policy's store is still to come: {open:?}");
    assert!(!open.iter().any(|import| import.contains("/polic")), "{open:?}");

    let whole = compose::plugged(&gateway, &[&built("store"), &built("environment")]).expect("it fits");
    let Face { imports, exports } = face(&whole);
    assert!(!imports.iter().any(|import| import.starts_with("ferrite:store/strings")), "{imports:?}");
    assert!(exports.iter().any(|export| export.starts_with("wasi:http/incoming-handler")), "{exports:?}");
}

/// The content of a file that the documentation shows.
fn shown(document: &str, file: &str) -> String {
    let from = document.split_once(&format!(" {file}\n")).map(|(_, behind)| behind).expect("the file is shown");
    from.split_once("```").map(|(content, _)| content.to_owned()).expect("the block ends")
}

#[test]
fn the_policy_of_the_documentation_becomes_a_component() {
    let document = fs::read_to_string(workspace::root().join("docs/gateway-policies.md")).expect("it is there");
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let sdk = workspace::root().join("guest-sdk").display().to_string();
    let manifest = shown(&document, "Cargo.toml").replace("../ferrite/guest-sdk", &sdk);
    fs::create_dir(folder.path().join("src")).expect("a temporary folder is writable");
    fs::write(folder.path().join("Cargo.toml"), manifest).expect("a temporary folder is writable");
    fs::write(folder.path().join("src/lib.rs"), shown(&document, "src/lib.rs"))
        .expect("a temporary folder is writable");
    // With the versions of this workspace, cargo neither asks a registry nor compiles them once more.
    fs::copy(workspace::root().join("Cargo.lock"), folder.path().join("Cargo.lock")).expect("there is a lock file");

    let project = Project::new(folder.path()).target_dir(workspace::root().join("target/wasm"));
    let component = project.quiet().expect_export("ferrite:gateway/policy@0.1.0").build().expect("it is correct");
    assert_eq!(face(&component.bytes).imports, [VERDICTS]);
}
