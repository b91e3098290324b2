//! Bodies, read and written as wholes.

use ferrite_http::limits::BODY_BYTES;
use ferrite_http::{Answer, Call};
use wasip2::http::types::{IncomingRequest, OutgoingBody, OutgoingResponse};
use wasip2::io::streams::{OutputStream, StreamError};

/// Bytes that are asked for at once.
const PIECE_BYTES: u64 = 64 << 10;

/// The whole body of a request.
pub(crate) fn read(request: &IncomingRequest) -> Result<Vec<u8>, Answer> {
    let lost = || Answer::error(400, "the body cannot be read");
    let body = request.consume().map_err(|()| lost())?;
    let stream = body.stream().map_err(|()| lost())?;
    let mut bytes = Vec::new();
    loop {
        match stream.blocking_read(PIECE_BYTES) {
            Ok(piece) => bytes.extend_from_slice(&piece),
            Err(StreamError::Closed) => return Ok(bytes),
            Err(StreamError::LastOperationFailed(_)) => return Err(lost()),
        }
        if bytes.len() > BODY_BYTES {
            return Err(Call::too_long());
        }
    }
}

/// The body of an answer, to be written once.
pub(crate) struct Outgoing {
    // Dropped before its body, as WASI asks it.
    stream: OutputStream,
    body: OutgoingBody,
}

impl Outgoing {
    pub(crate) fn of(response: &OutgoingResponse) -> Option<Outgoing> {
        let body = response.body().ok()?;
        Some(Outgoing { stream: body.write().ok()?, body })
    }

    /// Writes all of it, if the host takes so much before anybody reads it.
    pub(crate) fn write_ahead(&self, bytes: &[u8]) -> bool {
        self.stream.check_write().is_ok_and(|room| room >= bytes.len() as u64) && self.stream.write(bytes).is_ok()
    }

    /// Writes all of it as it is read. Whoever hangs up meanwhile does not get it.
    pub(crate) fn write(&self, bytes: &[u8]) {
        let _ = send(&self.stream, bytes);
    }

    /// There is no more of it.
    pub(crate) fn finish(self) {
        drop(self.stream);
        // Fails when the client has gone.
        let _ = OutgoingBody::finish(self.body, None);
    }
}

fn send(stream: &OutputStream, mut bytes: &[u8]) -> Result<(), StreamError> {
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
