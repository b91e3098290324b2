//! Where calls go: backends of the service by the names that the configuration gives them, else ones that are made here.

use std::collections::HashMap;
use std::time::Duration;

use fastly::Backend;
use fastly::backend::BackendCreationError;

/// How long the platform waits for the first byte, and between two: longer than an instance may live. Whoever called keeps
/// shorter times of its own.
const PATIENCE: Duration = Duration::from_secs(600);

/// The backends of the service by authority: `api.openai.com`, `127.0.0.1:8079`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Backends(HashMap<String, String>);

impl Backends {
    /// From words such as `api.openai.com=openai`. The error is the word that is none of them.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let pair = |word: &str| match word.split_once('=') {
            Some((authority, name)) if !authority.is_empty() && !name.is_empty() => {
                Ok((authority.to_owned(), name.to_owned()))
            }
            _ => Err(word.to_owned()),
        };
        text.split_whitespace().map(pair).collect::<Result<_, _>>().map(Self)
    }

    /// The backend for an authority. The error says what to do.
    pub(crate) fn find(&self, tls: bool, authority: &str, connect_timeout_ms: u64) -> Result<Backend, String> {
        if let Some(name) = self.0.get(authority) {
            return Backend::from_name(name).map_err(|error| format!("the backend {name} of {authority}: {error}"));
        }
        // One for each time limit: a backend cannot be changed.
        let name = format!("{} {authority} {connect_timeout_ms}", if tls { "https" } else { "http" });
        let builder = Backend::builder(&name, authority)
            .override_host(authority)
            .connect_timeout(Duration::from_millis(connect_timeout_ms))
            .first_byte_timeout(PATIENCE)
            .between_bytes_timeout(PATIENCE);
        let host = host(authority);
        let builder =
            if tls { builder.enable_ssl().sni_hostname(host).check_certificate(host) } else { builder.disable_ssl() };
        match builder.finish() {
            Ok(backend) => Ok(backend),
            // This instance made it before.
            Err(BackendCreationError::NameInUse) => Backend::from_name(&name).map_err(|error| error.to_string()),
            Err(BackendCreationError::Disallowed) => Err(format!(
                "this service may not make backends: make one for {authority} and name it in `backends` of the Config Store"
            )),
            Err(error) => Err(format!("a backend for {authority}: {error}")),
        }
    }
}

/// The host of an authority, without the port and without the brackets of an IPv6 address.
fn host(authority: &str) -> &str {
    match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    }
}
