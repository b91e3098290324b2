//! What commands take, by a clock that moves on at every reading.

use std::cell::Cell;
use std::rc::Rc;

use ferrite_store_core::{Environment, Store};

/// How far the clock moves at a reading.
const STEP_US: u64 = 20_000;

/// The clock, and how often it was read.
#[derive(Clone, Default)]
struct Clock(Rc<Cell<u64>>);

impl Environment for Clock {
    fn now_us(&self) -> u64 {
        self.0.set(self.0.get() + 1);
        1_700_000_000_000_000 + self.0.get() * STEP_US
    }

    fn entropy(&self) -> u64 {
        1
    }
}

struct Client {
    store: Store,
    session: u64,
    clock: Clock,
}

impl Client {
    fn new() -> Client {
        let clock = Clock::default();
        let mut store = Store::new(Box::new(clock.clone()));
        let session = store.open_session("127.0.0.1:1", "127.0.0.1:6379");
        Client { store, session, clock }
    }

    /// Sends one pipeline of inline commands; its replies, and how often the clock was read.
    fn send(&mut self, pipeline: &str) -> (String, u64) {
        let before = self.clock.0.get();
        let turn = self.store.exchange(self.session, pipeline.as_bytes());
        (String::from_utf8_lossy(&turn.replies).into_owned(), self.clock.0.get() - before)
    }
}

#[test]
fn fast_commands_pay_for_a_reading_of_the_clock_once_in_64_calls() {
    let mut client = Client::new();
    client.send(&"GET k\r\n".repeat(64));
    // The crossing's own reading is all that 63 more calls need; the 65th call was one of two readings.
    let (_, readings) = client.send(&"GET k\r\n".repeat(128));
    assert!(readings <= 1 + 2 * 2, "{readings}");
    let (info, _) = client.send("INFO commandstats\r\n");
    assert!(info.contains("cmdstat_get:calls=192,usec="), "{info}");
}

#[test]
fn commands_that_may_take_long_are_logged_with_what_they_took() {
    let mut client = Client::new();
    client.send("KEYS *\r\nCONFIG GET port\r\n");
    let (log, _) = client.send("SLOWLOG GET\r\n");
    for part in ["\r\nKEYS\r\n", "\r\nCONFIG\r\n", "127.0.0.1:1", &format!(":{STEP_US}\r\n")] {
        assert!(log.contains(part), "{part} in {log}");
    }
    let (info, _) = client.send("INFO commandstats\r\n");
    assert!(info.contains("cmdstat_config|get:calls=1,usec=20000,usec_per_call=20000.00"), "{info}");
    assert!(info.contains("cmdstat_keys:calls=1,usec=20000"), "{info}");
}

#[test]
fn passwords_are_not_logged() {
    let mut client = Client::new();
    client.send("CONFIG SET slowlog-log-slower-than 0\r\n");
    client.send("AUTH secret\r\nHELLO 3 AUTH default secret\r\nCONFIG SET requirepass secret\r\n");
    client.send("CONFIG SET requirepass \"\"\r\nACL SETUSER a >secret\r\n");
    let (log, _) = client.send("SLOWLOG GET -1\r\n");
    assert!(log.contains("(redacted)") && !log.contains("secret"), "{log}");
}

#[test]
fn the_latency_monitor_notes_what_reaches_its_threshold() {
    let mut client = Client::new();
    client.send("KEYS *\r\n");
    assert_eq!(client.send("LATENCY LATEST\r\n").0, "*0\r\n");
    client.send("CONFIG SET latency-monitor-threshold 20\r\n");
    client.send("KEYS *\r\nGET a\r\n");
    let (latest, _) = client.send("LATENCY LATEST\r\n");
    assert!(latest.starts_with("*2\r\n") && latest.contains("\r\ncommand\r\n") && latest.contains("fast-command"));
    let (graph, _) = client.send("LATENCY GRAPH command\r\n");
    assert!(graph.contains("command - high 20 ms, low 20 ms (all time high 20 ms)"), "{graph}");
    assert!(client.send("LATENCY RESET COMMAND\r\n").0 == ":1\r\n");
    let (histogram, _) = client.send("LATENCY HISTOGRAM keys\r\n");
    assert!(histogram.contains(":32768\r\n:2\r\n"), "{histogram}");
}

#[test]
fn within_a_transaction_time_stands_still() {
    let mut client = Client::new();
    let (replies, _) = client.send("MULTI\r\nTIME\r\nKEYS *\r\nTIME\r\nEXEC\r\n");
    let times: Vec<&str> =
        replies.split("*2\r\n").skip(1).map(|time| time.split("*0").next().unwrap_or(time)).collect();
    assert_eq!(times.first(), times.last(), "{replies}");
}
