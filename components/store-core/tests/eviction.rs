//! `maxmemory` under load: what is used stays near the limit, whatever the policy, and big values are no exception.

use std::alloc::System;
use std::cell::Cell;
use std::fmt::Write;

use ferrite_store_core::memory::{self, Counting};
use ferrite_store_core::{Environment, Store};

#[global_allocator]
static ALLOCATOR: Counting<System> = Counting(System);

const MIB: usize = 1 << 20;
const LIMIT: usize = 8 * MIB;

/// A clock that moves a microsecond each time somebody looks.
struct Clock(Cell<u64>);

impl Environment for Clock {
    fn now_us(&self) -> u64 {
        self.0.set(self.0.get() + 1);
        self.0.get()
    }
    fn entropy(&self) -> u64 {
        42
    }
}

/// A store that may use `LIMIT` bytes more than now, and a session.
fn store(policy: &str) -> (Store, u64, usize) {
    let mut store = Store::new(Box::new(Clock(Cell::new(1_700_000_000_000_000))));
    let session = store.open_session("", "");
    let limit = memory::used() + LIMIT;
    let settings = format!("CONFIG SET maxmemory {limit} maxmemory-policy {policy}\r\n");
    assert_eq!(store.exchange(session, settings.as_bytes()).replies, b"+OK\r\n");
    (store, session, limit)
}

/// Sends a thousand commands that `command` writes, and returns the replies.
fn thousand(store: &mut Store, session: u64, command: impl Fn(usize) -> String) -> Vec<u8> {
    let mut input = String::new();
    (0..1000).for_each(|number| writeln!(input, "{}\r", command(number)).expect("a string takes everything"));
    store.exchange(session, input.as_bytes()).replies
}

fn keys_are_evicted_as_others_come(policy: &str) {
    let (mut store, session, limit) = store(policy);
    let value = "x".repeat(500);
    for batch in 0..60 {
        let replies = thousand(&mut store, session, |number| format!("SET key:{batch}:{number} {value} EX 1000"));
        assert!(replies == b"+OK\r\n".repeat(1000), "{policy}");
        assert!(memory::used() < limit + MIB / 2, "{policy}: {} of {limit} bytes", memory::used());
    }
    let keys = store.measure().keys;
    assert!((8_000..16_000).contains(&keys), "{policy}: {keys} of 60,000 keys are left");
    assert_eq!(keys + store.keyspace.stats.evicted, 60_000, "{policy}");
}

fn without_a_policy_writes_are_refused_and_the_keys_stay() {
    let (mut store, session, limit) = store("noeviction");
    let value = "x".repeat(500);
    let mut refused = 0;
    for batch in 0..60 {
        let replies = thousand(&mut store, session, |number| format!("SET key:{batch}:{number} {value}"));
        refused += replies.split(|&byte| byte == b'\n').filter(|line| line.starts_with(b"-OOM ")).count();
        assert!(memory::used() < limit + MIB / 2);
    }
    assert_eq!(store.measure().keys as usize + refused, 60_000);
    assert!(refused > 40_000);
    assert_eq!(store.exchange(session, b"GET key:0:0\r\n").replies.len(), 500 + 8);
}

fn a_big_value_that_is_evicted_is_freed_in_slices_and_before_other_keys_go() {
    let (mut store, session, limit) = store("volatile-ttl");
    for batch in 0..80 {
        let replies = thousand(&mut store, session, |number| format!("SADD big {batch}:{number}:member"));
        assert_eq!(replies, b":1\r\n".repeat(1000));
    }
    assert_eq!(store.exchange(session, b"EXPIRE big 10\r\n").replies, b":1\r\n");
    assert!(memory::used() < limit);
    let value = "x".repeat(500);
    let mut slices = 0;
    for batch in 0..18 {
        let replies = thousand(&mut store, session, |number| format!("SET key:{batch}:{number} {value}"));
        let refused = replies.windows(5).filter(|window| window == b"-OOM ").count();
        slices += usize::from(store.keyspace.unfreed() > 0);
        assert!(memory::used() < limit + MIB / 2);
        assert!(refused == 0 || batch > 8, "the set makes room for {batch},000 keys");
    }
    assert_eq!(store.keyspace.stats.evicted, 1, "only the set may go");
    assert!(slices > 0, "it is freed as room is needed");
}

fn what_is_deleted_is_room_again() {
    let (mut store, session, limit) = store("noeviction");
    let value = "x".repeat(2_000);
    for round in 0..20 {
        let replies = thousand(&mut store, session, |number| format!("SET key:{number} {round}{value}"));
        assert!(replies == b"+OK\r\n".repeat(1000), "round {round}");
        assert!(memory::used() < limit);
        let replies = thousand(&mut store, session, |number| format!("UNLINK key:{number}"));
        assert_eq!(replies, b":1\r\n".repeat(1000));
    }
}

/// One test, because all count with one allocator.
#[test]
fn maxmemory_holds_under_load_with_every_policy() {
    let policies = ["allkeys-lru", "allkeys-lfu", "allkeys-random"];
    let volatile = ["volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl"];
    policies.iter().chain(&volatile).for_each(|policy| keys_are_evicted_as_others_come(policy));
    without_a_policy_writes_are_refused_and_the_keys_stay();
    a_big_value_that_is_evicted_is_freed_in_slices_and_before_other_keys_go();
    what_is_deleted_is_room_again();
}
