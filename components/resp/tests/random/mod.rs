//! Seeded random input for the tests of this crate, the same on every machine.
#![allow(dead_code, reason = "each test file uses its part")]

use std::time::{Duration, Instant};

/// SplitMix64: small, and good enough to find what these tests look for.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, which is not zero.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    pub(crate) fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        let index = self.below(choices.len());
        *choices.get(index).expect("the index is below the length")
    }

    pub(crate) fn bytes(&mut self, max: usize) -> Vec<u8> {
        let len = self.below(max + 1);
        (0..len).map(|_| self.next() as u8).collect()
    }
}

/// `FERRITE_FUZZ_SEED`, or a fixed seed; printed, so that a failure can be repeated.
pub(crate) fn seed(test: &str) -> u64 {
    let seed = std::env::var("FERRITE_FUZZ_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(20_261_120);
    println!("{test}: FERRITE_FUZZ_SEED={seed}");
    seed
}

/// True while a fuzz test should go on: until `done`, and beyond it for `FERRITE_FUZZ_SECONDS`.
pub(crate) struct Bound(Instant, Duration);

impl Bound {
    pub(crate) fn start() -> Self {
        let seconds = std::env::var("FERRITE_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(0);
        Self(Instant::now(), Duration::from_secs(seconds))
    }

    pub(crate) fn goes_on(&self, done: bool) -> bool {
        !done || self.0.elapsed() < self.1
    }
}
