//! Hosts of the network by name and port, as grants and the configuration write them: `api.example.com:443`,
//! `*.example.com`, `[::1]:8080`.

use std::fmt;
use std::net::IpAddr;

use super::limits::HOST_BYTES;

/// A host that may be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Host {
    /// In lower case, without brackets; `*.` in front stands for any labels.
    name: String,
    /// Without one, those of HTTP and HTTPS.
    port: Option<u16>,
}

/// The ports of `http` and `https`.
const USUAL_PORTS: [u16; 2] = [80, 443];

impl Host {
    /// Reads `name`, `name:port`, `*.name`, an address of version 4, or one of version 6 in brackets.
    pub(crate) fn parse(text: &str) -> Result<Host, String> {
        let wrong = || format!("'{text}' is no host: expected e.g. api.example.com:443, *.example.com or [::1]:8080");
        let (name, port) = match text.rsplit_once(':') {
            Some((name, port)) if !port.ends_with(']') => (name, Some(port.parse().map_err(|_| wrong())?)),
            _ => (text, None),
        };
        let bare = name.strip_prefix("*.").unwrap_or(name);
        let is_address = bare.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let is_valid = match is_address {
            Some(address) => bare.len() == name.len() && address.parse::<std::net::Ipv6Addr>().is_ok(),
            // The root may be written, as a dot at the end.
            None => bare.strip_suffix('.').unwrap_or(bare).split('.').all(|label| {
                !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
            }),
        };
        if !is_valid || text.len() > HOST_BYTES || port == Some(0) {
            return Err(wrong());
        }
        Ok(Host { name: plain(name), port })
    }

    /// Whether a request may go there, by what it names.
    pub(crate) fn allows(&self, name: &str, port: u16) -> bool {
        let is_port = self.port.map_or_else(|| USUAL_PORTS.contains(&port), |own| own == port);
        is_port && self.matches(&plain(name))
    }

    /// Whether all that the other stands for is within this one.
    pub(crate) fn covers(&self, other: &Host) -> bool {
        let ports = match (self.port, other.port) {
            (None, None) => true,
            (None, Some(port)) => USUAL_PORTS.contains(&port),
            (own, port) => own == port,
        };
        ports && (self.name == other.name || self.matches(&other.name))
    }

    /// Whether an address that is not public was named itself. `localhost` names what is this host's.
    pub(crate) fn names_address(&self, address: IpAddr, port: u16) -> bool {
        let is_port = self.port.map_or_else(|| USUAL_PORTS.contains(&port), |own| own == port);
        let is_named = self.name.parse::<IpAddr>().is_ok_and(|own| own.to_canonical() == address.to_canonical());
        is_port && (is_named || self.name == "localhost" && address.to_canonical().is_loopback())
    }

    fn matches(&self, name: &str) -> bool {
        match self.name.strip_prefix('*') {
            Some(suffix) => name.len() > suffix.len() && name.ends_with(suffix),
            None => self.name == name,
        }
    }
}

fn plain(name: &str) -> String {
    name.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.').to_ascii_lowercase()
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.name.contains(':') {
            write!(f, "[{}]", self.name)?
        } else {
            f.write_str(&self.name)?
        }
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

/// Whether an address belongs to the public network: neither this host, nor a private network, nor a link, nor a range
/// that is reserved or that carries another address inside.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            !(address.is_loopback()
                || address.is_private()
                || address.is_link_local()
                || address.is_multicast()
                || address.is_documentation()
                || a == 0
                || a >= 240
                || (a, b) == (100, b & 0x3f | 64)
                || (a, b, c) == (192, 0, 0)
                || a == 198 && (b == 18 || b == 19))
        }
        IpAddr::V6(address) => {
            let [first, second, ..] = address.segments();
            !(address.is_loopback()
                || address.is_unspecified()
                || address.is_multicast()
                || first & 0xfe00 == 0xfc00
                || first & 0xffc0 == 0xfe80
                || first & 0xffc0 == 0xfec0
                // Addresses of version 4 inside: compatible, NAT64, 6to4, Teredo; and documentation.
                || first == 0
                || first == 0x64
                || first == 0x2002
                || (first, second) == (0x2001, 0)
                || (first, second) == (0x2001, 0xdb8))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(text: &str) -> Host {
        Host::parse(text).expect(text)
    }

    #[test]
    fn hosts_are_read_and_shown() {
        for text in
            ["api.example.com:443", "api.example.com", "*.example.com:8443", "127.0.0.1:80", "[::1]:8080", "[::1]"]
        {
            assert_eq!(host(text).to_string(), text);
        }
        assert_eq!(host("API.Example.COM.:1").to_string(), "api.example.com:1");
        for text in
            ["", ":80", "a:", "a:0", "a:70000", "a b", "http://a", "*", "a.*.b", "[zz]:1", "::1", "a/b", "*.[::1]"]
        {
            assert!(Host::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_request_goes_to_the_host_and_port_that_were_named() {
        assert!(host("a.com:8080").allows("A.com", 8080));
        assert!(!host("a.com:8080").allows("a.com", 80) && !host("a.com:80").allows("b.a.com", 80));
        assert!(host("a.com").allows("a.com", 443) && !host("a.com").allows("a.com", 22));
        assert!(host("*.a.com").allows("b.a.com", 443));
        assert!(!host("*.a.com").allows("a.com", 443) && !host("*.a.com").allows("nota.com", 443));
        assert!(host("[::1]:1").allows("[::1]", 1));
    }

    #[test]
    fn a_ceiling_covers_what_is_no_more_than_it() {
        assert!(host("*.a.com").covers(&host("b.a.com:443")) && host("*.a.com").covers(&host("*.b.a.com")));
        assert!(!host("b.a.com").covers(&host("*.a.com")) && !host("a.com:443").covers(&host("a.com")));
    }

    #[test]
    fn addresses_inside_are_not_public_and_open_only_by_their_own_name() {
        for text in [
            "127.0.0.1",
            "10.1.2.3",
            "192.168.0.1",
            "172.16.0.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "224.0.0.1",
            "ff02::1",
        ] {
            assert!(!is_public(text.parse().expect(text)), "{text}");
        }
        for text in ["1.1.1.1", "100.128.0.1", "172.32.0.1", "2606:4700::1111"] {
            assert!(is_public(text.parse().expect(text)), "{text}");
        }
        let loopback: IpAddr = "127.0.0.1".parse().expect("an address");
        assert!(host("127.0.0.1:80").names_address(loopback, 80) && host("localhost:80").names_address(loopback, 80));
        assert!(
            !host("example.com:80").names_address(loopback, 80) && !host("127.0.0.1:80").names_address(loopback, 81)
        );
        assert!(!host("localhost:80").names_address("10.0.0.1".parse().expect("an address"), 80));
    }
}
