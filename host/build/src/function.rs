//! `ferrite udf build`: a user's project becomes a file for WASM.LOAD.

use crate::{Component, Error, Project};
use std::path::{Path, PathBuf};

/// Builds the function in `folder` and writes it to `output`, or to `<package>.wasm` in the folder from which the command
/// was given. Returns the component with the path that was written. Cargo shows its progress on standard error.
pub fn build_function(folder: &Path, output: Option<&Path>) -> Result<Component, Error> {
    let mut component = Project::new(folder).build()?;
    let output = match output {
        Some(output) => output.to_owned(),
        None => PathBuf::from(format!("{}.wasm", component.package)),
    };
    component.write_to(&output)?;
    component.path = output;
    Ok(component)
}
