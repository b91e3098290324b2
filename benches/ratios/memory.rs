//! What does an item take? The growth of the whole process, divided by the number of items.
//!
//! Compared: resident memory of `redis-server --save '' --appendonly no` and of `ferrite serve`, both just started and
//! warmed up by a few commands, before and after the same commands. Left out: what is free in a process that has deleted
//! much, and big values.

use std::thread;
use std::time::Duration;

use anyhow::Result;
use ferrite_tests::client::encode;
use ferrite_tests::{FerriteServer, RedisServer};

use crate::bulk::Bulk;
use crate::plan::Plan;
use crate::process::resident_bytes;
use crate::table::{Goal, Ratio, Row, Table, Unit};

/// What is stored: its name, how many, the command of each, the goal.
struct Case {
    question: &'static str,
    items: u64,
    command: fn(u64, &mut Vec<u8>),
    goal: f64,
}

const CASES: [Case; 5] = [
    Case { question: "a key of 10 bytes with a value of 16", items: 1_000_000, command: key, goal: 0.6 },
    Case { question: "the same with a time to live", items: 1_000_000, command: expiring, goal: 0.6 },
    Case {
        question: "a member of 10 bytes among a million, with a score",
        items: 1_000_000,
        command: member,
        goal: 0.6,
    },
    Case {
        question: "a field of 10 bytes with a value of 16 among a million",
        items: 1_000_000,
        command: field,
        goal: 0.6,
    },
    Case { question: "a hash of ten fields of 6 bytes with values of 6", items: 100_000, command: hash, goal: 0.8 },
];

const VALUE: &str = "sixteen_bytes!!!";

fn key(number: u64, out: &mut Vec<u8>) {
    out.extend(encode(&["SET", &format!("key:{number:06}"), VALUE]));
}

fn expiring(number: u64, out: &mut Vec<u8>) {
    out.extend(encode(&["SET", &format!("key:{number:06}"), VALUE, "EX", "100000"]));
}

fn member(number: u64, out: &mut Vec<u8>) {
    // In no order: a prime that is coprime to the number of members.
    let score = number * 7919 % 1_000_003;
    out.extend(encode(&["ZADD", "members", &score.to_string(), &format!("mem:{number:06}")]));
}

fn field(number: u64, out: &mut Vec<u8>) {
    out.extend(encode(&["HSET", "fields", &format!("fld:{number:06}"), VALUE]));
}

fn hash(number: u64, out: &mut Vec<u8>) {
    let mut words = vec!["HSET".to_owned(), format!("hash:{number:06}")];
    words.extend((0..10).flat_map(|field| [format!("field{field}"), format!("value{field}")]));
    out.extend(encode(&words));
}

pub(crate) fn run(plan: &Plan, table: &mut Table) -> Result<()> {
    let rounds = plan.rounds().min(3);
    println!("\nGrowth of the process for each item, {rounds} rounds, bytes:");
    table.group("bytes an item (`cargo bench -- memory`)", Ratio::TimesAsMuch, "Redis", "Ferrite");
    for case in CASES {
        let (mut of_redis, mut of_ferrite) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            let redis = RedisServer::start()?;
            of_redis.push(grown(redis.pid(), Bulk::connect(redis.address())?, &case)?);
            drop(redis);
            let ferrite = FerriteServer::start(&[])?;
            of_ferrite.push(grown(ferrite.pid(), Bulk::connect(ferrite.address())?, &case)?);
        }
        println!("{}\n  Redis   {of_redis:.1?}\n  Ferrite {of_ferrite:.1?}", case.question);
        table.push(Row {
            question: format!("{}, {} of them", case.question, case.items),
            unit: Unit::Bytes,
            peer: of_redis,
            ferrite: of_ferrite,
            goal: Goal::RatioAtMost(case.goal),
        });
    }
    Ok(())
}

fn grown(pid: u32, mut client: Bulk, case: &Case) -> Result<f64> {
    const WARM: u64 = 2000;
    client.fill(WARM, |number, out| out.extend(encode(&["SET", &format!("warm:{number}"), VALUE])))?;
    client.fill(WARM, |number, out| out.extend(encode(&["DEL", &format!("warm:{number}")])))?;
    let settle = || thread::sleep(Duration::from_millis(300));
    settle();
    let before = resident_bytes(pid)?;
    client.fill(case.items, case.command)?;
    settle();
    Ok((resident_bytes(pid)? - before) / case.items as f64)
}
