//! The wasmtime engine of the store component: our own trusted code, so it runs with nothing metered.

use wasmtime::{Config, Engine, OptLevel};

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
        .memory_reservation(4 << 30)
        .memory_guard_size(32 << 20)
        .memory_may_move(false);
    Engine::new(&config)
}
