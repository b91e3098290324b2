//! Who asks: the request that came in, and the answer that goes out.

use std::io::{Read, Write};

use fastly::handle::{BodyHandle, StreamingBodyHandle};
use fastly::{Request, Response};
use ferrite_gateway::{Event, RequestHead};

use crate::readiness::Handle;
use crate::store::number;

/// Bytes that are read at once.
const PIECE_BYTES: usize = 64 << 10;

/// The head of a request in the core's words, and its body.
pub(crate) fn accept() -> (RequestHead, Client) {
    let request = Request::from_client();
    let query = request.get_query_str().map(|query| format!("?{query}")).unwrap_or_default();
    let head = RequestHead {
        method: request.get_method_str().to_owned(),
        path: format!("{}{query}", request.get_path()),
        headers: headers(request.get_headers()),
    };
    let (_, input) = request.into_handles();
    (head, Client { input, output: Output::None, has_left: false })
}

/// Names in lower case; bytes that are no UTF-8 are replaced.
pub(crate) fn headers<'a>(
    headers: impl Iterator<Item = (&'a fastly::http::HeaderName, &'a fastly::http::HeaderValue)>,
) -> Vec<(String, String)> {
    headers
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect()
}

/// The client of this instance.
pub(crate) struct Client {
    input: Option<BodyHandle>,
    output: Output,
    has_left: bool,
}

enum Output {
    /// There is no head yet.
    None,
    Open(StreamingBodyHandle),
    Closed,
}

impl Client {
    /// What says that there is a piece of the body; none when there is no more of it.
    pub(crate) fn readable(&self) -> Option<Handle> {
        self.input.as_ref().map(number)
    }

    /// The next piece of the body, which is ready.
    pub(crate) fn read(&mut self) -> Event {
        let mut piece = vec![0; PIECE_BYTES];
        let event = match self.input.as_mut().map(|input| input.read(&mut piece)) {
            Some(Ok(0)) => Event::BodyEnd,
            Some(Ok(length)) => {
                piece.truncate(length);
                return Event::Body(piece);
            }
            Some(Err(_)) | None => Event::BodyFailed,
        };
        self.input = None;
        event
    }

    /// Sends the head of the answer.
    pub(crate) fn head(&mut self, status: u16, headers: &[(String, String)]) {
        let mut response = Response::from_status(status);
        for (name, value) in headers {
            response.append_header(name.as_str(), value.as_str());
        }
        let (head, body) = response.into_handles();
        self.output = Output::Open(head.stream_to_client(body));
    }

    /// Writes a piece of the answer and waits until the platform has it.
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        if let Output::Open(output) = &mut self.output
            && output.write_all(bytes).and_then(|()| output.flush()).is_err()
        {
            self.has_left = true;
        }
    }

    /// Whether it left since the last [`leave`](Client::leave).
    pub(crate) fn has_left(&self) -> bool {
        self.has_left && matches!(self.output, Output::Open(_))
    }

    /// Nothing more is written.
    pub(crate) fn leave(&mut self) {
        self.output = Output::Closed;
    }

    /// Ends an answer that is whole.
    pub(crate) fn finish(&mut self) {
        if let Output::Open(output) = std::mem::replace(&mut self.output, Output::Closed) {
            // Fails when the client has left.
            let _ = output.finish();
        }
    }

    /// Ends an answer that is not: a body that is dropped without its end resets the connection.
    pub(crate) fn abort(&mut self) {
        if let Output::None = std::mem::replace(&mut self.output, Output::Closed) {
            Response::from_status(500).send_to_client();
        }
    }
}
