//! What keys take: a million of them, by the allocator's count.

use std::alloc::System;
use std::fmt::Write;

use ferrite_store_core::memory::{self, Counting};
use ferrite_store_core::{Environment, Store};

#[global_allocator]
static ALLOCATOR: Counting<System> = Counting(System);

const KEYS: usize = 1_000_000;

/// What redis-server 7.0.15 takes for a key of 10 bytes with a value of 16, and with a time to live besides.
const REDIS: [f64; 2] = [104.0, 133.0];
/// An entry with the allocator's header: 5 bytes, the key, 2 bytes, the value, perhaps 8 for the time, 4; in units of 8.
const ENTRY: [f64; 2] = [40.0, 48.0];
/// A bucket of the table on wasm32 and here: 16 tags, 16 pointers, 4 bytes and what aligns them.
const BUCKET_WASM32: f64 = 84.0;
const BUCKET: f64 = (16 + 16 * size_of::<usize>() + 4_usize.next_multiple_of(size_of::<usize>())) as f64;

struct Fixed;

impl Environment for Fixed {
    fn now_us(&self) -> u64 {
        1_700_000_000_000_000
    }
    fn entropy(&self) -> u64 {
        42
    }
}

/// Bytes a key: entries are the same on wasm32, the table is smaller there.
fn bytes_per_key(options: &str, entry: f64) -> f64 {
    let mut store = Store::new(Box::new(Fixed));
    let session = store.open_session("", "");
    let mut input = String::new();
    let empty = memory::used();
    for first in (0..KEYS).step_by(1000) {
        input.clear();
        for number in first..first + 1000 {
            writeln!(input, "SET key:{number:06} sixteen_bytes!!!{options}\r").expect("a string takes everything");
        }
        let turn = store.exchange(session, input.as_bytes());
        assert_eq!(turn.replies, b"+OK\r\n".repeat(1000));
    }
    assert_eq!(store.measure().keys, KEYS as u64);
    let taken = (memory::used() - empty) as f64 / KEYS as f64;
    assert!(taken > entry, "{taken} B, but an entry alone takes {entry}");
    let said = store.exchange(session, b"MEMORY USAGE key:000000\r\n").replies;
    let place = (BUCKET / 16.0).ceil();
    assert_eq!(said, format!(":{}\r\n", entry + place).into_bytes());
    entry + (taken - entry) * BUCKET_WASM32 / BUCKET
}

#[test]
fn a_small_key_takes_less_than_half_of_what_redis_takes() {
    for (options, entry, redis) in [("", ENTRY[0], REDIS[0]), (" EX 1000", ENTRY[1], REDIS[1])] {
        let bytes = bytes_per_key(options, entry);
        println!("SET key:000000 sixteen_bytes!!!{options}: {bytes:.1} B a key, {:.2} of Redis", bytes / redis);
        assert!(bytes <= redis / 2.0, "{bytes} B, more than half of {redis}");
    }
}
