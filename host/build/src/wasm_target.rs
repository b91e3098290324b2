//! Makes sure that Rust can compile to WebAssembly before a build fails with a thousand errors about a missing `core`.

use crate::Error;
use std::{
    env,
    path::Path,
    process::{Command, Stdio},
    sync::OnceLock,
};

/// A target that components are compiled for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum WasmTarget {
    /// It has no imports of its own, and what it makes is yet to become a component.
    #[default]
    Unknown,
    /// Rust's standard library over WASI 0.2; the linker makes the component.
    Wasi,
    /// A program over WASI 0.1 that stays a core module: for platforms that take nothing else.
    Module,
}

impl WasmTarget {
    pub(crate) const ALL: [WasmTarget; 3] = [WasmTarget::Unknown, WasmTarget::Wasi, WasmTarget::Module];

    /// The target that a manifest names, if it is one of them.
    pub(crate) fn named(name: &str) -> Option<WasmTarget> {
        WasmTarget::ALL.into_iter().find(|target| target.triple() == name)
    }

    /// As rustc calls it.
    pub(crate) fn triple(self) -> &'static str {
        match self {
            WasmTarget::Unknown => "wasm32-unknown-unknown",
            WasmTarget::Wasi => "wasm32-wasip2",
            WasmTarget::Module => "wasm32-wasip1",
        }
    }

    /// What of a package is compiled, in the words of `cargo rustc`.
    pub(crate) fn crate_type(self) -> &'static [&'static str] {
        match self {
            WasmTarget::Unknown | WasmTarget::Wasi => &["--lib", "--crate-type", "cdylib"],
            WasmTarget::Module => &["--bins"],
        }
    }
}

/// Checks for the target, and adds it with rustup where it is missing.
pub(crate) fn ensure(target: WasmTarget) -> Result<(), Error> {
    static CHECKED: [OnceLock<Result<(), String>>; 3] = [const { OnceLock::new() }; 3];
    let [unknown, wasi, module] = &CHECKED;
    let checked = match target {
        WasmTarget::Unknown => unknown,
        WasmTarget::Wasi => wasi,
        WasmTarget::Module => module,
    };
    let target = target.triple();
    checked
        .get_or_init(|| {
            if is_installed(target) {
                return Ok(());
            }
            eprintln!("ferrite-build: the Rust target {target} is missing; adding it");
            let outcome = add(target);
            // Another build may have added it meanwhile and made ours fail: what counts is what is there.
            if is_installed(target) { Ok(()) } else { Err(outcome) }
        })
        .clone()
        .map_err(|reason| Error::NoWasmTarget { command: command(target), reason })
}

fn is_installed(target: &str) -> bool {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).args(["--print", "target-libdir", "--target", target]).output();
    // A target that is not installed still has a path, where nothing is.
    output.is_ok_and(|output| {
        output.status.success() && Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir()
    })
}

fn add(target: &str) -> String {
    // Standard output belongs to cargo when a build script runs this.
    match Command::new("rustup").args(["target", "add", target]).stdout(Stdio::null()).status() {
        Ok(status) if status.success() => "rustup added it, but rustc does not find it".to_owned(),
        Ok(status) => format!("`rustup target add` ended with {status}"),
        Err(error) => format!("rustup could not be started: {error}"),
    }
}

fn command(target: &str) -> String {
    match env::var("RUSTUP_TOOLCHAIN") {
        Ok(toolchain) => format!("rustup target add --toolchain {toolchain} {target}"),
        Err(_) => format!("rustup target add {target}"),
    }
}
