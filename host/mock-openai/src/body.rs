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
    has_waited: bool,
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
            has_waited: false,
            chunks: 0,
            events: 0,
        }
    }

    /// With something that goes wrong, if there is.
    pub(crate) fn with(mut self, plan: Option<Plan>) -> Body {
        self.plan = plan.map(Box::new);
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

    /// The pause before a piece, once.
    fn pause(&mut self, piece: &Event) -> Option<Duration> {
        if piece.kind != Kind::Content || std::mem::replace(&mut self.has_waited, true) {
            return None;
        }
        Some(self.pace.pause(self.chunks)).filter(|pause| !pause.is_zero())
    }

    /// The plan, if it is to be carried out instead of this piece.
    fn due(&mut self, piece: &Event) -> Option<Box<Plan>> {
        let (chunks, bytes) = (self.chunks, self.ticket.sent_bytes);
        self.plan.take_if(|plan| match plan.place {
            Place::Chunks(place) => piece.kind == Kind::Content && chunks >= place,
            Place::Bytes(place) => bytes >= place,
        })
    }

    /// How many bytes may be sent before the fault.
    fn bytes_left(&self) -> Option<usize> {
        match self.plan.as_ref()?.place {
            Place::Bytes(place) => usize::try_from(place.saturating_sub(self.ticket.sent_bytes)).ok(),
            Place::Chunks(_) => None,
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
            // The last event was left out before.
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
            let Some(mut piece) = body.held.take().or_else(|| body.next_piece()) else {
                let Some(plan) = body.plan.take() else {
                    body.finish();
                    return Poll::Ready(None);
                };
                // It was to come later than the end.
                match body.go_wrong(*plan, None) {
                    Some(bytes) => return body.send(bytes),
                    None => continue,
                }
            };
            if let Some(pause) = body.pause(&piece) {
                body.sleep = Some(Box::pin(sleep(pause)));
                body.held = Some(piece);
                continue;
            }
            if let Some(plan) = body.due(&piece) {
                match body.go_wrong(*plan, Some(&piece.bytes)) {
                    Some(bytes) if !bytes.is_empty() => return body.send(bytes),
                    _ => continue,
                }
            }
            if let Some(left) = body.bytes_left().filter(|left| *left < piece.bytes.len()) {
                let bytes = piece.bytes.split_to(left);
                body.held = Some(piece);
                return body.send(bytes);
            }
            body.events += 1;
            body.chunks += u64::from(piece.kind == Kind::Content);
            body.has_waited = false;
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
