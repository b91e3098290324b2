//! The module under Viceroy, Fastly's local server, as `docs/gateway.md` says to start it.

use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use ferrite_tests::http::{Answer, ask, connect};
use ferrite_tests::{free_address, require};
use tempfile::TempDir;

/// How long it may take to compile the module.
const START: Duration = Duration::from_secs(120);

/// What a service has.
#[derive(Default)]
pub(crate) struct Service<'a> {
    /// Values of the Config Store `gateway`.
    pub(crate) values: Vec<(&'a str, String)>,
    /// Secrets of the Secret Store `gateway`.
    pub(crate) secrets: Vec<(&'a str, &'a str)>,
    /// Backends of the service: a name, and where it is.
    pub(crate) backends: Vec<(&'a str, String)>,
}

impl Service<'_> {
    /// The manifest's `fastly.toml`.
    fn manifest(&self) -> String {
        let mut text = "manifest_version = 3\nname = \"gateway\"\n[local_server]\n".to_owned();
        for (name, url) in &self.backends {
            text += &format!("[local_server.backends.{name}]\nurl = {url:?}\n");
        }
        for (name, value) in &self.secrets {
            text += &format!("[[local_server.secret_stores.gateway]]\nkey = {name:?}\ndata = {value:?}\n");
        }
        text += "[local_server.config_stores.gateway]\nformat = \"inline-toml\"\n";
        text += "[local_server.config_stores.gateway.contents]\n";
        for (name, value) in &self.values {
            text += &format!("{name} = {value:?}\n");
        }
        text
    }

    /// None after a printed line when there is no `viceroy` on this machine.
    pub(crate) fn start(&self) -> Result<Option<Served>> {
        let Some(viceroy) = require("viceroy") else { return Ok(None) };
        let module = ferrite_build::guest("gateway-fastly")?.path;
        let folder = TempDir::new()?;
        let manifest = folder.path().join("fastly.toml");
        std::fs::write(&manifest, self.manifest())?;
        let address = free_address()?;
        let mut command = Command::new(viceroy);
        command.arg("--config").arg(manifest).args(["--addr", &address.to_string()]).arg(module);
        command.current_dir(folder.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut served = Served { child: command.spawn().context("viceroy")?, address, _folder: folder };
        let deadline = Instant::now() + START;
        while TcpStream::connect(address).is_err() {
            if served.child.try_wait()?.is_some() || Instant::now() > deadline {
                bail!("viceroy does not listen; the manifest:\n{}", self.manifest());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(Some(served))
    }
}

/// A service that runs, ended when dropped.
pub(crate) struct Served {
    child: Child,
    pub(crate) address: SocketAddr,
    _folder: TempDir,
}

impl Served {
    /// A chat of one message with the model `gpt-4o`, with more fields (`"stream": true`) and a key.
    pub(crate) fn chat(&self, text: &str, more: &str, key: &str) -> Result<Answer> {
        let comma = if more.is_empty() { "" } else { ", " };
        let body =
            format!(r#"{{"model": "gpt-4o", "messages": [{{"role": "user", "content": "{text}"}}]{comma}{more}}}"#);
        let authorization = format!("Bearer {key}");
        let headers = [("Content-Type", "application/json"), ("Authorization", authorization.as_str())];
        ask(self.address, "POST", "/v1/chat/completions", &headers, body.as_bytes())
    }

    /// The same as a stream, on a connection that nothing was read from yet.
    pub(crate) fn stream(&self, text: &str, key: &str) -> Result<TcpStream> {
        let body =
            format!(r#"{{"model": "gpt-4o", "stream": true, "messages": [{{"role": "user", "content": "{text}"}}]}}"#);
        let mut connection = connect(self.address)?;
        write!(
            connection,
            "POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Type: application/json\r\n\
             Authorization: Bearer {key}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )?;
        Ok(connection)
    }

    pub(crate) fn get(&self, path: &str) -> Result<Answer> {
        ask(self.address, "GET", path, &[], b"")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
