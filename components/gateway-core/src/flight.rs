//! One answer on its way: who makes it writes it once, and any number of clients read it.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::future::poll_fn;
use std::rc::{Rc, Weak};
use std::task::Poll;

use crate::head::Headers;
use crate::limits;
use crate::port::Port;
use crate::refusal::Refusal;

/// The head of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Start {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    /// Whether pieces come as they are made; otherwise there is one.
    pub(crate) stream: bool,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Denial {
    /// The gateway's own.
    Refusal(Refusal),
    /// The upstream's, in the client's language.
    Upstream { status: u16, headers: Headers, body: Vec<u8> },
}

impl Denial {
    pub(crate) fn status(&self) -> u16 {
        match self {
            Self::Refusal(refusal) => refusal.status,
            Self::Upstream { status, .. } => *status,
        }
    }
}

impl From<Refusal> for Denial {
    fn from(refusal: Refusal) -> Self {
        Self::Refusal(refusal)
    }
}

/// How an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Whole,
    /// The last piece says what happened.
    Broken,
    /// Who made it is gone.
    Abandoned,
}

pub(crate) struct Flight {
    state: RefCell<State>,
    /// The exchange in which it is made.
    maker: Weak<Port>,
}

struct State {
    start: Option<Result<Start, Denial>>,
    /// Pieces that a reader may still need, and the number of the first of them.
    pieces: VecDeque<Rc<Vec<u8>>>,
    first: u64,
    end: Option<End>,
    readers: BTreeMap<u64, Place>,
    last_reader: u64,
    /// How many bytes are kept for readers that come later; none may come once there are more.
    keep: usize,
    bytes: usize,
}

struct Place {
    next: u64,
    port: Weak<Port>,
}

impl Flight {
    /// A new one, and who writes it. Others may join until `keep` bytes are written.
    pub(crate) fn new(maker: &Rc<Port>, keep: usize) -> (Rc<Self>, Writer) {
        let state = State {
            start: None,
            pieces: VecDeque::new(),
            first: 0,
            end: None,
            readers: BTreeMap::new(),
            last_reader: 0,
            keep,
            bytes: 0,
        };
        let flight = Rc::new(Self { state: RefCell::new(state), maker: Rc::downgrade(maker) });
        (Rc::clone(&flight), Writer { flight })
    }

    /// Reads from the beginning; none when that is gone.
    pub(crate) fn join(self: &Rc<Self>, port: &Rc<Port>) -> Option<Reader> {
        let mut state = self.state.borrow_mut();
        if state.first > 0 || state.end == Some(End::Abandoned) || state.readers.len() >= limits::FLIGHT_READERS {
            return None;
        }
        state.last_reader += 1;
        let id = state.last_reader;
        state.readers.insert(id, Place { next: 0, port: Rc::downgrade(port) });
        Some(Reader { flight: Rc::clone(self), id })
    }

    /// Until nobody reads it.
    pub(crate) async fn deserted(&self) {
        poll_fn(|_| if self.state.borrow().readers.is_empty() { Poll::Ready(()) } else { Poll::Pending }).await;
    }

    fn tell_readers(&self) {
        let ports: Vec<Rc<Port>> =
            self.state.borrow().readers.values().filter_map(|place| place.port.upgrade()).collect();
        ports.iter().for_each(|port| port.notify());
    }
}

impl State {
    /// Drops what nobody needs any more.
    fn trim(&mut self) {
        if self.bytes <= self.keep {
            return;
        }
        let needed = self.readers.values().map(|place| place.next).min();
        let written = self.first + self.pieces.len() as u64;
        while self.first < needed.unwrap_or(written) && self.pieces.pop_front().is_some() {
            self.first += 1;
        }
    }
}

/// Who makes the answer. Dropped before its end, the answer is abandoned.
pub(crate) struct Writer {
    flight: Rc<Flight>,
}

impl Writer {
    pub(crate) fn start(&self, start: Result<Start, Denial>) {
        let mut state = self.flight.state.borrow_mut();
        if start.is_err() {
            state.end = Some(End::Whole);
        }
        state.start = Some(start);
        drop(state);
        self.flight.tell_readers();
    }

    /// Gives a piece to all readers, and waits while the slowest of them is far behind.
    pub(crate) async fn write(&self, piece: Vec<u8>) {
        if piece.is_empty() {
            return;
        }
        {
            let mut state = self.flight.state.borrow_mut();
            state.bytes += piece.len();
            state.pieces.push_back(Rc::new(piece));
        }
        self.flight.tell_readers();
        // Readers go first: what they write is to leave before more is read from upstream.
        let mut passed = false;
        poll_fn(|_| {
            let mut state = self.flight.state.borrow_mut();
            if !std::mem::replace(&mut passed, true) && !state.readers.is_empty() {
                return Poll::Pending;
            }
            state.trim();
            let slowest = state.readers.values().map(|place| place.next).min().unwrap_or(u64::MAX);
            let skipped = usize::try_from(slowest.saturating_sub(state.first)).unwrap_or(usize::MAX);
            let waiting: usize = state.pieces.iter().skip(skipped).map(|piece| piece.len()).sum();
            if waiting > limits::FLIGHT_WINDOW_BYTES { Poll::Pending } else { Poll::Ready(()) }
        })
        .await;
    }

    pub(crate) fn end(self, end: End) {
        self.flight.state.borrow_mut().end = Some(end);
        self.flight.tell_readers();
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let mut state = self.flight.state.borrow_mut();
        if state.end.is_none() {
            state.end = Some(End::Abandoned);
            drop(state);
            self.flight.tell_readers();
        }
    }
}

/// One client's view of the answer.
pub(crate) struct Reader {
    flight: Rc<Flight>,
    id: u64,
}

impl Reader {
    /// The head of the answer; none when it was abandoned before.
    pub(crate) async fn start(&self) -> Option<Result<Start, Denial>> {
        poll_fn(|_| {
            let state = self.flight.state.borrow();
            match (&state.start, state.end) {
                (Some(start), _) => Poll::Ready(Some(start.clone())),
                (None, Some(_)) => Poll::Ready(None),
                (None, None) => Poll::Pending,
            }
        })
        .await
    }

    /// The next piece, or how it ended.
    pub(crate) async fn piece(&self) -> Result<Vec<u8>, End> {
        let piece = poll_fn(|_| {
            let state = &mut *self.flight.state.borrow_mut();
            let Some(place) = state.readers.get_mut(&self.id) else { return Poll::Ready(Err(End::Abandoned)) };
            let at = usize::try_from(place.next.saturating_sub(state.first)).unwrap_or(usize::MAX);
            if let Some(piece) = state.pieces.get(at).map(Rc::clone) {
                place.next += 1;
                state.trim();
                return Poll::Ready(Ok(piece));
            }
            match state.end {
                Some(end) => Poll::Ready(Err(end)),
                None => Poll::Pending,
            }
        })
        .await?;
        if let Some(maker) = self.flight.maker.upgrade() {
            maker.notify();
        }
        Ok(Rc::try_unwrap(piece).unwrap_or_else(|shared| shared.to_vec()))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.flight.state.borrow_mut().readers.remove(&self.id);
        if let Some(maker) = self.flight.maker.upgrade() {
            maker.notify();
        }
    }
}
