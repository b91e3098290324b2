//! Calls of several functions in both isolations: those that end well, and those that end in every other way.

use anyhow::{Context, Result, ensure};
use ferrite_tests::client::encode;
use ferrite_tests::functions::load_as;
use ferrite_tests::{Client, FerriteServer};

use crate::PATIENCE;

/// A function and what follows it in WASM.CALL; how the reply begins. `{}` is the isolation.
const CALLS: &[(&str, &str, &str)] = &[
    ("empty", "", ":1\r\n"),
    ("echo", "KEYS a b ARGS c", "*2\r\n"),
    ("get", "KEYS k", "$5\r\nvalue\r\n"),
    ("empty", "", ":1\r\n"),
    ("execute", "ARGS INCR counter", ":"),
    ("empty", "", ":1\r\n"),
    ("execute", "ARGS FCALL {}-empty 0", ":1\r\n"),
    ("get", "KEYS none", "$-1\r\n"),
    ("echo", "ARGS x", "*2\r\n"),
    ("evil", "KEYS k l m n ARGS {misdeed}", "-"),
];

/// What every tenth call does; how its reply begins.
const MISDEEDS: &[(&str, &str)] = &[
    ("write-error", "-EVIL on purpose"),
    ("loop", "-ERR wasm: fuel exhausted"),
    ("write-trap", "-ERR wasm: trap: unreachable"),
    ("write-panic", "-ERR wasm: panic: "),
    ("grow-big 100", "-ERR wasm: memory limit"),
    ("reply-deep", "-ERR wasm: invalid reply"),
    ("recurse", "-ERR wasm: "),
    ("call-itself", "-ERR wasm: "),
    ("big-key 1", "-ERR wasm: fuel exhausted"),
    ("flush", "-EVIL on purpose"),
];

const ISOLATIONS: [&str; 2] = ["fresh", "pooled"];

/// Calls in one pipeline.
const PIPELINE: u64 = 100;

/// Calls, in their order, on one connection.
pub(crate) struct Calls {
    client: Client,
}

impl Calls {
    /// Loads the functions.
    pub(crate) fn prepare(server: &FerriteServer) -> Result<Calls> {
        let mut client = server.connect()?;
        // What it calls itself by.
        ensure!(load_as(&mut client, "evil", "evil", &["FUEL", "100000", "ISOLATION", "FRESH"])? == "+OK\r\n");
        for isolation in ISOLATIONS {
            for guest in ["empty", "echo", "get", "execute", "evil"] {
                let options = ["PERMISSIONS", "WRITE", "FUEL", "100000", "ISOLATION", isolation];
                let reply = load_as(&mut client, &format!("{isolation}-{guest}"), guest, &options)?;
                ensure!(reply == "+OK\r\n", "{guest}: {reply}");
            }
        }
        ensure!(client.command(&["MSET", "k", "value", "l", "two", "m", "3", "counter", "0"])? == b"+OK\r\n");
        Ok(Calls { client })
    }

    /// A pipeline of calls. Nine of ten are fresh.
    pub(crate) fn turn(&mut self, done: u64) -> Result<u64> {
        let calls: Vec<(String, &str)> = (done..done + PIPELINE).map(call).collect::<Result<_>>()?;
        let bytes: Vec<u8> = calls.iter().flat_map(|(line, _)| encode(&line.split(' ').collect::<Vec<_>>())).collect();
        self.client.send(&bytes)?;
        for (line, expected) in &calls {
            let reply = self.client.reply_within(PATIENCE).with_context(|| line.clone())?;
            ensure!(reply.starts_with(expected.as_bytes()), "{line}: {}", reply.escape_ascii());
        }
        Ok(PIPELINE)
    }
}

fn call(number: u64) -> Result<(String, &'static str)> {
    let round = number / CALLS.len() as u64;
    let isolation = ISOLATIONS[usize::from(round % 10 == 9)];
    let (guest, words, expected) = pick(CALLS, number)?;
    let (misdeed, failure) = pick(MISDEEDS, round / 10 + round)?;
    let words = words.replace("{misdeed}", misdeed).replace("{}", isolation);
    let line = format!("WASM.CALL {isolation}-{guest} {words}").trim_end().to_owned();
    Ok((line, if *expected == "-" { failure } else { expected }))
}

fn pick<T>(rows: &[T], number: u64) -> Result<&T> {
    rows.get(usize::try_from(number % rows.len() as u64)?).context("a remainder is an index")
}
