//! One line of the log for each request.
//!
//! `method=POST path=/v1/chat/completions model=small deployment=small/0 status=200 cache=miss input_tokens=9 …`: names of
//! paths and models are the gateway's own, so that nothing that users say is in the log, and no key.

use std::fmt::Write as _;

use crate::usage::Usage;

/// What is known about a request so far.
#[derive(Debug, Default)]
pub(crate) struct Access {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    /// As the configuration calls it.
    pub(crate) model: Option<String>,
    /// Who answered; nobody where the answer was there already, or is somebody else's too.
    pub(crate) deployment: Option<String>,
    pub(crate) cache: Option<&'static str>,
    /// 0 as long as there is no answer.
    pub(crate) status: u16,
    pub(crate) usage: Usage,
    pub(crate) began_ms: u64,
    pub(crate) ended_ms: Option<u64>,
}

impl Access {
    /// Whether a machine looked whether all is well, as it does every few seconds, and it was.
    pub(crate) fn is_probe(&self) -> bool {
        matches!(self.path, "/healthz" | "/readyz" | "/metrics") && self.status == 200
    }

    /// The line. A request without a status has been given up by its client; `-` is what is not known.
    pub(crate) fn line(&self, now_ms: u64) -> String {
        let took = self.ended_ms.unwrap_or(now_ms).saturating_sub(self.began_ms);
        let (model, deployment) = (name(self.model.as_deref()), name(self.deployment.as_deref()));
        let mut line = format!("method={} path={} model={model} deployment={deployment} ", self.method, self.path);
        let status = if self.status == 0 { "-".to_owned() } else { self.status.to_string() };
        // Writing to a string does not fail.
        let _ = write!(
            line,
            "status={status} cache={} input_tokens={} output_tokens={} ms={took}",
            self.cache.unwrap_or("-"),
            self.usage.input,
            self.usage.output
        );
        line
    }
}

/// Names of the configuration may have blanks.
fn name(name: Option<&str>) -> String {
    match name {
        None | Some("") => "-".to_owned(),
        Some(name) if name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'=') => {
            name.to_owned()
        }
        Some(name) => format!("{name:?}"),
    }
}

/// The method, if it is one of HTTP's.
pub(crate) fn method(method: &str) -> &'static str {
    const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"];
    METHODS.iter().find(|known| **known == method).copied().unwrap_or("other")
}
