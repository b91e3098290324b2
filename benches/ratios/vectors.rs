//! What does the sandbox cost a vector index, whose time is spent in 128-bit kernels?
//!
//! Compared: the store component in wasmtime, and its core compiled natively, where the kernels are SSE2's; the same commands,
//! the same index of 20,000 x 128 clustered numbers. Searches are asked for at the default EF, and elements put again, each
//! with another one's vector, which takes them out of the graph and into it. Time is that of the processor. Left out: sockets.

use anyhow::{Context, Result};
use ferrite_tests::client::encode;

use crate::component::{Exchange, engines};
use crate::cpu_time::CpuTime;
use crate::micro::Micro;
use crate::plan::Plan;
use crate::table::{Goal, Ratio, Row, Table, Unit};

const GROUP: &str = "vectors";
const COUNT: usize = 20_000;
const DIMENSION: usize = 128;
/// Centres around which the vectors lie.
const CLUSTERS: usize = 200;
/// Different commands, asked for in turn.
const INPUTS: usize = 1000;

pub(crate) fn run(plan: &Plan, table: &mut Table) -> Result<()> {
    println!("\nA vector index in the store component and in its core:");
    let mut micro = Micro::new(plan, CpuTime);
    let (mut component, mut native) = engines()?;
    let vectors = vectors();
    table.group("time of a command (`cargo bench -- vectors`)", Ratio::TimesAsMuch, "native core", "component");
    for kind in ["f32", "int8"] {
        for engine in [&mut component as &mut dyn Exchange, &mut native] {
            engine.exchange(&encode(&["VECTOR.CREATE", kind, "DIM", &DIMENSION.to_string(), "TYPE", kind]));
            for (number, vector) in vectors.iter().enumerate() {
                let length = engine.exchange(&put(kind, number, vector));
                (length == b":1\r\n".len()).then_some(()).context("a vector could not be added")?;
            }
        }
        let search = vectors
            .iter()
            .step_by(COUNT / INPUTS)
            .map(|vector| encode(&[b"VECTOR.SEARCH", kind.as_bytes(), b"K", b"10", vector]));
        let change = vectors.iter().rev().take(INPUTS).enumerate().map(|(number, vector)| put(kind, number, vector));
        for (name, inputs) in [("search", search.collect::<Vec<_>>()), ("put again", change.collect())] {
            let mut measure = |side: &str, engine: &mut dyn Exchange| {
                micro.criterion.benchmark_group(GROUP).bench_function(format!("{kind}-{name}-{side}"), |bencher| {
                    let mut next = inputs.iter().cycle();
                    bencher.iter(|| engine.exchange(next.next().map_or(&[][..], Vec::as_slice)));
                });
            };
            measure("native", &mut native);
            measure("component", &mut component);
            table.push(Row {
                question: format!("{name}, {kind}"),
                unit: Unit::Nanoseconds,
                peer: vec![micro.median_ns(GROUP, &format!("{kind}-{name}-native"))?],
                ferrite: vec![micro.median_ns(GROUP, &format!("{kind}-{name}-component"))?],
                goal: Goal::RatioAtMost(1.0 / 0.85),
            });
        }
    }
    Ok(())
}

fn put(index: &str, number: usize, vector: &[u8]) -> Vec<u8> {
    encode(&[b"VECTOR.ADD", index.as_bytes(), format!("element:{number}").as_bytes(), vector])
}

/// Numbers around a few centres, as bytes.
fn vectors() -> Vec<Vec<u8>> {
    // Knuth's multiplier for 64-bit generators; the upper bits are the random ones.
    let mut state = 1_u64;
    let mut uniform = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1 << 24) as f32 - 0.5
    };
    let centres: Vec<Vec<f32>> = (0..CLUSTERS).map(|_| (0..DIMENSION).map(|_| uniform()).collect()).collect();
    centres
        .iter()
        .cycle()
        .take(COUNT)
        .map(|centre| centre.iter().flat_map(|number| (number + 0.4 * uniform()).to_le_bytes()).collect())
        .collect()
}
