//! The body of an answer: its pieces, the pauses between them, and what goes wrong.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::body::{Body as HttpBody, Bytes, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use crate::api::{ApiError, Dialect, Event, Events, Kind};
use crate::digest::mix;
use crate::limits::PIECE_BYTES;
use crate::pace::Pace;
use crate::record::{End, Ticket};
use crate::script::Fault;
use crate::wire::Line;

/// The script ends this exchange in the middle: the connection goes down with it.
#[derive(Debug)]
pub(crate) struct Aborted;

impl fmt::Display for Aborted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ended by the script")
    }
}

impl std::error::Error for Aborted {}

/// Where the pieces come from.
pub(crate) enum Source {
    /// What is left of a body that is there.
    Whole(Bytes),
    /// A stream.
    Events(Events),
    /// The same again and again, and how many bytes are left of it.
    Endless(Bytes, u64),
}

/// Where in a body a fault comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Bytes(u64),
    Chunks(u64),
}

/// What goes wrong, where, and what that needs.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) fault: Fault,
    pub(crate) place: Place,
    /// For `error-event`.
    pub(crate) error: ApiError,
    pub(crate) dialect: Dialect,
    pub(crate) request_id: String,
    /// For `endless`.
    pub(crate) endless_bytes: u64,
}

/// The body.
pub(crate) struct Body {
    source: Source,
    plan: Option<Box<Plan>>,
    pace: Pace,
    line: Arc<Line>,
    /// HTTP/2 resets the stream; the connection belongs to others too.
    may_reset: bool,
    ticket: Ticket,
    state: State,
    sleep: Option<Pin<Box<Sleep>>>,
    /// A piece that has waited, or the rest of one.
    held: Option<Event>,
    chunks: u64,
    events: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Playing,
    /// Until what was sent before is written, then the connection ends.
    Aborting {
        end: End,
        since: Option<u64>,
    },
    Stalled,
    Over,
}

impl Body {
    pub(crate) fn new(source: Source, pace: Pace, line: Arc<Line>, may_reset: bool, ticket: Ticket) -> Body {
        Body {
            source,
            plan: None,
            pace,
            line,
            may_reset,
            ticket,
            state: State::Playing,
            sleep: None,
            held: None,
            chunks: 0,
            events: 0,
        }
    }

    /// With something that goes wrong.
    pub(crate) fn with(mut self, plan: Plan) -> Body {
        self.plan = Some(Box::new(plan));
        self
    }

    fn next_piece(&mut self) -> Option<Event> {
        match &mut self.source {
            Source::Whole(rest) if rest.is_empty() => None,
            Source::Whole(rest) => Some(Event { kind: Kind::Frame, bytes: rest.split_to(rest.len().min(PIECE_BYTES)) }),
            Source::Events(events) => events.next(),
            Source::Endless(_, 0) => None,
            Source::Endless(block, left) => {
                let length = usize::try_from(*left).map_or(block.len(), |left| left.min(block.len()));
                *left -= length as u64;
                Some(Event { kind: Kind::Frame, bytes: block.slice(..length) })
            }
        }
    }

    /// Lets go wrong what is planned; the bytes that are sent for it. `rest` is the piece that was to come.
    fn go_wrong(&mut self, plan: Plan, rest: Option<&Bytes>) -> Option<Bytes> {
        let half = rest.map(|bytes| bytes.slice(..bytes.len() / 2));
        let end = Source::Whole(Bytes::new());
        match plan.fault {
            Fault::Close => self.abort(End::Closed),
            Fault::Reset => self.abort(End::Reset),
            Fault::Stall => self.state = State::Stalled,
            Fault::HalfEvent => {
                self.abort(End::Closed);
                return half;
            }
            Fault::Cut => {
                self.source = end;
                return half;
            }
            Fault::Garbage => {
                self.source = end;
                return Some(garbage());
            }
            Fault::ErrorEvent => {
                self.source = end;
                return Some(plan.error.event(plan.dialect, &plan.request_id, self.events).into());
            }
            Fault::Endless => self.source = Source::Endless(block(rest), plan.endless_bytes),
            // Done by leaving out the last event.
            Fault::NoDone => {}
        }
        None
    }

    fn abort(&mut self, end: End) {
        self.state = State::Aborting { end, since: None };
    }

    fn poll_abort(&mut self, end: End, since: Option<u64>, context: &Context<'_>) -> Poll<()> {
        let flushes = self.line.flushes();
        if since.is_some_and(|since| flushes > since) {
            if end == End::Reset && self.may_reset {
                self.line.reset();
            }
            self.state = State::Over;
            self.ticket.end(end);
            return Poll::Ready(());
        }
        self.state = State::Aborting { end, since: Some(since.unwrap_or(flushes)) };
        self.line.wake_after_flush(context);
        Poll::Pending
    }

    fn send(&mut self, bytes: Bytes) -> Poll<Option<Result<Frame<Bytes>, Aborted>>> {
        self.ticket.sent_bytes += bytes.len() as u64;
        if self.is_last() {
            self.finish();
        } else {
            self.ticket.note();
        }
        Poll::Ready(Some(Ok(Frame::data(bytes))))
    }

    /// Whether nothing comes any more, as far as can be told without asking for it.
    fn is_last(&self) -> bool {
        matches!(&self.source, Source::Whole(rest) if rest.is_empty())
            && self.plan.is_none()
            && self.held.is_none()
            && self.state == State::Playing
    }

    fn finish(&mut self) {
        self.state = State::Over;
        self.ticket.end(End::Completed);
    }
}

/// As much of the same as makes a good write.
fn block(piece: Option<&Bytes>) -> Bytes {
    let piece: &[u8] = match piece {
        Some(piece) if !piece.is_empty() => piece,
        _ => b"x",
    };
    piece.repeat(PIECE_BYTES.div_ceil(piece.len())).into()
}

/// No JSON, no UTF-8, and for whoever looks for events one that is broken.
fn garbage() -> Bytes {
    let noise = (0..128).flat_map(|nth| mix(&[nth]).to_le_bytes());
    [0xff, 0xfe].into_iter().chain(noise).chain(*b"\n\ndata: {\"garbage\": \n\n").collect()
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = Aborted;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Aborted>>> {
        let body = self.get_mut();
        loop {
            if let Some(sleep) = &mut body.sleep {
                ready!(sleep.as_mut().poll(context));
                body.sleep = None;
            }
            match body.state {
                State::Playing => {}
                State::Aborting { end, since } => {
                    ready!(body.poll_abort(end, since, context));
                    return Poll::Ready(Some(Err(Aborted)));
                }
                State::Stalled => return Poll::Pending,
                State::Over => return Poll::Ready(None),
            }
            let (mut piece, has_waited) =
                match (body.held.take(), body.plan.take_if(|plan| plan.fault == Fault::NoDone)) {
                    (Some(piece), _) => (piece, true),
                    (None, plan) => {
                        let leaves_out = plan.is_some();
                        body.plan = body.plan.take().or(plan);
                        match body.next_piece() {
                            Some(piece) if leaves_out && piece.kind == Kind::Last => continue,
                            Some(piece) => (piece, false),
                            None => {
                                // A fault that was to come later comes now.
                                match body.plan.take().and_then(|plan| body.go_wrong(*plan, None)) {
                                    Some(bytes) => return body.send(bytes),
                                    None if body.state == State::Playing
                                        && !matches!(body.source, Source::Endless(_, 1..)) =>
                                    {
                                        body.finish();
                                    }
                                    None => {}
                                }
                                continue;
                            }
                        }
                    }
                };
            let pause =
                if piece.kind == Kind::Content && !has_waited { body.pace.pause(body.chunks) } else { Duration::ZERO };
            if !pause.is_zero() {
                body.sleep = Some(Box::pin(sleep(pause)));
                body.held = Some(piece);
                continue;
            }
            let is_due = body.plan.as_ref().is_some_and(|plan| match plan.place {
                _ if plan.fault == Fault::NoDone => false,
                Place::Chunks(chunks) => piece.kind == Kind::Content && body.chunks >= chunks,
                Place::Bytes(bytes) => body.ticket.sent_bytes >= bytes,
            });
            if is_due && let Some(plan) = body.plan.take() {
                match body.go_wrong(*plan, Some(&piece.bytes)) {
                    Some(bytes) if !bytes.is_empty() => return body.send(bytes),
                    _ => continue,
                }
            }
            if let Some(Place::Bytes(place)) = body.plan.as_ref().map(|plan| plan.place) {
                let left = usize::try_from(place - body.ticket.sent_bytes).unwrap_or(usize::MAX);
                if left < piece.bytes.len() {
                    let bytes = piece.bytes.split_to(left);
                    body.held = Some(piece);
                    return body.send(bytes);
                }
            }
            body.events += 1;
            body.chunks += u64::from(piece.kind == Kind::Content);
            return body.send(piece.bytes);
        }
    }

    fn is_end_stream(&self) -> bool {
        self.state == State::Over
    }

    fn size_hint(&self) -> SizeHint {
        // A fault that changes the length leaves it open; one that only breaks off does not.
        let is_open = self
            .plan
            .as_ref()
            .is_some_and(|plan| matches!(plan.fault, Fault::Cut | Fault::Garbage | Fault::Endless | Fault::ErrorEvent));
        match &self.source {
            Source::Whole(rest) if !is_open => {
                let held = self.held.as_ref().map_or(0, |piece| piece.bytes.len());
                SizeHint::with_exact((rest.len() + held) as u64)
            }
            _ => SizeHint::default(),
        }
    }
}
