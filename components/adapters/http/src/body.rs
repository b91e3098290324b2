//! Bodies, read and written as wholes.

use ferrite_http::limits::BODY_BYTES;
use ferrite_http::{Answer, Call};
use wasip2::http::types::{IncomingRequest, OutgoingBody};
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

/// Writes a body to its end. Whoever hangs up meanwhile does not get it.
pub(crate) fn write(to: OutgoingBody, bytes: &[u8]) {
    if let Ok(stream) = to.write() {
        let _ = send(&stream, bytes);
    }
    let _ = OutgoingBody::finish(to, None);
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
