//! The files that a component is made from, for `cargo:rerun-if-changed` and for whoever wants to know.

use crate::package::Package;
use std::path::{Path, PathBuf};

/// Files and folders whose change can change the component. Folders that only tests need are left out, and so are those
/// of the target directory, which a build changes itself.
pub(crate) fn of(package: &Package) -> Vec<PathBuf> {
    let mut sources = Vec::new();
    for folder in &package.folders {
        sources.extend(["Cargo.toml", "build.rs", "src", "wit"].map(|name| folder.join(name)));
    }
    let root = &package.workspace_root;
    sources.extend(["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "wit"].map(|name| root.join(name)));
    sources.retain(|source| exists(source));
    sources.sort();
    sources.dedup();
    sources
}

/// A path that is missing would make cargo run the build script every time.
fn exists(path: &Path) -> bool {
    path.try_exists().unwrap_or(false)
}
