//! Does `maxmemory` hold, and do the right keys stay?
//!
//! Compared: `redis-server` and `ferrite serve`, both with `maxmemory 100mb`. For each policy a gigabyte of keys with
//! values of 100 to 900 bytes comes in; then, where keys are chosen by their use, the same requests by Zipf's law for keys
//! of which a third has room: a GET, and a SET where it finds nothing. Left out: time.

use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use ferrite_tests::client::encode;
use ferrite_tests::{Client, FerriteServer, RedisServer};

use crate::bulk::Bulk;
use crate::plan::Plan;
use crate::process::resident_bytes;
use crate::table::{Goal, Ratio, Row, Table, Unit};

const MIB: f64 = 1_048_576.0;
const POLICIES: [&str; 8] = [
    "noeviction",
    "allkeys-lru",
    "allkeys-lfu",
    "allkeys-random",
    "volatile-lru",
    "volatile-lfu",
    "volatile-random",
    "volatile-ttl",
];
/// Two million values of 500 bytes in the mean.
const LOAD: u64 = 2_000_000;
/// How many keys the requests are for, and the length of their values.
const TRACE_KEYS: u64 = 600_000;
const TRACE_VALUE: usize = 400;
const REQUESTS: u64 = 3_000_000;
/// So many requests go out together.
const STEP: u64 = 500;

/// What a policy came to on one side.
struct Outcome {
    used: f64,
    resident: f64,
    hits: Option<f64>,
}

pub(crate) fn run(plan: &Plan, table: &mut Table) -> Result<()> {
    println!("\nmaxmemory 100mb under a load of {} values of 100 to 900 bytes:", plan.items(LOAD));
    table.group("maxmemory 100mb (`cargo bench -- eviction`)", Ratio::TimesAsMuch, "Redis", "Ferrite");
    for policy in POLICIES {
        let arguments = ["--maxmemory", "100mb", "--maxmemory-policy", policy];
        let redis = RedisServer::start_with(&arguments)?;
        let of_redis = outcome(plan, policy, redis.pid(), &mut redis.connect()?, Bulk::connect(redis.address())?)?;
        drop(redis);
        let ferrite = FerriteServer::start(&arguments)?;
        let of_ferrite =
            outcome(plan, policy, ferrite.pid(), &mut ferrite.connect()?, Bulk::connect(ferrite.address())?)?;
        drop(ferrite);
        let mut push = |what: &str, unit, redis, ferrite, goal| {
            let question = format!("{policy}: {what}");
            table.push(Row { question, unit, peer: vec![redis], ferrite: vec![ferrite], goal });
        };
        push("most of `used_memory`", Unit::Bytes, of_redis.used, of_ferrite.used, Goal::FigureAtMost(105.0 * MIB));
        push("resident memory", Unit::Bytes, of_redis.resident, of_ferrite.resident, Goal::FigureAtMost(160.0 * MIB));
        if let (Some(redis), Some(ferrite)) = (of_redis.hits, of_ferrite.hits) {
            push("hits", Unit::Percent, redis, ferrite, Goal::PointsBelowAtMost(2.0));
        }
    }
    Ok(())
}

fn outcome(plan: &Plan, policy: &str, pid: u32, client: &mut Client, mut bulk: Bulk) -> Result<Outcome> {
    let text = "x".repeat(900);
    let mut random = Random(1);
    let mut used = 0_f64;
    for part in 0..100 {
        let first = part * plan.items(LOAD) / 100;
        let last = (part + 1) * plan.items(LOAD) / 100;
        // With `noeviction` most of it is refused.
        bulk.run(
            first..last,
            |number, out| {
                let value = text.get(..100 + (random.next() % 801) as usize).unwrap_or_default();
                let seconds = (1_000 + random.next() % 100_000).to_string();
                out.extend(encode(&["SET", &format!("load:{number}"), value, "EX", &seconds]));
            },
            |_, _| {},
        )?;
        used = used.max(used_memory(client)?);
    }
    thread::sleep(Duration::from_millis(300));
    let resident = resident_bytes(pid)?;
    let hits = if policy.ends_with("lru") || policy.ends_with("lfu") { Some(hits(plan, &mut bulk)?) } else { None };
    println!("  {policy}: used {:.1} MiB, resident {:.1} MiB, hits {hits:.1?}", used / MIB, resident / MIB);
    Ok(Outcome { used, resident, hits })
}

fn used_memory(client: &mut Client) -> Result<f64> {
    let reply = client.command(&["INFO", "memory"])?;
    let text = String::from_utf8_lossy(&reply).into_owned();
    let line = text.lines().find_map(|line| line.strip_prefix("used_memory:")).context("INFO tells used_memory")?;
    Ok(line.trim().parse()?)
}

/// The percentage of the trace's second half that found its key.
fn hits(plan: &Plan, bulk: &mut Bulk) -> Result<f64> {
    let value = "y".repeat(TRACE_VALUE);
    let requests = plan.items(REQUESTS) / STEP * STEP;
    let zipf = Zipf::new(TRACE_KEYS);
    let mut random = Random(7);
    let (mut found, mut asked) = (0_u64, 0_u64);
    for step in 0..requests / STEP {
        let keys: Vec<String> = (0..STEP).map(|_| format!("trace:{}", zipf.pick(&mut random))).collect();
        let mut missing = Vec::new();
        let key = |number: u64| keys.get(number as usize).map_or("", String::as_str);
        bulk.run(
            0..STEP,
            |number, out| out.extend(encode(&["GET", key(number)])),
            |number, line| {
                if line == b"$-1" {
                    missing.push(number);
                }
            },
        )?;
        if step * STEP >= requests / 2 {
            asked += STEP;
            found += STEP - missing.len() as u64;
        }
        let set = |at: u64, out: &mut Vec<u8>| {
            let number = missing.get(at as usize).copied().unwrap_or_default();
            out.extend(encode(&["SET", key(number), &value, "EX", "100000"]));
        };
        bulk.fill(missing.len() as u64, set)?;
    }
    Ok(found as f64 * 100.0 / asked.max(1) as f64)
}

/// Knuth's multiplier for 64-bit generators; the upper bits are the random ones.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }
}

/// Numbers of which the n-th is as likely as 1/n.
struct Zipf(Vec<f64>);

impl Zipf {
    fn new(count: u64) -> Zipf {
        let mut sum = 0.0;
        let sums = (1..=count).map(|rank| {
            sum += 1.0 / rank as f64;
            sum
        });
        Zipf(sums.collect())
    }

    fn pick(&self, random: &mut Random) -> usize {
        let all = self.0.last().copied().unwrap_or_default();
        let wanted = random.next() as f64 / (1_u64 << 31) as f64 * all;
        self.0.partition_point(|&sum| sum < wanted)
    }
}
