//! A finished component: its bytes, its file, the sources it came from.

use crate::Error;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A component that was built.
#[derive(Clone, Debug)]
pub struct Component {
    /// The name of the cargo package.
    pub package: String,
    /// The component's file in the target directory.
    pub path: PathBuf,
    /// What is in that file.
    pub bytes: Vec<u8>,
    /// Files and folders that it was made from: of the package, of its path dependencies, and the lock file.
    pub sources: Vec<PathBuf>,
}

impl Component {
    /// Writes the component to another file, and creates its folder.
    pub fn write_to(&self, path: &Path) -> Result<(), Error> {
        write_if_changed(path, &self.bytes)
    }

    /// For build scripts: prints a `cargo:rerun-if-changed` line for each source.
    pub fn rerun_if_changed(&self) {
        for source in &self.sources {
            println!("cargo:rerun-if-changed={}", source.display());
        }
    }
}

/// Replaces a file in one step, so that nobody reads half of it; leaves an equal one alone, so that nothing which
/// depends on its time of change is rebuilt.
pub(crate) fn write_if_changed(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    if fs::read(path).is_ok_and(|present| present == bytes) {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(|error| Error::file(parent, error))?;
    }
    let mut partial = path.as_os_str().to_owned();
    partial.push(format!(".{}.partial", std::process::id()));
    let partial = PathBuf::from(partial);
    fs::write(&partial, bytes).map_err(|error| Error::file(&partial, error))?;
    fs::rename(&partial, path).map_err(|error| Error::file(path, error))
}
