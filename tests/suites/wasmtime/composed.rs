//! Programs of one file as `wasm-tools compose` makes them, which is older than `wac` and finds what fits what by itself.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use ferrite_build::guest;
use ferrite_mock_openai::{Mock, Script};
use ferrite_tests::gateway::{configuration, judge};
use ferrite_tests::http::ask;
use tempfile::TempDir;
use wasm_compose::composer::ComponentComposer;
use wasm_compose::config::Config;

use crate::Compiled;
use crate::serve::Served;

/// `wasm-tools compose SOCKET -d DEFINITION …`, into a file of the folder.
fn composed(folder: &Path, name: &str, socket: &Path, definitions: &[&Path]) -> Result<PathBuf> {
    let config = Config {
        dir: folder.to_owned(),
        definitions: definitions.iter().map(|path| (*path).to_owned()).collect(),
        ..Config::default()
    };
    let bytes = ComponentComposer::new(socket, &config).compose().with_context(|| name.to_owned())?;
    let file = folder.join(name);
    fs::write(&file, bytes)?;
    Ok(file)
}

fn served(program: &Path, options: &[&str]) -> Result<Option<Served>> {
    Compiled::of(&fs::read(program)?)?.map(|compiled| Served::run(compiled, options)).transpose()
}

#[test]
fn the_gateway_answers_as_ever() -> Result<()> {
    let folder = TempDir::new()?;
    let (environment, policies) = (guest("environment")?.path, guest("no-policies")?.path);
    let store = composed(folder.path(), "store-wasi.wasm", &guest("store")?.path, &[&environment])?;
    let whole = composed(folder.path(), "whole.wasm", &guest("gateway")?.path, &[&store, &environment, &policies])?;
    let mock = Mock::start(Script::default());
    let config = format!("gateway={}", configuration(&mock));
    let Some(served) = served(&whole, &["-S", "config", "--env", &config])? else { return Ok(()) };
    println!("{} requests", judge(served.address, &mock)?);
    Ok(())
}

#[test]
fn so_does_the_store_behind_http() -> Result<()> {
    let folder = TempDir::new()?;
    let store = composed(folder.path(), "store-wasi.wasm", &guest("store")?.path, &[&guest("environment")?.path])?;
    let whole = composed(folder.path(), "whole.wasm", &guest("http")?.path, &[&store])?;
    let Some(served) = served(&whole, &["--env", "FERRITE_HTTP_TOKEN=token"])? else { return Ok(()) };
    let headers = [("Authorization", "Bearer token")];
    let answer = ask(served.address, "POST", "/", &headers, br#"["APPEND", "k", "value"]"#)?;
    assert_eq!((answer.status, answer.text().as_str()), (200, r#"{"result":5}"#));
    Ok(())
}
