//! The package, built from the components that all suites use, and packed once.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;

use anyhow::{Context, Result};
use ferrite_tests::functions::EXAMPLES;
use ferrite_tests::program::run;
use ferrite_tests::require::{require, skip};
use ferrite_tests::workspace;

/// Node in the package's folder.
pub(crate) fn node() -> Command {
    let mut command = Command::new("node");
    command.current_dir(workspace().join("host/edge")).env("FERRITE_EDGE_FUNCTIONS", components());
    command
}

/// The tarball that `npm publish` would send, or `None` after a printed skip when something of the machine is missing.
pub(crate) fn tarball(runtime: &str) -> Result<Option<PathBuf>> {
    static PACKED: Mutex<Option<PathBuf>> = Mutex::new(None);
    let tools = ["node", "npm"].into_iter().chain((runtime == "chromium").then_some("chromium"));
    if tools.map(require).any(|tool| tool.is_none()) {
        return Ok(None);
    }
    for folder in ["host/edge", "host/edge/test"] {
        if !workspace().join(folder).join("node_modules").is_dir() {
            skip(&format!("its npm packages are not there: npm ci --prefix {folder}"));
            return Ok(None);
        }
    }
    let mut packed = PACKED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if packed.is_none() {
        *packed = Some(pack()?);
    }
    Ok(packed.clone())
}

/// Where the components are that go into it, and the tarball.
pub(crate) fn components() -> PathBuf {
    workspace().join("target/edge")
}

fn pack() -> Result<PathBuf> {
    let folder = components();
    std::fs::create_dir_all(&folder)?;
    for component in ["store", "store-without-vectors", "gateway", "http-calls"] {
        std::fs::copy(ferrite_build::guest(component)?.path, folder.join(component).with_extension("wasm"))?;
    }
    for function in EXAMPLES {
        std::fs::copy(ferrite_build::guest(function)?.path, folder.join(function).with_extension("wasm"))?;
    }
    run(node().arg("scripts/build.mjs").env("FERRITE_COMPONENTS", &folder), b"")?.succeeded()?;
    let mut pack = Command::new("npm");
    pack.args(["pack", "--silent", "--pack-destination"]).arg(&folder).current_dir(workspace().join("host/edge"));
    let printed = run(&mut pack, b"")?.succeeded()?.text();
    let name = printed.lines().last().context("npm pack names its file")?;
    Ok(folder.join(name))
}
