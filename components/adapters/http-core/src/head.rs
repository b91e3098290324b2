//! A request without its body.

use std::borrow::Cow;

use percent_encoding::percent_decode;

/// The method, the target and the headers of a request; all of it is the client's.
#[derive(Debug)]
pub struct Head<'a> {
    /// As it was sent: `GET`, `POST` …
    pub method: &'a str,
    /// The path, percent-encoded as it was sent, without the query.
    pub path: &'a str,
    query: &'a str,
    headers: Vec<(&'a str, &'a [u8])>,
}

impl<'a> Head<'a> {
    /// `target` is the path with its query. Names of headers may be in any case.
    pub fn new(method: &'a str, target: &'a str, headers: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Head<'a> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Head { method, path, query, headers: headers.into_iter().collect() }
    }

    /// The values of a header, in their order.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.headers.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }

    /// A header's value, if it is text and there is one only.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&'a str> {
        let mut all = self.all(name);
        let value = all.next().filter(|_| all.next().is_none())?;
        std::str::from_utf8(value).ok().map(str::trim)
    }

    /// Whether there is such a header, well-formed or not.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }

    /// The parts of the path, decoded: bytes of any kind. None of `/`.
    pub fn segments(&self) -> impl Iterator<Item = Cow<'a, [u8]>> {
        let path = self.path.strip_prefix('/').unwrap_or(self.path);
        let parts = if path.is_empty() { None } else { Some(path.split('/')) };
        parts.into_iter().flatten().map(|part| percent_decode(part.as_bytes()).into())
    }

    /// The names and values of the query, decoded, without `_token`. A name without a value has an empty one.
    pub fn parameters(&self) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> {
        self.pairs().filter(|(name, _)| name != TOKEN)
    }

    /// The token that it carries: that of the header, else that of the query, which is for what cannot send headers.
    #[must_use]
    pub fn token(&self) -> Option<Vec<u8>> {
        if self.has("authorization") {
            let (scheme, token) = self.text("authorization")?.split_once(' ')?;
            return scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().as_bytes().to_vec());
        }
        self.pairs().find(|(name, _)| name == TOKEN).map(|(_, value)| value)
    }

    fn pairs(&self) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> {
        self.query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
    }
}

const TOKEN: &[u8] = b"_token";

/// In a query a blank may be written as `+`.
fn decode(text: &str) -> Vec<u8> {
    percent_decode(text.replace('+', " ").as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head<'a>(target: &'a str, headers: &[(&'a str, &'a str)]) -> Head<'a> {
        Head::new("GET", target, headers.iter().map(|(name, value)| (*name, value.as_bytes())))
    }

    #[test]
    fn a_path_is_split_before_it_is_decoded() {
        let segments: Vec<_> = head("/set/a%2Fb/%ff%00/?x=1", &[]).segments().map(Cow::into_owned).collect();
        assert_eq!(segments, [&b"set"[..], b"a/b", b"\xff\0", b""]);
        assert_eq!(head("/", &[]).segments().count(), 0);
    }

    #[test]
    fn a_query_is_decoded_and_its_token_is_no_parameter() {
        let head = head("/set/k/v?EX=10&NX&_token=t%20t&a+b=%2B", &[]);
        let parameters: Vec<_> = head.parameters().collect();
        let expected = [("EX", "10"), ("NX", ""), ("a b", "+")];
        assert_eq!(parameters, expected.map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec())));
        assert_eq!(head.token().as_deref(), Some(&b"t t"[..]));
    }

    #[test]
    fn the_header_s_token_counts_more_than_the_query_s() {
        let token = |headers: &[(&'static str, &'static str)]| head("/?_token=query", headers).token();
        assert_eq!(token(&[("Authorization", "bearer header")]).as_deref(), Some(&b"header"[..]));
        assert_eq!(token(&[("authorization", "Basic header")]), None);
        assert_eq!(token(&[("authorization", "Bearer a"), ("authorization", "Bearer b")]), None, "which one?");
        assert_eq!(token(&[]).as_deref(), Some(&b"query"[..]));
    }
}
