//! Connections to upstreams: kept alive, by HTTP/1.1 or HTTP/2, with TLS or without.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use tokio_rustls::rustls::ClientConfig;

use crate::limits::{GATEWAY_IDLE_CONNECTIONS, GATEWAY_IDLE_TIME};
use crate::trust;

pub(super) type HttpClient = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// A client for each connect timeout that the configuration names: it belongs to the connector.
pub(super) struct Pool {
    tls: Arc<ClientConfig>,
    clients: RefCell<HashMap<u64, HttpClient>>,
}

impl Pool {
    /// No connections yet. The error says which file of authorities cannot be used.
    pub(super) fn new() -> Result<Pool, String> {
        Ok(Pool { tls: trust::client_config()?, clients: RefCell::default() })
    }

    /// The client whose connections are made within so many milliseconds.
    pub(super) fn client(&self, connect_timeout_ms: u64) -> HttpClient {
        let mut clients = self.clients.borrow_mut();
        let client = || client(&self.tls, Duration::from_millis(connect_timeout_ms));
        clients.entry(connect_timeout_ms).or_insert_with(client).clone()
    }
}

fn client(tls: &ClientConfig, connect_timeout: Duration) -> HttpClient {
    let mut connector = HttpConnector::new();
    connector.set_connect_timeout(Some(connect_timeout));
    connector.set_nodelay(true);
    connector.enforce_http(false);
    let connector = HttpsConnectorBuilder::new()
        .with_tls_config(tls.clone())
        .https_or_http()
        .enable_all_versions()
        .wrap_connector(connector);
    Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .timer(TokioTimer::new())
        .pool_idle_timeout(GATEWAY_IDLE_TIME)
        .pool_max_idle_per_host(GATEWAY_IDLE_CONNECTIONS)
        .build(connector)
}
