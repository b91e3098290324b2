//! The wish to stop, from a signal, from SHUTDOWN, or because the store trapped.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// Shared by a shard, its listeners and whoever may stop it from another thread.
#[derive(Debug, Default)]
pub struct Stop {
    requested: AtomicBool,
    changed: Notify,
}

impl Stop {
    /// Asks for an orderly stop: no new clients, pending replies written, then the end.
    pub fn request(&self) {
        self.requested.store(true, Ordering::Release);
        self.changed.notify_waiters();
    }

    /// Whether a stop was asked for.
    pub fn is_requested(&self) -> bool {
        self.requested.load(Ordering::Acquire)
    }

    /// Waits until a stop is asked for.
    pub async fn requested(&self) {
        let mut changed = std::pin::pin!(self.changed.notified());
        // Registers before looking, so that a request between the two is not missed.
        changed.as_mut().enable();
        if !self.is_requested() {
            changed.await;
        }
    }
}
