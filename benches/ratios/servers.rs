//! `redis-server` and `ferrite`, both running, with the same data and the same work for a function to do.

use anyhow::{Context, Result, ensure};
use ferrite_tests::client::encode;
use ferrite_tests::{Client, FerriteServer, RedisServer, functions};

use crate::machine::{self, SERVER};

/// How many keys there are: `key:000000000000` and on, as redis-benchmark names them with `-r 100000`.
pub(crate) const KEYS: u64 = 100_000;

/// A key that redis-benchmark leaves alone, for functions to read, and its value.
pub(crate) const QUIET_KEY: (&str, &str) = ("key:of:functions", "xxx");

/// Reads KEYS[1] as often as ARGV[1] says: what `tests/guests/get` does.
const GET_LOOP: &str =
    "local value for i = 1, tonumber(ARGV[1]) do value = redis.call('GET', KEYS[1]) end return value";

/// Both servers, on free ports of the loopback interface, on one processor.
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) redis: RedisServer,
    pub(crate) ferrite: FerriteServer,
    /// The digests of `return 1` and of the loop of GETs.
    pub(crate) return_one: String,
    pub(crate) get_loop: String,
}

impl Pair {
    /// Starts and fills them. The `ferrite` is the one that this build of the bench belongs to: `target/release/ferrite`,
    /// which is built if it is missing or older than the library it is made of.
    pub(crate) fn start() -> Result<Pair> {
        let redis = RedisServer::start()?;
        let ferrite = start_ferrite()?;
        machine::pin(redis.pid(), SERVER);
        let mut client = redis.connect()?;
        fill(&mut client)?;
        let return_one = script(&mut client, "return 1")?;
        let get_loop = script(&mut client, GET_LOOP)?;
        fill(&mut ferrite.connect()?)?;
        Ok(Pair { redis, ferrite, return_one, get_loop })
    }
}

/// A Ferrite with the functions `empty` and `get`, on its processor.
pub(crate) fn start_ferrite() -> Result<FerriteServer> {
    let ferrite = FerriteServer::start(&[])?;
    machine::pin(ferrite.pid(), SERVER);
    let mut client = ferrite.connect()?;
    functions::load(&mut client, "empty", &[])?;
    functions::load(&mut client, "get", &[])?;
    Ok(ferrite)
}

/// Sets every key, so that GET always finds one. Values have three bytes, as redis-benchmark's.
pub(crate) fn fill(client: &mut Client) -> Result<()> {
    client.command(&["SET", QUIET_KEY.0, QUIET_KEY.1])?;
    for batch in (0..KEYS).collect::<Vec<_>>().chunks(1000) {
        let commands = batch.iter().map(|number| encode(&["SET", &format!("key:{number:012}"), "xxx"]));
        client.send(&commands.collect::<Vec<_>>().concat())?;
        for _ in batch {
            ensure!(client.reply()? == b"+OK\r\n", "a key could not be set");
        }
    }
    Ok(())
}

fn script(client: &mut Client, text: &str) -> Result<String> {
    let reply = client.command(&["SCRIPT", "LOAD", text])?;
    let reply = String::from_utf8_lossy(&reply).into_owned();
    reply.split("\r\n").nth(1).map(str::to_owned).with_context(|| format!("no digest of a script: {reply}"))
}
