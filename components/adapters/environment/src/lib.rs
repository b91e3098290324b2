//! `ferrite:store/environment` over `wasi:clocks` and `wasi:random`, for hosts that have WASI and nothing of ours.
//!
//! Natively the crate is empty: there is nothing to export to.
#![cfg(target_family = "wasm")]

mod bindings;

use bindings::exports::ferrite::store::environment::Guest;
use wasip2::clocks::wall_clock;
use wasip2::random::random;

struct Environment;

impl Guest for Environment {
    fn now_us() -> u64 {
        let now = wall_clock::now();
        now.seconds * 1_000_000 + u64::from(now.nanoseconds / 1000)
    }

    fn entropy() -> u64 {
        random::get_random_u64()
    }
}

bindings::export!(Environment with_types_in bindings);
