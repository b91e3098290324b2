//! JavaScript: `componentize-qjs` puts the module and a QuickJS into one component.
//!
//! WASI is stubbed out: a function gets nothing of it, and what would need it traps.

use std::process::Command;

use super::{Built, Language, Project, manifest, toolchain};

pub(super) fn build(project: &Project) -> Result<Built, String> {
    let manifest = manifest(project)?;
    let row = Language::Js.row();
    let componentize = toolchain::find(&project.folder, "componentize-qjs")
        .ok_or_else(|| toolchain::missing(&project.folder, "componentize-qjs", row.title, row.prepare))?;
    let output = toolchain::target(&project.folder, "wasm")?.join(format!("{}.wasm", manifest.name));
    let mut command = Command::new(componentize);
    command.current_dir(&project.folder).args(["--sync", "--opt-size", "--stub-wasi"]);
    command.arg("--wit").arg(&manifest.wit).arg("--world").arg(&manifest.world);
    command.arg("--js").arg(&manifest.source).arg("--output").arg(&output);
    toolchain::run(&mut command)?;
    Ok(Built { name: manifest.name.clone(), bytes: crate::tool::read(&output)? })
}
