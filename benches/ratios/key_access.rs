//! What does a key access cost inside of a function? The slope between 100 and 1,100 GETs in one call.
//!
//! Compared: `tests/guests/get` by `WASM.CALL_RO`, which is metered by fuel and may be ended at any time, and a Lua loop
//! of `redis.call('GET')` by `EVALSHA_RO`, the same key, the same value of 3 bytes. A call by itself, sockets and replies cancel out. Left out: writes, big
//! values, `get-many` (one crossing for many keys, which Lua has as MGET).

use anyhow::Result;

use crate::machine::{self, DRIVER};
use crate::pipeline::Pipeline;
use crate::plan::Plan;
use crate::servers::{Pair, QUIET_KEY};
use crate::table::{Goal, Ratio, Row, Table, Unit};

const FEW: u64 = 100;
const MANY: u64 = 1100;
/// Calls that wait on the server while it runs one, so that it never waits itself.
const BATCH: usize = 8;

pub(crate) fn run(plan: &Plan, servers: &Pair, table: &mut Table) -> Result<()> {
    machine::pin(std::process::id(), DRIVER);
    let (few, many) = (FEW.to_string(), MANY.to_string());
    let lua = |count| ["EVALSHA_RO", &servers.get_loop, "1", QUIET_KEY.0, count];
    let wasm = |count| ["WASM.CALL_RO", "get", "KEYS", QUIET_KEY.0, "ARGS", count];
    let (redis, ferrite) = (servers.redis.address(), servers.ferrite.address());
    let open = |server, command: &[&str]| Pipeline::new(server, command, b"$3\r\nxxx\r\n", BATCH);
    let mut redis = (open(redis, &lua(&few))?, open(redis, &lua(&many))?);
    let mut ferrite = (open(ferrite, &wasm(&few))?, open(ferrite, &wasm(&many))?);
    let batches = plan.operations(120);
    let slope = |(few, many): &mut (Pipeline, Pipeline)| -> Result<f64> {
        let gets = batches * BATCH as u64 * (MANY - FEW);
        let (few, many) = (few.time(batches)?, many.time(batches)?);
        Ok((many.as_nanos() as f64 - few.as_nanos() as f64) / gets as f64)
    };
    let (mut of_redis, mut of_ferrite) = (Vec::new(), Vec::new());
    for _ in 0..plan.rounds() {
        of_redis.push(slope(&mut redis)?);
        of_ferrite.push(slope(&mut ferrite)?);
    }
    println!("A key access inside of a function, ns:\n  Redis   {of_redis:.0?}\n  Ferrite {of_ferrite:.0?}");
    table.group("time inside of a function (`cargo bench -- redis`)", Ratio::TimesAsGood, "Redis", "Ferrite");
    table.push(Row {
        question: "one key: `redis.call('GET', key)`, `strings::get(key)`".to_owned(),
        unit: Unit::Nanoseconds,
        peer: of_redis,
        ferrite: of_ferrite,
        goal: Goal::RatioAtLeast(1.0),
    });
    Ok(())
}
