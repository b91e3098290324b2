//! Components that nobody meant: whatever is given to WASM.LOAD, and whatever that does when it is called, the server
//! answers others, and what a component may not reach stays as it was.
//!
//! - `smith`: components and functions that wasm-smith made up; `typed.wit`: what some of them export;
//! - `arena`: a server with small limits, data that only READ is granted for, and a judge;
//! - damage to real components is in the library, `ferrite_fuzz::mutate`.
//!
//! `FERRITE_FUZZ_SEED` chooses other components, `FERRITE_FUZZ_COMPONENTS` how many there are: without it each test runs
//! for seconds. A component that does harm is written to a file, which the failure names with its seed.

mod arena;
mod smith;

use std::env;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use ferrite_fuzz::mutate::mutate;
use ferrite_fuzz::random::Random;

use arena::Arena;

/// How long something may take that takes milliseconds on an idle machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long a run lasts when nothing says how many components it has.
const DURATION: Duration = Duration::from_secs(6);

/// How many components there are at least, however slow the machine is at the time.
const FEWEST: u64 = 60;

/// The seed when nothing says another.
const SEED: u64 = 20_261_121;

fn number(variable: &str) -> Result<Option<u64>> {
    let Some(text) = env::var_os(variable) else { return Ok(None) };
    let text = text.to_string_lossy();
    Ok(Some(text.parse().with_context(|| format!("{variable}={text} is no number"))?))
}

/// Gives one component after the other to a server, each made of a seed of its own.
fn fuzz(what: &str, mut make: impl FnMut(&mut Random) -> Result<Option<Vec<u8>>>) -> Result<Arena> {
    let first = number("FERRITE_FUZZ_SEED")?.unwrap_or(SEED);
    let wanted = number("FERRITE_FUZZ_COMPONENTS")?;
    let began = Instant::now();
    let mut arena = Arena::open()?;
    for round in 0_u64.. {
        if wanted.map_or(began.elapsed() > DURATION && round >= FEWEST, |wanted| round >= wanted) {
            break;
        }
        let seed = first.wrapping_add(round);
        let mut random = Random::new(seed);
        let Some(component) = make(&mut random)? else { continue };
        arena.fight(&component, &mut random).or_else(|error| {
            let path = env::temp_dir().join(format!("ferrite-fuzz-{seed}.wasm"));
            std::fs::write(&path, &component)?;
            let repeat = format!("FERRITE_FUZZ_SEED={seed} FERRITE_FUZZ_COMPONENTS=1");
            Err(error.context(format!("{what}: {} does harm, {repeat} repeats it", path.display())))
        })?;
        if round % 500 == 499 {
            println!("{what}, {:.1?}: {arena}", began.elapsed());
        }
    }
    arena.assert_unharmed()?;
    println!("{what} from seed {first} in {:.1?}: {arena}", began.elapsed());
    Ok(arena)
}

#[test]
fn components_that_a_generator_made_up_do_no_harm() -> Result<()> {
    let arena = fuzz("components of wasm-smith", smith::component)?;
    assert!(arena.tried > 0, "a fuzzer that loads nothing finds nothing");
    Ok(())
}

#[test]
fn functions_with_random_bodies_do_no_harm() -> Result<()> {
    let shapes = smith::shapes()?;
    let arena = fuzz("functions of wasm-smith", |random| smith::function(&shapes, random))?;
    // Random code ends in a trap, nearly always.
    assert!(arena.loaded > 0 && arena.calls > 0, "some are functions: {arena}");
    Ok(())
}

#[test]
fn damaged_components_do_no_harm() -> Result<()> {
    let names = ["rate-limit", "filter", "leaderboard", "top-by-size", "echo", "every-type", "execute", "faulty"];
    let components: Vec<Vec<u8>> =
        names.iter().map(|name| Ok(ferrite_build::guest(name)?.bytes)).collect::<Result<_>>()?;
    let arena = fuzz("damaged components", |random| {
        let (one, other) = (random.pick(&components).cloned(), random.pick(&components).cloned());
        Ok(one.zip(other).map(|(one, other)| mutate(&one, &other, random)))
    })?;
    assert!(arena.loaded > 0 && arena.answered > 0, "some can still be loaded: {arena}");
    Ok(())
}
