//! A program that uses `wasi:keyvalue` and was written for no store: the same lines over wasmtime's own and over ours.

use std::fs;
use std::process::Command;

use anyhow::Result;
use ferrite_build::{compose::plugged, guest};
use ferrite_tests::program::run;
use ferrite_tests::require;
use tempfile::TempDir;

#[test]
fn a_program_of_the_standard_finds_the_same_over_our_store_as_over_the_hosts() -> Result<()> {
    let Some(wasmtime) = require("wasmtime") else { return Ok(()) };
    let folder = TempDir::new()?;
    let program = guest("keyvalue")?.bytes;
    let store = plugged(&guest("store")?.bytes, &[&guest("environment")?.bytes])?;
    let adapter = plugged(&guest("wasi-keyvalue")?.bytes, &[&store])?;
    let composed = plugged(&program, &[&adapter])?;
    let mut printed = Vec::new();
    for (name, bytes, options) in [("alone", &program, &["-S", "keyvalue"][..]), ("composed", &composed, &[])] {
        let file = folder.path().join(name).with_extension("wasm");
        fs::write(&file, bytes)?;
        let mut command = Command::new(&wasmtime);
        command.arg("run").args(options).arg(file);
        printed.push(run(&mut command, b"")?.succeeded()?.text());
    }
    let [theirs, ours] = &printed[..] else { unreachable!("there are two") };
    assert_eq!(ours, theirs);
    assert!(ours.contains("increment again: 42") && ours.contains("keys: 2502 "), "{ours}");
    Ok(())
}
