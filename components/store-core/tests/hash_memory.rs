//! What hashes take, by the allocator's count: a large one a field, and small ones each.

use std::alloc::System;
use std::fmt::Write;

use ferrite_store_core::memory::{self, Counting};
use ferrite_store_core::{Environment, Store};

#[global_allocator]
static ALLOCATOR: Counting<System> = Counting(System);

const FIELDS: usize = 1_000_000;
const HASHES: usize = 100_000;

/// What redis-server 7.0.15 takes for a field of 10 bytes with a value of 16 among a million, and for a hash of ten
/// fields of 6 bytes with values of 6.
const REDIS_FIELD: f64 = 88.4;
const REDIS_HASH: f64 = 266.5;
/// A field with the allocator's header: two lengths, the name, the value, 4.
const FIELD: f64 = 32.0;
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

/// Runs so many commands; returns what they took.
fn taken(store: &mut Store, count: usize, command: impl Fn(&mut String, usize)) -> f64 {
    let session = store.open_session("", "");
    let mut input = String::new();
    let before = memory::used();
    for first in (0..count).step_by(1000) {
        input.clear();
        (first..first + 1000).for_each(|number| command(&mut input, number));
        let turn = store.exchange(session, input.as_bytes());
        assert!(turn.replies.starts_with(b":"), "{}", turn.replies.escape_ascii());
    }
    (memory::used() - before) as f64 / count as f64
}

#[test]
fn hashes_take_less_than_in_redis() {
    let mut store = Store::new(Box::new(Fixed));
    let field = taken(&mut store, FIELDS, |input, number| {
        write!(input, "HSET h fld:{number:06} sixteen_bytes!!!\r\n").expect("a string takes everything");
    });
    assert!(field > FIELD, "{field} B, but a field alone takes {FIELD}");
    // Fields are the same on wasm32, the table is smaller there.
    let field = FIELD + (field - FIELD) * BUCKET_WASM32 / BUCKET;
    println!("a field: {field:.1} B, {:.2} of Redis", field / REDIS_FIELD);
    assert!(field <= REDIS_FIELD / 2.0, "{field} B, more than half of {REDIS_FIELD}");

    let mut store = Store::new(Box::new(Fixed));
    let hash = taken(&mut store, HASHES, |input, number| {
        write!(input, "HSET hash:{number:06}").expect("a string takes everything");
        (0..10).for_each(|field| write!(input, " field{field} value{field}").expect("a string takes everything"));
        input.push_str("\r\n");
    });
    println!("a hash of ten fields: {hash:.1} B, {:.2} of Redis", hash / REDIS_HASH);
    assert!(hash <= REDIS_HASH * 0.9, "{hash} B, more than nine tenths of {REDIS_HASH}, also with pointers of 8 bytes");
}
