//! Does anything make others wait? Ten million keys come, and a set of five million members goes.
//!
//! Two views. Of the store component alone: the processor's time of every single command, as the server calls it. And of
//! a whole server beside Redis: one client fills it in batches, another sends PING, waits for the answer, and sends the
//! next; what it waits is the wall's time, with whatever else the machine does in it. Left out: many clients.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use ferrite::wasm::{Clock, StoreInstance, StoreModule};
use ferrite_tests::client::encode;
use ferrite_tests::{FerriteServer, RedisServer};

use crate::bulk::Bulk;
use crate::cpu_time;
use crate::histogram::Histogram;
use crate::machine::{self, DRIVER, SERVER};
use crate::plan::Plan;
use crate::table::{Goal, Ratio, Row, Table, Unit};

/// What nothing may take longer than, in nanoseconds.
const MOST: f64 = 5e6;
const KEYS: u64 = 10_000_000;
const MEMBERS: u64 = 5_000_000;

fn set(number: u64) -> Vec<u8> {
    encode(&["SET", &format!("key:{number:010}"), "sixteen_bytes!!!"])
}

fn member(number: u64) -> Vec<u8> {
    encode(&["SADD", "members", &format!("member:{number}")])
}

pub(crate) fn run(plan: &Plan, table: &mut Table) -> Result<()> {
    component(plan, table)?;
    if ferrite_tests::require("redis-server").is_some() {
        side_by_side(plan, table)?;
    }
    Ok(())
}

fn component(plan: &Plan, table: &mut Table) -> Result<()> {
    let (keys, members) = (plan.items(KEYS), plan.items(MEMBERS));
    println!("\nEach command's time of the processor, in the store component:");
    let module = StoreModule::compile().map_err(|error| anyhow::anyhow!("{error:?}"))?;
    let mut store = StoreInstance::new(&module, Rc::new(Clock::new()))?;
    let session = store.open_session("", "")?;
    let timed = |store: &mut StoreInstance, command: &[u8]| -> Result<Duration> {
        let began = cpu_time::now();
        let turn = store.exchange(&session, command)?;
        let took = cpu_time::now().saturating_sub(began);
        ensure!(!turn.replies.starts_with(b"-"), "refused: {}", String::from_utf8_lossy(&turn.replies));
        Ok(took)
    };
    table.group("processor's time of a command (`cargo bench -- latency`)", Ratio::TimesAsMuch, "", "component");
    let mut push = |question: String, nanoseconds| {
        let ferrite = vec![nanoseconds];
        table.push(Row {
            question,
            unit: Unit::Nanoseconds,
            peer: Vec::new(),
            ferrite,
            goal: Goal::FigureAtMost(MOST),
        });
    };
    for (what, count, command) in [("SET", keys, set as fn(u64) -> Vec<u8>), ("SADD", members, member)] {
        let mut histogram = Histogram::default();
        let mut longest = (Duration::ZERO, 0);
        for number in 0..count {
            let took = timed(&mut store, &command(number))?;
            histogram.add(took);
            longest = longest.max((took, number));
        }
        println!("  {what}, {histogram} (number {})", longest.1);
        push(format!("{what}, {count} times: 99.999 percent"), histogram.percentile(99.999));
        push(format!("{what}, {count} times: the longest"), histogram.longest());
    }
    for command in [["UNLINK", "members"], ["FLUSHALL", "ASYNC"]] {
        let took = timed(&mut store, &encode(&command))?;
        let mut ticks = Histogram::default();
        loop {
            let began = cpu_time::now();
            let pause_us = store.tick(TICK_US)?;
            ticks.add(cpu_time::now().saturating_sub(began));
            if pause_us > 1_000 {
                break;
            }
        }
        println!("  {}, {took:?}; then ticks of {TICK_US} µs, {ticks}", command.join(" "));
        push(
            format!("{}: itself and the longest tick behind it", command.join(" ")),
            ticks.longest().max(took.as_nanos() as f64),
        );
    }
    Ok(())
}

/// What the server gives a tick.
const TICK_US: u32 = 1_000;

fn side_by_side(plan: &Plan, table: &mut Table) -> Result<()> {
    println!("\nA PING beside them, wall time:");
    let redis = RedisServer::start()?;
    machine::pin(redis.pid(), SERVER);
    let of_redis = observe(plan, "Redis", redis.address())?;
    drop(redis);
    let ferrite = FerriteServer::start(&[])?;
    machine::pin(ferrite.pid(), SERVER);
    let of_ferrite = observe(plan, "Ferrite", ferrite.address())?;
    table.group("time of a PING beside it (`cargo bench -- latency`)", Ratio::TimesAsMuch, "Redis", "Ferrite");
    let questions = [
        format!("{} keys are set: 99.999 percent", plan.items(KEYS)),
        format!("{} keys are set: the longest", plan.items(KEYS)),
        format!("a set of {} members is unlinked: the longest", plan.items(MEMBERS)),
    ];
    for ((question, redis), ferrite) in questions.into_iter().zip(of_redis).zip(of_ferrite) {
        let goal = if question.contains("unlinked") { Goal::FigureAtMost(MOST) } else { Goal::None };
        table.push(Row { question, unit: Unit::Nanoseconds, peer: vec![redis], ferrite: vec![ferrite], goal });
    }
    Ok(())
}

/// The three figures of one server, in nanoseconds.
fn observe(plan: &Plan, name: &str, server: SocketAddr) -> Result<[f64; 3]> {
    machine::pin(std::process::id(), DRIVER);
    let mut client = Bulk::connect(server)?;
    let (keys, members) = (plan.items(KEYS), plan.items(MEMBERS));
    let filling = beside(server, || client.fill(keys, |number, out| out.extend(set(number))))?;
    println!("  {name}, while {keys} keys are set, {filling}");
    client.fill(members, |number, out| out.extend(member(number)))?;
    let unlinking = beside(server, || {
        client.fill(1, |_, out| out.extend(encode(&["UNLINK", "members"])))?;
        // Whoever frees in the background is still at it.
        thread::sleep(Duration::from_secs(2));
        Ok(())
    })?;
    println!("  {name}, while a set of {members} members is unlinked, {unlinking}");
    Ok([filling.percentile(99.999), filling.longest(), unlinking.longest()])
}

/// What another client waits for PING while `work` is done.
fn beside(server: SocketAddr, work: impl FnOnce() -> Result<()>) -> Result<Histogram> {
    let mut stream = TcpStream::connect(server)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let pinging = scope.spawn(|| -> Result<Histogram> {
            let mut waits = Histogram::default();
            let mut reply = [0; 7];
            while !done.load(Relaxed) {
                let began = Instant::now();
                stream.write_all(b"PING\r\n")?;
                stream.read_exact(&mut reply)?;
                waits.add(began.elapsed());
            }
            Ok(waits)
        });
        let worked = work();
        done.store(true, Relaxed);
        let waits = pinging.join().ok().context("the client that sends PING panicked")?;
        worked.and(waits)
    })
}
