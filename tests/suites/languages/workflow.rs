//! `new`, `test`, `build`, WASM.LOAD, a call: what a newcomer does on the first day, in each language.

use std::fs;

use anyhow::{Context, Result};
use ferrite_tests::functions::{ask, load_bytes};
use ferrite_tests::{FerriteServer, workspace};

use crate::tool::{C, JS, Language, PYTHON, RUST, ferrite, project};

#[test]
fn a_rate_limiter_in_rust_goes_from_an_idea_to_a_server() -> Result<()> {
    rate_limiter(RUST)
}

#[test]
fn a_rate_limiter_in_javascript_goes_from_an_idea_to_a_server() -> Result<()> {
    rate_limiter(JS)
}

#[test]
fn a_rate_limiter_in_python_goes_from_an_idea_to_a_server() -> Result<()> {
    rate_limiter(PYTHON)
}

#[test]
fn a_rate_limiter_in_c_goes_from_an_idea_to_a_server() -> Result<()> {
    rate_limiter(C)
}

#[test]
fn the_filter_in_javascript_answers_like_the_one_in_rust() -> Result<()> {
    filter(JS)
}

#[test]
fn the_filter_in_python_answers_like_the_one_in_rust() -> Result<()> {
    filter(PYTHON)
}

#[test]
fn the_filter_in_c_answers_like_the_one_in_rust() -> Result<()> {
    filter(C)
}

#[test]
fn the_examples_in_rust_pass_the_golden_cases_of_all_languages() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let cases = |text: &str| -> Result<()> { Ok(fs::write(folder.path().join("golden.toml"), text)?) };
    fs::write(folder.path().join("filter.wasm"), ferrite_build::guest("filter")?.bytes)?;
    cases(&fs::read_to_string(workspace().join("guest-sdk/examples/filter/golden.toml"))?)?;
    passes(folder.path(), "filter.wasm")?;
    fs::write(folder.path().join("rate-limit.wasm"), ferrite_build::guest("rate-limit")?.bytes)?;
    let text = fs::read_to_string(workspace().join("guest-sdk/templates/any/golden.toml"))?;
    cases(&text.replace("\"{{fuel}}\"", "50_000"))?;
    passes(folder.path(), "rate-limit.wasm")
}

fn passes(folder: &std::path::Path, component: &str) -> Result<()> {
    let printed = ferrite(folder, &["udf", "test", component])?.succeeded()?.text();
    assert!(printed.contains(" passed, 0 failed"), "{printed}");
    Ok(())
}

fn rate_limiter(language: Language) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let Some(project) = project(folder.path(), language)? else { return Ok(()) };
    passes(&project, ".")?;

    let printed = ferrite(&project, &["udf", "build"])?.succeeded()?.text();
    let component = fs::read(project.join("my-limiter.wasm")).context("it is in the present directory")?;
    let size = component.len();
    for part in ["exports    call: func(keys: list<list<u8>>", "imports    ferrite:store@", "needs      WRITE, "] {
        assert!(printed.contains(part), "no `{part}` in\n{printed}");
    }
    assert!(printed.replace(',', "").starts_with(&format!("my-limiter.wasm: {size} bytes\n")), "{printed}");
    let load = "redis-cli -X module WASM.LOAD my-limiter module PERMISSIONS WRITE";
    assert!(printed.contains(load), "no `{load}` in\n{printed}");

    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    assert_eq!(load_bytes(&mut client, "my-limiter", &component, &["PERMISSIONS", "WRITE"])?, "+OK\r\n");
    for remaining in [1, 0] {
        let reply = ask(&mut client, "WASM.CALL my-limiter KEYS limit:ada ARGS 2 4294967295")?;
        assert_eq!(reply, format!("*3\r\n:1\r\n:{remaining}\r\n:0\r\n"));
    }
    let refused = ask(&mut client, "FCALL my-limiter 1 limit:ada 2 4294967295")?;
    assert!(refused.starts_with("*3\r\n:0\r\n:0\r\n:"), "{refused}");
    assert!(ask(&mut client, "GET limit:ada")?.contains(" 0 2\r\n"));
    let error = ask(&mut client, "WASM.CALL my-limiter KEYS limit:ada ARGS 2 soon")?;
    assert_eq!(error, "-ERR argument 2 (`window-ms`): expected an integer of at least 0, got `soon`\r\n");
    Ok(())
}

/// The same project with another function in it.
fn filter(language: Language) -> Result<()> {
    let folder = tempfile::tempdir()?;
    ferrite(folder.path(), &["udf", "new", "filter", "--lang", language.word])?.succeeded()?;
    let project = folder.path().join("filter");
    if !language.bring_tools(&project)? {
        return Ok(());
    }
    let example = workspace().join("guest-sdk/examples/filter");
    // A project named `filter` has its function in a file of that name.
    fs::copy(example.join(language.filter), project.join(language.filter))?;
    let mut lines = Vec::new();
    for line in fs::read_to_string(example.join("golden.toml"))?.lines() {
        lines.push(match line.split_once(" = ").map(|(name, _)| name) {
            Some("fuel") => format!("fuel = {}", language.fuel),
            _ => line.to_owned(),
        });
    }
    fs::write(project.join("golden.toml"), lines.join("\n"))?;
    passes(&project, ".")
}
