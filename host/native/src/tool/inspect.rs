//! `ferrite udf inspect`: what a component is, what it needs, and whether a server takes it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::outline::{Import, Outline};
use super::run::LoadOptions;
use super::style::{bad, good, grouped};
use super::{ToolError, needs, project};

pub(super) const EXAMPLES: &str = "\
Examples:
  ferrite udf inspect limiter.wasm
  ferrite udf inspect limiter.wasm --config ferrite.toml    would this server take it?

The last line is the answer of a server in this process to WASM.LOAD. The exit code is 1 when it refuses.";

/// How many names of a kind are shown.
const SHOWN: usize = 6;

/// Options of `udf inspect`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The component
    file: PathBuf,
    /// Do not load it
    #[arg(long)]
    no_load: bool,
    #[command(flatten)]
    load: LoadOptions,
}

pub(super) fn inspect(arguments: Arguments) -> Result<(), ToolError> {
    let bytes = super::read(&arguments.file)?;
    let outline = Outline::read(&bytes).map_err(|error| format!("{}: {error}", arguments.file.display()))?;
    print(&arguments.file, &outline);
    row("memory", &format!("{} bytes at first", grouped(outline.memory)));
    if !outline.producers.is_empty() {
        row("made with", &outline.producers.join(", "));
    }
    if !outline.custom.is_empty() {
        row("sections", &sections(&outline.custom));
    }
    if arguments.no_load {
        return Ok(());
    }
    let mut server = arguments.load.start()?;
    match server.load(&project::name_of_file(&arguments.file), &bytes, &arguments.load.words()?) {
        Ok(()) => {
            row("WASM.LOAD", &good("takes it"));
            Ok(())
        }
        Err(reason) => {
            row("WASM.LOAD", &bad(reason));
            Err(ToolError::Shown)
        }
    }
}

/// Size, exports, imports, permissions.
pub(super) fn print(file: &Path, outline: &Outline) {
    println!("{}: {} bytes", file.display(), grouped(outline.size as u64));
    match outline.exports.as_slice() {
        [] => row("exports", "nothing"),
        exports => exports.iter().for_each(|export| row("exports", export)),
    }
    let packages = packages(&outline.imports);
    if packages.is_empty() {
        row("imports", "nothing");
    }
    for (package, interfaces) in packages {
        row("imports", &format!("{package}: {}", interfaces.join(", ")));
    }
    let needs = needs::of(outline);
    for (permission, reasons) in &needs.certain {
        let reasons = match needs.everything && *permission == "WRITE" {
            true => "if it writes: it imports the whole store, as components with a language's runtime do".to_owned(),
            false => format!("for {}", list(reasons)),
        };
        row("needs", &format!("{permission}, {reasons}"));
    }
    for (permission, interface) in &needs.outside {
        row("needs", &format!("{permission}, if it does use {interface}: without it access is denied"));
    }
    match (needs.certain.is_empty(), needs.any_command) {
        (true, true) => row("needs", "READ, or more: it can run any command"),
        (true, false) => row("needs", "nothing beyond READ"),
        _ => {}
    }
}

fn row(title: &str, text: &str) {
    println!("  {title:<10} {text}");
}

/// A few of many.
fn list(names: &[String]) -> String {
    let shown = names.get(..names.len().min(SHOWN)).unwrap_or_default().join(", ");
    if names.len() > SHOWN { format!("{shown} and {} more", names.len() - SHOWN) } else { shown }
}

/// `package@version`, and its interfaces with their functions.
fn packages(imports: &[Import]) -> BTreeMap<String, Vec<String>> {
    let mut packages: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for import in imports {
        let package = match (import.package.as_str(), import.version.as_str()) {
            ("", _) => "no package".to_owned(),
            (package, "") => package.to_owned(),
            (package, version) => format!("{package}@{version}"),
        };
        let interface = match import.functions.as_slice() {
            // An interface of types only.
            [] => import.interface.clone(),
            functions if functions.len() > SHOWN => format!("{} ({} functions)", import.interface, functions.len()),
            functions => format!("{} ({})", import.interface, functions.join(", ")),
        };
        packages.entry(package).or_default().push(interface);
    }
    packages
}

/// Custom sections by name, those of one name added up.
fn sections(custom: &[(String, usize)]) -> String {
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, size) in custom {
        let kind = if name.starts_with("component-type:") { "component-type" } else { name.as_str() };
        *sizes.entry(kind).or_default() += size;
    }
    let shown: Vec<String> =
        sizes.iter().map(|(name, size)| format!("{name} ({} bytes)", grouped(*size as u64))).collect();
    shown.join(", ")
}
