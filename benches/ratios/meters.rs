//! What does each meter cost? The same Rust, compiled for this machine and to a component, under each meter.
//!
//! Compared: `tests/guests/work` as a library of this program, and as a component in wasmtime with no meter, with epochs,
//! with fuel, with both. Nothing is imported that is called. Left out: crossings and store calls, which `component` and `lua`
//! measure.

use anyhow::{Context, Result};
use criterion::SamplingMode;
use criterion::measurement::WallTime;
use wasmtime::component::{Component, Func, Linker, Val};
use wasmtime::{Config, Engine, Store};

use crate::micro::Micro;
use crate::plan::Plan;
use crate::table::{Goal, Ratio, Row, Table, Unit};

const GROUP: &str = "meters";
const METERS: [(&str, bool, bool); 4] =
    [("none", false, false), ("epochs", false, true), ("fuel", true, false), ("fuel and epochs", true, true)];

/// What is done, by the guest and here, and how often.
struct Work {
    name: &'static str,
    count: u32,
    native: fn(u32) -> u64,
}

const WORKS: [Work; 4] = [
    Work { name: "matrix", count: 48, native: guest_work::matrix },
    Work { name: "mandelbrot", count: 32, native: guest_work::mandelbrot },
    Work { name: "numbers", count: 200_000, native: guest_work::numbers },
    Work { name: "slugs", count: 500, native: guest_work::slugs },
];

pub(crate) fn run(plan: &Plan, table: &mut Table) -> Result<()> {
    println!("\nThe same Rust natively and in wasmtime:");
    let mut micro = Micro::new(plan, WallTime);
    let module = ferrite_build::guest("work")?.bytes;
    for work in WORKS {
        bench(&mut micro, &format!("{} native", work.name), || {
            std::hint::black_box((work.native)(std::hint::black_box(work.count)));
            Ok(())
        });
        for (meter, fuel, epochs) in METERS {
            let mut guest = Guest::new(&module, fuel, epochs)?;
            bench(&mut micro, &format!("{} {meter}", work.name), || guest.call(work.name, &work.count.to_string()));
        }
    }
    table.group("the same Rust (`cargo bench -- meters`)", Ratio::TimesAsMuch, "native", "component");
    for work in WORKS {
        let native = micro.median_ns(GROUP, &format!("{} native", work.name))?;
        for (meter, ..) in METERS {
            let goal = match meter {
                "none" => Goal::RatioAtMost(1.5),
                "fuel and epochs" => Goal::RatioAtMost(2.5),
                _ => Goal::None,
            };
            table.push(Row {
                question: format!("{}, metered by {meter}", work.name),
                unit: Unit::Nanoseconds,
                peer: vec![native],
                ferrite: vec![micro.median_ns(GROUP, &format!("{} {meter}", work.name))?],
                goal,
            });
        }
    }
    Ok(())
}

fn bench(micro: &mut Micro<WallTime>, name: &str, mut work: impl FnMut() -> Result<()>) {
    let mut group = micro.criterion.benchmark_group(GROUP);
    group.sampling_mode(SamplingMode::Flat).sample_size(20);
    group.bench_function(name, |bencher| bencher.iter(|| work().expect("the work can be done")));
    group.finish();
}

/// An instance under some meters.
struct Guest {
    store: Store<()>,
    call: Func,
    fuel: bool,
}

impl Guest {
    fn new(module: &[u8], fuel: bool, epochs: bool) -> Result<Guest> {
        let wasmtime = |error: wasmtime::Error| anyhow::anyhow!("{error:?}");
        let mut config = Config::new();
        // As the server has it.
        config.concurrency_support(false).consume_fuel(fuel).epoch_interruption(epochs);
        config.memory_reservation(4 << 30).memory_guard_size(32 << 20).memory_may_move(false);
        let engine = Engine::new(&config).map_err(wasmtime)?;
        let component = Component::new(&engine, module).map_err(wasmtime)?;
        let mut linker = Linker::new(&engine);
        linker.define_unknown_imports_as_traps(&component).map_err(wasmtime)?;
        let mut store = Store::new(&engine, ());
        if fuel {
            store.set_fuel(u64::MAX).map_err(wasmtime)?;
        }
        if epochs {
            store.set_epoch_deadline(u64::MAX / 2);
        }
        let instance = linker.instantiate(&mut store, &component).map_err(wasmtime)?;
        let call = instance.get_func(&mut store, "call").context("the guest exports `call`")?;
        Ok(Guest { store, call, fuel })
    }

    fn call(&mut self, work: &str, input: &str) -> Result<()> {
        let bytes = |text: &str| Val::List(text.bytes().map(Val::U8).collect());
        let arguments = [Val::List(Vec::new()), Val::List(vec![bytes(work), bytes(input)])];
        let wasmtime = |error: wasmtime::Error| anyhow::anyhow!("{error:?}");
        if self.fuel {
            self.store.set_fuel(u64::MAX).map_err(wasmtime)?;
        }
        let mut result = [Val::Bool(false)];
        self.call.call(&mut self.store, &arguments, &mut result).map_err(wasmtime)
    }
}
