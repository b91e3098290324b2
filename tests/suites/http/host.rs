//! Whoever serves REST calls: `ferrite serve --http`, or the composed component.

use std::io::Write;
use std::net::SocketAddr;

use anyhow::Result;
use ferrite_tests::{FerriteServer, free_address};
use tempfile::NamedTempFile;

use crate::component::Served;
use ferrite_tests::http::{Answer, ask};

/// The token of all hosts.
pub(crate) const TOKEN: &str = "the-token-of-the-tests";

/// A host that is running.
pub(crate) struct Host {
    pub(crate) address: SocketAddr,
    kind: Kind,
}

enum Kind {
    Server { ferrite: Box<FerriteServer>, _configuration: NamedTempFile },
    Component { _served: Served },
}

impl Host {
    /// The server with these arguments.
    pub(crate) fn server(arguments: &[&str]) -> Result<Host> {
        Host::server_with(&format!("token = {TOKEN:?}"), arguments)
    }

    /// The server with these lines below `[http]`, and these arguments.
    pub(crate) fn server_with(http: &str, arguments: &[&str]) -> Result<Host> {
        let mut file = NamedTempFile::new()?;
        writeln!(file, "[http]\n{http}")?;
        let address = free_address()?;
        let (path, port) = (file.path().to_string_lossy().into_owned(), address.port().to_string());
        let arguments = [&["--config", &path, "--http", &port], arguments].concat();
        let server = FerriteServer::start(&arguments)?;
        Ok(Host { address, kind: Kind::Server { ferrite: Box::new(server), _configuration: file } })
    }

    /// The component with this token.
    pub(crate) fn component(token: &str) -> Result<Host> {
        let served = Served::start(token)?;
        Ok(Host { address: served.address, kind: Kind::Component { _served: served } })
    }

    /// The server behind the port.
    pub(crate) fn ferrite(&self) -> &FerriteServer {
        match &self.kind {
            Kind::Server { ferrite, .. } => ferrite,
            Kind::Component { .. } => panic!("this check is about the server"),
        }
    }

    /// A request with the token.
    pub(crate) fn ask(&self, method: &str, target: &str, body: &[u8]) -> Result<Answer> {
        self.ask_with(method, target, &[], body)
    }

    /// A request with the token and more headers.
    pub(crate) fn ask_with(&self, method: &str, target: &str, more: &[(&str, &str)], body: &[u8]) -> Result<Answer> {
        let bearer = format!("Bearer {TOKEN}");
        ask(self.address, method, target, &[&[("Authorization", bearer.as_str())], more].concat(), body)
    }

    /// `POST` of JSON with the token: the status and the body.
    pub(crate) fn post(&self, target: &str, json: &str) -> Result<(u16, String)> {
        let answer = self.ask("POST", target, json.as_bytes())?;
        Ok((answer.status, answer.text()))
    }
}
