//! Snapshots on disk: when they are written, how, and how a start loads one.
//!
//! Layout:
//! - `file.rs`: a file that takes the old one's place only when it is whole;
//! - `background.rs`: slices of the shard's time, and a thread that writes what comes of them;
//! - `points.rs`: after how many changes a snapshot is written by itself;
//! - `commands.rs`: SAVE and BGSAVE; `load.rs`: the start.

mod background;
mod commands;
mod file;
mod load;
mod points;

use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

pub(crate) use background::save_if_due;
pub(crate) use commands::{execute, save};
pub(crate) use load::load;
use points::Points;

use crate::config::Server;
use crate::server::Shard;
use crate::wasm::{Fact, StoreTrapped};

/// What is known of a shard's snapshots.
#[derive(Debug)]
pub struct Snapshots {
    /// `DIR/dump.rdb`.
    path: PathBuf,
    points: RefCell<Points>,
    is_running: Cell<bool>,
    /// When the last one was written, or the server started, in seconds since the Unix epoch.
    last_save_s: Cell<u64>,
    last: Cell<Last>,
    /// When the last one was tried, well or not.
    last_try: Cell<Option<Instant>>,
    has_failed: Cell<bool>,
}

/// How the last background snapshot ended.
#[derive(Debug, Clone, Copy, Default)]
struct Last {
    seconds: Option<u64>,
    saves: u64,
}

impl Snapshots {
    /// Those of a server that was told so at start.
    pub(crate) fn new(server: &Server) -> Snapshots {
        Snapshots {
            path: server.dir.join(&server.dbfilename),
            points: RefCell::new(Points::parse(server.save_points()).unwrap_or_default()),
            is_running: Cell::new(false),
            last_save_s: Cell::new(now_s()),
            last: Cell::default(),
            last_try: Cell::new(None),
            has_failed: Cell::new(false),
        }
    }

    /// Where they are.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the server writes one by itself, now and then and when it ends.
    pub(crate) fn has_points(&self) -> bool {
        !self.points.borrow().is_empty()
    }

    /// Takes over another `save`.
    pub(crate) fn set_points(&self, text: &str) {
        if let Some(points) = Points::parse(text) {
            self.points.replace(points);
        }
    }

    /// Fields of INFO.
    pub(crate) fn info(&self) -> Vec<Fact> {
        let last = self.last.get();
        let seconds = last.seconds.map_or("-1".to_owned(), |seconds| seconds.to_string());
        let status = if self.has_failed.get() { "err" } else { "ok" };
        let current = match (self.is_running.get(), self.last_try.get()) {
            (true, Some(began)) => began.elapsed().as_secs().to_string(),
            _ => "-1".to_owned(),
        };
        [
            ("rdb_bgsave_in_progress", u8::from(self.is_running.get()).to_string()),
            ("rdb_last_save_time", self.last_save_s.get().to_string()),
            ("rdb_last_bgsave_status", status.to_owned()),
            ("rdb_last_bgsave_time_sec", seconds),
            ("rdb_current_bgsave_time_sec", current),
            ("rdb_saves", last.saves.to_string()),
        ]
        .into_iter()
        .map(|(name, value)| Fact::Info(name.to_owned(), value))
        .collect()
    }

    /// One has ended, well or not.
    fn ended(&self, began: Instant, result: &Result<(), String>) {
        let mut last = self.last.get();
        last.seconds = Some(began.elapsed().as_secs());
        self.has_failed.set(result.is_err());
        match result {
            Ok(()) => {
                last.saves += 1;
                self.last_save_s.set(now_s());
                tracing::info!("the snapshot {} is written", self.path.display());
            }
            Err(reason) => tracing::error!("the snapshot {} was not written: {reason}", self.path.display()),
        }
        self.last.set(last);
    }
}

/// Whether a text is a value of `save`.
pub(crate) fn are_points(text: &str) -> bool {
    Points::parse(text).is_some()
}

fn now_s() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// Tells the engine how things stand, for INFO and LASTSAVE.
fn tell(shard: &Shard) -> Result<(), StoreTrapped> {
    shard.store.borrow_mut().learn(shard.snapshots.info())
}
