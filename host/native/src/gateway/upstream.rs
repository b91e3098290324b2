//! One call to a model's server: a task that gives its next event when it is asked, and ends when nobody holds it.

use std::error::Error as _;
use std::future::poll_fn;
use std::pin::Pin;

use http_body_util::Full;
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header::{HeaderName, HeaderValue};
use hyper::{Method, Request, Response, Uri};
use hyper_util::client::legacy::Error as ClientError;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use super::bindings::exports::ferrite::gateway::exchanges::{
    AnswerHead, Event, FailureKind, Scheme, UpstreamEvent, UpstreamRequest,
};
use super::pool::{HttpClient, Pool};

/// Events of all calls of one exchange.
pub(super) type Events = mpsc::UnboundedSender<Event>;

/// A call. Dropped, its connection is dropped too, unless its answer is whole.
pub(super) struct Upstream {
    reads: mpsc::UnboundedSender<()>,
    task: AbortHandle,
}

impl Upstream {
    /// Begins it. Each [`read`](Upstream::read) is answered by one event; a failure is told at once.
    pub(super) fn send(pool: &Pool, request: UpstreamRequest, events: Events) -> Upstream {
        let client = pool.client(request.connect_timeout_ms);
        // Not many: one is sent for each event that came.
        let (reads, asked) = mpsc::unbounded_channel();
        let task = tokio::task::spawn_local(run(client, request, asked, events)).abort_handle();
        Upstream { reads, task }
    }

    /// Asks for the next event.
    pub(super) fn read(&self) {
        // If the call has ended, its last event is on the way.
        let _ = self.reads.send(());
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn run(client: HttpClient, request: UpstreamRequest, mut asked: mpsc::UnboundedReceiver<()>, events: Events) {
    let id = request.id;
    // Whoever listened may have gone; then nothing matters any more.
    let tell = |event| drop(events.send(Event::Upstream((id, event))));
    let request = match hyper_request(request) {
        Ok(request) => request,
        Err(text) => return tell(UpstreamEvent::Failed((FailureKind::Other, text))),
    };
    let response = match client.request(request).await {
        Ok(response) => response,
        Err(error) => return tell(UpstreamEvent::Failed(failure(&error))),
    };
    if asked.recv().await.is_none() {
        return;
    }
    tell(UpstreamEvent::Head(head(&response)));
    let mut body: Incoming = response.into_body();
    while asked.recv().await.is_some() {
        loop {
            match poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
                Some(Ok(frame)) => {
                    // Trailers say nothing to us.
                    if let Ok(bytes) = frame.into_data() {
                        tell(UpstreamEvent::Body(bytes.into()));
                        break;
                    }
                }
                Some(Err(error)) => {
                    let kind = if error.is_parse() { FailureKind::Protocol } else { FailureKind::Reset };
                    return tell(UpstreamEvent::Failed((kind, chain(&error))));
                }
                None => return tell(UpstreamEvent::End),
            }
        }
    }
}

fn hyper_request(request: UpstreamRequest) -> Result<Request<Full<Bytes>>, String> {
    let scheme = match request.scheme {
        Scheme::Http => "http",
        Scheme::Https => "https",
    };
    let uri = Uri::builder().scheme(scheme).authority(request.authority.as_str()).path_and_query(request.path.as_str());
    let uri = uri.build().map_err(|error| format!("its address is none: {error}"))?;
    let method = Method::from_bytes(request.method.as_bytes()).map_err(|error| error.to_string())?;
    let mut built = Request::new(Full::new(Bytes::from(request.body)));
    *built.method_mut() = method;
    *built.uri_mut() = uri;
    for (name, value) in &request.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| format!("{name:?} is no name of a header"))?;
        let value = HeaderValue::from_str(value).map_err(|_| format!("the value of {name} is none of a header"))?;
        built.headers_mut().append(name, value);
    }
    Ok(built)
}

/// The head of an answer. Bytes that are not UTF-8 are replaced.
fn head(response: &Response<Incoming>) -> AnswerHead {
    let headers = response.headers().iter();
    let headers = headers
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    AnswerHead { status: response.status().as_u16(), headers }
}

/// What went wrong before there was an answer.
fn failure(error: &ClientError) -> (FailureKind, String) {
    let text = chain(error);
    let mut cause = error.source();
    let mut kind = if error.is_connect() { FailureKind::Connect } else { FailureKind::Reset };
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<std::io::Error>() {
            if error.kind() == std::io::ErrorKind::TimedOut {
                kind = FailureKind::ConnectTimeout;
            }
            if error.get_ref().is_some_and(|inner| inner.is::<tokio_rustls::rustls::Error>()) {
                kind = FailureKind::Tls;
            }
        } else if error.is::<tokio_rustls::rustls::Error>() {
            kind = FailureKind::Tls;
        } else if let Some(error) = error.downcast_ref::<hyper::Error>()
            && error.is_parse()
        {
            kind = FailureKind::Protocol;
        }
        cause = error.source();
    }
    // The connector's own error has no type that could be asked.
    if kind == FailureKind::Connect && text.contains("dns error") {
        kind = FailureKind::Dns;
    }
    (kind, text)
}

/// An error and what caused it, on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
