//! Each bad turn on the way, with the message that helps.

use std::fs;
use std::path::Path;

use anyhow::Result;
use ferrite_build::guest;

use crate::tool::{command, ferrite};

/// What `ferrite` says on standard error when it fails.
fn refusal(folder: &Path, arguments: &[&str]) -> Result<String> {
    let output = ferrite(folder, arguments)?;
    assert_eq!(output.status.code(), Some(1), "{}{}", output.text(), output.stderr);
    Ok(output.stderr)
}

#[test]
fn a_missing_tool_is_named_with_the_commands_that_bring_it() -> Result<()> {
    let folder = tempfile::tempdir()?;
    for (language, tool, advice) in [
        ("js", "componentize-qjs is missing", "npm install"),
        ("python", "componentize-py is missing", ".venv/bin/pip install -r requirements.txt"),
        ("c", "zig (or clang with wasm-ld) is missing", ".venv/bin/pip install -r requirements.txt"),
    ] {
        ferrite(folder.path(), &["udf", "new", language, "--lang", language])?.succeeded()?;
        // A path without any tool on it.
        let mut build = command(folder.path(), &["udf", "build", language])?;
        let output = build.env("PATH", folder.path()).output()?;
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{error}");
        assert_eq!(error.lines().count(), 1, "one line says it: {error}");
        assert!(
            error.contains(tool) && error.contains(&format!("cd '{language}' && ")) && error.contains(advice),
            "{error}"
        );
    }
    Ok(())
}

#[test]
fn a_folder_that_is_no_project_is_told_how_to_become_one() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let error = refusal(folder.path(), &["udf", "build"])?;
    assert!(error.contains("no Cargo.toml and no udf.toml") && error.contains("ferrite udf new"), "{error}");
    fs::write(folder.path().join("udf.toml"), "name = 'x'\nlang = 'cobol'\nsource = 'x.cbl'\n")?;
    let error = refusal(folder.path(), &["udf", "build"])?;
    assert!(error.contains("udf.toml") && error.contains("cobol") && error.contains("python"), "{error}");
    fs::write(folder.path().join("udf.toml"), "name = 'x'\nlang = 'c'\nsource = 'x.c'\n")?;
    let error = refusal(folder.path(), &["udf", "build"])?;
    assert!(error.contains("there is no source `x.c`"), "{error}");
    Ok(())
}

#[test]
fn a_new_project_overwrites_nothing_and_has_a_plain_name() -> Result<()> {
    let folder = tempfile::tempdir()?;
    ferrite(folder.path(), &["udf", "new", "limiter"])?.succeeded()?;
    let error = refusal(folder.path(), &["udf", "new", "limiter", "--lang", "c"])?;
    assert!(error.contains("exists already, and nothing is overwritten"), "{error}");
    for name in ["../limiter", "Limiter", "-x", ""] {
        let output = ferrite(folder.path(), &["udf", "new", "--", name])?;
        assert!(!output.status.success() && output.stderr.contains("lower-case"), "{name}: {}", output.stderr);
    }
    assert_eq!(fs::read_dir(folder.path())?.count(), 1);
    Ok(())
}

#[test]
fn what_no_server_takes_is_told_by_inspect_run_and_test() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes);
    write("import.wasm", &guest("unknown-import")?.bytes)?;
    write("world.wasm", &guest("wrong-world")?.bytes)?;
    write("golden.toml", b"[[case]]\nname = 'x'\nreply = 1\n")?;
    write("core.wasm", b"\0asm\x01\0\0\0")?;
    write("script.wasm", b"#!/bin/sh")?;

    for (file, part) in [("import.wasm", "evil:host/shell"), ("world.wasm", "`call`")] {
        let inspected = ferrite(folder.path(), &["udf", "inspect", file])?;
        assert_eq!(inspected.status.code(), Some(1));
        let printed = inspected.text();
        let verdict = printed.lines().last().unwrap_or_default();
        assert!(verdict.starts_with("  WASM.LOAD  ERR wasm: cannot load") && verdict.contains(part), "{printed}");
        assert!(refusal(folder.path(), &["udf", "run", file])?.contains(part));
        let tested = ferrite(folder.path(), &["udf", "test", file])?;
        assert_eq!(tested.status.code(), Some(1));
        assert!(tested.text().contains("it does not load: ERR wasm: ") && tested.text().contains(part));
    }
    for (file, part) in
        [("core.wasm", "it is a core module"), ("script.wasm", "it is no WebAssembly"), ("absent.wasm", "No such file")]
    {
        let error = refusal(folder.path(), &["udf", "inspect", file])?;
        assert!(error.contains(file) && error.contains(part), "{error}");
    }
    Ok(())
}

#[test]
fn a_component_is_described_before_it_is_loaded() -> Result<()> {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("filter.wasm"), guest("filter")?.bytes)?;
    let printed = ferrite(folder.path(), &["udf", "inspect", "filter.wasm"])?.succeeded()?.text();
    for part in [
        "  exports    call: func(keys: list<list<u8>>, args: list<list<u8>>) -> result<reply, string>\n",
        "strings (get, get-short, set)",
        "  needs      WRITE, for strings.set\n",
        "  memory     ",
        "wit-component",
        "  WASM.LOAD  takes it\n",
    ] {
        assert!(printed.contains(part), "no `{part}` in\n{printed}");
    }
    Ok(())
}
