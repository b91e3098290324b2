//! Runs cargo inside of cargo: what the outer one set for itself must not reach the inner one.

use crate::Error;
use serde_json::Value;
use std::{
    env,
    ffi::{OsStr, OsString},
    process::{Command, Stdio},
};

/// Variables that an outer cargo, clippy or a coverage tool sets for its own build. Its job server (`CARGO_MAKEFLAGS`)
/// is not among them: both builds together shall not take more processors than one.
const FOREIGN: &[&str] = &[
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_BUILD_TARGET",
    "CARGO_BUILD_TARGET_DIR",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_INCREMENTAL",
    "CARGO_PRIMARY_PACKAGE",
    "CARGO_TARGET_DIR",
    "CARGO_TARGET_TMPDIR",
    "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
    "CARGO_TARGET_WASM32_WASIP2_RUSTFLAGS",
    "CLIPPY_ARGS",
    "DEBUG",
    "HOST",
    "NUM_JOBS",
    "OPT_LEVEL",
    "OUT_DIR",
    "PROFILE",
    "RUSTC_LINKER",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTFLAGS",
    "TARGET",
    "__CARGO_DEFAULT_LIB_METADATA",
];

/// The same, by the beginning of their names.
const FOREIGN_PREFIXES: &[&str] = &[
    "CARGO_BIN_",
    "CARGO_CFG_",
    "CARGO_CRATE_",
    "CARGO_FEATURE_",
    "CARGO_MANIFEST_",
    "CARGO_PKG_",
    "CARGO_PROFILE_",
    "DEP_",
];

/// Two pieces of what Rust's allocator asks for at once.
const INITIAL_HEAP: &str = "-Clink-arg=--initial-heap=131072";

/// What rustc is told for every component: SIMD, which every host of ours has; names of functions, but nothing else for
/// debuggers (said here, because cargo forgets the profile's `strip` where a package has settings of its own); numbers in
/// the code as short as they are, not as long as the linker may need them; a heap that is there from the begin, so that a
/// fresh instance of a small function never has its memory grown, which costs the host system calls; and no path of this
/// machine in panic messages, so that the same sources are the same bytes everywhere.
fn rustflags(more: &[&str]) -> OsString {
    let mut flags: Vec<OsString> =
        ["-Ctarget-feature=+simd128", "-Cstrip=debuginfo", "-Clink-arg=--compress-relocations", INITIAL_HEAP]
            .iter()
            .chain(more)
            .map(Into::into)
            .collect();
    let mut remap = |from: Option<OsString>, to: &str| {
        if let Some(from) = from.filter(|from| !from.is_empty()) {
            let mut flag = OsString::from("--remap-path-prefix=");
            flag.push(from);
            flag.push("=");
            flag.push(to);
            flags.push(flag);
        }
    };
    let cargo_home =
        env::var_os("CARGO_HOME").or_else(|| env::home_dir().map(|home| home.join(".cargo").into_os_string()));
    remap(cargo_home, "/cargo");
    flags.join(OsStr::new("\x1f"))
}

/// A cargo command in a clean environment, with standard error left to the caller's terminal.
fn command(arguments: &[OsString], flags: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, value) in env::vars_os() {
        let known = name.to_str().is_some_and(|name| {
            FOREIGN.contains(&name) || FOREIGN_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        });
        let clippy = name == "RUSTC_WRAPPER" && value.to_string_lossy().contains("clippy-driver");
        if known || clippy {
            command.env_remove(name);
        }
    }
    command.env("CARGO_ENCODED_RUSTFLAGS", rustflags(flags));
    command.args(arguments).stdin(Stdio::null()).stderr(Stdio::inherit());
    command
}

/// Runs cargo and returns the JSON objects that it wrote, one a line.
pub(crate) fn run(arguments: &[OsString]) -> Result<Vec<Value>, Error> {
    run_with(arguments, &[])
}

/// The same with further flags for rustc.
pub(crate) fn run_with(arguments: &[OsString], flags: &[&str]) -> Result<Vec<Value>, Error> {
    let shown = || {
        let words: Vec<_> = arguments.iter().map(|word| word.to_string_lossy()).collect();
        format!("cargo {}", words.join(" "))
    };
    let output = command(arguments, flags)
        .output()
        .map_err(|error| Error::Cargo(format!("could not start `{}`: {error}", shown())))?;
    if !output.status.success() {
        return Err(Error::Cargo(format!("`{}` failed ({}); its messages stand above", shown(), output.status)));
    }
    let lines = String::from_utf8_lossy(&output.stdout);
    // Not every line is ours: what a build script or a macro prints passes through as it is.
    Ok(lines.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}
