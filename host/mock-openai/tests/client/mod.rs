//! A client that sees how an answer ends: HTTP/1.1 by hand over a socket.

#![allow(dead_code, reason = "each suite uses a part of it")]

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use ferrite_mock_openai::Mock;
use serde_json::{Value, json};

/// A guard against hanging, not a measurement.
const PATIENCE: Duration = Duration::from_secs(20);

/// How an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// With its last byte or chunk.
    Complete,
    /// The connection was closed before.
    Closed,
    /// The connection was reset before.
    Reset,
    /// Nothing came for a while.
    Stalled,
}

/// What came.
#[derive(Debug)]
pub(crate) struct Answer {
    /// 0: no head.
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) ended: Ended,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The JSON of all whole events.
    pub(crate) fn events(&self) -> Vec<Value> {
        let text = self.text();
        let data = text.split("\n\n").filter_map(|event| event.lines().find_map(|line| line.strip_prefix("data: ")));
        data.filter_map(|data| serde_json::from_str(data).ok()).collect()
    }

    /// The text of a chat's stream.
    pub(crate) fn content(&self) -> String {
        let events = self.events();
        events.iter().filter_map(|event| event["choices"][0]["delta"]["content"].as_str()).collect()
    }
}

/// A request on a connection of its own.
pub(crate) struct Sent(pub(crate) TcpStream);

pub(crate) fn send(mock: &Mock, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Sent {
    let mut stream = TcpStream::connect(mock.address()).expect("the mock listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time above 0");
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: mock\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    stream.write_all(format!("{head}\r\n").as_bytes()).expect("the mock reads");
    stream.write_all(body).expect("the mock reads");
    Sent(stream)
}

impl Sent {
    /// Reads so many bytes, or all there are.
    pub(crate) fn read_some(&mut self, least: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut buffer = vec![0; 16 << 10];
        while bytes.len() < least {
            match self.0.read(&mut buffer) {
                Ok(0) | Err(_) => break,
                Ok(count) => bytes.extend_from_slice(&buffer[..count]),
            }
        }
        bytes
    }

    /// For answers that stall: reads until this text has come, and then what comes within a moment.
    pub(crate) fn stalled_after(mut self, text: &str) -> Answer {
        let mut bytes = Vec::new();
        while !String::from_utf8_lossy(&bytes).contains(text) {
            let more = self.read_some(1);
            assert!(!more.is_empty(), "{text:?} does not come: {}", String::from_utf8_lossy(&bytes));
            bytes.extend(more);
        }
        self.0.set_read_timeout(Some(Duration::from_millis(200))).expect("a time above 0");
        self.answer_from(bytes)
    }

    /// Reads to the end.
    pub(crate) fn answer(self) -> Answer {
        self.answer_from(Vec::new())
    }

    fn answer_from(mut self, mut bytes: Vec<u8>) -> Answer {
        let mut buffer = vec![0; 64 << 10];
        loop {
            if let Some(answer) = parse(&bytes, None) {
                return answer;
            }
            let ended = match self.0.read(&mut buffer) {
                Ok(0) => Ended::Closed,
                Ok(count) => {
                    bytes.extend_from_slice(&buffer[..count]);
                    continue;
                }
                Err(error) if error.kind() == ErrorKind::ConnectionReset => Ended::Reset,
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => Ended::Stalled,
                Err(error) => panic!("{error}"),
            };
            return parse(&bytes, Some(ended)).expect("an end");
        }
    }
}

/// `None` while more is to come and the connection has not ended.
fn parse(bytes: &[u8], ended: Option<Ended>) -> Option<Answer> {
    let none = |ended| Answer { status: 0, headers: Vec::new(), body: Vec::new(), ended };
    let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { return ended.map(none) };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let is = |name: &str| headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str());
    let rest = &bytes[end + 4..];
    let (body, is_complete) = if is("transfer-encoding") == Some("chunked") {
        chunks(rest)
    } else {
        let length: usize = is("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        (rest[..rest.len().min(length)].to_vec(), rest.len() >= length)
    };
    let ended = if is_complete { Ended::Complete } else { ended? };
    Some(Answer { status: status.unwrap_or(0), headers, body, ended })
}

fn chunks(mut rest: &[u8]) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    loop {
        let Some(line) = rest.windows(2).position(|window| window == b"\r\n") else { return (body, false) };
        let length = std::str::from_utf8(&rest[..line]).ok().and_then(|text| usize::from_str_radix(text, 16).ok());
        let length = length.expect("the length of a chunk");
        rest = &rest[line + 2..];
        if length == 0 {
            return (body, true);
        }
        body.extend_from_slice(&rest[..rest.len().min(length)]);
        if rest.len() < length + 2 {
            return (body, false);
        }
        rest = &rest[length + 2..];
    }
}

pub(crate) fn post(mock: &Mock, path: &str, body: &Value) -> Answer {
    send(mock, "POST", path, &[("content-type", "application/json")], body.to_string().as_bytes()).answer()
}

pub(crate) fn get(mock: &Mock, path: &str) -> Answer {
    send(mock, "GET", path, &[], b"").answer()
}

/// A request for a chat, with more fields.
pub(crate) fn chat_request(text: &str, more: &Value) -> Value {
    let mut request = json!({"model": "gpt-4o", "messages": [{"role": "user", "content": text}]});
    for (name, value) in more.as_object().into_iter().flatten() {
        request[name] = value.clone();
    }
    request
}

pub(crate) fn chat(mock: &Mock, text: &str) -> Answer {
    post(mock, "/v1/chat/completions", &chat_request(text, &json!({})))
}

pub(crate) fn chat_stream(mock: &Mock, text: &str) -> Answer {
    post(mock, "/v1/chat/completions", &chat_request(text, &json!({"stream": true})))
}

/// A mock with a script.
pub(crate) fn mock(script: &str) -> Mock {
    Mock::start(script.parse().unwrap_or_else(|error| panic!("{error}")))
}
