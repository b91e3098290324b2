//! What is sent back.

/// A whole answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status of HTTP.
    pub status: u16,
    /// Names and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// JSON.
    #[must_use]
    pub fn json(status: u16, body: Vec<u8>) -> Answer {
        Answer { body, ..Answer::empty(status).with("Content-Type", "application/json") }
    }

    /// `{"error": …}`.
    #[must_use]
    pub fn error(status: u16, reason: &str) -> Answer {
        Answer::json(status, serde_json::json!({ "error": reason }).to_string().into_bytes())
    }

    /// Another method is wanted.
    #[must_use]
    pub fn not_allowed(methods: &str) -> Answer {
        Answer::error(405, &format!("this takes {methods}")).with("Allow", methods)
    }

    /// Nothing but a status.
    #[must_use]
    pub fn empty(status: u16) -> Answer {
        Answer { status, headers: Vec::new(), body: Vec::new() }
            .with("Cache-Control", "no-store")
            .with("X-Content-Type-Options", "nosniff")
    }

    /// With a header more.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Answer {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// A header's value.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}
