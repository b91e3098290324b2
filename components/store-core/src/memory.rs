//! How much memory the engine holds: what its allocator gave out, not an estimate.

use std::alloc::{GlobalAlloc, Layout};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

static USED: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

/// Bytes that allocations hold now; 0 where [`Counting`] is not the global allocator.
#[inline]
pub fn used() -> usize {
    USED.load(Relaxed)
}

/// The most that [`used`] has been.
pub fn peak() -> usize {
    PEAK.load(Relaxed)
}

/// Writes are refused beyond three quarters of the address space, also without `maxmemory`: an allocation that fails ends
/// the whole store, and in 32 bits one command may still need a string of 512 MiB twice while it grows.
pub const DATA_MAX: u64 = usize::MAX as u64 / 4 * 3;

/// From here on the free memory is looked at, which may be in pieces.
const TIGHT: usize = usize::MAX / 2;

/// In one piece so much must be free while more than [`TIGHT`] is used: 128 MiB on wasm32.
const HEADROOM: usize = usize::MAX / 32;

/// Whether so much is used, or what is free is in so small pieces, that one more command could make an allocation fail.
#[inline]
pub fn is_scarce() -> bool {
    used() > TIGHT && (used() as u64 > DATA_MAX || !probe(HEADROOM))
}

/// Whether an allocation of this size would succeed. Asked before large ones, which what is free may be too scattered for.
#[inline]
pub fn has_room(bytes: usize) -> bool {
    const LARGE: usize = 1 << 20;
    bytes <= LARGE || probe(bytes)
}

#[cold]
fn probe(bytes: usize) -> bool {
    let peak = PEAK.load(Relaxed);
    let mut block = Vec::<u8>::new();
    // The optimizer may take an allocation that nobody looks at for a success.
    let has_room = block.try_reserve_exact(bytes).is_ok() && !std::hint::black_box(block.as_ptr()).is_null();
    drop(block);
    // Asking is no use.
    PEAK.store(peak, Relaxed);
    has_room
}

/// A global allocator that counts what another one gives out, with that one's own overhead.
pub struct Counting<A>(pub A);

/// What an allocation takes: an allocator on wasm32 keeps 4 bytes of its own and rounds to 8.
pub(crate) fn taken(size: usize) -> usize {
    (size + 4).next_multiple_of(8).max(16)
}

/// What an allocation of at least `size` bytes gets anyway on wasm32.
#[inline]
pub(crate) fn usable(size: usize) -> usize {
    (size + 4).next_multiple_of(8) - 4
}

fn add(size: usize) {
    // On wasm32 without threads these are plain additions.
    let used = USED.fetch_add(taken(size), Relaxed) + taken(size);
    if used > PEAK.load(Relaxed) {
        PEAK.fetch_max(used, Relaxed);
    }
}

fn subtract(size: usize) {
    USED.fetch_sub(taken(size), Relaxed);
}

// SAFETY: every call goes through to the inner allocator unchanged.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Counting<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        add(layout.size());
        // SAFETY: as asked by the caller.
        unsafe { self.0.alloc(layout) }
    }

    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        subtract(layout.size());
        // SAFETY: as asked by the caller.
        unsafe { self.0.dealloc(start, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        add(layout.size());
        // SAFETY: as asked by the caller.
        unsafe { self.0.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, start: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        subtract(layout.size());
        add(size);
        // SAFETY: as asked by the caller.
        unsafe { self.0.realloc(start, layout, size) }
    }
}
