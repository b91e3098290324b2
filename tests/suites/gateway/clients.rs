//! PyPI's `openai` and `anthropic`: what they parse behind the gateway is what they parse without it.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;
use ferrite_mock_openai::{Mock, Script};
use ferrite_tests::program::run;
use ferrite_tests::require::skip;
use ferrite_tests::workspace;

use crate::host::Gateway;

/// The interpreter of the environment that has the clients, or `None` after a printed skip.
pub(crate) fn python() -> Option<PathBuf> {
    let python = workspace().join("target/python/bin/python");
    let found = Command::new(&python).args(["-c", "import openai, anthropic"]).output();
    if !found.is_ok_and(|output| output.status.success()) {
        skip(
            "PyPI's openai and anthropic are not there: python3 -m venv target/python && \
             target/python/bin/pip install -r tests/clients/gateway/requirements.txt",
        );
        return None;
    }
    Some(python)
}

#[test]
fn what_clients_parse_is_equal_with_and_without_the_gateway() -> Result<()> {
    let Some(python) = python() else { return Ok(()) };
    // The mock's own API is OpenAI's; Claude's models are asked in Anthropic's.
    let mock = Mock::start(Script::default());
    let url = mock.url();
    let config = format!(
        "[[models]]\nname = \"*\"\n[[models.deployments]]\nprovider = \"openai\"\nbase_url = \"{url}/v1\"\n\
         [[models]]\nname = \"claude-sonnet\"\n[[models.deployments]]\nprovider = \"anthropic\"\nbase_url = \"{url}/v1\"\n"
    );
    let gateway = Gateway::configured(mock, &config, &[])?;
    let mut command = Command::new(python);
    command.arg("compare.py").current_dir(workspace().join("tests/clients/gateway"));
    command.env("DIRECT_URL", &url).env("GATEWAY_URL", format!("http://{}", gateway.address));
    let output = run(&mut command, b"")?.succeeded()?;
    assert!(output.stderr.trim_end().ends_with("\nOK"), "{}", output.stderr);
    Ok(())
}
