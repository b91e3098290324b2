//! One table: Ferrite beside Redis, the store component beside the same core compiled natively, functions beside Lua.
//!
//! | section | the question | file |
//! |---|---|---|
//! | `redis` | What does a client see of each server? | `side_by_side.rs`, `key_access.rs` |
//! | `commands` | The same of every data type. | `commands.rs` |
//! | `component` | What does the sandbox cost? | `component.rs` |
//! | `vectors` | What does the sandbox cost a vector index? | `vectors.rs` |
//! | `functions` | What does a function cost by itself: called, instantiated, loaded? | `functions.rs` |
//! | `instructions` | How much work is an operation, on whatever machine? | `instructions.rs` |
//! | `memory` | What does an item take? | `memory.rs` |
//! | `latency` | Does anything make others wait? | `latency.rs` |
//! | `eviction` | Does `maxmemory` hold, and do the right keys stay? | `eviction.rs` |
//!
//! `cargo bench` runs all of them, `cargo bench -- redis` one, and `cargo bench -- --quick` (or `FERRITE_BENCH_QUICK=1`)
//! all in about a minute. Nothing is asserted: the table says what holds here and now. How to read it:
//! `docs/benchmarks.md`.

mod bulk;
mod commands;
mod component;
mod cpu_time;
mod eviction;
mod functions;
mod histogram;
mod instructions;
mod key_access;
mod latency;
mod load_generator;
mod lua;
mod machine;
mod memory;
mod meters;
mod micro;
mod noisy;
mod pipeline;
mod plan;
mod process;
mod servers;
mod side_by_side;
mod statistics;
mod table;
mod vectors;

use std::time::Instant;

use anyhow::Result;

use plan::{Plan, Section};
use table::Table;

fn main() -> Result<()> {
    let began = Instant::now();
    let plan = Plan::from_arguments()?;
    let mut table = Table::default();
    println!("{}", machine::describe());
    if plan.wants(Section::Redis) && ferrite_tests::require("redis-server").is_some() {
        let servers = servers::Pair::start()?;
        side_by_side::run(&plan, &servers, &mut table)?;
        key_access::run(&plan, &servers, &mut table)?;
    }
    if plan.wants(Section::Commands) && ferrite_tests::require("redis-server").is_some() {
        commands::run(&plan, &servers::Pair::start()?, &mut table)?;
    }
    if plan.wants(Section::Component) {
        component::run(&plan, &mut table)?;
    }
    if plan.wants(Section::Vectors) {
        vectors::run(&plan, &mut table)?;
    }
    if plan.wants(Section::Functions) {
        functions::run(&plan, &mut table)?;
    }
    if plan.wants(Section::Lua) && ferrite_tests::require("redis-server").is_some() {
        lua::run(&plan, &mut table)?;
    }
    if plan.wants(Section::Meters) {
        meters::run(&plan, &mut table)?;
    }
    if plan.wants(Section::Noisy) {
        noisy::run(&plan, &mut table)?;
    }
    if plan.wants(Section::Instructions) {
        instructions::run(&plan, &mut table)?;
    }
    if plan.wants(Section::Memory) && ferrite_tests::require("redis-server").is_some() {
        memory::run(&plan, &mut table)?;
    }
    if plan.wants(Section::Latency) {
        latency::run(&plan, &mut table)?;
    }
    if plan.wants(Section::Eviction) && ferrite_tests::require("redis-server").is_some() {
        eviction::run(&plan, &mut table)?;
    }
    println!("\n{table}");
    println!("{}; {} s, {}", machine::describe(), began.elapsed().as_secs(), plan.describe());
    Ok(())
}
