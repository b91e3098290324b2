//! Builds the components that the server runs and tells `lib.rs` where they are; lists the templates of `ferrite udf new` and their WIT.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> anyhow::Result<()> {
    let store = ferrite_build::guest("store")?;
    store.rerun_if_changed();
    println!("cargo:rustc-env=FERRITE_STORE_COMPONENT={}", store.path.display());
    let gateway = ferrite_build::guest("gateway")?;
    gateway.rerun_if_changed();
    println!("cargo:rustc-env=FERRITE_GATEWAY_COMPONENT={}", gateway.path.display());
    let embedder = ferrite_build::guest("embedder")?;
    embedder.rerun_if_changed();
    println!("cargo:rustc-env=FERRITE_EMBEDDER_COMPONENT={}", embedder.path.display());
    for policy in ["prompt-template", "redact-pii", "topics"] {
        let guest = ferrite_build::guest(policy)?;
        guest.rerun_if_changed();
        let name = policy.to_uppercase().replace('-', "_");
        println!("cargo:rustc-env=FERRITE_POLICY_{name}={}", guest.path.display());
    }
    let list = Path::new(&env::var("OUT_DIR")?).join("templates.rs");
    fs::write(list, templates(&ferrite_build::workspace::root())?)?;
    Ok(())
}

/// Two tables: the files of each template by language, and those of the WIT packages.
fn templates(root: &Path) -> anyhow::Result<String> {
    let mut text = String::from("static TEMPLATES: &[(&str, &str, &str)] = &[\n");
    let templates = root.join("guest-sdk/templates");
    for language in entries(&templates)? {
        let name = language.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for (path, file) in files(&language)? {
            writeln!(text, "({name:?}, {path:?}, include_str!({file:?})),")?;
        }
    }
    // The Rust template is the example of the same name.
    let example = root.join("guest-sdk/examples/rate-limit");
    for folder in ["src", "tests"] {
        for (path, file) in files(&example.join(folder))? {
            writeln!(text, "(\"rust\", \"{folder}/{path}\", include_str!({file:?})),")?;
        }
    }
    text.push_str("];\nstatic WIT: &[(&str, &str)] = &[\n");
    for (path, file) in files(&root.join("wit/udf"))? {
        writeln!(text, "({path:?}, include_str!({file:?})),")?;
    }
    text.push_str("];\n");
    Ok(text)
}

/// All files below a folder, by their paths in it. Cargo is told to look at the folder.
fn files(folder: &Path) -> anyhow::Result<Vec<(String, PathBuf)>> {
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut found = Vec::new();
    for path in entries(folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            found.extend(files(&path)?.into_iter().map(|(below, file)| (format!("{name}/{below}"), file)));
        } else {
            found.push((name, path));
        }
    }
    Ok(found)
}

/// What is in a folder, in an order that does not depend on the file system.
fn entries(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).map_err(|error| anyhow::anyhow!("{}: {error}", folder.display()))?;
    let mut entries = entries.map(|entry| Ok(entry?.path())).collect::<anyhow::Result<Vec<_>>>()?;
    entries.sort();
    Ok(entries)
}
