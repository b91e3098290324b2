//! A differential fuzzer: seeded random commands to redis-server and to Ferrite, and every reply compared.
//!
//! - `rows`: the commands, one row each, in the notation of `template`; `pools`: what their arguments are made of;
//! - `generate`: random series of them; `duel`: both servers' replies, by `compare`; `shorten`: what is left of a
//!   series that shows a difference;
//! - `mangled`: the same commands, damaged, to an engine that must bear it.
//!
//! `FERRITE_FUZZ_SEED` chooses other commands, `FERRITE_FUZZ_COMMANDS` a longer run, `FERRITE_FUZZ_DIFFERENCES` one that
//! goes on until so many are found. A difference is reported with its seed and the shortest series found that still
//! shows it, in the notation of transcripts.

mod compare;
mod duel;
mod generate;
mod mangled;
mod pools;
mod random;
mod rows;
mod shorten;
mod template;

use std::env;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use ferrite_tests::judge::{ComponentEngine, ComponentJudge, CoreEngine, CoreJudge, Judge, TcpJudge};
use ferrite_tests::{FerriteServer, REDIS_VERSION, RedisServer, require};

use duel::Duel;
use random::Random;

/// Random commands between two FLUSHALLs: enough for states to meet, few enough to shorten.
const ROUND: usize = 1200;

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
    let most = number("FERRITE_FUZZ_DIFFERENCES")?.unwrap_or(1);
    let start = Instant::now();
    let (mut sent, mut differences) = (0_u64, 0_u64);
    for round in 0_u64.. {
        let enough = commands.map_or(start.elapsed() > DURATION, |commands| sent >= commands);
        if enough || differences >= most {
            break;
        }
        // A round's seed alone repeats it.
        let seed = seed.wrapping_add(round);
        let steps = generate::round(&mut Random::new(seed), ROUND);
        sent += ROUND as u64;
        if let Some(difference) = duel.fight(&steps)? {
            differences += 1;
            let shorter = shorten::shorten(&mut duel, &steps, difference)?;
            println!("== a difference, repeated by FERRITE_FUZZ_SEED={seed} FERRITE_FUZZ_COMMANDS=1\n{shorter}");
        }
    }
    println!("{sent} commands from seed {seed} in {:?}: {differences} differences", start.elapsed());
    for (name, (all, errors)) in duel.answers.iter().filter(|(_, (all, _))| *all > sent / 100_000 + 1) {
        let name = String::from_utf8_lossy(name);
        println!("{name}: {all} replies, {errors} of them errors");
    }
    assert!(sent > 0, "a fuzzer that sends nothing finds nothing");
    assert_eq!(differences, 0, "they are printed above");
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

fn mangle(judge: &mut dyn Judge, first_seed: u64) -> Result<()> {
    let seed = number("FERRITE_FUZZ_SEED")?.unwrap_or(first_seed);
    let commands = number("FERRITE_FUZZ_COMMANDS")?;
    let (start, mut sent) = (Instant::now(), 0_u64);
    while commands.map_or(start.elapsed() < DURATION, |commands| sent < commands) {
        let seed = seed.wrapping_add(sent / ROUND as u64);
        mangled::round(judge, &mut Random::new(seed), ROUND).with_context(|| format!("FERRITE_FUZZ_SEED={seed}"))?;
        sent += ROUND as u64;
    }
    println!("{sent} damaged commands from seed {seed}");
    assert!(sent > 0, "a fuzzer that sends nothing finds nothing");
    Ok(())
}

#[test]
fn damaged_pipelines_do_not_make_the_core_panic() -> Result<()> {
    mangle(&mut CoreJudge::new("the core", CoreEngine::with_system_clock())?, 1)
}

#[test]
fn damaged_pipelines_do_not_make_the_component_trap() -> Result<()> {
    mangle(&mut ComponentJudge::new("the component", ComponentEngine::new()?)?, 1_000_000)
}

#[test]
fn the_component_answers_random_commands_as_redis_server_does() -> Result<()> {
    if require("redis-server").is_none() {
        return Ok(());
    }
    fuzz(&mut ComponentJudge::new("the component", ComponentEngine::new()?)?, 2_000_000)
}
