//! One transcript, four judges: every reply of `conformance/*.resp`, from each of them, byte for byte.

use std::alloc::System;

use anyhow::Result;
use ferrite_store_core::memory::Counting;
use ferrite_tests::judge::{ComponentEngine, ComponentJudge, CoreEngine, CoreJudge, JcoServer, TcpJudge};
use ferrite_tests::transcript::judge_all;
use ferrite_tests::{FerriteServer, REDIS_VERSION, RedisServer, require};

/// The core counts memory by its allocator, so that `maxmemory` holds for it here as it does in the component.
#[global_allocator]
static ALLOCATOR: Counting<System> = Counting(System);

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
