//! Under the stock `wasmtime`: the programs of one file, `wasmtime run ferrite-cli.wasm` and `wasmtime serve ferrite-http.wasm`, and a
//! program of somebody else over `wasi:keyvalue`.

mod composed;
mod gateway;
mod keyvalue;
mod listening;
mod policies;
mod serve;
mod shared;
mod standard_streams;

use std::path::Path;
use std::process::Command;

use anyhow::Result;
use ferrite_build::compose::Program;
use ferrite_tests::require;
use tempfile::TempDir;

/// A program, compiled once for the process that asks for it, so that each start of it takes milliseconds.
struct Compiled {
    folder: TempDir,
    wasmtime: std::path::PathBuf,
}

impl Compiled {
    /// None after a printed line when there is no `wasmtime` on this machine.
    fn new(program: &Program) -> Result<Option<Compiled>> {
        Compiled::of(&program.build()?.bytes)
    }

    fn of(component: &[u8]) -> Result<Option<Compiled>> {
        let Some(wasmtime) = require("wasmtime") else { return Ok(None) };
        let compiled = Compiled { folder: TempDir::new()?, wasmtime };
        let file = compiled.folder.path().join("program.wasm");
        std::fs::write(&file, component)?;
        let mut command = Command::new(&compiled.wasmtime);
        command.arg("compile").arg(file).arg("-o").arg(compiled.file());
        ferrite_tests::program::run(&mut command, b"")?.succeeded()?;
        Ok(Some(compiled))
    }

    fn file(&self) -> std::path::PathBuf {
        Path::new(self.folder.path()).join("program.cwasm")
    }

    /// `wasmtime <subcommand> <options> program <arguments>`.
    fn command(&self, subcommand: &str, options: &[&str], arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.wasmtime);
        command.args([subcommand, "--allow-precompiled"]).args(options).arg(self.file()).args(arguments);
        command
    }
}
