//! A server whose REST calls somebody else uses as a store.

use std::io::Write;
use std::net::SocketAddr;

use anyhow::Result;
use tempfile::NamedTempFile;

use crate::server::{FerriteServer, free_address};

/// `ferrite serve --http`, gone when this is dropped.
#[derive(Debug)]
pub struct RestServer {
    /// Where the REST calls go.
    pub address: SocketAddr,
    /// The same for Redis clients.
    pub server: FerriteServer,
    _configuration: NamedTempFile,
}

impl RestServer {
    /// With this token.
    pub fn start(token: &str) -> Result<RestServer> {
        let mut configuration = NamedTempFile::new()?;
        writeln!(configuration, "[http]\ntoken = {token:?}")?;
        let (address, path) = (free_address()?, configuration.path().to_string_lossy().into_owned());
        let server = FerriteServer::start(&["--config", &path, "--http", &address.port().to_string()])?;
        Ok(RestServer { address, server, _configuration: configuration })
    }
}
