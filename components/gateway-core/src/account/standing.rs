//! What a key has left of this minute, in the headers that OpenAI sends:
//! <https://platform.openai.com/docs/guides/rate-limits>.

use super::window;
use crate::head::Headers;

/// A limit, and what is left of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Left {
    most: u64,
    left: u64,
}

/// What is left of requests and tokens: of the key or of its team, whichever has less.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    requests: Option<Left>,
    tokens: Option<Left>,
}

impl Standing {
    pub(crate) fn requests(&mut self, most: u64, left: u64) {
        note(&mut self.requests, Left { most, left });
    }

    pub(crate) fn tokens(&mut self, most: u64, left: u64) {
        note(&mut self.tokens, Left { most, left });
    }

    /// Adds the headers. Where there are any, those of an upstream go: its limits are not the client's.
    pub(crate) fn write(&self, headers: &mut Headers, now_ms: u64) {
        const PREFIX: &str = "x-ratelimit-";
        let kinds = [("requests", self.requests), ("tokens", self.tokens)];
        if kinds.iter().any(|(_, left)| left.is_some()) {
            headers.retain(|(name, _)| !name.starts_with(PREFIX));
        }
        let reset = span(window::until_next_minute(now_ms));
        for (kind, left) in kinds {
            let Some(Left { most, left }) = left else { continue };
            headers.push((format!("{PREFIX}limit-{kind}"), most.to_string()));
            headers.push((format!("{PREFIX}remaining-{kind}"), left.to_string()));
            headers.push((format!("{PREFIX}reset-{kind}"), reset.clone()));
        }
    }
}

fn note(slot: &mut Option<Left>, new: Left) {
    if slot.is_none_or(|old| new.left < old.left) {
        *slot = Some(new);
    }
}

/// A span of at most a minute as Go writes it, which is what OpenAI sends: `1m0s`, `20s`, `1.5s`, `120ms`.
fn span(ms: u64) -> String {
    match (ms / 1000, ms % 1000) {
        (60.., _) => "1m0s".to_owned(),
        (0, ms) => format!("{ms}ms"),
        (seconds, 0) => format!("{seconds}s"),
        (seconds, ms) => format!("{seconds}.{}s", format!("{ms:03}").trim_end_matches('0')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_written_as_go_does() {
        let cases =
            [(60_000, "1m0s"), (59_999, "59.999s"), (20_000, "20s"), (1_500, "1.5s"), (1_050, "1.05s"), (7, "7ms")];
        for (ms, expected) in cases {
            assert_eq!(span(ms), expected);
        }
    }

    #[test]
    fn the_scope_with_less_left_is_shown_and_upstreams_headers_go() {
        let mut standing = Standing::default();
        let mut headers = vec![("x-ratelimit-limit-requests".to_owned(), "1".to_owned())];
        standing.write(&mut headers, 0);
        assert_eq!(headers.len(), 1, "the upstream's are all there is");
        standing.requests(10, 7);
        standing.requests(100, 3);
        standing.requests(5, 4);
        standing.write(&mut headers, 1_000);
        let text: Vec<String> = headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        let expected =
            ["x-ratelimit-limit-requests: 100", "x-ratelimit-remaining-requests: 3", "x-ratelimit-reset-requests: 59s"];
        assert_eq!(text, expected);
    }
}
