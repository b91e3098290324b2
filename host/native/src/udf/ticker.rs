//! The thread that counts the milliseconds of running functions; it sleeps for good while none has been called.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{JoinHandle, Thread};
use std::time::Duration;

use wasmtime::Engine;

/// How long one epoch is.
const TICK: Duration = Duration::from_millis(1);
/// Ticks without a call after which the thread parks. Waking it costs a system call, which calls in quick succession
/// must not pay.
const QUIET_TICKS: u32 = 1000;

/// Whose calls are counted: each number is written by one thread only.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Caller {
    /// The shard, which runs functions.
    Shard,
    /// The compiling thread, which instantiates what it compiled as a check.
    Worker,
    /// The thread of functions off the shard, as long as it runs any.
    Away,
}

/// Advances the epoch of an engine each millisecond while functions run.
#[derive(Debug)]
pub(crate) struct Ticker {
    state: Arc<State>,
    thread: Thread,
    handle: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct State {
    /// Calls begun and ended, by caller: odd while one runs.
    calls: [AtomicU64; 3],
    /// Ticks since the start.
    ticks: AtomicU64,
    parked: AtomicBool,
    stopped: AtomicBool,
}

impl State {
    fn of(&self, caller: Caller) -> &AtomicU64 {
        let [shard, worker, away] = &self.calls;
        match caller {
            Caller::Shard => shard,
            Caller::Worker => worker,
            Caller::Away => away,
        }
    }

    fn seen(&self) -> [u64; 3] {
        [Caller::Shard, Caller::Worker, Caller::Away].map(|caller| self.of(caller).load(Ordering::SeqCst))
    }

    fn run(&self, engine: &Engine) {
        let (mut last, mut quiet) = (self.seen(), 0);
        while !self.stopped.load(Ordering::SeqCst) {
            std::thread::sleep(TICK);
            engine.increment_epoch();
            self.ticks.fetch_add(1, Ordering::Relaxed);
            let seen = self.seen();
            let idle = seen == last && seen.iter().all(|calls| calls % 2 == 0);
            quiet = if idle { quiet + 1 } else { 0 };
            last = seen;
            if quiet >= QUIET_TICKS {
                self.park(last);
                quiet = 0;
            }
        }
    }

    /// Sleeps until a call begins. The flag is raised before the counters are read again, and a call counts itself
    /// before it reads the flag, so one of the two sees the other.
    fn park(&self, last: [u64; 3]) {
        self.parked.store(true, Ordering::SeqCst);
        if self.seen() == last {
            while self.parked.load(Ordering::SeqCst) && !self.stopped.load(Ordering::SeqCst) {
                std::thread::park();
            }
        }
        self.parked.store(false, Ordering::SeqCst);
    }
}

impl Ticker {
    /// Starts the thread.
    pub(crate) fn start(engine: &Engine) -> std::io::Result<Ticker> {
        let state = Arc::new(State::default());
        let (engine, shared) = (engine.clone(), Arc::clone(&state));
        let handle = std::thread::Builder::new().name("wasm-ticker".to_owned()).spawn(move || shared.run(&engine))?;
        Ok(Ticker { state, thread: handle.thread().clone(), handle: Some(handle) })
    }

    /// A call begins: until `leave` the epoch advances.
    #[inline]
    pub(crate) fn enter(&self, caller: Caller) {
        let calls = self.state.of(caller);
        calls.store(calls.load(Ordering::Relaxed).wrapping_add(1), Ordering::SeqCst);
        if self.state.parked.load(Ordering::SeqCst) {
            self.wake();
        }
    }

    /// The call ended.
    #[inline]
    pub(crate) fn leave(&self, caller: Caller) {
        let calls = self.state.of(caller);
        calls.store(calls.load(Ordering::Relaxed).wrapping_add(1), Ordering::Release);
    }

    /// Milliseconds for which functions have been called; it stands still while none are.
    #[inline]
    pub(crate) fn ticks(&self) -> u64 {
        self.state.ticks.load(Ordering::Relaxed)
    }

    #[cold]
    fn wake(&self) {
        self.state.parked.store(false, Ordering::SeqCst);
        self.thread.unpark();
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.state.stopped.store(true, Ordering::SeqCst);
        self.wake();
        if let Some(handle) = self.handle.take() {
            // The thread panics nowhere; if it did, there is nothing left to do about it here.
            drop(handle.join());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parked_ticker_wakes_for_a_call_and_ends_when_dropped() {
        let ticker = Ticker::start(&Engine::default()).expect("threads can be started");
        let waited = std::time::Instant::now();
        while !ticker.state.parked.load(Ordering::SeqCst) {
            assert!(waited.elapsed() < Duration::from_secs(30), "it never parked");
            std::thread::sleep(TICK);
        }
        ticker.enter(Caller::Shard);
        assert!(!ticker.state.parked.load(Ordering::SeqCst), "the call woke it");
        ticker.leave(Caller::Shard);
        drop(ticker);
    }
}
