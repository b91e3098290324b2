//! A server with small limits that gets one component after the other, and must bear all of them.

use std::fmt;

use anyhow::{Context, Result, bail, ensure};
use ferrite_fuzz::random::Random;
use ferrite_tests::client::encode;
use ferrite_tests::functions::{ask, load_bytes};
use ferrite_tests::{Client, FerriteServer};
use tempfile::TempDir;

use crate::PATIENCE;

/// Small enough that what is greedy ends soon, large enough that something happens before.
const CONFIGURATION: &str = "[wasm.limits]
max_fuel = 200000
max_memory = 8388608
max_duration_ms = 200
[wasm.ceilings]
max_fuel = 200000
max_memory = 8388608
max_duration_ms = 200
max_module_bytes = 4194304
";

/// Data of every type.
const DATA: [&str; 7] = [
    "SET k value",
    "SET n 41 PX 5000000000",
    "HSET h a 1 b 2",
    "RPUSH l a b c",
    "SADD s a b c",
    "ZADD z 1 a 2 b",
    "XADD x 1-1 f v",
];

/// So many components are tried between two looks at all of the data.
const LOOK: u64 = 50;

/// The server, and what happened on it so far.
pub(crate) struct Arena {
    server: FerriteServer,
    _folder: TempDir,
    client: Client,
    other: Client,
    before: String,
    /// Components that were given to LOAD.
    pub(crate) tried: u64,
    /// Those that were loaded.
    pub(crate) loaded: u64,
    pub(crate) calls: u64,
    /// Calls that did not end with an error.
    pub(crate) answered: u64,
    /// Why LOAD refused the last one that it did.
    refusal: String,
}

impl fmt::Display for Arena {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Arena { tried, loaded, calls, answered, refusal, .. } = self;
        write!(f, "{tried} components, {loaded} of them loaded, {calls} calls, {answered} of them without an error")?;
        if refusal.is_empty() { Ok(()) } else { write!(f, "; last refused: {refusal}") }
    }
}

impl Arena {
    pub(crate) fn open() -> Result<Arena> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("ferrite.toml");
        std::fs::write(&path, CONFIGURATION)?;
        let server = FerriteServer::start(&["--config", &path.display().to_string(), "--enable-debug-command", "yes"])?;
        let mut client = server.connect()?;
        for line in DATA {
            let reply = ask(&mut client, line)?;
            ensure!(!reply.starts_with('-'), "{line}: {reply}");
        }
        let before = digest(&mut client)?;
        let other = server.connect()?;
        Ok(Arena {
            server,
            _folder: folder,
            client,
            other,
            before,
            tried: 0,
            loaded: 0,
            calls: 0,
            answered: 0,
            refusal: String::new(),
        })
    }

    /// Loads a component, if it can be, calls it in odd ways, and has others served meanwhile.
    pub(crate) fn fight(&mut self, component: &[u8], random: &mut Random) -> Result<()> {
        let mut options = vec!["REPLACE", "PERMISSIONS", "READ", "ISOLATION"];
        options.push(if random.one_in(2) { "FRESH" } else { "POOLED" });
        self.tried += 1;
        let reply = load_bytes(&mut self.client, "f", component, &options).context("LOAD")?;
        ensure!(reply == "+OK\r\n" || reply.starts_with("-ERR wasm: "), "LOAD answers {reply}");
        if reply == "+OK\r\n" {
            self.loaded += 1;
            for _ in 0..4 {
                self.call(random)?;
            }
            ensure!(ask(&mut self.client, "WASM.INFO f").context("INFO")?.starts_with(['*', '%']), "INFO describes it");
            ensure!(ask(&mut self.client, "WASM.UNLOAD f").context("UNLOAD")? == "+OK\r\n", "it can be unloaded");
        } else {
            self.refusal = reply.trim_end().to_owned();
        }
        ensure!(ask(&mut self.other, "PING").context("PING")? == "+PONG\r\n", "others are served");
        if self.tried.is_multiple_of(LOOK) {
            self.assert_unharmed()?;
        }
        Ok(())
    }

    fn call(&mut self, random: &mut Random) -> Result<()> {
        let words = odd_call(random);
        self.client.send(&encode(&words))?;
        self.other.send(b"PING\r\n")?;
        ensure!(self.other.reply_within(PATIENCE).context("PING beside a call")? == b"+PONG\r\n");
        let reply = self.client.reply_within(PATIENCE).context("a call")?;
        self.calls += 1;
        self.answered += u64::from(!reply.starts_with(b"-"));
        Ok(())
    }

    /// The server runs, and nothing was written.
    pub(crate) fn assert_unharmed(&mut self) -> Result<()> {
        let now = digest(&mut self.other)?;
        if now != self.before {
            bail!("the data has changed, with nothing but READ granted: {} was {}", now, self.before);
        }
        ensure!(self.server.connect().and_then(|mut client| ask(&mut client, "PING"))? == "+PONG\r\n");
        Ok(())
    }
}

/// What there is in all databases, in one word, and how many keys.
fn digest(client: &mut Client) -> Result<String> {
    let digest = ask(client, "DEBUG DIGEST")?;
    ensure!(!digest.starts_with('-'), "{digest}");
    Ok(digest + &ask(client, "DBSIZE")?)
}

/// A call with arguments that a function does not expect.
fn odd_call(random: &mut Random) -> Vec<Vec<u8>> {
    let text = |text: &str| text.as_bytes().to_vec();
    let exported = ["f", "f", "f.call", "f.first", "f.second", "f.third"];
    let name = text(random.pick(&exported).copied().unwrap_or_default());
    let mut words = vec![text(if random.one_in(4) { "WASM.CALL_RO" } else { "WASM.CALL" }), name];
    if random.one_in(2) {
        words.push(text("KEYS"));
        for _ in 0..=random.below(3) {
            words.push(text(random.pick(&["k", "n", "h", "l", "s", "z", "x", "none"]).copied().unwrap_or_default()));
        }
    }
    if !random.one_in(3) {
        words.push(text("ARGS"));
        for _ in 0..=random.below(4) {
            words.push(odd_argument(random));
        }
    }
    words
}

fn odd_argument(random: &mut Random) -> Vec<u8> {
    const TEXTS: [&str; 16] = [
        "",
        "0",
        "1",
        "-1",
        "18446744073709551615",
        "nan",
        "true",
        "\"text\"",
        "[1, 2, 3]",
        "some(1)",
        "{a: 1}",
        "SET",
        "k",
        "\u{0}",
        "ok((1, \"x\"))",
        "[[[[[[[[",
    ];
    match random.below(8) {
        0 => {
            let count = random.below(64);
            random.bytes(count)
        }
        1 => vec![b'x'; random.below(100_000)],
        _ => random.pick(&TEXTS).copied().unwrap_or_default().as_bytes().to_vec(),
    }
}
