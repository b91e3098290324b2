//! Who may ask: whoever names this server and knows its token, and of web pages those that are allowed.

use std::fmt;
use std::net::IpAddr;

use subtle::ConstantTimeEq;

use crate::answer::Answer;
use crate::head::Head;
use crate::origin::Origin;

/// What a request is checked against.
///
/// A page that resolves its own name to this machine (DNS rebinding) is found by `Host`, any other foreign page by
/// `Origin`; neither is asked for the token before.
#[derive(Clone)]
pub struct Access {
    token: Vec<u8>,
    /// The port that `Host` must name; any when it is not known.
    port: Option<u16>,
    /// An address beside the loopback ones that may stand in `Host`. The unspecified one stands for all.
    bound: Option<IpAddr>,
    hosts: Vec<String>,
    origins: Vec<String>,
}

/// Without the token.
impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Access { token: _, port, bound, hosts, origins } = self;
        write!(f, "Access {{ port: {port:?}, bound: {bound:?}, hosts: {hosts:?}, origins: {origins:?} }}")
    }
}

impl Access {
    /// With this token, under the names of this machine at any port. An empty token lets nobody in.
    #[must_use]
    pub fn new(token: &str) -> Access {
        Access { token: token.as_bytes().to_vec(), port: None, bound: None, hosts: Vec::new(), origins: Vec::new() }
    }

    /// Only at the port of this address, and under the address too.
    #[must_use]
    pub fn at(mut self, address: IpAddr, port: u16) -> Access {
        (self.bound, self.port) = (Some(address), Some(port));
        self
    }

    /// Under these names too: `store.example.com` at any port, `store.example.com:8443` at that one.
    #[must_use]
    pub fn under(mut self, hosts: impl IntoIterator<Item = String>) -> Access {
        self.hosts.extend(hosts.into_iter().map(|host| host.to_ascii_lowercase()));
        self
    }

    /// For pages of these origins too, such as `https://app.example.com`.
    #[must_use]
    pub fn open_to(mut self, origins: impl IntoIterator<Item = String>) -> Access {
        self.origins.extend(origins.into_iter().map(|origin| origin.trim_end_matches('/').to_ascii_lowercase()));
        self
    }

    /// Checks where a request comes from and whom it was meant for: what holds for files too.
    ///
    /// # Errors
    /// With the answer to a request that is refused, or that was only a page's question whether it may ask.
    pub fn greet(&self, head: &Head<'_>) -> Result<Origin, Answer> {
        let host = head.text("host").unwrap_or_default().to_ascii_lowercase();
        if !self.is_own(&host) {
            let reason = format!(
                "this server is not called `{}`: ask it by its address, or configure the name (http allow-host)",
                host.escape_default()
            );
            return Err(Answer::error(421, &reason));
        }
        if !head.has("origin") {
            return if head.method == "OPTIONS" { Err(Answer::not_allowed("GET, POST")) } else { Ok(Origin::none()) };
        }
        let origin = head.text("origin").unwrap_or_default();
        let lower = origin.to_ascii_lowercase();
        let own = lower.strip_prefix("http://").or_else(|| lower.strip_prefix("https://"));
        if own != Some(host.as_str()) && !self.origins.contains(&lower) {
            let reason = format!(
                "pages of `{}` may not ask this server: configure the origin (http allow-origin)",
                origin.escape_default()
            );
            return Err(Answer::error(403, &reason));
        }
        let origin = Origin::of(origin);
        if head.method == "OPTIONS" { Err(origin.preflight(head)) } else { Ok(origin) }
    }

    /// Checks the token, in a time that does not tell how much of it is right.
    ///
    /// # Errors
    /// With the answer to a request that has none, or a wrong one.
    pub fn authorize(&self, head: &Head<'_>) -> Result<(), Answer> {
        if self.token.is_empty() {
            return Err(Answer::error(503, "no token is configured, so nobody is served (FERRITE_HTTP_TOKEN)"));
        }
        match head.token() {
            Some(token) if bool::from(token.ct_eq(&self.token)) => Ok(()),
            _ => Err(Answer::error(401, "Unauthorized").with("WWW-Authenticate", "Bearer")),
        }
    }

    /// Whether a `Host` in lower case is one of this server's.
    fn is_own(&self, host: &str) -> bool {
        let (name, port) = split(host);
        if self.hosts.iter().any(|allowed| allowed == host || allowed == name) {
            return true;
        }
        let port = match port {
            None => Some(80),
            Some(port) => port.parse().ok(),
        };
        if port.is_none() || self.port.is_some_and(|own| Some(own) != port) {
            return false;
        }
        if name == "localhost" || name.ends_with(".localhost") {
            return true;
        }
        // A page cannot make a name of an address: what was asked by its address was meant.
        let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
        match bare.parse::<IpAddr>().map(|address| address.to_canonical()) {
            Ok(address) => {
                address.is_loopback() || self.bound.is_some_and(|bound| bound == address || bound.is_unspecified())
            }
            Err(_) => false,
        }
    }
}

/// The name, in brackets if it is an IPv6 address, and the port.
fn split(host: &str) -> (&str, Option<&str>) {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        _ => (host, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head<'a>(method: &'a str, headers: &[(&'a str, &'a str)]) -> Head<'a> {
        Head::new(method, "/", headers.iter().map(|(name, value)| (*name, value.as_bytes())))
    }

    fn access() -> Access {
        Access::new("secret")
            .at("192.0.2.7".parse().expect("an address"), 8080)
            .under(["Store.example.com".to_owned(), "other.example.com:1".to_owned()])
            .open_to(["https://app.example.com/".to_owned()])
    }

    #[test]
    fn a_request_must_name_this_server() {
        for host in [
            "localhost:8080",
            "127.0.0.1:8080",
            "127.9.9.9:8080",
            "[::1]:8080",
            "192.0.2.7:8080",
            "STORE.example.com",
            "store.example.com:99",
            "other.example.com:1",
        ] {
            assert!(access().greet(&head("GET", &[("Host", host)])).is_ok(), "{host}");
        }
        for host in [
            "",
            "localhost",
            "localhost:80800",
            "localhost:",
            "127.0.0.1:8081",
            "evil.example:8080",
            "127.0.0.1.evil.example:8080",
            "localhost.evil.example:8080",
            "192.0.2.8:8080",
            "other.example.com:2",
            "[::1",
        ] {
            let refused = access().greet(&head("GET", &[("Host", host)])).expect_err(host);
            assert_eq!(refused.status, 421, "{host}");
        }
        let twice = head("GET", &[("Host", "localhost:8080"), ("Host", "localhost:8080")]);
        assert_eq!(access().greet(&twice).expect_err("which one?").status, 421);
        assert_eq!(access().greet(&head("GET", &[])).expect_err("none").status, 421);
    }

    #[test]
    fn a_server_on_all_addresses_is_asked_by_any_of_them_and_by_no_name() {
        let access = Access::new("t").at("0.0.0.0".parse().expect("an address"), 80);
        assert!(access.greet(&head("GET", &[("host", "192.0.2.1")])).is_ok());
        assert!(access.greet(&head("GET", &[("host", "evil.example")])).is_err());
    }

    #[test]
    fn only_pages_of_known_origins_may_ask() {
        let greet = |origin| access().greet(&head("POST", &[("host", "localhost:8080"), ("origin", origin)]));
        assert!(greet("http://localhost:8080").is_ok());
        assert!(greet("https://app.example.com").is_ok());
        for foreign in ["null", "", "http://evil.example", "http://localhost:3000", "https://app.example.com.evil"] {
            assert_eq!(greet(foreign).expect_err(foreign).status, 403, "{foreign}");
        }
    }

    #[test]
    fn a_preflight_needs_no_token_and_gets_none_of_the_store() {
        let headers = [("host", "localhost:8080"), ("origin", "https://app.example.com")];
        let answer = access().greet(&head("OPTIONS", &headers)).expect_err("an answer");
        assert_eq!((answer.status, answer.body.len()), (204, 0));
        assert_eq!(answer.header("Access-Control-Allow-Origin"), Some("https://app.example.com"));
        assert_eq!(access().greet(&head("OPTIONS", &headers[..1])).expect_err("an answer").status, 405);
    }

    #[test]
    fn nobody_passes_without_the_token() {
        for header in ["", "Bearer", "Bearer ", "Bearer secre", "Bearer secret1", "Basic secret", "secret"] {
            let refused = access().authorize(&head("GET", &[("authorization", header)])).expect_err(header);
            assert_eq!((refused.status, &refused.body[..]), (401, &br#"{"error":"Unauthorized"}"#[..]));
        }
        assert!(access().authorize(&head("GET", &[("Authorization", "Bearer secret")])).is_ok());
        assert!(access().authorize(&Head::new("GET", "/?_token=secret", [])).is_ok());
        for header in ["Bearer ", "Bearer x"] {
            let refused = Access::new("").authorize(&head("GET", &[("authorization", header)])).expect_err("closed");
            assert_eq!(refused.status, 503, "without a token it is closed, not open");
        }
    }
}
