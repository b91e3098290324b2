//! The components of this repository, by the names of their folders.

use crate::{Component, Error, Project, wasm_target::WasmTarget};
use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// Folders that hold components, one a folder. All but the last are written by `cargo components`.
const SHELVES: &[&str] =
    &["components", "components/adapters", "components/policies", "guest-sdk/examples", "tests/guests"];

/// The root of this repository.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// Builds a component of this repository: `store`, `filter`, `rate-limit`, `top-by-size`, `evil`, … Within a process
/// each is built once. It prints nothing unless the build fails.
pub fn guest(name: &str) -> Result<Component, Error> {
    static BUILT: Mutex<Option<HashMap<String, Component>>> = Mutex::new(None);
    // Held while building: cargo would make the second one wait for the first anyway.
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    let built = built.get_or_insert_default();
    if let Some(component) = built.get(name) {
        return Ok(component.clone());
    }
    let component = project(name)?.quiet().build()?;
    built.insert(name.to_owned(), component.clone());
    Ok(component)
}

/// The project of a component of this repository, to be built with options of one's own.
pub fn project(name: &str) -> Result<Project, Error> {
    let shelves = names_on(SHELVES)?;
    match shelves.iter().find(|(known, _)| known == name) {
        Some((_, folder)) => Ok(Project::new(folder).target_dir(root().join("target/wasm"))),
        None => Err(Error::UnknownComponent {
            name: name.to_owned(),
            known: shelves.into_iter().map(|(known, _)| known).collect(),
        }),
    }
}

/// The names of what `cargo components` writes: the components of the product, its policies and the example functions.
pub fn published() -> Result<Vec<String>, Error> {
    let [shelves @ .., _] = SHELVES else { return Ok(Vec::new()) };
    Ok(names_on(shelves)?.into_iter().map(|(name, _)| name).collect())
}

/// Folders with a library that is compiled to a `cdylib`, or with a program that stays a core module, by name.
fn names_on(shelves: &[&str]) -> Result<Vec<(String, PathBuf)>, Error> {
    let mut found = Vec::new();
    for shelf in shelves {
        let shelf = root().join(shelf);
        let Ok(entries) = fs::read_dir(&shelf) else { continue };
        for entry in entries {
            let folder = entry.map_err(|error| Error::file(&shelf, error))?.path();
            let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
            let is_one = manifest.contains("cdylib") || manifest.contains(WasmTarget::Module.triple());
            if let (true, Some(name)) = (is_one, folder.file_name()) {
                found.push((name.to_string_lossy().into_owned(), folder));
            }
        }
    }
    found.sort();
    Ok(found)
}
