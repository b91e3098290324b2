//! Who asks: the request that came in, and the answer that goes out.

use ferrite_gateway::{Event, RequestHead};
use wasip2::http::types::{
    ErrorCode, Fields, IncomingBody, IncomingRequest, Method, OutgoingBody, OutgoingResponse, ResponseOutparam,
};
use wasip2::io::poll::Pollable;
use wasip2::io::streams::{InputStream, OutputStream, StreamError};

/// Bytes that are read at once.
const PIECE_BYTES: u64 = 64 << 10;

/// The head of a request in the core's words.
pub(crate) fn head(request: &IncomingRequest) -> RequestHead {
    let method = match request.method() {
        Method::Get => "GET".to_owned(),
        Method::Head => "HEAD".to_owned(),
        Method::Post => "POST".to_owned(),
        Method::Put => "PUT".to_owned(),
        Method::Delete => "DELETE".to_owned(),
        Method::Connect => "CONNECT".to_owned(),
        Method::Options => "OPTIONS".to_owned(),
        Method::Trace => "TRACE".to_owned(),
        Method::Patch => "PATCH".to_owned(),
        Method::Other(name) => name,
    };
    let path = request.path_with_query().unwrap_or_else(|| "/".to_owned());
    RequestHead { method, path, headers: headers(&request.headers()) }
}

/// Names in lower case; bytes that are no UTF-8 are replaced.
pub(crate) fn headers(fields: &Fields) -> Vec<(String, String)> {
    let entries = fields.entries().into_iter();
    entries.map(|(name, value)| (name.to_ascii_lowercase(), String::from_utf8_lossy(&value).into_owned())).collect()
}

/// What is dropped comes first, as WASI asks it: pollables, streams, bodies.
pub(crate) struct Client {
    readable: Option<Pollable>,
    input: Option<InputStream>,
    _incoming: Option<IncomingBody>,
    out: Option<ResponseOutparam>,
    output: Option<OutputStream>,
    outgoing: Option<OutgoingBody>,
    has_left: bool,
}

impl Client {
    pub(crate) fn new(request: IncomingRequest, out: ResponseOutparam) -> Client {
        let incoming = request.consume().ok();
        let input = incoming.as_ref().and_then(|body| body.stream().ok());
        let readable = input.as_ref().map(InputStream::subscribe);
        Client { readable, input, _incoming: incoming, out: Some(out), output: None, outgoing: None, has_left: false }
    }

    /// What says that there is a piece of the body; none when there is no more of it.
    pub(crate) fn readable(&self) -> Option<&Pollable> {
        self.readable.as_ref()
    }

    /// The next piece of the body, if it is there.
    pub(crate) fn read(&mut self) -> Option<Event> {
        let event = match self.input.as_ref().map(|input| input.read(PIECE_BYTES)) {
            Some(Ok(bytes)) if bytes.is_empty() => return None,
            Some(Ok(bytes)) => return Some(Event::Body(bytes)),
            Some(Err(StreamError::Closed)) => Event::BodyEnd,
            Some(Err(StreamError::LastOperationFailed(_))) | None => Event::BodyFailed,
        };
        self.readable = None;
        self.input = None;
        Some(event)
    }

    /// Sends the head of the answer.
    pub(crate) fn head(&mut self, status: u16, headers: &[(String, String)]) {
        let Some(out) = self.out.take() else { return };
        let headers: Vec<_> = headers.iter().map(|(name, value)| (name.clone(), value.clone().into_bytes())).collect();
        let Ok(headers) = Fields::from_list(&headers) else {
            let reason = "the answer has a header that this host forbids".to_owned();
            return ResponseOutparam::set(out, Err(ErrorCode::InternalError(Some(reason))));
        };
        let response = OutgoingResponse::new(headers);
        // Fails only for numbers that are no status.
        let _ = response.set_status_code(status);
        self.outgoing = response.body().ok();
        self.output = self.outgoing.as_ref().and_then(|body| body.write().ok());
        ResponseOutparam::set(out, Ok(response));
    }

    /// Writes a piece of the answer and waits until the host has it.
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        if let Some(output) = &self.output
            && write_whole(output, bytes).is_err()
        {
            self.has_left = true;
        }
    }

    /// Whether it left since the last [`leave`](Client::leave).
    pub(crate) fn has_left(&self) -> bool {
        self.has_left && self.output.is_some()
    }

    /// Nothing more is written.
    pub(crate) fn leave(&mut self) {
        self.output = None;
    }

    /// Ends an answer that is whole.
    pub(crate) fn finish(&mut self) {
        self.output = None;
        if let Some(body) = self.outgoing.take() {
            // Fails when the client has left, or the length is not what the head said.
            let _ = OutgoingBody::finish(body, None);
        }
    }

    /// Ends an answer that is not: a body that is dropped without its end resets the connection.
    pub(crate) fn abort(&mut self) {
        self.output = None;
        self.outgoing = None;
        if let Some(out) = self.out.take() {
            ResponseOutparam::set(out, Err(ErrorCode::InternalError(None)));
        }
    }
}

fn write_whole(stream: &OutputStream, mut bytes: &[u8]) -> Result<(), StreamError> {
    while !bytes.is_empty() {
        let room = stream.check_write()?;
        if room == 0 {
            stream.subscribe().block();
            continue;
        }
        let (now, later) = bytes.split_at(bytes.len().min(usize::try_from(room).unwrap_or(usize::MAX)));
        stream.write(now)?;
        bytes = later;
    }
    stream.blocking_flush()
}
