//! Finds the `ferrite` binary of this build, and builds it where a test ran without the workspace's default members.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

/// The path of the binary, of the same profile as the running test.
///
/// `cargo test` in the workspace builds it before any test runs. `cargo test -p ferrite-tests` does not, so that a
/// missing binary, or one older than the library it is made of, is built here.
pub fn ferrite() -> Result<PathBuf> {
    static FOUND: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    FOUND.get_or_init(|| find().map_err(|error| format!("{error:#}"))).clone().map_err(anyhow::Error::msg)
}

fn find() -> Result<PathBuf> {
    if let Some(path) = env::var_os("FERRITE_BINARY") {
        return Ok(path.into());
    }
    let test = env::current_exe()?;
    // target/<profile>/deps/<test>, or target/<profile>/examples/<example>
    let folder = test.parent().and_then(Path::parent).context("a test lives in target/<profile>/deps")?;
    let binary = folder.join(format!("ferrite{}", env::consts::EXE_SUFFIX));
    let built = modified(&binary);
    if built.is_none() || built < newest_library(&folder.join("deps")) {
        build(folder)?;
    }
    if !binary.is_file() {
        bail!("there is no {}: run `cargo build --bin ferrite`", binary.display());
    }
    Ok(binary)
}

fn build(folder: &Path) -> Result<()> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(crate::workspace()).args(["build", "--quiet", "--bin", "ferrite"]);
    if folder.file_name().is_some_and(|profile| profile == "release") {
        cargo.arg("--release");
    }
    let status = cargo.status().context("cannot run cargo")?;
    if !status.success() {
        bail!("`cargo build --bin ferrite` failed");
    }
    Ok(())
}

/// When the library that the binary is made of was last built.
fn newest_library(deps: &Path) -> Option<SystemTime> {
    let files = std::fs::read_dir(deps).ok()?.flatten();
    let libraries = files.filter(|file| {
        let name = file.file_name();
        let name = name.to_string_lossy();
        name.starts_with("libferrite-") && name.ends_with(".rlib")
    });
    libraries.filter_map(|file| modified(&file.path())).max()
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().ok()?.modified().ok()
}
