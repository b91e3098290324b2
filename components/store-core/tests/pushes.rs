//! What is pushed to sessions: when it comes, and what happens when it is too much.

use ferrite_store_core::command::Flags;
use ferrite_store_core::{Delivery, Environment, Event, Fact, HostCommand, HostKeys, Next, Store, TransactionAccess};

struct Fixed;

impl Environment for Fixed {
    fn now_us(&self) -> u64 {
        1_700_000_000_000_000
    }
    fn entropy(&self) -> u64 {
        42
    }
}

fn store() -> Store {
    Store::new(Box::new(Fixed))
}

fn run(store: &mut Store, session: u64, line: &str) -> String {
    let turn = store.exchange(session, format!("{line}\r\n").as_bytes());
    String::from_utf8_lossy(&turn.replies).into_owned()
}

/// A session that did this.
fn session(store: &mut Store, lines: &[&str]) -> u64 {
    let session = store.open_session("", "");
    lines.iter().for_each(|line| drop(run(store, session, line)));
    session
}

fn outbox(store: &mut Store) -> Vec<(Vec<u64>, String)> {
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    store.take_outbox().into_iter().map(|Delivery { sessions, bytes }| (sessions, text(bytes))).collect()
}

const MESSAGE: &str = "*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nx\r\n";

#[test]
fn what_a_function_publishes_and_writes_is_told_when_it_commits_and_never_when_it_is_undone() {
    let mut store = store();
    let listener = session(&mut store, &["SUBSCRIBE c __keyevent@0__:set"]);
    let tracker = session(&mut store, &["HELLO 3", "CLIENT TRACKING ON", "GET k"]);
    let other = session(&mut store, &["CONFIG SET notify-keyspace-events KEA"]);
    for keep in [false, true] {
        store.begin(TransactionAccess::ReadWrite);
        assert_eq!(store.execute(&[b"PUBLISH", b"c", b"x"]).as_deref(), Ok(&b":1\r\n"[..]));
        assert_eq!(store.execute(&[b"SET", b"k", b"v"]).as_deref(), Ok(&b"+OK\r\n"[..]));
        assert_eq!(outbox(&mut store), [], "nothing goes out before the end");
        if keep {
            store.commit().expect("it is open")
        } else {
            store.roll_back().expect("it is open")
        }
        if !keep {
            assert_eq!(outbox(&mut store), []);
        }
    }
    let event = "*3\r\n$7\r\nmessage\r\n$18\r\n__keyevent@0__:set\r\n$1\r\nk\r\n";
    let invalidation = ">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n";
    let told = outbox(&mut store);
    assert_eq!(
        told,
        [
            (vec![listener], MESSAGE.to_owned()),
            (vec![listener], event.to_owned()),
            (vec![tracker], invalidation.to_owned()),
        ]
    );
    assert_eq!(run(&mut store, other, "PING"), "+PONG\r\n");
}

#[test]
fn a_function_that_only_reads_publishes_nothing() {
    let mut store = store();
    store.begin(TransactionAccess::ReadOnly);
    assert!(store.execute(&[b"PUBLISH", b"c", b"x"]).is_err());
    store.roll_back().expect("it is open");
}

#[test]
fn one_that_waits_for_the_host_gets_pushes_behind_the_whole_reply() {
    let mut store = store();
    store.learn(Fact::Command(HostCommand {
        name: "FCALL".into(),
        arity: -3,
        flags: Flags::empty(),
        keys: HostKeys::Counted(2),
        summary: String::new(),
    }));
    let caller = session(&mut store, &["HELLO 3", "SUBSCRIBE c", "MULTI", "FCALL f 0", "PING"]);
    let turn = store.exchange(caller, b"EXEC\r\n");
    assert_eq!(turn.replies, b"*2\r\n");
    assert!(matches!(turn.next, Next::Host(_)));
    let other = session(&mut store, &[]);
    assert_eq!(run(&mut store, other, "PUBLISH c x"), ":1\r\n");
    assert_eq!(outbox(&mut store), [], "it would stand in the middle of EXEC's reply");
    let turn = store.resume(caller, b":7\r\n", b"ECHO a\r\n");
    let push = MESSAGE.replacen('*', ">", 1);
    assert_eq!(String::from_utf8_lossy(&turn.replies), format!(":7\r\n+PONG\r\n{push}$1\r\na\r\n"));
}

#[test]
fn who_would_get_more_than_there_is_room_for_is_disconnected_and_nobody_else() {
    const PATTERNS: usize = 80;
    let mut store = store();
    let greedy = session(&mut store, &[]);
    for number in 0..PATTERNS {
        run(&mut store, greedy, &format!("PSUBSCRIBE c{}", "*".repeat(number + 1)));
    }
    let modest = session(&mut store, &["SUBSCRIBE c1", "PSUBSCRIBE c?"]);
    let publisher = session(&mut store, &[]);
    let message = vec![b'x'; 1 << 20];
    let mut command = format!("*3\r\n$7\r\nPUBLISH\r\n$2\r\nc1\r\n${}\r\n", message.len()).into_bytes();
    command.extend_from_slice(&message);
    command.extend_from_slice(b"\r\n");
    let turn = store.exchange(publisher, &command);
    assert_eq!(turn.replies, format!(":{}\r\n", PATTERNS + 2).into_bytes());
    let deliveries = store.take_outbox();
    assert!(deliveries.iter().map(|delivery| delivery.bytes.len()).sum::<usize>() <= 64 << 20);
    assert_eq!(deliveries.iter().filter(|delivery| delivery.sessions == [modest]).count(), 2);
    let events = store.take_events();
    assert_eq!(events, [Event::CloseSession(greedy)]);
}

#[test]
fn a_session_that_is_gone_is_told_nothing() {
    let mut store = store();
    let gone = session(&mut store, &["HELLO 3", "SUBSCRIBE c", "CLIENT TRACKING ON BCAST"]);
    let monitor = session(&mut store, &["MONITOR"]);
    store.close_session(gone);
    store.close_session(monitor);
    let other = session(&mut store, &[]);
    assert_eq!(run(&mut store, other, "PUBLISH c x"), ":0\r\n");
    run(&mut store, other, "SET k v");
    assert_eq!(outbox(&mut store), []);
}
