//! What does a client see of each data type? The commands of `redis-benchmark`'s own set, Redis and Ferrite in turn.
//!
//! Compared: as in `side_by_side.rs`. Every test finds what the ones before it left on that server, the same on both: RPOP
//! takes what LPUSH put there, SPOP and ZPOPMIN run dry as they do by default. LRANGE_100 and LRANGE_600 push a list first,
//! which is not counted. The processor's time of the servers is that of the same runs (that of LRANGE with its pushes): where
//! the load generator is slower than both servers, it tells more than the requests a second. Left out: SORT, streams, geo, for which redis-benchmark has no test.

use std::net::SocketAddr;

use anyhow::Result;

use crate::load_generator::Load;
use crate::plan::Plan;
use crate::process;
use crate::servers::Pair;
use crate::table::{Goal, Ratio, Row, Table, Unit};

/// A test of redis-benchmark: its name behind `-t`, operations of a round at P=1 and at P=16, the goal at P=16.
struct Test(&'static str, u64, u64, f64);

const TESTS: [Test; 13] = [
    Test("set", 200_000, 1_000_000, 1.4),
    Test("get", 200_000, 1_000_000, 1.4),
    Test("incr", 200_000, 1_000_000, 1.4),
    Test("lpush", 200_000, 1_000_000, 1.4),
    Test("rpop", 200_000, 1_000_000, 1.4),
    Test("sadd", 200_000, 1_000_000, 1.4),
    Test("hset", 200_000, 1_000_000, 1.4),
    Test("zadd", 200_000, 1_000_000, 2.0),
    Test("spop", 200_000, 1_000_000, 1.4),
    Test("zpopmin", 200_000, 1_000_000, 1.4),
    Test("lrange_100", 100_000, 200_000, 1.4),
    Test("lrange_600", 40_000, 60_000, 1.4),
    Test("mset", 100_000, 300_000, 1.4),
];

/// Tests for the instruction counts, in an order in which each finds what it needs.
pub(crate) const NAMES: [&str; 13] = {
    let mut names = [""; 13];
    let mut at = 0;
    while at < TESTS.len() {
        names[at] = TESTS[at].0;
        at += 1;
    }
    names
};

pub(crate) fn run(plan: &Plan, servers: &Pair, table: &mut Table) -> Result<()> {
    // Five rounds, of which the median: thirteen tests at two depths take their time.
    let rounds = plan.rounds().min(5);
    println!("\nThe commands of redis-benchmark, {rounds} rounds, requests a second:");
    table.group("commands (`cargo bench -- commands`)", Ratio::TimesAsGood, "Redis", "Ferrite");
    let (redis, ferrite) = (&servers.redis, &servers.ferrite);
    let mut times = Vec::new();
    for pipeline in [1, 16] {
        for Test(name, single, piped, goal) in TESTS {
            let (operations, goal) = if pipeline == 1 { (single, 1.0) } else { (piped, goal) };
            let what = vec!["-t".to_owned(), name.to_owned()];
            let load = Load { operations: plan.operations(operations), pipeline, what };
            println!("redis-benchmark {}", load.arguments().join(" "));
            let (mut of_redis, mut of_ferrite) = (Figures::default(), Figures::default());
            for _ in 0..rounds {
                of_redis.add(&load, redis.address(), redis.pid())?;
                of_ferrite.add(&load, ferrite.address(), ferrite.pid())?;
            }
            println!("  Redis   {:.0?}\n  Ferrite {:.0?}", of_redis.requests, of_ferrite.requests);
            let question = format!("{}, P={pipeline}", name.to_ascii_uppercase());
            times.push(Row {
                question: question.clone(),
                unit: Unit::Nanoseconds,
                peer: of_redis.nanoseconds,
                ferrite: of_ferrite.nanoseconds,
                goal: Goal::None,
            });
            table.push(Row {
                question,
                unit: Unit::PerSecond,
                peer: of_redis.requests,
                ferrite: of_ferrite.requests,
                goal: Goal::RatioAtLeast(goal),
            });
        }
    }
    table.group("processor's time of a request, kernel included", Ratio::TimesAsGood, "Redis", "Ferrite");
    times.into_iter().for_each(|row| table.push(row));
    Ok(())
}

/// What the rounds gave for one server.
#[derive(Default)]
struct Figures {
    /// A second.
    requests: Vec<f64>,
    /// Of the processor's time, for each request.
    nanoseconds: Vec<f64>,
}

impl Figures {
    fn add(&mut self, load: &Load, server: SocketAddr, pid: u32) -> Result<()> {
        let before = process::processor_time(pid)?;
        self.requests.push(load.run(server)?);
        let took = process::processor_time(pid)?.saturating_sub(before);
        self.nanoseconds.push(took.as_nanos() as f64 / load.operations as f64);
        Ok(())
    }
}
