//! Everyone connected to a shard.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::net::Shutdown;
use std::rc::Rc;
use std::task::Waker;
use std::time::Instant;

use socket2::SockRef;
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedWriteHalf;

use super::batch::Batch;
use super::output::Output;
use super::settings::Settings;
use crate::limits;
use crate::wasm::Session;

/// What the host knows of a client; what it said (name, database, MULTI) is the session's and lives in the component.
#[derive(Debug)]
pub struct SessionInfo {
    /// The number that CLIENT ID answers.
    pub id: u64,
    /// The client's address, such as `127.0.0.1:50412`.
    pub address: String,
}

/// One connection. Its task drives it; others only look, and end it by shutting the socket down.
#[derive(Debug)]
pub(crate) struct Client {
    pub(super) info: SessionInfo,
    pub(super) session: Session,
    pub(super) socket: OwnedWriteHalf,
    pub(super) output: Output,
    /// Bytes that were read and not consumed; without capacity while there are none.
    pub(super) held: RefCell<Vec<u8>>,
    /// How many bytes `held` must have before the engine wants to see it again.
    pub(super) need: Cell<usize>,
    /// Commands of a host turn that are not all answered yet.
    pub(super) batch: RefCell<Option<Batch>>,
    /// The replies are to be written at the end of the round.
    pub(super) deferred: Cell<bool>,
    pub(super) phase: Cell<Phase>,
    /// Something was delivered that its task has to see to.
    pub(super) woken: Cell<bool>,
    /// That of its task, from when it first waits.
    pub(super) waker: RefCell<Option<Waker>>,
    /// In the shard's coarse seconds.
    pub(super) last_active: Cell<u32>,
    /// It listens to channels.
    pub(super) subscribed: Cell<bool>,
    /// Since when more than the soft limit waits for it.
    pub(super) over_since: Cell<Option<Instant>>,
    /// It was disconnected, and its task has not seen it yet.
    pub(super) ended: Cell<bool>,
}

/// What a client's task is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// It waits for bytes.
    Reading,
    /// It is on the stack right now: one of its commands runs.
    Running,
    /// A blocking command parked it: it waits for a delivery, or for its time to be over.
    Parked,
    /// It waits for the socket to take replies, for its turn, or for the host to finish a command.
    Waiting,
}

impl Client {
    pub(super) fn stream(&self) -> &TcpStream {
        self.socket.as_ref()
    }

    /// Writes bytes that another client's turn, or nobody's, had for this one; what the socket does not take is kept.
    pub(super) fn deliver(&self, bytes: &[u8]) {
        if self.ended.get() {
            return;
        }
        if self.output.send(self.stream(), bytes).is_err() {
            return self.disconnect();
        }
        if self.phase.get() != Phase::Reading || !self.output.is_empty() {
            self.woken.set(true);
            if let Some(waker) = &*self.waker.borrow() {
                waker.wake_by_ref();
            }
        }
    }

    /// Whether what it has not read yet is within its limits, else which one it exceeds.
    pub(super) fn check_output(&self, settings: &Settings) -> Result<(), String> {
        let limit = settings.output_limit(self.subscribed.get());
        let waiting = self.output.len() as u64;
        if limit.hard_bytes > 0 && waiting > limit.hard_bytes {
            return Err(format!("{waiting} bytes wait to be read, the hard limit is {}", limit.hard_bytes));
        }
        let pushed = self.output.pushed();
        if limit.hard_bytes == 0 && pushed > limits::PUSHED_BYTES {
            return Err(format!("{pushed} bytes from others wait to be read"));
        }
        if limit.soft_bytes == 0 || waiting <= limit.soft_bytes {
            self.over_since.set(None);
            return Ok(());
        }
        let since = self.over_since.get().unwrap_or_else(Instant::now);
        self.over_since.set(Some(since));
        if since.elapsed() > limit.soft_time.max(limits::SHORTEST_SOFT_TIME) {
            return Err(format!("{waiting} bytes waited too long to be read, the soft limit is {}", limit.soft_bytes));
        }
        Ok(())
    }

    /// Whether it has nothing outstanding: it only waits for its client's next command, or for a delivery.
    fn waits_for_others(&self) -> bool {
        matches!(self.phase.get(), Phase::Reading | Phase::Parked) && self.output.is_empty()
    }

    /// Ends the connection: its task wakes up, finds the socket closed and goes away.
    pub(super) fn disconnect(&self) {
        self.ended.set(true);
        // Replies that are due are sent if the socket takes them.
        let _ = self.output.write(self.stream());
        // An error means that the socket is closed already.
        let _ = SockRef::from(self.stream()).shutdown(Shutdown::Both);
    }
}

/// The registry of clients by session id.
#[derive(Debug, Default)]
pub struct Clients {
    by_id: RefCell<HashMap<u64, Rc<Client>>>,
}

impl Clients {
    /// How many are connected.
    pub fn len(&self) -> usize {
        self.by_id.borrow().len()
    }

    /// Whether nobody is connected.
    pub fn is_empty(&self) -> bool {
        self.by_id.borrow().is_empty()
    }

    pub(super) fn insert(&self, client: Rc<Client>) {
        self.by_id.borrow_mut().insert(client.info.id, client);
    }

    pub(super) fn remove(&self, id: u64) {
        self.by_id.borrow_mut().remove(&id);
    }

    pub(super) fn get(&self, id: u64) -> Option<Rc<Client>> {
        self.by_id.borrow().get(&id).cloned()
    }

    /// All clients of this moment, so that the caller may disconnect some and accept others.
    pub(super) fn snapshot(&self) -> Vec<Rc<Client>> {
        self.by_id.borrow().values().cloned().collect()
    }

    /// Whether every client that is left only waits to be read from: none has replies or a command outstanding.
    pub(super) fn all_settled(&self) -> bool {
        self.by_id.borrow().values().all(|client| client.waits_for_others())
    }
}
