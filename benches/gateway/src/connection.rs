//! One connection, kept alive, and one exchange on it.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, Uri};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpStream;

use crate::args::RequestArgs;
use crate::events::Events;
use crate::tally::Failure;

/// Who is asked, and what.
#[derive(Debug)]
pub(crate) struct Target {
    authority: String,
    uri: Uri,
    headers: HeaderMap,
    /// The body, before and after the number that makes it one of its own.
    body: (String, String),
    is_stream: bool,
    timeout: Duration,
}

/// A good answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) ended: Instant,
    /// When each event with content came; none where it was no stream.
    pub(crate) content: Vec<Instant>,
}

impl Target {
    pub(crate) fn new(args: &RequestArgs) -> Result<Target> {
        let url: Uri = args.url.parse().with_context(|| format!("--url {}", args.url))?;
        anyhow::ensure!(url.scheme_str() == Some("http"), "--url {}: expected http://HOST:PORT/v1", args.url);
        let authority = url.authority().map(ToString::to_string).unwrap_or_default();
        let path = format!("{}/chat/completions", url.path().trim_end_matches('/'));
        let mut headers = HeaderMap::new();
        headers.insert(HOST, authority.parse()?);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert("authorization", HeaderValue::from_static("Bearer any"));
        for header in &args.headers {
            let (name, value) = header.split_once(':').with_context(|| format!("--header {header}: no colon"))?;
            headers.insert(HeaderName::try_from(name.trim())?, value.trim().parse()?);
        }
        let words: String = "and what does it do ".chars().cycle().take(args.prompt_bytes.saturating_sub(8)).collect();
        let body = json!({
            "model": args.model,
            "messages": [{"role": "user", "content": format!("NUMBER {words}")}],
            "stream": args.stream,
        });
        let (before, after) = (body.to_string(), "NUMBER");
        let (before, after) = before.split_once(after).context("the model cannot be called NUMBER")?;
        Ok(Target {
            uri: path.parse()?,
            headers,
            body: (before.to_owned(), after.to_owned()),
            authority,
            is_stream: args.stream,
            timeout: Duration::try_from_secs_f64(args.timeout).context("--timeout")?,
        })
    }

    /// The request with this number. No two are equal, so that nobody can answer one with another's answer.
    fn request(&self, number: u64) -> Request<Full<Bytes>> {
        let body = format!("{}{number:07}{}", self.body.0, self.body.1);
        let mut request = Request::new(Full::new(Bytes::from(body)));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = self.headers.clone();
        request
    }
}

/// A connection with at most one request on it.
#[derive(Debug)]
pub(crate) struct Connection(SendRequest<Full<Bytes>>);

impl Connection {
    /// Opens one.
    pub(crate) async fn open(target: &Target) -> Result<Connection, Failure> {
        let connecting = tokio::time::timeout(target.timeout, TcpStream::connect(&target.authority));
        let stream = connecting.await.map_err(|_| Failure::Timeout)?.map_err(|_| Failure::Connect)?;
        stream.set_nodelay(true).map_err(|_| Failure::Connect)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|_| Failure::Connect)?;
        // How it ends is told to who asks on it.
        tokio::task::spawn_local(connection);
        Ok(Connection(sender))
    }

    /// Asks, and reads the whole answer.
    pub(crate) async fn ask(&mut self, target: &Target, number: u64) -> Result<Answer, Failure> {
        let exchange = async {
            let response = self.0.send_request(target.request(number)).await.map_err(|_| Failure::Reset)?;
            read(response, target.is_stream).await
        };
        tokio::time::timeout(target.timeout, exchange).await.unwrap_or(Err(Failure::Timeout))
    }

    /// Whether another request can be sent; waits until the connection knows that the last one is over.
    pub(crate) async fn is_open(&mut self) -> bool {
        self.0.ready().await.is_ok()
    }
}

async fn read(response: Response<Incoming>, is_stream: bool) -> Result<Answer, Failure> {
    let status = response.status();
    let (mut body, mut events, mut content) = (response.into_body(), Events::default(), Vec::new());
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Failure::Reset)?;
        if let (true, Some(piece)) = (is_stream, frame.data_ref()) {
            let now = Instant::now();
            content.extend(std::iter::repeat_n(now, events.content(piece)));
        }
    }
    if !status.is_success() {
        return Err(Failure::Status(status.as_u16()));
    }
    if is_stream && (content.is_empty() || !events.is_done) {
        return Err(Failure::Unfinished);
    }
    Ok(Answer { ended: Instant::now(), content })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_requests_are_equal_and_all_are_as_long() {
        let args = RequestArgs {
            url: "http://127.0.0.1:1/v1/".to_owned(),
            headers: vec!["x-a: b".to_owned()],
            model: "fast".to_owned(),
            stream: false,
            prompt_bytes: 64,
            timeout: 1.0,
        };
        let target = Target::new(&args).expect("a target");
        let body = |number| format!("{}{number:07}{}", target.body.0, target.body.1);
        let parsed: serde_json::Value = serde_json::from_str(&body(12)).expect("JSON");
        let content = parsed["messages"][0]["content"].as_str().expect("text");
        assert!(content.starts_with("0000012 and"), "{content}");
        assert_eq!(content.len(), 64);
        assert_eq!(body(12).len(), body(13).len());
        assert_eq!(target.request(1).uri().path(), "/v1/chat/completions");
    }
}
