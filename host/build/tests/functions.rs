//! Functions: one outside of this workspace becomes a component, and a component that is no function is told apart.

use ferrite_build::{Project, workspace};
use std::fs;

const LIBRARY: &str = "
use ferrite_udf::prelude::*;

#[ferrite_udf::function]
pub fn call(keys: Keys, args: Args) -> Result<i64> {
    Ok(strings::increment(keys.get(0)?, args.parse_or(0, 1)?)?)
}
";

#[test]
fn a_function_outside_of_this_workspace_is_built_with_the_same_profile() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let sdk = workspace::root().join("guest-sdk");
    let manifest = format!(
        "[package]\nname = \"visits\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n\
         [dependencies]\nferrite-udf = {{ path = '{}' }}\n",
        sdk.display()
    );
    fs::create_dir(folder.path().join("src")).expect("a temporary folder is writable");
    fs::write(folder.path().join("Cargo.toml"), manifest).expect("a temporary folder is writable");
    fs::write(folder.path().join("src/lib.rs"), LIBRARY).expect("a temporary folder is writable");
    // With the versions of this workspace, cargo neither asks a registry nor compiles them once more.
    fs::copy(workspace::root().join("Cargo.lock"), folder.path().join("Cargo.lock")).expect("there is a lock file");

    let project = Project::new(folder.path()).target_dir(workspace::root().join("target/wasm"));
    let component = project.quiet().expect_export("call").build().expect("the function is correct");
    assert_eq!(component.package, "visits");
    // Link-time optimisation makes the difference between this and hundreds of kilobytes.
    assert!(component.bytes.len() < 64 << 10, "{} bytes", component.bytes.len());
    assert!(component.sources.contains(&sdk.join("src")), "{:?}", component.sources);
}

#[test]
fn a_component_of_another_world_is_no_function() {
    let project = workspace::project("wrong-world").expect("the guest is there").quiet();
    assert!(project.build().is_ok(), "it is a valid component");
    let error = project.expect_export("call").build().expect_err("it exports no `call`").to_string();
    assert!(error.contains("it exports evil:worlds/things, but not `call`"), "{error}");
}
