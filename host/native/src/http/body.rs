//! What is sent back: bytes that are there, or messages as they come.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use ferrite_http::{Replies, events};
use hyper::body::{Body as HttpBody, Bytes, Frame, SizeHint};
use tokio::io::{AsyncRead, ReadBuf};
use tokio::net::UnixStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, Sleep, sleep};

use crate::limits::{HTTP_STILL_HERE, READ_BUFFER_BYTES};

/// The body of a response.
#[derive(Debug)]
pub(super) enum Body {
    /// All of it, until it was sent.
    Whole(Option<Bytes>),
    /// Until the client or the server leaves.
    Events(Box<Events>),
}

/// A subscribed session, as server-sent events.
#[derive(Debug)]
pub(super) struct Events {
    /// Its end is the session's end.
    pub(super) socket: UnixStream,
    pub(super) replies: Replies,
    /// What was read before the response began.
    pub(super) first: Vec<u8>,
    silence: Pin<Box<Sleep>>,
    _room: OwnedSemaphorePermit,
}

impl Events {
    pub(super) fn new(socket: UnixStream, replies: Replies, first: Vec<u8>, room: OwnedSemaphorePermit) -> Events {
        Events { socket, replies, first, silence: Box::pin(sleep(HTTP_STILL_HERE)), _room: room }
    }

    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        loop {
            let mut events = std::mem::take(&mut self.first);
            while let Some(reply) = self.replies.take() {
                events.extend_from_slice(&events::event(&reply));
            }
            if !events.is_empty() {
                self.silence.as_mut().reset(Instant::now() + HTTP_STILL_HERE);
                return Poll::Ready(Some(Ok(events.into())));
            }
            let mut bytes = vec![0; READ_BUFFER_BYTES];
            let mut buffer = ReadBuf::new(&mut bytes);
            match Pin::new(&mut self.socket).poll_read(context, &mut buffer) {
                Poll::Ready(Ok(())) if buffer.filled().is_empty() => return Poll::Ready(None),
                Poll::Ready(Ok(())) => {
                    if let Err(error) = self.replies.feed(buffer.filled()) {
                        return Poll::Ready(Some(Err(io::Error::other(error))));
                    }
                }
                Poll::Ready(Err(error)) => return Poll::Ready(Some(Err(error))),
                Poll::Pending => {
                    ready!(self.silence.as_mut().poll(context));
                    self.silence.as_mut().reset(Instant::now() + HTTP_STILL_HERE);
                    return Poll::Ready(Some(Ok(Bytes::from_static(events::STILL_HERE))));
                }
            }
        }
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match self.get_mut() {
            Body::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Body::Events(events) => events.poll_next(context).map_ok(Frame::data),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Body::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Body::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, Bytes::len) as u64),
            Body::Events(_) => SizeHint::default(),
        }
    }
}
