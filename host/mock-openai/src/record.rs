//! What came in, and how each exchange ended.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use hyper::HeaderMap;
use serde::Serialize;

use crate::limits::{KEPT_BODY_BYTES, KEPT_BYTES};

/// A request, as `GET /mock/requests` shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Request {
    /// Counted from 1 since the mock began.
    pub number: u64,
    /// Milliseconds after the mock began.
    pub at_ms: u64,
    /// Such as `POST`.
    pub method: String,
    /// With the query, if any.
    pub path: String,
    /// Names in lower case, in the order in which they came; keys are not hidden.
    #[serde(serialize_with = "as_map")]
    pub headers: Vec<(String, String)>,
    /// The body, or its beginning where it is long; what is no UTF-8 becomes U+FFFD.
    pub body: String,
    /// Length of the body.
    pub body_bytes: u64,
    /// The rule that took it, counted from 1.
    pub rule: Option<usize>,
    /// The status that was sent.
    pub status: Option<u16>,
    /// How it ended.
    pub end: End,
    /// Bytes of the answer's body that the connection took.
    pub sent_bytes: u64,
}

/// How an exchange ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// It has not.
    Open,
    /// The answer was given to the connection as a whole.
    Completed,
    /// The client left before; `sent_bytes` says when.
    Cancelled,
    /// The script closed the connection.
    Closed,
    /// The script reset the connection.
    Reset,
}

fn as_map<S: serde::Serializer>(headers: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = std::collections::BTreeMap::<&str, String>::new();
    for (name, value) in headers {
        map.entry(name).and_modify(|values| *values += &format!(", {value}")).or_insert_with(|| value.clone());
    }
    serializer.collect_map(map)
}

impl Request {
    /// A header; the name is in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON; `null` if it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

/// The last requests.
#[derive(Debug)]
pub(crate) struct Record {
    began: Instant,
    most: usize,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    /// Of the oldest in the list.
    first: u64,
    total: u64,
    bytes: usize,
    requests: VecDeque<Entry>,
}

/// A request in two allocations: at full speed they are made and thrown away thousands of times a second.
#[derive(Debug)]
struct Entry {
    /// Head and body: method, path, then names and values, each with a zero behind it, which none of them has.
    text: Vec<u8>,
    head_bytes: usize,
    at_ms: u64,
    body_bytes: u64,
    rule: Option<usize>,
    status: Option<u16>,
    end: End,
    sent_bytes: u64,
}

impl Record {
    pub(crate) fn new(most: usize) -> Record {
        let kept = Kept { first: 1, ..Kept::default() };
        Record { began: Instant::now(), most, kept: Mutex::new(kept) }
    }

    // A panic elsewhere leaves counts as they are, which are still good to look at.
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes down a request; the ticket says later how it ended.
    pub(crate) fn begin(self: &Arc<Record>, head: &Head<'_>, body: &[u8]) -> Ticket {
        let mut kept = self.kept();
        kept.total += 1;
        let number = kept.total;
        if self.most > 0 {
            let (text, head_bytes) = head.text(&body[..body.len().min(KEPT_BODY_BYTES)]);
            kept.bytes += text.len();
            let at_ms = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
            let body_bytes = body.len() as u64;
            let (rule, status, end) = (None, None, End::Open);
            kept.requests.push_back(Entry { text, head_bytes, at_ms, body_bytes, rule, status, end, sent_bytes: 0 });
            while kept.requests.len() > self.most || kept.bytes > KEPT_BYTES {
                let Some(oldest) = kept.requests.pop_front() else { break };
                kept.bytes -= oldest.text.len();
                kept.first += 1;
            }
        } else {
            kept.first = number + 1;
        }
        Ticket { record: Arc::clone(self), number, status: None, rule: None, sent_bytes: 0, end: End::Open }
    }

    /// How many requests there were, and the last ones.
    pub(crate) fn list(&self) -> (u64, Vec<Request>) {
        let kept = self.kept();
        let requests = kept.requests.iter().zip(kept.first..).map(|(entry, number)| entry.request(number)).collect();
        (kept.total, requests)
    }

    /// Forgets all of them; numbers go on.
    pub(crate) fn clear(&self) {
        let mut kept = self.kept();
        kept.requests.clear();
        kept.bytes = 0;
        kept.first = kept.total + 1;
    }
}

/// What is written down of a request's head.
pub(crate) struct Head<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) headers: &'a HeaderMap,
}

impl Head<'_> {
    fn text(&self, body: &[u8]) -> (Vec<u8>, usize) {
        let headers: usize = self.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 2).sum();
        let head_bytes = self.method.len() + self.path.len() + 2 + headers;
        let mut text = Vec::with_capacity(head_bytes + body.len());
        let mut put = |part: &[u8]| {
            text.extend_from_slice(part);
            text.push(0);
        };
        put(self.method.as_bytes());
        put(self.path.as_bytes());
        for (name, value) in self.headers {
            put(name.as_str().as_bytes());
            put(value.as_bytes());
        }
        text.extend_from_slice(body);
        (text, head_bytes)
    }
}

impl Entry {
    fn request(&self, number: u64) -> Request {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (head, body) = self.text.split_at(self.head_bytes);
        let mut parts = head.split(|byte| *byte == 0).map(text);
        let (method, path) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let mut headers = Vec::new();
        while let (Some(name), Some(value)) = (parts.next(), parts.next()) {
            headers.push((name, value));
        }
        Request {
            number,
            at_ms: self.at_ms,
            method,
            path,
            headers,
            body: text(body),
            body_bytes: self.body_bytes,
            rule: self.rule,
            status: self.status,
            end: self.end,
            sent_bytes: self.sent_bytes,
        }
    }
}

/// Of an exchange that is not over. When it is dropped without an end, the client has left.
#[derive(Debug)]
pub(crate) struct Ticket {
    record: Arc<Record>,
    number: u64,
    pub(crate) rule: Option<usize>,
    pub(crate) status: Option<u16>,
    pub(crate) sent_bytes: u64,
    end: End,
}

impl Ticket {
    /// Writes down what is known by now.
    pub(crate) fn note(&self) {
        let mut kept = self.record.kept();
        let Some(index) = self.number.checked_sub(kept.first).and_then(|index| usize::try_from(index).ok()) else {
            return;
        };
        // It may be forgotten by now.
        if let Some(entry) = kept.requests.get_mut(index) {
            entry.rule = self.rule;
            entry.status = self.status;
            entry.sent_bytes = self.sent_bytes;
            entry.end = self.end;
        }
    }

    /// Writes down the end; only the first one counts.
    pub(crate) fn end(&mut self, end: End) {
        if self.end == End::Open {
            self.end = end;
            self.note();
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.end(End::Cancelled);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begin(record: &Arc<Record>, path: &str) -> Ticket {
        let headers = [(hyper::header::HOST, hyper::header::HeaderValue::from_static("h"))].into_iter().collect();
        record.begin(&Head { method: "POST", path, headers: &headers }, b"{}")
    }

    #[test]
    fn what_came_in_is_what_is_listed() {
        let record = Arc::new(Record::new(10));
        let mut ticket = begin(&record, "/v1/models?a=b");
        (ticket.status, ticket.rule, ticket.sent_bytes) = (Some(200), Some(2), 7);
        ticket.note();
        let (total, requests) = record.list();
        assert_eq!((total, requests.len()), (1, 1));
        assert_eq!((requests[0].method.as_str(), requests[0].path.as_str()), ("POST", "/v1/models?a=b"));
        assert_eq!((requests[0].header("host"), requests[0].body.as_str()), (Some("h"), "{}"));
        assert_eq!((requests[0].status, requests[0].rule, requests[0].sent_bytes), (Some(200), Some(2), 7));
        assert_eq!(requests[0].end, End::Open);
        drop(ticket);
        assert_eq!(record.list().1[0].end, End::Cancelled);
    }

    #[test]
    fn the_oldest_are_forgotten_and_their_ends_with_them() {
        let record = Arc::new(Record::new(2));
        let tickets: Vec<Ticket> = ["/1", "/2", "/3"].map(|path| begin(&record, path)).into();
        let numbers = |record: &Record| record.list().1.iter().map(|request| request.number).collect::<Vec<_>>();
        assert_eq!((record.list().0, numbers(&record)), (3, vec![2, 3]));
        for mut ticket in tickets {
            ticket.end(End::Completed);
        }
        assert!(record.list().1.iter().all(|request| request.end == End::Completed));
        record.clear();
        assert!(numbers(&record).is_empty());
        drop(begin(&record, "/4"));
        assert_eq!(numbers(&record), [4]);
    }

    #[test]
    fn nothing_is_kept_where_nothing_is_wanted() {
        let record = Arc::new(Record::new(0));
        begin(&record, "/1").end(End::Completed);
        assert_eq!(record.list(), (1, Vec::new()));
    }
}
