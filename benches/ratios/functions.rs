//! What does a function cost by itself: called, instantiated, compiled, loaded?
//!
//! Measured in the server, over one connection whose pipeline is never empty, so that the server never waits. What a
//! command costs anyway is taken off: PING in the same pipeline. Compared is Ferrite with itself: a warm instance with a
//! fresh one for each call, the compile cache with compilation. A LOAD is measured whole: the module sent, its SHA-256,
//! the checks, the compiled code from disk, three instances (one to try it, two to have ready). Left out: functions with
//! a big initialisation.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use criterion::SamplingMode;
use criterion::measurement::WallTime;
use ferrite_tests::{Client, FerriteServer, functions};

use crate::machine::{self, DRIVER};
use crate::micro::Micro;
use crate::pipeline::Pipeline;
use crate::plan::Plan;
use crate::servers;
use crate::table::{Goal, Ratio, Row, Table, Unit};

const GROUP: &str = "functions";
/// Commands of a batch.
const BATCH: usize = 16;
/// The biggest of the example functions: it parses JSON.
const MODULE: &str = "filter";

pub(crate) fn run(plan: &Plan, table: &mut Table) -> Result<()> {
    println!("\nFunctions in a server of their own:");
    let mut micro = Micro::new(plan, WallTime);
    let server = servers::start_ferrite()?;
    machine::pin(std::process::id(), DRIVER);
    let mut client = server.connect()?;
    functions::load_as(&mut client, "fresh", "empty", &["ISOLATION", "FRESH"])?;
    calls(&mut micro, &server)?;
    loads(&mut micro, &mut client)?;
    fill_table(&micro, table)
}

fn calls(micro: &mut Micro<WallTime>, server: &FerriteServer) -> Result<()> {
    let cases: [(&str, &[&str], &[u8]); 3] = [
        ("ping", &["PING"], b"+PONG\r\n"),
        ("warm", &["WASM.CALL", "empty"], b":1\r\n"),
        ("fresh", &["WASM.CALL", "fresh"], b":1\r\n"),
    ];
    for (name, command, reply) in cases {
        let mut pipeline = Pipeline::new(server.address(), command, reply, BATCH)?;
        let mut group = micro.criterion.benchmark_group(GROUP);
        group.sampling_mode(SamplingMode::Flat).bench_function(name, |bencher| {
            bencher.iter_custom(|calls| {
                let batches = calls.div_ceil(BATCH as u64);
                let took = pipeline.time(batches).expect("the server answers");
                took.mul_f64(calls as f64 / (batches * BATCH as u64) as f64)
            });
        });
    }
    Ok(())
}

fn loads(micro: &mut Micro<WallTime>, client: &mut Client) -> Result<()> {
    let module = ferrite_build::guest(MODULE)?.bytes;
    let mut distinct = 0_u64;
    let mut group = micro.criterion.benchmark_group(GROUP);
    group.sampling_mode(SamplingMode::Flat).sample_size(10);
    group.bench_function("compile", |bencher| {
        bencher.iter_custom(|loads| {
            (0..loads)
                .map(|_| {
                    distinct += 1;
                    load(client, &with_note(&module, distinct)).expect("it can be loaded")
                })
                .sum()
        });
    });
    // Once, so that the cache has it.
    load(client, &module)?;
    group.sample_size(50);
    group.bench_function("from-cache", |bencher| {
        bencher.iter_custom(|loads| (0..loads).map(|_| load(client, &module).expect("it can be loaded")).sum());
    });
    group.finish();
    Ok(())
}

/// The time of a LOAD; unloaded again, so that the next one finds nothing in memory.
fn load(client: &mut Client, module: &[u8]) -> Result<Duration> {
    let began = Instant::now();
    let reply = functions::load_bytes(client, "loaded", module, &[])?;
    let took = began.elapsed();
    ensure!(reply == "+OK\r\n", "not loaded: {reply}");
    let reply = functions::ask(client, "WASM.UNLOAD loaded")?;
    ensure!(reply == "+OK\r\n", "not unloaded: {reply}");
    Ok(took)
}

/// The same component with a custom section behind it, which changes its digest and nothing else.
fn with_note(module: &[u8], number: u64) -> Vec<u8> {
    let content = number.to_le_bytes();
    // A section: kind 0, its size, the length of its name, the name, any bytes.
    let mut noted = module.to_vec();
    noted.extend([0, 1 + 4 + 8, 4]);
    noted.extend(b"note");
    noted.extend(content);
    noted
}

fn fill_table(micro: &Micro<WallTime>, table: &mut Table) -> Result<()> {
    let ping = micro.median_ns(GROUP, "ping")?;
    let warm = micro.median_ns(GROUP, "warm").context("calls were measured")? - ping;
    let fresh = micro.median_ns(GROUP, "fresh")? - ping;
    let row = |question: &str, figure, most: Option<f64>| Row {
        question: question.to_owned(),
        unit: Unit::Nanoseconds,
        peer: Vec::new(),
        ferrite: vec![figure],
        goal: most.map_or(Goal::None, Goal::FigureAtMost),
    };
    table.group("time of a function (`cargo bench -- functions`)", Ratio::TimesAsGood, "", "Ferrite");
    table.push(row("`WASM.CALL` of an empty function, above PING", warm, None));
    table.push(row("the same with a fresh instance, above PING", fresh, Some(15_000.0)));
    let from_cache = micro.median_ns(GROUP, "from-cache")?;
    table.push(row(&format!("`WASM.LOAD` of `{MODULE}` from the compile cache"), from_cache, Some(1_000_000.0)));
    table.push(row("the same, compiled", micro.median_ns(GROUP, "compile")?, None));
    Ok(())
}
