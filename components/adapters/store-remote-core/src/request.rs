//! A command on its way.

use percent_encoding::{NON_ALPHANUMERIC, percent_encode};

use crate::failure::Failure;
use crate::limits::{RAW_BYTES, REQUEST_BYTES, TARGET_BYTES};

/// A `POST` to a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Path and query.
    pub path: String,
    /// Names in lower case; neither `host` nor `content-length`, which belong to whoever sends it.
    pub headers: Vec<(&'static str, String)>,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Request {
    /// The words as JSON; where that cannot say them, or would be long, the longest as the body and the others around it
    /// in path and query.
    pub(crate) fn of(argv: &[&[u8]]) -> Result<Self, Failure> {
        let longest = argv.iter().map(|word| word.len()).max().unwrap_or(0);
        let texts: Option<Vec<&str>> = argv.iter().map(|word| std::str::from_utf8(word).ok()).collect();
        let (path, body) = match (texts, raw(argv)) {
            (Some(texts), raw) if longest <= RAW_BYTES || raw.is_none() => {
                ("/".to_owned(), serde_json::to_vec(&texts).expect("strings are JSON, and a vector takes it"))
            }
            (_, Some(raw)) => raw,
            (_, None) => {
                let reason = "ERR only one word of a command may be long or binary where the store is elsewhere";
                return Err(Failure::Command(reason.to_owned()));
            }
        };
        let kind = if path == "/" { "application/json" } else { "application/octet-stream" };
        Self::within_limits(path, kind, body)
    }

    /// Commands of text, one behind the other; the reply is an array of theirs.
    pub(crate) fn pipeline(commands: &[Vec<&str>]) -> Result<Self, Failure> {
        let body = serde_json::to_vec(commands).expect("strings are JSON, and a vector takes it");
        Self::within_limits("/pipeline".to_owned(), "application/json", body)
    }

    fn within_limits(path: String, kind: &str, body: Vec<u8>) -> Result<Self, Failure> {
        if body.len() > REQUEST_BYTES {
            return Err(Failure::Command(format!(
                "ERR the request has {} bytes on its way to the store, which takes {REQUEST_BYTES}",
                body.len()
            )));
        }
        let headers = vec![("content-type", kind.to_owned()), ("upstash-response-format", "resp2".to_owned())];
        Ok(Self { path, headers, body })
    }
}

/// Path and query, and the longest word as the body; none when the other words do not fit.
fn raw(argv: &[&[u8]]) -> Option<(String, Vec<u8>)> {
    // What is no text goes first: it cannot be said otherwise as shortly. The name of the command is in the path.
    let weight = |word: &[u8]| (std::str::from_utf8(word).is_err(), word.len());
    let at = (1..argv.len()).max_by_key(|index| argv.get(*index).map(|word| weight(word)))?;
    let (before, rest) = argv.split_at(at);
    let (body, after) = rest.split_first()?;
    let mut path = String::new();
    for word in before {
        // A proxy may take such a part of a path for a way back, or leave it out.
        if matches!(*word, b"" | b"." | b"..") {
            return None;
        }
        path.push('/');
        path.extend(percent_encode(word, NON_ALPHANUMERIC));
    }
    for (index, word) in after.iter().enumerate() {
        // That name is taken for the token.
        if *word == b"_token" {
            return None;
        }
        path.push(if index == 0 { '?' } else { '&' });
        path.extend(percent_encode(word, NON_ALPHANUMERIC));
        if word.is_empty() {
            path.push('=');
        }
    }
    // An empty body is no word, and a long path is no path.
    (!body.is_empty() && path.len() <= TARGET_BYTES).then(|| (path, body.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ferrite_http::{Call, Head};

    /// What the server reads.
    fn received(request: &Request) -> Vec<Vec<u8>> {
        let head = Head::new("POST", &request.path, []);
        match Call::read(&head, &request.body).expect("the server understands it") {
            Call::Single(command) => command,
            other => panic!("no command: {other:?}"),
        }
    }

    #[test]
    fn the_server_reads_the_words_that_were_said() {
        let long = "a\n\"".repeat(20_000);
        let blob = [0, 255, 13, 10, b'&'].repeat(5_000);
        let commands: &[&[&[u8]]] = &[
            &[b"PING"],
            &[b"SET", b"k\0\n", "ä\u{1F600}".as_bytes(), b""],
            &[b"SET", b"a/b?c=d&e%20", long.as_bytes(), b"PX", b"60000"],
            &[b"VECTOR.ADD", b"gateway:\xff", b"a+b", &blob, b"ATTR", b"{\"a\": 1}", b"", b"x=y", b"a+b"],
            &[b"GET", b"\xff"],
        ];
        for words in commands {
            let request = Request::of(words).expect("it can be sent");
            assert_eq!(received(&request), words.iter().map(|word| word.to_vec()).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_pipeline_is_read_in_its_order() {
        let request = Request::pipeline(&[vec!["INCR", "a\n"], vec!["GET", "b"]]).expect("it can be sent");
        let call = Call::read(&Head::new("POST", &request.path, []), &request.body).expect("the server understands it");
        let words = |words: [&str; 2]| words.map(|word| word.as_bytes().to_vec()).to_vec();
        assert_eq!(call, Call::Pipeline(vec![words(["INCR", "a\n"]), words(["GET", "b"])]));
    }

    #[test]
    fn a_long_word_is_sent_as_it_is() {
        let word = vec![b'"'; REQUEST_BYTES];
        let request = Request::of(&[b"SET", b"k", &word, b"PX", b"1"]).expect("it can be sent");
        assert_eq!((request.path.as_str(), request.body.len()), ("/SET/k?PX&1", word.len()));
    }

    #[test]
    fn what_cannot_be_sent_is_an_error_of_the_command() {
        let (long, binary) = (vec![b'a'; REQUEST_BYTES + 1], vec![255; TARGET_BYTES]);
        for words in [
            &[&b"SET"[..], b"k", &long][..],
            &[b"MSET", &binary, &binary],
            &[b"SET", b"..", b"\xff"],
            &[b"SET", b"\xff", b"_token"],
        ] {
            let Err(Failure::Command(line)) = Request::of(words) else { panic!("it was sent: {words:?}") };
            assert!(line.starts_with("ERR ") && line.len() < 200, "{line}");
        }
    }
}
