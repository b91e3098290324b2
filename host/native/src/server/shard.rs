//! What one thread owns: a store, the functions beside it, and the clients of both. Always in an `Rc`.

use std::cell::{Cell, RefCell};
use std::net::TcpListener;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::clients::Clients;
use super::settings::Settings;
use super::stop::Stop;
use crate::config::Config;
use crate::http::Visitor;
use crate::limits;
use crate::snapshots::Snapshots;
use crate::udf::Functions;
use crate::wasm::{Clock, StoreInstance, StoreTrapped};

/// One shard. Nothing of it leaves its thread but `stop`.
#[derive(Debug)]
pub struct Shard {
    /// The data. Never borrowed while a function's own code runs, so that its imports and `busy` can borrow it.
    pub store: RefCell<StoreInstance>,
    /// User-defined functions.
    pub functions: Functions,
    /// The time that the store sees.
    pub clock: Rc<Clock>,
    /// Everyone connected.
    pub clients: Clients,
    /// What the server was told at start.
    pub config: Config,
    /// What of it CONFIG SET may have changed.
    pub settings: Settings,
    /// The file of the data.
    pub snapshots: Snapshots,
    /// Whether the data are to be saved when the server ends; none when SHUTDOWN has not said.
    pub(super) saves_at_end: Cell<Option<bool>>,
    /// Whether and why to stop.
    pub stop: Arc<Stop>,
    /// Where every connection reads into: one buffer for all, because only what could not be consumed is kept.
    pub(super) scratch: RefCell<Box<[u8]>>,
    /// The listening sockets again, for accepting while a function runs.
    pub(super) listeners: RefCell<Vec<TcpListener>>,
    /// Those that the HTTP port lets in.
    pub(super) visitors: RefCell<Option<mpsc::Receiver<Visitor>>>,
    pub(super) started: Instant,
    /// Seconds since the start, advanced by the tick: precise enough for idle clients, and free to read.
    pub(super) coarse_seconds: Cell<u32>,
    /// How many exchanges with clients there were: whether anybody but functions wants the shard.
    turns: Cell<u64>,
    /// Whose the last one was, and the millisecond of functions at which that changed last.
    last_turn: Cell<u64>,
    changed_at: Cell<u64>,
    failure: RefCell<Option<StoreTrapped>>,
}

impl Shard {
    pub(super) fn new(
        store: StoreInstance,
        functions: Functions,
        clock: Rc<Clock>,
        config: Config,
        settings: Settings,
        snapshots: Snapshots,
        stop: Arc<Stop>,
    ) -> Rc<Shard> {
        Rc::new(Shard {
            store: RefCell::new(store),
            functions,
            clock,
            clients: Clients::default(),
            config,
            settings,
            snapshots,
            saves_at_end: Cell::new(None),
            stop,
            scratch: RefCell::new(vec![0; limits::READ_BUFFER_BYTES].into_boxed_slice()),
            listeners: RefCell::default(),
            visitors: RefCell::default(),
            started: Instant::now(),
            coarse_seconds: Cell::new(0),
            turns: Cell::new(0),
            last_turn: Cell::new(0),
            changed_at: Cell::new(0),
            failure: RefCell::default(),
        })
    }

    /// Notes that the store component trapped, and stops the server: it must never serve from data it cannot trust.
    pub fn store_trapped(&self, trapped: StoreTrapped) {
        let mut failure = self.failure.borrow_mut();
        if failure.is_none() {
            tracing::error!("{trapped}");
            *failure = Some(trapped);
        }
        self.stop.request();
    }

    /// Time since the start.
    pub(crate) fn uptime(&self) -> Duration {
        self.started.elapsed()
    }

    /// How many exchanges with clients there were.
    #[inline]
    pub fn turns(&self) -> u64 {
        self.turns.get()
    }

    #[inline]
    pub(super) fn count_turn(&self, client: u64) {
        self.turns.set(self.turns.get().wrapping_add(1));
        if self.last_turn.replace(client) != client {
            self.changed_at.set(self.functions.milliseconds());
        }
    }

    /// Whether one client has had the shard to itself for some milliseconds.
    pub(crate) fn serves_one_client(&self) -> bool {
        self.functions.milliseconds().saturating_sub(self.changed_at.get()) >= limits::ALONE_MS
    }

    /// Whether the store component trapped.
    pub fn has_failed(&self) -> bool {
        self.failure.borrow().is_some()
    }

    pub(super) fn take_failure(&self) -> Option<StoreTrapped> {
        self.failure.take()
    }
}
