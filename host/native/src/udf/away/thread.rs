//! The thread on which functions off the shard run, one runtime for all of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc, oneshot};

use super::Reach;
use super::instance::{self, Ended};
use crate::udf::failure::Failure;
use crate::udf::guest::Call;
use crate::udf::instance::Template;
use crate::udf::limits::{AWAY_BLOCKING_THREADS, AWAY_CALLS};
use crate::udf::lines::Lines;
use crate::udf::ticker::{Caller, Ticker};

/// A call on its way to the thread.
pub(super) struct Job {
    pub(super) name: Arc<str>,
    pub(super) lines: Lines,
    pub(super) template: Template,
    pub(super) reach: Reach,
    pub(super) call: Call,
    pub(super) memory_bytes: u64,
    pub(super) keys: Vec<Vec<u8>>,
    pub(super) args: Vec<Vec<u8>>,
    /// Resolves when the call is to be ended; its sender lives as long as the call may go on.
    pub(super) kill: oneshot::Receiver<()>,
    pub(super) done: oneshot::Sender<Ended>,
}

/// Starts the thread, which ends when the sender is dropped.
pub(super) fn start(ticker: Arc<Ticker>) -> std::io::Result<mpsc::UnboundedSender<Job>> {
    let (jobs, queue) = mpsc::unbounded_channel();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(AWAY_BLOCKING_THREADS)
        .build()?;
    std::thread::Builder::new().name("wasm-async".to_owned()).spawn(move || {
        // The shard comes first when there are not enough cores for both.
        // SAFETY: the call changes the priority of this thread only (0 means the caller) and touches no memory.
        let nice = unsafe { libc::setpriority(libc::PRIO_PROCESS, 0, 10) };
        if nice != 0 {
            tracing::debug!("the thread wasm-async keeps its priority: {}", std::io::Error::last_os_error());
        }
        runtime.block_on(work(queue, ticker));
    })?;
    Ok(jobs)
}

async fn work(mut queue: mpsc::UnboundedReceiver<Job>, ticker: Arc<Ticker>) {
    let slots = Arc::new(Semaphore::new(AWAY_CALLS));
    let running = Arc::new(AtomicU32::new(0));
    while let Some(job) = queue.recv().await {
        let (slots, running, ticker) = (Arc::clone(&slots), Arc::clone(&running), Arc::clone(&ticker));
        tokio::spawn(async move {
            let Job { name, lines, template, reach, call, memory_bytes, keys, args, mut kill, done } = job;
            let slot = tokio::select! {
                slot = slots.acquire_owned() => slot,
                _ = &mut kill => {
                    drop(done.send(Ended::failed(Failure::Killed)));
                    return;
                }
            };
            // Held until the call has ended.
            let _slot = slot;
            let timeout_ms = call.timeout_ms;
            let _ticking = Ticking::begin(running, ticker);
            let ended = tokio::select! {
                ended = instance::run((name, lines), &template, &reach, call, memory_bytes, (&keys, &args)) => ended,
                // Dropping the call drops its instance with it, and whatever it waited for.
                () = tokio::time::sleep(Duration::from_millis(timeout_ms)) => Ended::failed(Failure::Deadline(timeout_ms)),
                _ = kill => Ended::failed(Failure::Killed),
            };
            // Whoever called may be gone.
            drop(done.send(ended));
        });
    }
}

/// While one lives, epochs advance. All are made and dropped on this thread.
struct Ticking {
    running: Arc<AtomicU32>,
    ticker: Arc<Ticker>,
}

impl Ticking {
    fn begin(running: Arc<AtomicU32>, ticker: Arc<Ticker>) -> Ticking {
        if running.fetch_add(1, Ordering::Relaxed) == 0 {
            ticker.enter(Caller::Away);
        }
        Ticking { running, ticker }
    }
}

impl Drop for Ticking {
    fn drop(&mut self) {
        if self.running.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.ticker.leave(Caller::Away);
        }
    }
}
