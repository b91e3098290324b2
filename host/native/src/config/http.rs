//! `[http]`: the HTTP port.

use std::path::PathBuf;

use serde::Deserialize;

/// `[http]`: REST calls, and a folder of files.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Http {
    /// TCP port; 0 takes a free one, without it there is no HTTP.
    pub port: Option<u16>,
    /// The address to listen on.
    pub bind: String,
    /// What requests have to know. Empty: a new one is made at each start, and logged.
    pub token: String,
    /// Pages of these origins may ask, such as `https://app.example.com`; those of the server itself always may.
    pub allow_origin: Vec<String>,
    /// Names that `Host` may say beside the address and those of this machine, such as `store.example.com`.
    pub allow_host: Vec<String>,
    /// A folder whose files are served without a token.
    pub root: Option<PathBuf>,
}

impl Default for Http {
    fn default() -> Http {
        Http {
            port: None,
            bind: "127.0.0.1".to_owned(),
            token: String::new(),
            allow_origin: Vec::new(),
            allow_host: Vec::new(),
            root: None,
        }
    }
}

impl Http {
    /// Finds values that are well-formed and cannot work.
    pub(super) fn check(&self) -> Result<(), String> {
        // The token itself is not shown.
        if !self.token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("http.token has characters that no header carries: expected ASCII without blanks".to_owned());
        }
        if let Some(origin) = self.allow_origin.iter().find(|origin| !is_origin(origin)) {
            return Err(format!("http.allow-origin has {origin:?}: expected e.g. \"https://app.example.com\""));
        }
        if let Some(host) = self.allow_host.iter().find(|host| host.is_empty() || host.contains(['/', ' '])) {
            return Err(format!("http.allow-host has {host:?}: expected e.g. \"store.example.com\""));
        }
        if let Some(root) = self.root.as_ref().filter(|root| !root.is_dir()) {
            return Err(format!("http.root is {}: there is no such directory", root.display()));
        }
        Ok(())
    }
}

fn is_origin(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, host)| {
        !scheme.is_empty() && !host.is_empty() && !host.trim_end_matches('/').contains(['/', ' ', '*'])
    })
}
