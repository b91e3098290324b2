//! A soak: calls and loads without end, good ones and bad ones, leave the server as big as it was.
//!
//! - `calls`: what is called, in both isolations; `modules`: what is loaded and unloaded;
//! - `figures`: what must be flat.
//!
//! Each test runs for seconds. `FERRITE_SOAK_CALLS=1000000` and `FERRITE_SOAK_LOADS=100000` make them as long as that,
//! and `FERRITE_BINARY` has another server tried, such as one that was built for release.

mod calls;
mod figures;
mod modules;

use std::env;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use ferrite_tests::FerriteServer;
use tempfile::TempDir;

use figures::Flat;

/// How long something may take that takes milliseconds on an idle machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long a run lasts when nothing says how many turns it has.
const DURATION: Duration = Duration::from_secs(8);

/// What part of a run comes before the figures count: caches fill, pools grow to their size.
const WARM_UP: f64 = 0.25;

fn number(variable: &str) -> Result<Option<u64>> {
    let Some(text) = env::var_os(variable) else { return Ok(None) };
    let text = text.to_string_lossy();
    Ok(Some(text.parse().with_context(|| format!("{variable}={text} is no number"))?))
}

/// A server. The folder holds its configuration.
fn server() -> Result<(FerriteServer, TempDir)> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("ferrite.toml");
    std::fs::write(&path, CONFIGURATION)?;
    Ok((FerriteServer::start(&["--config", &path.display().to_string()])?, folder))
}

/// No function is suspended for failing again and again, and none waits for its share of the time.
const CONFIGURATION: &str = "[wasm.limits]
suspend_after = 0
[wasm.budget]
function = 1.0
all_functions = 1.0
";

/// Takes turns, as many as the variable says or else for [`DURATION`], and asserts that nothing grows meanwhile. A turn
/// answers how much it counts for.
fn soak(variable: &str, what: &str, server: &FerriteServer, mut turn: impl FnMut(u64) -> Result<u64>) -> Result<()> {
    let wanted = number(variable)?;
    let began = Instant::now();
    let mut operator = server.connect()?;
    let (mut done, mut flat, mut reported) = (0_u64, None::<Flat>, 0.0);
    loop {
        let share = match wanted {
            Some(wanted) => done as f64 / wanted as f64,
            None => began.elapsed().as_secs_f64() / DURATION.as_secs_f64(),
        };
        if share >= WARM_UP && flat.is_none() {
            flat = Some(Flat::begin(server, &mut operator)?);
        }
        if share >= 1.0 {
            break;
        }
        if share >= reported {
            if let Some(flat) = &mut flat {
                flat.check(server, &mut operator)?;
            }
            println!("{done} {what} in {:.1?}: {}", began.elapsed(), figures::resident(server)?);
            reported += 0.05;
        }
        done += turn(done)?;
    }
    let mut flat = flat.context("the warm-up ends before the run")?;
    flat.check(server, &mut operator)?;
    println!("{done} {what} in {:.1?}: {flat}", began.elapsed());
    flat.assert();
    Ok(())
}

#[test]
fn calls_good_and_bad_leave_memory_flat() -> Result<()> {
    let (server, _folder) = server()?;
    let mut calls = calls::Calls::prepare(&server)?;
    soak("FERRITE_SOAK_CALLS", "calls", &server, |done| calls.turn(done))
}

#[test]
fn loads_good_and_bad_leave_memory_flat() -> Result<()> {
    let (server, _folder) = server()?;
    let mut modules = modules::Modules::prepare(&server)?;
    soak("FERRITE_SOAK_LOADS", "loads", &server, |done| modules.turn(done))
}
