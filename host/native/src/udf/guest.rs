//! What the host keeps beside an instance: its memory budget, and the call that it serves at present.

use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use wasmtime::UpdateDeadline;

use super::away::World;
use super::failure::{Stop, one_line};
use super::limits::{BUSY_AFTER_MS, LOG_LINE_BYTES, Limits};
use super::lines::Lines;
use super::memory::MemoryBudget;
use super::permissions::Permissions;
use super::scope::Scope;
use super::wasi::Output;
use crate::server::{Shard, busy};

/// The data of an instance's wasmtime store.
#[derive(Debug)]
pub(crate) struct Guest {
    /// The function's name, for its log lines.
    pub(crate) name: Arc<str>,
    /// What WASM.LOG shows.
    pub(crate) lines: Lines,
    pub(crate) memory: MemoryBudget,
    /// Handles of WASI that the instance holds, over all its calls.
    pub(crate) handles: u32,
    pub(crate) call: Call,
    /// Where the data is. None while no call runs: initialisation of an instance must not depend on the data.
    pub(crate) shard: OnShard,
    /// What it can reach outside, if it runs off the shard.
    pub(crate) world: Option<Box<World>>,
}

/// The shard, while code on the shard's own thread works for an instance.
#[derive(Debug, Default)]
pub(crate) struct OnShard(Option<Rc<Shard>>);

// SAFETY: it holds a shard only while the shard's thread works on the guest: an instance on the shard stays on that thread
// as long as its call runs, and one off the shard is set and reset by the errand that borrows it (`away/call.rs`). So no
// `Rc` is ever touched, cloned or dropped by another thread.
unsafe impl Send for OnShard {}

impl OnShard {
    /// On the shard's thread only.
    #[inline]
    pub(crate) fn set(&mut self, shard: Option<Rc<Shard>>) {
        self.0 = shard;
    }

    #[inline]
    pub(crate) fn get(&self) -> Option<&Rc<Shard>> {
        self.0.as_ref()
    }
}

/// What one call may do, and what it has done so far.
#[derive(Debug, Default)]
pub(crate) struct Call {
    /// What the function was granted and the caller may do.
    pub(crate) permissions: Permissions,
    /// The database that it works in, when it runs off the shard: others use the store in between.
    pub(crate) database: Option<u32>,
    /// Which keys it may touch, if not all.
    pub(crate) scope: Option<Arc<Scope>>,
    /// The fuel it began with.
    pub(crate) fuel: u64,
    /// Its own time limit.
    pub(crate) timeout_ms: u64,
    /// When it has to end. Unknown, so that short calls never read the clock, until the first tick.
    pub(crate) deadline: Option<Deadline>,
    /// The caller's deadline, which comes first if it is earlier.
    pub(crate) outer_deadline: Option<Deadline>,
    /// Calls on the store that it may make, and that it has made.
    pub(crate) most_store_calls: u64,
    pub(crate) store_calls: u64,
    /// Bytes that it may write to the log, and that it has written.
    pub(crate) most_logged: u64,
    pub(crate) logged: u64,
    /// What it wrote to its standard streams, if it has any.
    pub(crate) output: Option<Box<Output>>,
    /// What the function said right before it trapped.
    pub(crate) panic: Option<String>,
}

/// A point in time, and the limit that it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Deadline {
    at: Instant,
    limit_ms: u64,
}

impl Call {
    /// A call that has used nothing yet.
    pub(crate) fn new(permissions: Permissions, limits: Limits) -> Call {
        Call {
            permissions,
            fuel: limits.fuel,
            timeout_ms: limits.timeout_ms,
            most_store_calls: limits.store_calls,
            most_logged: limits.log_bytes,
            ..Call::default()
        }
    }

    /// The deadline, computed on first need: by then the call has run for `already`.
    pub(crate) fn deadline(&mut self, now: Instant, already: Duration) -> Deadline {
        let (timeout, outer) = (self.timeout_ms, self.outer_deadline);
        *self.deadline.get_or_insert_with(|| {
            let left = Duration::from_millis(timeout).saturating_sub(already);
            let own = Deadline { at: now + left, limit_ms: timeout };
            outer.map_or(own, |outer| own.min(outer))
        })
    }
}

impl Guest {
    pub(crate) fn new(name: Arc<str>, lines: Lines, memory_bytes: u64) -> Guest {
        Guest {
            name,
            lines,
            memory: MemoryBudget::new(memory_bytes),
            handles: 0,
            call: Call::default(),
            shard: OnShard::default(),
            world: None,
        }
    }

    /// The epoch went on while this function ran: obeys what must not wait, and ends the function when it must end.
    pub(crate) fn tick(&mut self) -> wasmtime::Result<UpdateDeadline> {
        if let Some(shard) = self.shard.get() {
            busy::serve(shard);
            if shard.functions.kill_requested() {
                return Err(wasmtime::Error::new(Stop::Killed));
            }
        }
        let now = Instant::now();
        let deadline = self.call.deadline(now, Duration::from_millis(BUSY_AFTER_MS));
        if now >= deadline.at {
            return Err(wasmtime::Error::new(Stop::Deadline(deadline.limit_ms)));
        }
        Ok(UpdateDeadline::Continue(1))
    }

    /// Keeps the first last words.
    pub(crate) fn set_panic(&mut self, message: &str) {
        self.call.panic.get_or_insert_with(|| one_line(message, LOG_LINE_BYTES));
    }
}
