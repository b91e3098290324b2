//! Embeddings of the gateway's own, with a real model, as PyPI's `openai` gets them.

use std::process::Command;

use anyhow::Result;
use ferrite_mock_openai::{Mock, Script};
use ferrite_tests::program::run;
use ferrite_tests::workspace;

use crate::clients::python;
use crate::host::Gateway;
use crate::semantic::model;

const CONFIG: &str = "[[models]]\nname = \"embeddings\"\nretries = 0\n[[models.deployments]]\nprovider = \"local\"\n";

#[test]
fn the_client_of_openai_gets_vectors_and_no_upstream_is_asked() -> Result<()> {
    let (Some(python), Some(model)) = (python(), model()) else { return Ok(()) };
    let mock = Mock::start(Script::default());
    let gateway = Gateway::configured(mock, CONFIG, &["--model", &model.to_string_lossy()])?;
    let mut command = Command::new(python);
    command.arg("embeddings.py").current_dir(workspace().join("tests/clients/gateway"));
    command.env("GATEWAY_URL", format!("http://{}", gateway.address));
    let output = run(&mut command, b"")?.succeeded()?;
    assert!(output.stderr.trim_end().ends_with("\nOK"), "{}", output.stderr);
    assert!(gateway.mock.requests().is_empty());
    Ok(())
}

#[test]
fn without_a_model_there_are_none() -> Result<()> {
    for arguments in [Vec::new(), vec!["--model", "/nowhere"]] {
        let gateway = Gateway::configured(Mock::start(Script::default()), CONFIG, &arguments)?;
        let answer = gateway.post("/v1/embeddings", &[], br#"{"model": "embeddings", "input": "Hello"}"#)?;
        assert_eq!(answer.status, 503, "{}", answer.text());
        assert!(!answer.text().contains("nowhere"), "{}", answer.text());
    }
    Ok(())
}
