//! Commands that the host executes come out in one turn when they follow each other, within a limit.

use ferrite_store_core::command::Flags;
use ferrite_store_core::{Environment, Fact, HostCommand, HostKeys, Next, Store};

struct Still;

impl Environment for Still {
    fn now_us(&self) -> u64 {
        1_700_000_000_000_000
    }
    fn entropy(&self) -> u64 {
        7
    }
}

fn store() -> Store {
    let mut store = Store::new(Box::new(Still));
    store.learn(Fact::Command(HostCommand {
        name: "RUN".into(),
        arity: -2,
        flags: Flags::WRITE,
        keys: HostKeys::None,
        summary: "Runs.".into(),
    }));
    store
}

fn run(argument: &str) -> String {
    format!("*2\r\n$3\r\nRUN\r\n${}\r\n{argument}\r\n", argument.len())
}

#[test]
fn what_follows_a_command_of_the_host_and_is_its_own_comes_along() {
    let mut store = store();
    let session = store.open_session("", "");
    let input = run("a") + &run("b") + "*1\r\n$4\r\nPING\r\n" + &run("c");
    let turn = store.exchange(session, input.as_bytes());
    let Next::Host(call) = turn.next else { panic!("the host is asked, not {:?}", turn.next) };
    assert_eq!(call.commands, (run("a") + &run("b")).into_bytes());
    let rest = &input.as_bytes()[turn.consumed..];
    let turn = store.resume(session, b":1\r\n:2\r\n", rest);
    assert_eq!(turn.replies, b":1\r\n:2\r\n+PONG\r\n");
    let Next::Host(call) = turn.next else { panic!("the host is asked, not {:?}", turn.next) };
    assert_eq!(call.commands, run("c").into_bytes());
}

#[test]
fn several_commands_in_a_turn_have_64_kib_and_one_may_have_more() {
    let mut store = store();
    let session = store.open_session("", "");
    let (long, short) = (run(&"x".repeat(100_000)), run(&"y".repeat(30_000)));
    let turn = store.exchange(session, (long.clone() + &short).as_bytes());
    let Next::Host(call) = turn.next else { panic!("the host is asked, not {:?}", turn.next) };
    assert_eq!((call.commands.len(), turn.consumed), (long.len(), long.len()));
    let turn = store.resume(session, b":1\r\n", short.repeat(3).as_bytes());
    let Next::Host(call) = turn.next else { panic!("the host is asked, not {:?}", turn.next) };
    assert_eq!((call.commands.len(), turn.consumed), (2 * short.len(), 2 * short.len()));
}

#[test]
fn keys_of_a_command_of_the_host_are_found_from_the_first_to_the_last_in_steps() {
    let mut store = store();
    let mut learn = |name: &str, first, last, step| {
        store.learn(Fact::Command(HostCommand {
            name: name.into(),
            arity: -2,
            flags: Flags::READONLY,
            keys: HostKeys::Range { first, last, step },
            summary: "Reads.".into(),
        }));
    };
    learn("ONE", 1, 1, 1);
    learn("PAIRS", 1, -1, 2);
    learn("BUTLAST", 2, -2, 1);
    learn("FAR", 4, 7, 1);
    learn("ODD", 3, 2, 0);
    let session = store.open_session("", "");
    let mut ask = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let mut input = format!("*{}\r\n", words.len());
        words.iter().for_each(|word| input.push_str(&format!("${}\r\n{word}\r\n", word.len())));
        String::from_utf8(store.exchange(session, input.as_bytes()).replies).expect("text")
    };
    for (line, reply) in [
        ("one a b", "*1\r\n$1\r\na\r\n"),
        ("pairs a 1 b 2", "*2\r\n$1\r\na\r\n$1\r\nb\r\n"),
        ("butlast x a b end", "*2\r\n$1\r\na\r\n$1\r\nb\r\n"),
        ("far a b", "-ERR Invalid arguments specified for command\r\n"),
        ("odd a b c", "-ERR Invalid arguments specified for command\r\n"),
    ] {
        assert_eq!(ask(&format!("COMMAND GETKEYS {line}")), reply, "{line}");
    }
    let row = ask("COMMAND INFO pairs");
    assert!(row.starts_with("*1\r\n*10\r\n$5\r\npairs\r\n:-2\r\n*1\r\n+readonly\r\n:1\r\n:-1\r\n:2\r\n"), "{row}");
    let flags = ask("COMMAND GETKEYSANDFLAGS one a b");
    assert_eq!(flags, "*1\r\n*2\r\n$1\r\na\r\n*2\r\n+RO\r\n+access\r\n");
}
