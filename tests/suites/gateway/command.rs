//! The command line.

use std::process::Command;

use anyhow::Result;
use ferrite_mock_openai::{Mock, Script};
use ferrite_tests::binary;
use ferrite_tests::program::{Output, run};

use crate::host::Gateway;

fn ferrite(arguments: &[&str]) -> Result<Output> {
    run(Command::new(binary::ferrite()?).args(arguments), b"")
}

fn file(text: &str) -> Result<tempfile::NamedTempFile> {
    let file = tempfile::Builder::new().suffix(".toml").tempfile()?;
    std::fs::write(&file, text)?;
    Ok(file)
}

#[test]
fn check_says_what_a_file_has() -> Result<()> {
    let file = file(
        "[[models]]\nname = \"small\"\n[[models.deployments]]\nid = \"here\"\nprovider = \"openai\"\nbase_url = \"http://127.0.0.1:1/v1\"\n",
    )?;
    let output = ferrite(&["gateway", "check", &file.path().to_string_lossy()])?.succeeded()?;
    assert!(
        output.text().contains("no mistakes\n") && output.text().contains("small ") && output.text().contains("here")
    );
    Ok(())
}

#[test]
fn mistakes_come_all_at_once_with_file_line_key_and_expectation() -> Result<()> {
    let file = file(
        "[[models]]\nname = \"small\"\nstrategy = \"fastest\"\n[[models.deployments]]\nprovider = \"opnai\"\nbase_url = \"http://127.0.0.1:1/v1\"\nweigth = 2\n",
    )?;
    let path = file.path().to_string_lossy().into_owned();
    for arguments in [&["gateway", "check", &path][..], &["gateway", "--config", &path]] {
        let output = ferrite(arguments)?;
        assert_eq!(output.status.code(), Some(2), "{}", output.stderr);
        for expected in ["line 3: models[0].strategy", "line 5: models[0].deployments[0].provider", "line 7:", "weight"]
        {
            assert!(output.stderr.contains(expected), "{expected}: {}", output.stderr);
        }
        assert!(output.stderr.contains(&path), "{}", output.stderr);
    }
    Ok(())
}

#[test]
fn models_of_its_own_without_a_model_are_named_at_the_start() -> Result<()> {
    let file = file("[[models]]\nname = \"vectors\"\n[[models.deployments]]\nprovider = \"local\"\n")?;
    let path = file.path().to_string_lossy().into_owned();
    // An address that is none ends it at once.
    let start = ["gateway", "--listen", "nowhere", "--config", &path];
    let without = ferrite(&start)?;
    assert!(without.stderr.contains("vectors: the provider `local` needs"), "{}", without.stderr);
    assert!(without.stderr.contains("--model DIR"), "{}", without.stderr);
    let with = ferrite(&[&start[..], &["--model", "."]].concat())?;
    assert!(!with.stderr.contains("--model DIR"), "{}", with.stderr);
    assert!(!with.status.success() && !without.status.success());
    Ok(())
}

#[test]
fn a_configuration_of_litellm_is_taken_and_what_it_asks_in_vain_is_named() -> Result<()> {
    let file = tempfile::Builder::new().suffix(".yaml").tempfile()?;
    let text = "model_list:\n  - model_name: small\n    litellm_params:\n      model: openai/gpt-4o-mini\n      api_base: http://127.0.0.1:1/v1\n\
                litellm_settings:\n  success_callback: [\"langfuse\"]\n";
    std::fs::write(&file, text)?;
    let output = ferrite(&["gateway", "check", &file.path().to_string_lossy()])?.succeeded()?;
    assert!(output.text().contains("small"), "{}", output.text());
    assert!(output.stderr.contains("line 7: litellm_settings.success_callback"), "{}", output.stderr);
    Ok(())
}

#[test]
fn a_secret_is_in_no_message() -> Result<()> {
    let file = file(
        "[[models]]\nname = \"m\"\n[[models.deployments]]\nprovider = \"openai\"\nbase_url = \"http://u:hunter2@h/v1\"\napi_key = 7\n",
    )?;
    let output = ferrite(&["gateway", "check", &file.path().to_string_lossy()])?;
    assert_eq!(output.status.code(), Some(2));
    assert!(!output.stderr.contains("hunter2"), "{}", output.stderr);
    Ok(())
}

#[test]
fn redis_clients_see_its_store_when_they_are_let_in() -> Result<()> {
    let mock = Mock::start(Script::default());
    let config = format!(
        "[cache]\nmode = \"exact\"\n[[models]]\nname = \"*\"\n[[models.deployments]]\nprovider = \"openai\"\nbase_url = \"{}/v1\"\n",
        mock.url()
    );
    let port = ferrite_tests::free_address()?.port();
    let gateway = Gateway::configured(mock, &config, &["--port", &port.to_string()])?;
    assert_eq!(gateway.chat("Hello")?.status, 200);
    let mut client = ferrite_tests::Client::connect((std::net::Ipv4Addr::LOCALHOST, port).into())?;
    let keys = client.command(&["KEYS", "gateway:*"])?;
    assert!(keys.len() > 4, "{}", keys.escape_ascii());
    Ok(())
}
