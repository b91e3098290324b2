//! One call to an upstream.

use std::io::Read;

use fastly::handle::{BodyHandle, PendingRequestHandle, PollHandleResult, ResponseHandle};
use fastly::http::request::SendErrorCause;
use fastly::{Backend, Request, Response};
use ferrite_gateway::{FailureKind, Scheme, UpstreamEvent, UpstreamRequest};

use crate::backends::Backends;
use crate::client;
use crate::readiness::Handle;
use crate::store::number;

/// Bytes that are read at once.
const PIECE_BYTES: usize = 64 << 10;

/// A call and how far it is.
pub(crate) struct Upstream {
    /// Whether its next event is wanted.
    pub(crate) wanted: bool,
    stage: Stage,
}

enum Stage {
    Head(PendingRequestHandle),
    Body(BodyHandle),
    /// It failed before there was anything to wait for.
    Failed(UpstreamEvent),
    Over,
}

impl Upstream {
    /// Begins to send a request.
    pub(crate) fn send(request: UpstreamRequest, backends: &Backends) -> Self {
        let stage = match begin(request, backends) {
            Ok(pending) => Stage::Head(pending),
            Err(reason) => Stage::Failed(failed(FailureKind::Other, reason)),
        };
        Self { wanted: false, stage }
    }

    /// What it waits for; none when nothing is wanted of it.
    pub(crate) fn readable(&self) -> Option<Handle> {
        match &self.stage {
            Stage::Head(pending) if self.wanted => Some(pending.as_u32()),
            Stage::Body(body) if self.wanted => Some(number(body)),
            _ => None,
        }
    }

    /// A failure that is known already; told also to those who have not asked.
    pub(crate) fn failure(&mut self) -> Option<UpstreamEvent> {
        match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Failed(event) => Some(event),
            other => {
                self.stage = other;
                None
            }
        }
    }

    /// Goes on after it was ready; returns what came of it.
    pub(crate) fn advance(&mut self) -> Option<UpstreamEvent> {
        let event = match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Head(pending) => match pending.poll() {
                PollHandleResult::Pending(pending) => {
                    self.stage = Stage::Head(pending);
                    return None;
                }
                PollHandleResult::Done(Ok((response, body))) => {
                    self.stage = Stage::Body(body);
                    head(response)
                }
                PollHandleResult::Done(Err(error)) => failure(&error),
            },
            Stage::Body(mut body) => {
                let mut piece = vec![0; PIECE_BYTES];
                match body.read(&mut piece) {
                    Ok(0) => UpstreamEvent::End,
                    Ok(length) => {
                        piece.truncate(length);
                        self.stage = Stage::Body(body);
                        UpstreamEvent::Body(piece)
                    }
                    Err(error) => failed(FailureKind::Reset, error.to_string()),
                }
            }
            Stage::Failed(event) => event,
            Stage::Over => return None,
        };
        self.wanted = false;
        Some(event)
    }
}

/// Sends a request; the platform's cache is left out. The error says what is wrong with it.
pub(crate) fn send<'a>(
    method: &str,
    url: &str,
    headers: impl Iterator<Item = (&'a str, &'a str)>,
    body: Vec<u8>,
    backend: &Backend,
) -> Result<PendingRequestHandle, String> {
    // The platform's own reading of it panics.
    let url: fastly::http::Url = url.parse().map_err(|error| format!("its address {url:?}: {error}"))?;
    let mut request = Request::new(method, url).with_pass(true).with_body(body);
    for (name, value) in headers {
        let name = fastly::http::HeaderName::from_bytes(name.as_bytes()).map_err(|error| error.to_string())?;
        let value =
            fastly::http::HeaderValue::from_str(value).map_err(|error| format!("the header {name}: {error}"))?;
        request.append_header(name, value);
    }
    let (head, body) = request.into_handles();
    head.send_async_to_backend(body.unwrap_or_else(BodyHandle::new), backend).map_err(|error| error.to_string())
}

fn begin(request: UpstreamRequest, backends: &Backends) -> Result<PendingRequestHandle, String> {
    let tls = request.scheme == Scheme::Https;
    let backend = backends.find(tls, &request.authority, request.connect_timeout_ms)?;
    let url = format!("{}://{}{}", if tls { "https" } else { "http" }, request.authority, request.path);
    let headers = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    send(request.method, &url, headers, request.body, &backend)
}

fn head(response: ResponseHandle) -> UpstreamEvent {
    let response = Response::from_handles(response, BodyHandle::new());
    UpstreamEvent::Head { status: response.get_status().as_u16(), headers: client::headers(response.get_headers()) }
}

fn failure(error: &SendErrorCause) -> UpstreamEvent {
    let kind = match error {
        SendErrorCause::DnsTimeout | SendErrorCause::DnsError { .. } | SendErrorCause::DestinationNotFound => {
            FailureKind::Dns
        }
        SendErrorCause::ConnectionTimeout => FailureKind::ConnectTimeout,
        SendErrorCause::ConnectionRefused
        | SendErrorCause::DestinationUnavailable
        | SendErrorCause::DestinationIpUnroutable
        | SendErrorCause::ConnectionLimitReached => FailureKind::Connect,
        SendErrorCause::TlsProtocolError
        | SendErrorCause::TlsCertificateError
        | SendErrorCause::TlsAlertReceived { .. }
        | SendErrorCause::TlsConfigurationError => FailureKind::Tls,
        SendErrorCause::ConnectionTerminated
        | SendErrorCause::HttpIncompleteResponse
        | SendErrorCause::HttpResponseTimeout
        | SendErrorCause::Http2StreamError { .. } => FailureKind::Reset,
        SendErrorCause::HttpProtocolError
        | SendErrorCause::HttpResponseHeaderSectionTooLarge
        | SendErrorCause::HttpResponseBodyTooLarge
        | SendErrorCause::HttpResponseStatusInvalid => FailureKind::Protocol,
        _ => FailureKind::Other,
    };
    failed(kind, error.to_string())
}

/// A failure in the core's words.
fn failed(kind: FailureKind, text: String) -> UpstreamEvent {
    UpstreamEvent::Failed { kind, text }
}
