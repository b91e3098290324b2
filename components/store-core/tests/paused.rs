//! A CLIENT PAUSE stops what changes data, and nothing else.

use std::cell::Cell;
use std::rc::Rc;

use ferrite_store_core::{Environment, Store};

/// A clock that moves when it is told to.
struct Clock(Rc<Cell<u64>>);

impl Environment for Clock {
    fn now_us(&self) -> u64 {
        self.0.get()
    }
    fn entropy(&self) -> u64 {
        3
    }
}

#[test]
fn what_was_removed_is_freed_while_clients_are_paused_and_nothing_expires() {
    let clock = Rc::new(Cell::new(1_700_000_000_000_000));
    let mut store = Store::new(Box::new(Clock(Rc::clone(&clock))));
    let session = store.open_session("", "");
    for number in 0..5000 {
        store.exchange(session, format!("SADD big member:{number}\r\n").as_bytes());
    }
    store.exchange(session, b"SET key value PX 5\r\nUNLINK big\r\nCLIENT PAUSE 1000 WRITE\r\n");
    assert_eq!((store.keyspace.unfreed(), store.measure().keys), (1, 1));
    clock.set(clock.get() + 10_000);
    store.tick(1_000);
    assert_eq!((store.keyspace.unfreed(), store.measure().keys), (0, 1));
    clock.set(clock.get() + 1_000_000);
    store.tick(1_000);
    assert_eq!(store.measure().keys, 0, "the pause is over");
}
