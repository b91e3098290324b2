//! Projects outside of this workspace: what becomes a component, and what the error says where none comes out.

use ferrite_build::{Error, Project};
use std::{fs, path::Path};

/// Writes a project that depends on nothing, so that no test needs a network.
fn write_project(folder: &Path, manifest: &str, library: &str) {
    fs::create_dir_all(folder.join("src")).expect("a temporary folder is writable");
    fs::write(folder.join("Cargo.toml"), manifest).expect("a temporary folder is writable");
    fs::write(folder.join("src/lib.rs"), library).expect("a temporary folder is writable");
}

const MANIFEST: &str = "[package]\nname = \"plain\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n";
const LIBRARY: &str = "#[unsafe(no_mangle)]\npub extern \"C\" fn twice(x: u32) -> u32 { x * 2 }\n";

#[test]
fn a_folder_without_a_manifest_is_named() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let error = Project::new(folder.path()).build().expect_err("there is no Cargo.toml");
    assert!(matches!(error, Error::NoProject(_)), "{error}");
    assert!(error.to_string().contains("there is no Cargo.toml"), "{error}");
}

#[test]
fn a_workspace_without_a_package_is_refused() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    fs::write(folder.path().join("Cargo.toml"), "[workspace]\nmembers = [\"plain\"]\nresolver = \"3\"\n")
        .expect("a temporary folder is writable");
    write_project(&folder.path().join("plain"), MANIFEST.trim_end_matches("[workspace]\n"), LIBRARY);
    let error = Project::new(folder.path()).build().expect_err("a workspace is no component");
    assert!(error.to_string().contains("this is a workspace, not a package"), "{error}");
}

#[test]
fn a_library_that_exports_nothing_typed_is_refused() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    write_project(folder.path(), MANIFEST, LIBRARY);
    let error = Project::new(folder.path()).quiet().build().expect_err("there is no typed export");
    assert!(error.to_string().contains("it exports no typed function"), "{error}");
}

#[test]
fn an_equal_component_is_not_written_again() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    write_project(folder.path(), MANIFEST, LIBRARY);
    let project = Project::new(folder.path()).quiet().allow_no_exports();
    let first = project.build().expect("an empty component is valid");
    let written = fs::metadata(&first.path).and_then(|file| file.modified()).expect("the file is there");
    let second = project.build().expect("an empty component is valid");
    assert_eq!(first.bytes, second.bytes);
    assert_eq!(written, fs::metadata(&second.path).and_then(|file| file.modified()).expect("the file is there"));
    assert_eq!(fs::read(&first.path).expect("the file is there"), first.bytes);
    assert!(first.bytes.starts_with(b"\0asm\x0d\0\x01\0"), "a component, not a core module");
    let canonical = folder.path().canonicalize().expect("the folder is there");
    assert!(first.sources.contains(&canonical.join("src")), "{:?}", first.sources);
}

#[test]
fn code_that_does_not_compile_is_an_error() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    write_project(folder.path(), MANIFEST, "compile_error!(\"on purpose\");");
    let error = Project::new(folder.path()).quiet().build().expect_err("it does not compile");
    assert!(matches!(error, Error::Cargo(_)), "{error}");
}

#[test]
fn an_unknown_name_is_answered_with_the_known_ones() {
    let error = ferrite_build::guest("no-such-thing").expect_err("there is no such component");
    assert!(error.to_string().contains("store"), "{error}");
}
