//! The page that asks, if it is a page, and what its browser is told (CORS, <https://fetch.spec.whatwg.org/#http-cors-protocol>).

use crate::answer::Answer;
use crate::head::Head;

/// Headers that `@upstash/redis` sends and a page may.
const HEADERS: &str = "Accept, Authorization, Cache-Control, Content-Type, Upstash-Encoding, Upstash-Response-Format, \
                       Upstash-Sync-Token, Upstash-Telemetry-Platform, Upstash-Telemetry-Retry, \
                       Upstash-Telemetry-Runtime, Upstash-Telemetry-Sdk";
/// Seconds for which a browser may remember the answer.
const REMEMBERED: &str = "600";

/// An origin that was checked, or none for whoever is no page.
#[derive(Clone, Debug)]
pub struct Origin(Option<String>);

impl Origin {
    /// A request that no page sent.
    #[must_use]
    pub fn none() -> Origin {
        Origin(None)
    }

    pub(crate) fn of(origin: &str) -> Origin {
        Origin(Some(origin.to_owned()))
    }

    /// Lets the page read an answer. Every answer goes through here, errors too: a page may see why it failed.
    pub fn allow(&self, answer: &mut Answer) {
        if let Origin(Some(origin)) = self {
            answer.headers.push(("Access-Control-Allow-Origin", origin.clone()));
            answer.headers.push(("Vary", "Origin".to_owned()));
        }
    }

    /// The answer to a browser that asks before it sends the page's request.
    pub(crate) fn preflight(&self, head: &Head<'_>) -> Answer {
        let mut answer = Answer::empty(204)
            .with("Access-Control-Allow-Methods", "GET, POST")
            .with("Access-Control-Allow-Headers", HEADERS)
            .with("Access-Control-Max-Age", REMEMBERED);
        if head.has("access-control-request-private-network") {
            answer = answer.with("Access-Control-Allow-Private-Network", "true");
        }
        self.allow(&mut answer);
        answer
    }
}
