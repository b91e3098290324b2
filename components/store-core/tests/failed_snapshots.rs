//! Where snapshots are wanted and the last one failed, writes are refused until one is stored.

use ferrite_store_core::{Environment, Fact, Store};

struct Still;

impl Environment for Still {
    fn now_us(&self) -> u64 {
        1_700_000_000_000_000
    }
    fn entropy(&self) -> u64 {
        7
    }
}

fn learn(store: &mut Store, status: &str) {
    store.learn(Fact::Info { field: "rdb_last_bgsave_status".into(), value: status.into() });
}

#[test]
fn writes_are_refused_after_a_snapshot_that_failed_until_one_is_stored() {
    let mut store = Store::new(Box::new(Still));
    let session = store.open_session("", "");
    let run = |store: &mut Store, lines: &str| {
        let replies = store.exchange(session, format!("{}\r\n", lines.replace(';', "\r\n")).as_bytes()).replies;
        let replies = String::from_utf8(replies).expect("text");
        let line = |line: &str| line.split(' ').next().unwrap_or_default().to_owned();
        replies.lines().map(line).collect::<Vec<_>>().join(" ")
    };
    learn(&mut store, "err");
    assert_eq!(run(&mut store, "SET a 1;PING"), "+OK +PONG", "no snapshots are wanted");
    assert_eq!(run(&mut store, "CONFIG SET save 60"), "-ERR");
    assert_eq!(run(&mut store, "CONFIG SET save \"60 1\""), "+OK");
    assert_eq!(run(&mut store, "SET a 2;DEL a;SORT a;PING;GET a"), "-MISCONF -MISCONF -MISCONF -MISCONF $1 1");
    assert_eq!(run(&mut store, "PUBLISH a b;ECHO a;SET a;NOSUCH;WATCH a"), ":0 $1 a -ERR -ERR +OK");
    assert_eq!(run(&mut store, "MULTI;GET a;EXEC;MULTI;SET a 3;EXEC"), "+OK +QUEUED *1 $1 1 +OK -MISCONF -EXECABORT");
    assert_eq!(run(&mut store, "CONFIG SET stop-writes-on-bgsave-error no;SET a 4"), "+OK +OK");
    assert_eq!(run(&mut store, "MULTI;SET a 5;CONFIG SET stop-writes-on-bgsave-error yes"), "+OK +QUEUED +QUEUED");
    assert_eq!(run(&mut store, "EXEC;SET a 6"), "*2 +OK +OK -MISCONF");
    learn(&mut store, "ok");
    assert_eq!(run(&mut store, "MULTI;SET a 7"), "+OK +QUEUED");
    learn(&mut store, "err");
    assert_eq!(run(&mut store, "EXEC;GET a"), "-EXECABORT $1 5");
    learn(&mut store, "ok");
    assert_eq!(run(&mut store, "SET a 8;PING"), "+OK +PONG");
}
