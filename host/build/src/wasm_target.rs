//! Makes sure that Rust can compile to WebAssembly before a build fails with a thousand errors about a missing `core`.

use crate::Error;
use std::{
    env,
    path::Path,
    process::{Command, Stdio},
    sync::OnceLock,
};

/// The target that components are compiled for. It has no imports of its own, unlike the WASI targets.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Checks for the target, and adds it with rustup where it is missing.
pub(crate) fn ensure() -> Result<(), Error> {
    static CHECKED: OnceLock<Result<(), String>> = OnceLock::new();
    CHECKED
        .get_or_init(|| {
            if is_installed() {
                return Ok(());
            }
            eprintln!("ferrite-build: the Rust target {WASM_TARGET} is missing; adding it");
            let outcome = add();
            // Another build may have added it meanwhile and made ours fail: what counts is what is there.
            if is_installed() { Ok(()) } else { Err(outcome) }
        })
        .clone()
        .map_err(|reason| Error::NoWasmTarget { command: command(), reason })
}

fn is_installed() -> bool {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).args(["--print", "target-libdir", "--target", WASM_TARGET]).output();
    // A target that is not installed still has a path, where nothing is.
    output.is_ok_and(|output| {
        output.status.success() && Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir()
    })
}

fn add() -> String {
    // Standard output belongs to cargo when a build script runs this.
    match Command::new("rustup").args(["target", "add", WASM_TARGET]).stdout(Stdio::null()).status() {
        Ok(status) if status.success() => "rustup added it, but rustc does not find it".to_owned(),
        Ok(status) => format!("`rustup target add` ended with {status}"),
        Err(error) => format!("rustup could not be started: {error}"),
    }
}

fn command() -> String {
    match env::var("RUSTUP_TOOLCHAIN") {
        Ok(toolchain) => format!("rustup target add --toolchain {toolchain} {WASM_TARGET}"),
        Err(_) => format!("rustup target add {WASM_TARGET}"),
    }
}
