//! Tools that a suite needs from the machine: present, skipped out loud, or a failure in CI.

use std::env;
use std::path::PathBuf;

/// The path of a program, or `None` after a printed line, upon which the test returns early.
///
/// # Panics
///
/// When the tool is missing and `FERRITE_REQUIRE_ALL=1`: CI never skips.
pub fn require(tool: &str) -> Option<PathBuf> {
    let found = find(tool);
    if found.is_none() {
        skip(&format!("`{tool}` is not installed"));
    }
    found
}

/// Says why a test cannot run here.
///
/// # Panics
///
/// When `FERRITE_REQUIRE_ALL=1`.
pub fn skip(reason: &str) {
    assert!(!all_required(), "FERRITE_REQUIRE_ALL=1, but {reason}");
    eprintln!("SKIPPED: {reason}");
}

/// Whether a skip is a failure.
pub fn all_required() -> bool {
    env::var_os("FERRITE_REQUIRE_ALL").is_some_and(|value| value == "1")
}

/// In what `cargo install --root target/tools` brought, then in PATH.
fn find(tool: &str) -> Option<PathBuf> {
    let installed = crate::workspace().join("target/tools/bin");
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = [installed].into_iter().chain(env::split_paths(&path));
    folders.map(|folder| folder.join(tool)).find(|file| file.is_file())
}
