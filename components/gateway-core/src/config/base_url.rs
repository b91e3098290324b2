//! Where an upstream is.

use std::fmt;

use crate::action::Scheme;

/// Scheme, authority and the beginning of the path: `https://api.openai.com/v1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    /// With TLS or without.
    pub scheme: Scheme,
    /// Host, and port if it is given.
    pub authority: String,
    /// What stands before each path of the API: empty, or with a `/` first and none last.
    pub prefix: String,
}

impl BaseUrl {
    /// Reads `http://` or `https://`, an authority and a path. The error says what was expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        let expected =
            || "http:// or https://, a host, perhaps a port and a path: https://api.openai.com/v1".to_owned();
        let (scheme, rest) = if let Some(rest) = text.strip_prefix("https://") {
            (Scheme::Https, rest)
        } else if let Some(rest) = text.strip_prefix("http://") {
            (Scheme::Http, rest)
        } else {
            return Err(expected());
        };
        let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        let graphic = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
        if authority.is_empty() || !graphic(rest) {
            return Err(expected());
        }
        if authority.contains('@') || rest.contains(['?', '#', '"', '<', '>', '\\']) {
            return Err("an address without user, query and fragment; keys go to api_key".to_owned());
        }
        // The colon of a port stands behind the bracket of an IPv6 address.
        let host_end = authority.rfind(']').map_or(0, |at| at + 1);
        if let Some((_, port)) = authority.split_at(host_end).1.split_once(':')
            && port.parse::<u16>().is_err()
        {
            return Err("a port from 0 to 65535".to_owned());
        }
        let prefix = path.trim_end_matches('/').to_owned();
        Ok(Self { scheme, authority: authority.to_owned(), prefix })
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.scheme {
            Scheme::Http => "http",
            Scheme::Https => "https",
        };
        write!(out, "{scheme}://{}{}", self.authority, self.prefix)
    }
}
