//! One transcript, four judges: every reply of `conformance/*.resp`, from each of them, byte for byte.

use std::alloc::System;

use anyhow::Result;
use ferrite_store_core::memory::Counting;
use ferrite_tests::judge::{ComponentEngine, ComponentJudge, CoreEngine, CoreJudge, JcoServer, Judge, TcpJudge};
use ferrite_tests::transcript::{Transcript, run};
use ferrite_tests::{FerriteServer, REDIS_VERSION, RedisServer, require};

/// The core counts memory by its allocator, so that `maxmemory` holds for it here as it does in the component.
#[global_allocator]
static ALLOCATOR: Counting<System> = Counting(System);

/// Puts all transcripts before a judge.
fn judge_all(judge: &mut dyn Judge) -> Result<()> {
    let transcripts = Transcript::all()?;
    assert!(!transcripts.is_empty(), "there are transcripts");
    let mut failures = String::new();
    for transcript in &transcripts {
        failures.push_str(&run(transcript, judge)?);
    }
    assert!(failures.is_empty(), "\n{failures}");
    Ok(())
}

#[test]
fn redis_server_answers_as_the_transcripts_say() -> Result<()> {
    if require("redis-server").is_none() {
        return Ok(());
    }
    let server = RedisServer::start()?;
    let mut redis = TcpJudge::connect("redis-server", server.address(), Some(REDIS_VERSION))?;
    judge_all(&mut redis)
}

#[test]
fn the_core_answers_as_the_transcripts_say() -> Result<()> {
    let mut core = CoreJudge::new("the core", CoreEngine::new())?;
    judge_all(&mut core)
}

#[test]
fn the_component_in_wasmtime_answers_as_the_transcripts_say() -> Result<()> {
    judge_all(&mut ComponentJudge::new("the component in wasmtime", ComponentEngine::new()?)?)
}

#[test]
fn the_server_answers_as_the_transcripts_say() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    judge_all(&mut TcpJudge::connect("ferrite", server.address(), None)?)
}

#[test]
fn the_component_transpiled_by_jco_answers_as_the_transcripts_say() -> Result<()> {
    if require("node").is_none() || require("npm").is_none() {
        return Ok(());
    }
    let component = ferrite_build::guest("store")?;
    let server = JcoServer::start(&component.path)?;
    judge_all(&mut TcpJudge::connect("jco in Node", server.address(), None)?)
}
