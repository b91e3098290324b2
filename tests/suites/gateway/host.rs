//! `ferrite gateway` as a child process, over a mock of its upstreams.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};
use ferrite_mock_openai::{Mock, Script};
use ferrite_tests::binary;
use ferrite_tests::http::{Answer, ask};
use tempfile::TempDir;

/// A gateway and its upstream, both gone when this is dropped.
pub(crate) struct Gateway {
    child: Child,
    pub(crate) address: SocketAddr,
    pub(crate) mock: Mock,
    _folder: TempDir,
}

impl Gateway {
    /// With one deployment for every model, and these lines behind it.
    pub(crate) fn start(deployment: &str) -> Result<Gateway> {
        let mock = Mock::start(Script::default());
        let url = mock.url();
        let config = format!(
            "[[models]]\nname = \"*\"\n[[models.deployments]]\nprovider = \"openai\"\nbase_url = \"{url}/v1\"\n{deployment}"
        );
        Gateway::configured(mock, &config, &[])
    }

    /// With this configuration.
    pub(crate) fn configured(mock: Mock, config: &str, arguments: &[&str]) -> Result<Gateway> {
        Gateway::within(mock, config, arguments, &[])
    }

    /// The same with variables of the environment.
    pub(crate) fn within(
        mock: Mock,
        config: &str,
        arguments: &[&str],
        environment: &[(&str, &Path)],
    ) -> Result<Gateway> {
        let folder = TempDir::new()?;
        let file = folder.path().join("gateway.toml");
        std::fs::write(&file, config)?;
        let mut command = Command::new(binary::ferrite()?);
        command.args(["gateway", "--listen", "127.0.0.1:0", "--config"]).arg(&file).args(arguments);
        command.envs(environment.iter().copied());
        // One folder for all, where the compiled component is kept.
        let cache = ferrite_tests::workspace().join("target/gateway");
        std::fs::create_dir_all(&cache)?;
        let mut child = command.current_dir(cache).stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let stdout = BufReader::new(child.stdout.take().context("standard output is piped")?);
        let ready = stdout.lines().find_map(|line| line.ok()?.strip_prefix("ready on ").map(str::to_owned));
        let address = ready.context("the gateway ended before it was ready")?.parse()?;
        Ok(Gateway { child, address, mock, _folder: folder })
    }

    /// A chat of one message with the model `gpt-4o`.
    pub(crate) fn chat(&self, text: &str) -> Result<Answer> {
        self.chat_with(text, "", &[])
    }

    /// The same with more fields (`"stream": true`) and headers.
    pub(crate) fn chat_with(&self, text: &str, more: &str, headers: &[(&str, &str)]) -> Result<Answer> {
        let comma = if more.is_empty() { "" } else { ", " };
        let body =
            format!(r#"{{"model": "gpt-4o", "messages": [{{"role": "user", "content": "{text}"}}]{comma}{more}}}"#);
        self.post("/v1/chat/completions", headers, body.as_bytes())
    }

    /// `POST` of JSON.
    pub(crate) fn post(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Answer> {
        let headers = [&[("Content-Type", "application/json")], headers].concat();
        ask(self.address, "POST", path, &headers, body)
    }

    pub(crate) fn get(&self, path: &str) -> Result<Answer> {
        ask(self.address, "GET", path, &[], b"")
    }

    /// Lets the mock behave by a script.
    pub(crate) fn script(&self, text: &str) -> Result<()> {
        self.mock.set_script(text.parse()?);
        Ok(())
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
