//! C: bindings by `wit-bindgen c`, compiled by zig or clang with their own C library, encoded in this process.
//!
//! The bindings are made anew by every build, in `target/bindings`, so that they are always those of the project's WIT.
//! The target is `wasm32-wasi` for its C library: `malloc`, `string.h` and `snprintf` need nothing of WASI, and what
//! does need it (files, `printf`) is refused here.

use std::path::Path;
use std::process::Command;

use wit_bindgen_core::{Files, wit_parser::Resolve};

use super::{Built, Language, Project, manifest, toolchain};
use crate::tool::project::Manifest;

/// One function is small: what is not used is left out, and the rest is made for speed.
const FLAGS: [&str; 6] = ["-mexec-model=reactor", "-O2", "-flto", "-Wl,--strip-all", "-Wall", "-Wextra"];

pub(super) fn build(project: &Project) -> Result<Built, String> {
    let manifest = manifest(project)?;
    let mut compiler = compiler(&project.folder)?;
    let bindings = toolchain::target(&project.folder, "bindings")?;
    let made = bind(project, manifest)?;
    for (name, content) in made.iter() {
        let path = bindings.join(name);
        if std::fs::read(&path).ok().as_deref() != Some(content) {
            std::fs::write(&path, content).map_err(|error| format!("{}: {error}", path.display()))?;
        }
    }
    let output = toolchain::target(&project.folder, "wasm")?.join(format!("{}.core.wasm", manifest.name));
    compiler.current_dir(&project.folder).args(FLAGS);
    compiler.arg("-I").arg(&bindings).arg("-o").arg(&output).arg(&manifest.source);
    for (name, _) in made.iter().filter(|(name, _)| name.ends_with(".c") || name.ends_with(".o")) {
        compiler.arg(bindings.join(name));
    }
    toolchain::run(&mut compiler)?;
    let bytes = ferrite_build::encode(&crate::tool::read(&output)?, None).map_err(|reason| {
        let about_wasi = reason.contains("wasi_snapshot_preview1");
        let advice = if about_wasi {
            ". Functions have no WASI: leave out what prints, reads files, or asks the time"
        } else {
            ""
        };
        format!("`{}` compiled, but it is no component: {reason}{advice}", manifest.name)
    })?;
    Ok(Built { name: manifest.name.clone(), bytes })
}

/// zig, alone or as Python's package, or clang with the C library of WASI.
fn compiler(folder: &Path) -> Result<Command, String> {
    for zig in ["zig", "python-zig"] {
        if let Some(zig) = toolchain::find(folder, zig) {
            let mut command = Command::new(zig);
            command.args(["cc", "-target", "wasm32-wasi"]);
            return Ok(command);
        }
    }
    if let (Some(clang), Some(_)) = (toolchain::find(folder, "clang"), toolchain::find(folder, "wasm-ld")) {
        let mut command = Command::new(clang);
        command.arg("--target=wasm32-wasi");
        return Ok(command);
    }
    let row = Language::C.row();
    Err(toolchain::missing(folder, "zig (or clang with wasm-ld)", row.title, row.prepare))
}

/// The files that `wit-bindgen c` makes of the project's world.
fn bind(project: &Project, manifest: &Manifest) -> Result<Files, String> {
    let path = project.folder.join(&manifest.wit);
    let wrong = |error: &dyn std::fmt::Display| format!("{}: {error:#}", path.display());
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_path(&path).map_err(|error| wrong(&error))?;
    let world = resolve.select_world(&[package], Some(&manifest.world)).map_err(|error| wrong(&error))?;
    let mut files = Files::default();
    wit_bindgen_c::Opts::default().build().generate(&mut resolve, world, &mut files).map_err(|error| wrong(&error))?;
    Ok(files)
}
