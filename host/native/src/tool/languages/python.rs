//! Python: `componentize-py` puts the module and a CPython into one component.
//!
//! WASI is stubbed out: a function gets nothing of it, and what would need it traps.

use std::path::Path;
use std::process::Command;

use super::{Built, Language, Project, manifest, toolchain};

pub(super) fn build(project: &Project) -> Result<Built, String> {
    let manifest = manifest(project)?;
    let row = Language::Python.row();
    let componentize = toolchain::find(&project.folder, "componentize-py")
        .ok_or_else(|| toolchain::missing(&project.folder, "componentize-py", row.title, row.prepare))?;
    let module = manifest.source.file_stem().unwrap_or_default();
    if module == manifest.world.replace('-', "_").as_str() {
        return Err(format!("the module cannot have the name of its world, `{}`: rename the file", manifest.world));
    }
    let folder = manifest.source.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let output = toolchain::target(&project.folder, "wasm")?.join(format!("{}.wasm", manifest.name));
    let mut command = Command::new(componentize);
    command.current_dir(&project.folder).env("PYTHONDONTWRITEBYTECODE", "1");
    command.arg("--wit-path").arg(&manifest.wit).arg("--world").arg(&manifest.world);
    command.args(["componentize", "--stub-wasi", "--python-path"]).arg(folder);
    command.arg("--output").arg(&output).arg(module);
    toolchain::run(&mut command)?;
    Ok(Built { name: manifest.name.clone(), bytes: crate::tool::read(&output)? })
}
