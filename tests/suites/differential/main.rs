//! A differential fuzzer: seeded random commands to redis-server and to Ferrite, and every reply compared.
//!
//! `FERRITE_FUZZ_SEED` chooses other commands, `FERRITE_FUZZ_COMMANDS` a longer run. A difference is reported with its
//! seed and the shortest sequence found that still shows it, in the notation of transcripts.

mod compare;
mod duel;
mod generate;
mod pools;
mod random;

use std::env;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use ferrite_tests::judge::{CoreEngine, CoreJudge, Judge, TcpJudge};
use ferrite_tests::{FerriteServer, REDIS_VERSION, RedisServer, require};

use duel::Duel;
use random::Random;

/// Commands between two FLUSHALLs: enough for states to meet, few enough to shorten.
const ROUND: usize = 1500;

/// How long a run lasts when nothing says how many commands it has.
const DURATION: Duration = Duration::from_secs(8);

fn number(variable: &str) -> Result<Option<u64>> {
    let Some(text) = env::var_os(variable) else { return Ok(None) };
    let text = text.to_string_lossy();
    Ok(Some(text.parse().with_context(|| format!("{variable}={text} is no number"))?))
}

fn fuzz(ferrite: &mut dyn Judge, first_seed: u64) -> Result<()> {
    let server = RedisServer::start()?;
    let mut redis = TcpJudge::connect("redis-server", server.address(), Some(REDIS_VERSION))?;
    let mut duel = Duel::new(&mut redis, ferrite);
    let seed = number("FERRITE_FUZZ_SEED")?.unwrap_or(first_seed);
    let commands = number("FERRITE_FUZZ_COMMANDS")?;
    let start = Instant::now();
    let mut sent = 0;
    for round in 0_u64.. {
        let enough = commands.map_or(start.elapsed() > DURATION, |commands| sent >= commands);
        if enough {
            break;
        }
        // A round's seed alone repeats it.
        let seed = seed.wrapping_add(round);
        let steps = generate::round(&mut Random::new(seed), ROUND);
        sent += steps.len() as u64;
        if let Some(difference) = duel.fight(&steps)? {
            let shorter = duel.shorten(&steps, &difference)?;
            panic!("a difference, repeated by FERRITE_FUZZ_SEED={seed} FERRITE_FUZZ_COMMANDS=1:\n{shorter}");
        }
    }
    println!("{sent} commands, seed {seed}: every reply is the same");
    assert!(sent > 0, "a fuzzer that sends nothing finds nothing");
    Ok(())
}

#[test]
fn the_core_answers_random_commands_as_redis_server_does() -> Result<()> {
    if require("redis-server").is_none() {
        return Ok(());
    }
    fuzz(&mut CoreJudge::new("the core", CoreEngine::with_system_clock())?, 1)
}

#[test]
fn the_server_answers_random_commands_as_redis_server_does() -> Result<()> {
    if require("redis-server").is_none() {
        return Ok(());
    }
    let server = FerriteServer::start(&[])?;
    fuzz(&mut TcpJudge::connect("ferrite", server.address(), None)?, 1_000_000)
}
