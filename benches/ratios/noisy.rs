//! Do runaway functions make others wait? Ten clients call a function that never ends, again and again; another sends PING.
//!
//! With the default limits: the fuel of a call, the share of the shard's time. What the PINGs wait is the time on the wall,
//! with whatever else the machine does in it. Compared: nothing; Redis cannot end a script by itself.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use ferrite_tests::functions;

use crate::histogram::Histogram;
use crate::machine::{self, DRIVER};
use crate::plan::Plan;
use crate::servers;
use crate::table::{Goal, Ratio, Row, Table, Unit};

const CALLERS: usize = 10;
/// What 99 of 100 PINGs may wait, in nanoseconds.
const MOST: f64 = 10e6;

pub(crate) fn run(plan: &Plan, table: &mut Table) -> Result<()> {
    println!("\nPING beside {CALLERS} clients that call a function which never ends:");
    let server = servers::start_ferrite()?;
    machine::pin(std::process::id(), DRIVER);
    functions::load(&mut server.connect()?, "evil", &[])?;
    let (done, address) = (AtomicBool::new(false), server.address());
    let (waits, calls) = thread::scope(|scope| -> Result<(Histogram, u64)> {
        let callers: Vec<_> = (0..CALLERS)
            .map(|_| {
                scope.spawn(|| -> Result<u64> {
                    let mut client = ferrite_tests::Client::connect(address)?;
                    let mut calls = 0;
                    while !done.load(Relaxed) {
                        functions::ask(&mut client, "WASM.CALL evil ARGS loop")?;
                        calls += 1;
                    }
                    Ok(calls)
                })
            })
            .collect();
        let mut client = server.connect()?;
        let (mut waits, began) = (Histogram::default(), Instant::now());
        let lasts = Duration::from_millis(plan.operations(20_000));
        while began.elapsed() < lasts {
            let sent = Instant::now();
            ensure!(functions::ask(&mut client, "PING")? == "+PONG\r\n", "PING was not answered");
            waits.add(sent.elapsed());
        }
        done.store(true, Relaxed);
        let calls =
            callers.into_iter().map(|caller| caller.join().expect("callers do not panic")).sum::<Result<u64>>()?;
        Ok((waits, calls))
    })?;
    println!("  {calls} calls; PING, {waits}");
    table.group("PING beside runaway functions (`cargo bench -- noisy`)", Ratio::TimesAsGood, "", "Ferrite");
    table.push(Row {
        question: format!("{CALLERS} callers: 99 percent"),
        unit: Unit::Nanoseconds,
        peer: Vec::new(),
        ferrite: vec![waits.percentile(99.0)],
        goal: Goal::FigureAtMost(MOST),
    });
    Ok(())
}
