//! What does a client see? Requests a second of `redis-benchmark`, Redis and Ferrite in turn.
//!
//! Compared: `redis-server --save '' --appendonly no` and `ferrite serve`, both with their defaults, over loopback, one
//! connection each of 50 clients, 100,000 keys of 16 bytes with values of 3. Left out: latency under partial load, big
//! values, other commands, more than one core, persistence (neither has any here). At P=64 redis-benchmark itself is
//! about as busy as the servers, so that the ratio is rather too low than too high.

use anyhow::Result;

use crate::load_generator::Load;
use crate::machine;
use crate::plan::Plan;
use crate::servers::Pair;
use crate::table::{Goal, Ratio, Row, Table, Unit};

/// What is compared: its name, the pipeline, operations of about two seconds, both commands, the goal.
struct Case {
    question: &'static str,
    pipeline: u32,
    operations: u64,
    redis: Vec<String>,
    ferrite: Vec<String>,
    goal: f64,
}

fn words(line: &str) -> Vec<String> {
    line.split(' ').map(str::to_owned).collect()
}

fn cases(return_one: &str) -> Vec<Case> {
    let plain = |question, pipeline, operations, command: &str, goal| Case {
        question,
        pipeline,
        operations,
        redis: words(command),
        ferrite: words(command),
        goal,
    };
    vec![
        plain("GET, P=1", 1, 200_000, "-t get", 1.0),
        plain("GET, P=16", 16, 2_000_000, "-t get", 1.4),
        plain("GET, P=64", 64, 3_200_000, "-t get", 1.6),
        plain("SET, P=1", 1, 200_000, "-t set", 1.0),
        plain("SET, P=16", 16, 1_600_000, "-t set", 1.4),
        plain("SET, P=64", 64, 2_400_000, "-t set", 1.6),
        Case {
            question: "empty function, P=16: `EVALSHA` of `return 1`, `WASM.CALL`",
            pipeline: 16,
            operations: 800_000,
            redis: words(&format!("EVALSHA {return_one} 0")),
            ferrite: words("WASM.CALL empty"),
            goal: 1.5,
        },
    ]
}

pub(crate) fn run(plan: &Plan, servers: &Pair, table: &mut Table) -> Result<()> {
    println!("\nSide by side, {} rounds, requests a second:", plan.rounds());
    match machine::can_pin() {
        true => println!("  the servers on processor {}, redis-benchmark on {}", machine::SERVER, machine::DRIVER),
        false => println!("  no process is bound to a processor: there is one only, or no taskset"),
    }
    table.group("requests a second (`cargo bench -- redis`)", Ratio::TimesAsGood, "Redis", "Ferrite");
    for case in cases(&servers.return_one) {
        let load = |what| Load { operations: plan.operations(case.operations), pipeline: case.pipeline, what };
        let (to_redis, to_ferrite) = (load(case.redis), load(case.ferrite));
        println!("{}", case.question);
        println!("  redis-benchmark {}", to_redis.arguments().join(" "));
        if to_redis.what != to_ferrite.what {
            println!("  redis-benchmark {}", to_ferrite.arguments().join(" "));
        }
        let (mut redis, mut ferrite) = (Vec::new(), Vec::new());
        for _ in 0..plan.rounds() {
            redis.push(to_redis.run(servers.redis.address())?);
            ferrite.push(to_ferrite.run(servers.ferrite.address())?);
        }
        println!("  Redis   {redis:.0?}\n  Ferrite {ferrite:.0?}");
        let question = case.question.to_owned();
        table.push(Row { question, unit: Unit::PerSecond, peer: redis, ferrite, goal: Goal::RatioAtLeast(case.goal) });
    }
    Ok(())
}
