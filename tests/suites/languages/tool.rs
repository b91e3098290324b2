//! `ferrite udf …` in a folder of its own, and the tools of each language, brought by npm and pip.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use ferrite_tests::program::{Output, run_within};
use ferrite_tests::require::{require, skip};
use ferrite_tests::{binary, workspace};

/// A guard against hanging: a C library may be compiled before the function is.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(900);

/// A language, and what a caller has to know of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Language {
    /// The word of `--lang`.
    pub(crate) word: &'static str,
    /// The filter in this language, in the folder of the example.
    pub(crate) filter: &'static str,
    /// The most fuel that a case takes.
    pub(crate) fuel: &'static str,
}

pub(crate) const RUST: Language = Language { word: "rust", filter: "src/lib.rs", fuel: "50_000" };
pub(crate) const JS: Language = Language { word: "js", filter: "filter.js", fuel: "900_000" };
pub(crate) const PYTHON: Language = Language { word: "python", filter: "filter.py", fuel: "900_000" };
pub(crate) const C: Language = Language { word: "c", filter: "filter.c", fuel: "100_000" };

impl Language {
    /// Puts its tools where a project has them, or says why the test cannot run here.
    pub(crate) fn bring_tools(self, project: &Path) -> Result<bool> {
        match self.word {
            "js" => {
                let packages = workspace().join("tests/languages/node_modules");
                if require("node").is_none() {
                    return Ok(false);
                }
                if !packages.join("componentize-qjs").is_dir() {
                    skip("npm's componentize-qjs is not there: npm ci --prefix tests/languages");
                    return Ok(false);
                }
                std::os::unix::fs::symlink(packages, project.join("node_modules"))?;
            }
            "python" | "c" => {
                let environment = workspace().join("target/python");
                let tool = if self.word == "python" { "componentize-py" } else { "python-zig" };
                if !environment.join("bin").join(tool).is_file() {
                    skip(&format!(
                        "{tool} is not there: python3 -m venv target/python && target/python/bin/pip install -r \
                         guest-sdk/templates/{}/requirements.txt",
                        self.word
                    ));
                    return Ok(false);
                }
                std::os::unix::fs::symlink(environment, project.join(".venv"))?;
            }
            _ => {
                // With the versions of this workspace, cargo neither asks a registry nor compiles them once more.
                std::fs::copy(workspace().join("Cargo.lock"), project.join("Cargo.lock"))?;
            }
        }
        Ok(true)
    }
}

/// Runs `ferrite` in a folder.
pub(crate) fn ferrite(folder: &Path, arguments: &[&str]) -> Result<Output> {
    run_within(&mut command(folder, arguments)?, b"", PATIENCE)
}

/// The command, for a test that changes its environment.
pub(crate) fn command(folder: &Path, arguments: &[&str]) -> Result<Command> {
    let mut command = Command::new(binary::ferrite()?);
    command.args(arguments).current_dir(folder).env("CARGO_TERM_COLOR", "never").env_remove("VIRTUAL_ENV");
    // What is compiled is compiled once for all tests, and nothing is left in the user's own folders.
    let target = workspace().join("target/languages");
    command.env("XDG_CACHE_HOME", target.join("cache"));
    if std::env::var_os("ZIG_GLOBAL_CACHE_DIR").is_none() {
        command.env("ZIG_GLOBAL_CACHE_DIR", target.join("zig"));
    }
    Ok(command)
}

/// A new project named `my-limiter`, or nothing after a printed skip.
pub(crate) fn project(folder: &Path, language: Language) -> Result<Option<PathBuf>> {
    ferrite(folder, &["udf", "new", "my-limiter", "--lang", language.word])?.succeeded()?;
    let project = folder.join("my-limiter");
    Ok(language.bring_tools(&project)?.then_some(project))
}
