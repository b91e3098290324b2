//! What does the sandbox cost? The same exchanges with the store component in wasmtime and with its core compiled
//! natively.
//!
//! Compared: `StoreInstance::exchange`, as the server calls it (one copy in, one out, answers checked against the bounds
//! of memory), and `Store::exchange` of `ferrite-store-core` in the release profile; both read the system's clock and hold
//! the same 100,000 keys, which are asked for in the same random order. Time is that of the processor, so that a busy
//! machine disturbs little. Left out: sockets. Not equal: the component is
//! built with fat LTO and 128-bit SIMD, and its allocator is compiled in; the native core is one unit of code with
//! thin LTO, for the x86-64 baseline, with the system's allocator.

use std::hint::black_box;
use std::rc::Rc;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use criterion::Criterion;
use ferrite::wasm::{Clock, Session, StoreInstance, StoreModule};
use ferrite_store_core::{Environment, Store};
use ferrite_tests::client::encode;

use crate::cpu_time::CpuTime;
use crate::micro::Micro;
use crate::plan::Plan;
use crate::servers::KEYS;
use crate::table::{Goal, Ratio, Row, Table, Unit};

const GROUP: &str = "exchange";

/// Different inputs, so that neither side's caches hold all that it touches.
const INPUTS: usize = 8192;

/// What is exchanged: its name, and how to make one input of it.
const CASES: [(&str, &str, usize); 4] =
    [("nothing", "", 0), ("get", "GET", 1), ("16-gets", "GET", 16), ("set", "SET", 1)];

/// Something that commands can be exchanged with.
pub(crate) trait Exchange {
    /// Returns the length of the replies.
    fn exchange(&mut self, input: &[u8]) -> usize;
}

/// The component in wasmtime.
pub(crate) struct Component {
    instance: StoreInstance,
    session: Session,
}

impl Exchange for Component {
    #[inline]
    fn exchange(&mut self, input: &[u8]) -> usize {
        self.instance.exchange(&self.session, input).expect("the store does not trap").replies.len()
    }
}

/// Its core, compiled natively.
pub(crate) struct Native {
    store: Store,
    session: u64,
}

impl Exchange for Native {
    #[inline]
    fn exchange(&mut self, input: &[u8]) -> usize {
        self.store.exchange(self.session, input).replies.len()
    }
}

struct System;

impl Environment for System {
    fn now_us(&self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later than 1970");
        u64::try_from(since.as_micros()).expect("it is earlier than the year 586,000")
    }

    fn entropy(&self) -> u64 {
        0x9e37_79b9_7f4a_7c15
    }
}

/// Both, empty.
pub(crate) fn engines() -> Result<(Component, Native)> {
    let module = StoreModule::compile().map_err(|error| anyhow::anyhow!("{error:?}"))?;
    let mut instance = StoreInstance::new(&module, Rc::new(Clock::new()))?;
    let session = instance.open_session("", "")?;
    let mut store = Store::new(Box::new(System));
    let native_session = store.open_session("", "");
    Ok((Component { instance, session }, Native { store, session: native_session }))
}

pub(crate) fn run(plan: &Plan, table: &mut Table) -> Result<()> {
    println!("\nThe store component and its core, one exchange:");
    let mut micro = Micro::new(plan, CpuTime);
    let (mut component, mut native) = engines()?;
    fill(&mut component)?;
    fill(&mut native)?;
    table.group("time of an exchange (`cargo bench -- component`)", Ratio::TimesAsMuch, "native core", "component");
    for (name, command, count) in CASES {
        let inputs = inputs(command, count);
        measure(&mut micro.criterion, &format!("{name}-native"), &mut native, &inputs);
        measure(&mut micro.criterion, &format!("{name}-component"), &mut component, &inputs);
        table.push(Row {
            question: if count == 0 { "an empty input".to_owned() } else { name.replace('-', " ").to_uppercase() },
            unit: Unit::Nanoseconds,
            peer: vec![micro.median_ns(GROUP, &format!("{name}-native"))?],
            ferrite: vec![micro.median_ns(GROUP, &format!("{name}-component"))?],
            // Without work, there is nothing but the crossing: it has no ratio to strive for.
            goal: if count == 0 { Goal::None } else { Goal::RatioAtMost(1.3) },
        });
    }
    Ok(())
}

fn measure(criterion: &mut Criterion<CpuTime>, name: &str, engine: &mut impl Exchange, inputs: &[Vec<u8>]) {
    criterion.benchmark_group(GROUP).bench_function(name, |bencher| {
        let mut next = inputs.iter().cycle();
        bencher.iter(|| engine.exchange(black_box(next.next().map_or(&[][..], Vec::as_slice))));
    });
}

fn fill(engine: &mut impl Exchange) -> Result<()> {
    for number in 0..KEYS {
        let length = engine.exchange(&encode(&["SET", &key(number), "xxx"]));
        (length == b"+OK\r\n".len()).then_some(()).context("a key could not be set")?;
    }
    Ok(())
}

fn key(number: u64) -> String {
    format!("key:{number:012}")
}

fn inputs(command: &str, count: usize) -> Vec<Vec<u8>> {
    // Knuth's multiplier for 64-bit generators; the upper bits are the random ones.
    let mut state = 1_u64;
    let mut random_key = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        key((state >> 33) % KEYS)
    };
    let mut one = || match command {
        "SET" => encode(&["SET", &random_key(), "yyy"]),
        command => encode(&[command, &random_key()]),
    };
    (0..INPUTS).map(|_| (0..count).flat_map(|_| one()).collect()).collect()
}
