//! The wasmtime engine of the store component: our own trusted code, so it runs with nothing metered.

use wasmtime::{Config, Engine, OptLevel};

/// All that offsets of 32 bits reach.
const RESERVED_BYTES: u64 = 4 << 30;

/// Settings for the store: no fuel, no epoch, optimised code, and a reservation that makes bounds checks free.
pub(crate) fn store_engine() -> wasmtime::Result<Engine> {
    let mut config = Config::new();
    config
        .cranelift_opt_level(OptLevel::Speed)
        .concurrency_support(false)
        .consume_fuel(false)
        .epoch_interruption(false)
        // The whole 4 GiB that 32-bit offsets reach plus guard pages: no bounds check is compiled, and the base never
        // moves, so it is loaded once a function.
        .memory_reservation(RESERVED_BYTES)
        .memory_guard_size(32 << 20)
        .memory_may_move(false);
    Engine::new(&config)
}

/// Asks the kernel for pages of 2 MiB behind the store's memory: it is one run of bytes that is used from its begin on,
/// and keys lie anywhere in it, so that with small pages most of a lookup's time is spent on translating addresses.
/// Where the kernel has none, nothing changes.
pub(crate) fn prefer_huge_pages(base: *mut u8) {
    // SAFETY: the address and the length are those of the reservation that `store_engine` asks for, which belongs to
    // the instance alone; the advice changes nothing of what its bytes are.
    let advised = unsafe { libc::madvise(base.cast(), RESERVED_BYTES as usize, libc::MADV_HUGEPAGE) };
    if advised != 0 {
        tracing::debug!("no huge pages: {}", std::io::Error::last_os_error());
    }
}
