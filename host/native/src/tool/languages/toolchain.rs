//! Finds the programs of a toolchain, and runs them.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where a project or a folder above it may have its own programs.
const OWN: [&str; 2] = ["node_modules/.bin", ".venv/bin"];

/// A program of the project's own, of an active virtual environment, or on the path.
pub(super) fn find(folder: &Path, program: &str) -> Option<PathBuf> {
    let folder = folder.canonicalize().ok()?;
    let own = folder.ancestors().flat_map(|folder| OWN.map(|own| folder.join(own)));
    let active = env::var_os("VIRTUAL_ENV").map(|folder| PathBuf::from(folder).join("bin"));
    let path = env::var_os("PATH").unwrap_or_default();
    let all = own.chain(active).chain(env::split_paths(&path));
    all.map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// What to tell when no program was found.
pub(super) fn missing(folder: &Path, programs: &str, language: &str, commands: &[&str]) -> String {
    let folder = folder.display();
    format!(
        "{programs} is missing, which {language} functions are built with. Type: cd '{folder}' && {}",
        commands.join(" && ")
    )
}

/// Runs a program to its end. What it prints is shown only when it fails.
pub(super) fn run(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{program} cannot be run: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let printed = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).trim().to_owned());
    let printed: Vec<String> = printed.into_iter().filter(|text| !text.is_empty()).collect();
    Err(format!("{program} ended with {}:\n{}", output.status, printed.join("\n")))
}

/// The folder for what is made on the way, in the project's own `target`.
pub(super) fn target(folder: &Path, name: &str) -> Result<PathBuf, String> {
    let target = folder.join("target").join(name);
    std::fs::create_dir_all(&target).map_err(|error| format!("{}: {error}", target.display()))?;
    target.canonicalize().map_err(|error| format!("{}: {error}", target.display()))
}
