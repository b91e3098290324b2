//! The head of a client's request, and headers.

/// Names in lower case, and values, in the order in which they came.
pub type Headers = Vec<(String, String)>;

/// The head of a client's request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestHead {
    /// `GET`, `POST`, …
    pub method: String,
    /// With the query, as it came.
    pub path: String,
    /// Names in lower case. Bytes that are not UTF-8 may be replaced in values.
    pub headers: Headers,
}

impl RequestHead {
    /// The first value of a header; `name` in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    /// The path without its query.
    #[must_use]
    pub fn route(&self) -> &str {
        self.path.split(['?', '#']).next().unwrap_or_default()
    }

    /// The query without its `?`, empty if there is none.
    #[must_use]
    pub fn query(&self) -> &str {
        self.path.split_once('?').map_or("", |(_, query)| query)
    }
}

/// The first value of a header; `name` in lower case.
#[must_use]
pub fn header<'a>(headers: &'a Headers, name: &str) -> Option<&'a str> {
    headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

/// How many bytes the body has, if its head says so.
pub(crate) fn content_length(headers: &Headers) -> Option<u64> {
    header(headers, "content-length")?.parse().ok()
}
