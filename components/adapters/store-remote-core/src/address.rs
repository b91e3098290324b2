//! Where a store is.

use std::fmt;

/// Scheme, authority and the beginning of the path: `https://store.example.com`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Whether TLS is spoken.
    pub tls: bool,
    /// Host, and port if it is given: `127.0.0.1:8079`, `[::1]:8079`.
    pub authority: String,
    /// What stands before each path: empty, or with a `/` first and none last.
    pub prefix: String,
}

impl Address {
    /// Reads `http://` or `https://`, an authority and perhaps a path.
    ///
    /// # Errors
    /// With what was expected.
    pub fn parse(url: &str) -> Result<Self, String> {
        let expected = "expected http:// or https://, a host, perhaps a port and a path: http://127.0.0.1:8079";
        let (tls, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => return Err(expected.to_owned()),
        };
        let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        if authority.is_empty() || !rest.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(expected.to_owned());
        }
        if rest.contains(['@', '?', '#', '"', '<', '>', '\\']) {
            return Err("expected an address without user, query and fragment: the token has a place of its own".into());
        }
        // The colon of a port stands behind the bracket of an IPv6 address.
        let host_end = authority.rfind(']').map_or(0, |at| at + 1);
        if let Some((_, port)) = authority.get(host_end..).unwrap_or_default().split_once(':')
            && port.parse::<u16>().is_err()
        {
            return Err("expected a port from 0 to 65535".to_owned());
        }
        Ok(Self { tls, authority: authority.to_owned(), prefix: path.trim_end_matches('/').to_owned() })
    }

    /// The host alone, without a port and without the brackets of an IPv6 address.
    #[must_use]
    pub fn host(&self) -> &str {
        match self.authority.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or_default(),
            None => self.authority.split(':').next().unwrap_or_default(),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}://{}{}", if self.tls { "https" } else { "http" }, self.authority, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_scheme_an_authority_and_perhaps_a_path() {
        for (url, host, shown) in [
            ("http://127.0.0.1:8079", "127.0.0.1", "http://127.0.0.1:8079"),
            ("https://store.example.com/", "store.example.com", "https://store.example.com"),
            ("https://[::1]:1/redis/", "::1", "https://[::1]:1/redis"),
        ] {
            let address = Address::parse(url).expect(url);
            assert_eq!((address.host(), address.to_string().as_str()), (host, shown));
        }
    }

    #[test]
    fn everything_else_is_refused_with_what_was_expected() {
        for url in [
            "",
            "127.0.0.1:8079",
            "redis://a",
            "http://",
            "http:///path",
            "http://a b",
            "http://a\n",
            "http://u:p@a",
            "http://a/?_token=t",
            "http://a:70000",
            "http://a:",
            "http://ä",
        ] {
            assert!(Address::parse(url).expect_err(url).starts_with("expected"), "{url}");
        }
    }
}
