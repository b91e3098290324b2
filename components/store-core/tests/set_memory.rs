//! What a million members of a set and of a sorted set take, by the allocator's count.

use std::alloc::System;
use std::fmt::Write;

use ferrite_store_core::memory::{self, Counting};
use ferrite_store_core::{Environment, Store};

#[global_allocator]
static ALLOCATOR: Counting<System> = Counting(System);

const MEMBERS: usize = 1_000_000;

/// What redis-server 7.0.15 takes for a member of 10 bytes among a million.
const REDIS_SET: f64 = 56.4;
const REDIS_SORTED_SET: f64 = 109.7;
/// A member with the allocator's header: two lengths, the name, 4.
const MEMBER: f64 = 16.0;
/// A member of a sorted set: score, length, the name, the allocator's header, rounded.
const SCORED_MEMBER: f64 = 24.0;
/// A bucket of the table on wasm32 and here: 16 tags, 16 pointers, 4 bytes and what aligns them. A member's place in a
/// sorted set's order shrinks more: from 16 bytes to 8.
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

/// Adds all members; returns the bytes each took that shrink with pointers.
fn indexes(own: f64, command: impl Fn(&mut String, usize)) -> f64 {
    let mut store = Store::new(Box::new(Fixed));
    let session = store.open_session("", "");
    let mut input = String::new();
    let before = memory::used();
    for first in (0..MEMBERS).step_by(1000) {
        input.clear();
        (first..first + 1000).for_each(|number| command(&mut input, number));
        let turn = store.exchange(session, input.as_bytes());
        assert!(turn.replies.starts_with(b":1"), "{}", turn.replies.escape_ascii());
    }
    let each = (memory::used() - before) as f64 / MEMBERS as f64;
    assert!(each > own, "{each} B, but a member alone takes {own}");
    each - own
}

#[test]
fn members_take_less_than_half_of_what_they_take_in_redis() {
    let member = MEMBER
        + BUCKET_WASM32 / BUCKET
            * indexes(MEMBER, |input, number| {
                write!(input, "SADD s mem:{number:06}\r\n").expect("a string takes everything");
            });
    println!("a member: {member:.1} B, {:.2} of Redis", member / REDIS_SET);
    assert!(member <= REDIS_SET / 2.0, "{member} B, more than half of {REDIS_SET}");

    let member = SCORED_MEMBER
        + BUCKET_WASM32 / BUCKET
            * indexes(SCORED_MEMBER, |input, number| {
                let score = number * 7919 % MEMBERS;
                write!(input, "ZADD z {score} mem:{number:06}\r\n").expect("a string takes everything");
            });
    println!("a member with a score: {member:.1} B, {:.2} of Redis", member / REDIS_SORTED_SET);
    assert!(member <= REDIS_SORTED_SET / 2.0, "{member} B, more than half of {REDIS_SORTED_SET}");
}
