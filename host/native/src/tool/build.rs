//! `ferrite udf build`: a project becomes a component, and what it will need is said.

use std::path::{Path, PathBuf};

use super::languages::{self, Built};
use super::outline::Outline;
use super::project::Project;
use super::{ToolError, inspect, needs};

pub(super) const EXAMPLES: &str = "\
Examples:
  ferrite udf build                        the project in this directory
  ferrite udf build ./my-function -o my-function.wasm
  redis-cli -x WASM.LOAD my-function < my-function.wasm

A project has a Cargo.toml (Rust) or a udf.toml (JavaScript, Python, C). The tools of its language are looked for in its
own node_modules and .venv, then on the path.";

/// Options of `udf build`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Directory of the project
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// File to write [default: the project's name with .wasm, in the present directory]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Print nothing but errors
    #[arg(short, long)]
    quiet: bool,
}

pub(super) fn build(arguments: Arguments) -> Result<(), ToolError> {
    let built = component(&arguments.dir)?;
    let output = arguments.output.unwrap_or_else(|| PathBuf::from(format!("{}.wasm", built.name)));
    if let Some(folder) = output.parent() {
        std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    std::fs::write(&output, &built.bytes).map_err(|error| format!("{}: {error}", output.display()))?;
    if !arguments.quiet {
        let outline = Outline::read(&built.bytes)?;
        inspect::print(&output, &outline);
        let words = needs::of(&outline).words();
        let (placeholder, load) = if words.is_empty() { ("-x", "") } else { ("-X module", " module ") };
        println!("\nredis-cli {placeholder} WASM.LOAD {}{load}{words} < {}", built.name, output.display());
    }
    Ok(())
}

/// Builds the project in a folder.
pub(super) fn component(folder: &Path) -> Result<Built, String> {
    languages::build(&Project::find(folder)?)
}
