//! The memory that the store has grown and not begun to use, made ready by a thread of its own: the first touch of a huge
//! page is the kernel's work of finding and clearing 2 MiB, which a command would wait for.

use std::ops::Range;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};

/// What is made ready at once: the store's allocator grows by so much before anybody asks (`allocator.rs` there).
const PIECE: usize = 2 << 20;

/// Pieces that wait for the thread; one that finds no room is touched when it is used.
const QUEUE: usize = 4;

/// Follows the growth of one linear memory. Dropped, it waits for the thread, so that the memory outlives its use.
pub(super) struct Ahead {
    seen: usize,
    pieces: Option<SyncSender<Range<usize>>>,
    thread: Option<JoinHandle<()>>,
}

impl Ahead {
    /// Of a memory at `base`, which never moves.
    pub(super) fn new(base: *mut u8) -> Ahead {
        let (pieces, queue) = sync_channel(QUEUE);
        let base = base.expose_provenance();
        let thread = thread::Builder::new().name("store-memory".to_owned()).spawn(move || populate(base, &queue));
        match thread {
            Ok(thread) => Ahead { seen: 0, pieces: Some(pieces), thread: Some(thread) },
            Err(error) => {
                tracing::debug!("memory is touched when it is used: {error}");
                Ahead { seen: 0, pieces: None, thread: None }
            }
        }
    }

    /// The memory has so many bytes now.
    #[inline]
    pub(super) fn follow(&mut self, length: usize) {
        if length != self.seen {
            self.grown(length);
        }
    }

    #[cold]
    fn grown(&mut self, length: usize) {
        let piece = self.seen.max(length.saturating_sub(PIECE))..length;
        self.seen = length;
        let Some(pieces) = &self.pieces else { return };
        if let Err(TrySendError::Disconnected(_)) = pieces.try_send(piece) {
            self.pieces = None;
        }
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        self.pieces = None;
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has nothing to say that matters here.
            let _ = thread.join();
        }
    }
}

/// The thread: ends with its queue, or when the kernel does not know how (before Linux 5.14).
fn populate(base: usize, queue: &Receiver<Range<usize>>) {
    for piece in queue {
        let start = std::ptr::with_exposed_provenance_mut::<libc::c_void>(base + piece.start);
        // SAFETY: the range lies in the store's memory, which `Ahead` does not outlive; populating changes no byte of it.
        let done = unsafe { libc::madvise(start, piece.len(), libc::MADV_POPULATE_WRITE) };
        if done != 0 {
            return tracing::debug!("memory is touched when it is used: {}", std::io::Error::last_os_error());
        }
    }
}
