//! One call to an upstream.

use ferrite_gateway::{FailureKind, Scheme, UpstreamEvent, UpstreamRequest};
use wasip2::http::outgoing_handler;
use wasip2::http::types::{
    ErrorCode, Fields, FutureIncomingResponse, IncomingBody, IncomingResponse, Method, OutgoingBody, OutgoingRequest,
    RequestOptions, Scheme as WasiScheme,
};
use wasip2::io::poll::Pollable;
use wasip2::io::streams::{InputStream, OutputStream, StreamError};

use super::{client, failed};

/// Bytes that are read at once.
const PIECE_BYTES: u64 = 64 << 10;

/// Drops come in the order of the fields.
pub(crate) struct Upstream {
    /// Whether its next event is wanted.
    pub(crate) wanted: bool,
    sending: Option<Sending>,
    stage: Stage,
}

/// A body that is not sent yet.
struct Sending {
    writable: Pollable,
    output: OutputStream,
    body: OutgoingBody,
    bytes: Vec<u8>,
    sent: usize,
}

enum Stage {
    Head { ready: Pollable, response: FutureIncomingResponse },
    Body { readable: Pollable, input: InputStream, _body: IncomingBody, _response: IncomingResponse },
    Failed(Option<UpstreamEvent>, Pollable),
}

impl Upstream {
    /// Begins to send a request.
    pub(crate) fn send(request: UpstreamRequest) -> Upstream {
        match begin(request) {
            Ok((sending, response)) => {
                let stage = Stage::Head { ready: response.subscribe(), response };
                Upstream { wanted: false, sending, stage }
            }
            Err(event) => Upstream { wanted: false, sending: None, stage: Stage::failed(event) },
        }
    }

    /// What it waits for; none when nothing is wanted of it.
    pub(crate) fn pollable(&self) -> Option<&Pollable> {
        if let Some(sending) = &self.sending {
            return Some(&sending.writable);
        }
        match &self.stage {
            Stage::Head { ready, .. } => self.wanted.then_some(ready),
            Stage::Body { readable, .. } => self.wanted.then_some(readable),
            // A failure is told also to those who have not asked.
            Stage::Failed(event, now) => event.is_some().then_some(now),
        }
    }

    /// Goes on after its pollable was ready; returns what came of it.
    pub(crate) fn advance(&mut self) -> Option<UpstreamEvent> {
        if let Some(sending) = &mut self.sending {
            match sending.advance() {
                Ok(false) => return None,
                // An upstream that reads no more may have answered already: its answer says why.
                Ok(true) | Err(_) => {
                    if let Some(Sending { writable, output, body, .. }) = self.sending.take() {
                        drop((writable, output));
                        // Fails when the upstream has closed; then the response fails too, or is there.
                        let _ = OutgoingBody::finish(body, None);
                    }
                    return None;
                }
            }
        }
        let event = match &mut self.stage {
            Stage::Head { response, .. } => match response.get()? {
                Ok(Ok(response)) => self.open(response),
                Ok(Err(error)) => Some(failure(&error)),
                Err(()) => Some(failed(FailureKind::Other, "its answer was taken twice")),
            },
            Stage::Body { input, .. } => match input.read(PIECE_BYTES) {
                Ok(bytes) if bytes.is_empty() => None,
                Ok(bytes) => Some(UpstreamEvent::Body(bytes)),
                Err(StreamError::Closed) => Some(UpstreamEvent::End),
                Err(StreamError::LastOperationFailed(error)) => {
                    Some(failed(FailureKind::Reset, error.to_debug_string()))
                }
            },
            Stage::Failed(event, _) => event.take(),
        };
        if event.is_some() {
            self.wanted = false;
        }
        event
    }

    fn open(&mut self, response: IncomingResponse) -> Option<UpstreamEvent> {
        let (status, headers) = (response.status(), client::headers(&response.headers()));
        let Ok(body) = response.consume() else {
            return Some(failed(FailureKind::Other, "the host gives no body"));
        };
        let Ok(input) = body.stream() else { return Some(failed(FailureKind::Other, "the host gives no body")) };
        self.stage = Stage::Body { readable: input.subscribe(), input, _body: body, _response: response };
        Some(UpstreamEvent::Head { status, headers })
    }
}

impl Stage {
    fn failed(event: UpstreamEvent) -> Stage {
        // Ready at once.
        Stage::Failed(Some(event), wasip2::clocks::monotonic_clock::subscribe_duration(0))
    }
}

impl Sending {
    /// Writes what the stream takes; true when all of it is written and flushed.
    fn advance(&mut self) -> Result<bool, StreamError> {
        loop {
            let room = usize::try_from(self.output.check_write()?).unwrap_or(usize::MAX);
            if room == 0 {
                return Ok(false);
            }
            let rest = self.bytes.get(self.sent..).unwrap_or_default();
            if rest.is_empty() {
                return Ok(true);
            }
            let now = rest.get(..room).unwrap_or(rest);
            self.output.write(now)?;
            self.sent += now.len();
            if self.sent == self.bytes.len() {
                // It is over when the stream takes bytes again.
                self.output.flush()?;
            }
        }
    }
}

fn begin(request: UpstreamRequest) -> Result<(Option<Sending>, FutureIncomingResponse), UpstreamEvent> {
    let refused = |what: &str| failed(FailureKind::Other, format!("the host refuses its {what}"));
    let mut headers: Vec<_> =
        request.headers.iter().map(|(name, value)| (name.clone(), value.clone().into_bytes())).collect();
    headers.push(("content-length".to_owned(), request.body.len().to_string().into_bytes()));
    let headers = Fields::from_list(&headers).map_err(|_| refused("headers"))?;
    let outgoing = OutgoingRequest::new(headers);
    let method = match request.method {
        "GET" => Method::Get,
        "POST" => Method::Post,
        other => Method::Other(other.to_owned()),
    };
    outgoing.set_method(&method).map_err(|()| refused("method"))?;
    let scheme = match request.scheme {
        Scheme::Http => WasiScheme::Http,
        Scheme::Https => WasiScheme::Https,
    };
    outgoing.set_scheme(Some(&scheme)).map_err(|()| refused("scheme"))?;
    outgoing.set_authority(Some(&request.authority)).map_err(|()| refused("authority"))?;
    outgoing.set_path_with_query(Some(&request.path)).map_err(|()| refused("path"))?;
    let options = RequestOptions::new();
    // Not every host has it; the exchange keeps its own time as well.
    let _ = options.set_connect_timeout(Some(request.connect_timeout_ms.saturating_mul(1_000_000)));
    let body = outgoing.body().map_err(|()| refused("body"))?;
    let output = body.write().map_err(|()| refused("body"))?;
    let response = outgoing_handler::handle(outgoing, Some(options)).map_err(|error| failure(&error))?;
    let sending = Sending { writable: output.subscribe(), output, body, bytes: request.body, sent: 0 };
    Ok((Some(sending), response))
}

fn failure(error: &ErrorCode) -> UpstreamEvent {
    let kind = match error {
        ErrorCode::DnsTimeout | ErrorCode::DnsError(_) | ErrorCode::DestinationNotFound => FailureKind::Dns,
        ErrorCode::ConnectionTimeout => FailureKind::ConnectTimeout,
        ErrorCode::ConnectionRefused
        | ErrorCode::DestinationUnavailable
        | ErrorCode::DestinationIpUnroutable
        | ErrorCode::DestinationIpProhibited
        | ErrorCode::ConnectionLimitReached => FailureKind::Connect,
        ErrorCode::TlsProtocolError | ErrorCode::TlsCertificateError | ErrorCode::TlsAlertReceived(_) => {
            FailureKind::Tls
        }
        ErrorCode::ConnectionTerminated
        | ErrorCode::ConnectionReadTimeout
        | ErrorCode::ConnectionWriteTimeout
        | ErrorCode::HttpResponseIncomplete
        | ErrorCode::HttpResponseTimeout => FailureKind::Reset,
        ErrorCode::HttpProtocolError
        | ErrorCode::HttpResponseHeaderSectionSize(_)
        | ErrorCode::HttpResponseHeaderSize(_)
        | ErrorCode::HttpResponseTransferCoding(_)
        | ErrorCode::HttpResponseContentCoding(_) => FailureKind::Protocol,
        _ => FailureKind::Other,
    };
    failed(kind, format!("{error:?}"))
}
