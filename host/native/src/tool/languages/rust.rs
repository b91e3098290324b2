//! Rust: cargo and `wit-component`, as `host/build` does it for every component.

use super::{Built, Project};

pub(super) fn build(project: &Project) -> Result<Built, String> {
    let component = ferrite_build::Project::new(&project.folder).build().map_err(|error| error.to_string())?;
    Ok(Built { name: component.package, bytes: component.bytes })
}
