//! Rollback under injected faults: before every store call of a function that writes everything there is to write, and
//! behind the last, the call fails in every way that a call can fail, and nobody can tell afterwards that it was made.
//!
//! - `data`: what is there before, and all of it as a client sees it;
//! - `witnesses`: clients that wait, watch, listen and keep caches;
//! - `scene`: a server with both, and the function `faulty` in its variants.

mod data;
mod scene;
mod witnesses;

use std::time::Duration;

use anyhow::{Context, Result};
use ferrite_tests::functions::ask;

use scene::{FAULTS, ISOLATIONS, Scene};

/// How long something may take that takes milliseconds on an idle machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Every fault before every step, in one isolation.
fn every_fault_at_every_step(isolation: &str) -> Result<()> {
    let mut scene = Scene::new()?;
    for fault in FAULTS {
        for at in 0..=scene.steps {
            scene.assert_undone(fault, isolation, &format!("{at} {}", fault.how))?;
        }
    }
    scene.witnesses.assert_served(&mut scene.client)
}

#[test]
fn a_pooled_call_that_fails_at_any_store_call_has_not_happened() -> Result<()> {
    every_fault_at_every_step("pooled")
}

#[test]
fn a_fresh_call_that_fails_at_any_store_call_has_not_happened() -> Result<()> {
    every_fault_at_every_step("fresh")
}

#[test]
fn what_an_inner_function_wrote_goes_with_its_own_failure_and_with_its_callers() -> Result<()> {
    let mut scene = Scene::new()?;
    for isolation in ISOLATIONS {
        for fault in FAULTS {
            let name = fault.function(isolation);
            for at in [0, 1, scene.steps / 2, scene.steps] {
                scene.assert_undone(fault, isolation, &format!("inner {name} {at} {}", fault.how))?;
            }
            scene.assert_undone(fault, isolation, &format!("after {name} - {}", fault.how))?;
        }
    }
    scene.witnesses.assert_served(&mut scene.client)
}

#[test]
fn a_caller_that_copes_with_an_inner_failure_keeps_its_own_writes_only() -> Result<()> {
    let mut scene = Scene::new()?;
    let before = scene.before.clone();
    let error = FAULTS.first().context("there are faults")?;
    for at in [1, scene.steps / 2, scene.steps] {
        let name = error.function("pooled");
        let reply = ask(&mut scene.client, &format!("WASM.CALL {name} ARGS caught {name} {at} {}", error.how))?;
        assert_eq!(reply, ":0\r\n", "the inner call failed");
        let mut expected = before.clone();
        let after = data::of(&mut scene.client)?;
        let outer = (0, "outer".to_owned());
        expected.insert(outer.clone(), after.get(&outer).context("the caller's own write stays")?.clone());
        assert_eq!(data::difference(&expected, &after), None, "at {at}");
        assert_eq!(ask(&mut scene.client, "DEL outer")?, ":1\r\n");
    }
    Ok(())
}

#[test]
fn in_exec_only_the_failing_call_has_not_happened() -> Result<()> {
    let mut scene = Scene::new()?;
    let fault = FAULTS.first().context("there are faults")?;
    for at in 0..=scene.steps {
        let line = format!("WASM.CALL {} ARGS {at} {}", fault.function("pooled"), fault.how);
        let commands: Vec<Vec<String>> = ["MULTI", "TYPE text", &line, "TYPE text", "EXEC"]
            .iter()
            .map(|line| line.split(' ').map(str::to_owned).collect())
            .collect();
        let replies = data::pipeline(&mut scene.client, &commands)?;
        let last = replies.last().map(|reply| String::from_utf8_lossy(reply).into_owned()).unwrap_or_default();
        assert_eq!(last, format!("*3\r\n+string\r\n-{}\r\n+string\r\n", fault.error), "at {at}");
        scene.assert_unharmed(&line)?;
    }
    scene.witnesses.assert_served(&mut scene.client)
}

/// Without this the others could not fail: each step leaves traces that a comparison finds.
#[test]
fn every_step_changes_what_clients_see() -> Result<()> {
    // Whom it tells is all that is to be seen of it, and FLUSHDB has left nothing for FLUSHALL but the other database.
    const UNSEEN: &[&str] = &["PUBLISH"];
    let (server, _folder) = scene::server()?;
    let mut client = server.connect()?;
    scene::load_all(&mut client)?;
    data::fill(&mut client, "pooled-plain")?;
    let mut before = (data::of(&mut client)?, scene::lifetimes(&mut client)?);
    let mut unseen = Vec::new();
    for at in 0..scene::steps(&mut client)? {
        let reply = ask(&mut client, &format!("WASM.CALL pooled-plain ARGS step {at}"))?;
        let name = reply.split("\r\n").nth(1).with_context(|| reply.clone())?.to_owned();
        let after = (data::of(&mut client)?, scene::lifetimes(&mut client)?);
        if before == after {
            unseen.push(name);
        }
        before = after;
    }
    assert_eq!(unseen, UNSEEN, "of all others something is seen");
    Ok(())
}

#[test]
fn failing_calls_leave_no_memory_behind() -> Result<()> {
    let mut scene = Scene::new()?;
    for isolation in ISOLATIONS {
        for fault in FAULTS {
            scene.assert_flat(fault, isolation, 100)?;
        }
    }
    Ok(())
}
