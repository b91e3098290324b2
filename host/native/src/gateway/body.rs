//! What is sent back: pieces as they come, one at a time, so that a client that reads slowly slows its upstream down.

use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::sync::mpsc;

/// A piece of an answer, or that there will be no end of it.
pub(super) type Piece = Result<Bytes, Broken>;

/// The answer cannot be completed: the connection is reset.
#[derive(Debug)]
pub(super) struct Broken;

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the answer cannot be completed")
    }
}

impl std::error::Error for Broken {}

/// The body of an answer.
pub(super) struct Answer {
    pieces: mpsc::Receiver<Piece>,
    /// Bytes to come, where the head said so.
    left: Option<u64>,
}

impl Answer {
    pub(super) fn new(pieces: mpsc::Receiver<Piece>, length: Option<u64>) -> Answer {
        Answer { pieces, left: length }
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        let piece = match self.pieces.poll_recv(context) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(piece) => piece,
        };
        if let (Some(Ok(bytes)), Some(left)) = (&piece, &mut self.left) {
            *left = left.saturating_sub(bytes.len() as u64);
        }
        Poll::Ready(piece.map(|piece| piece.map(Frame::data)))
    }

    fn size_hint(&self) -> SizeHint {
        self.left.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
