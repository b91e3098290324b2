//! LATENCY: what took long, and how commands' times are distributed. <https://redis.io/docs/latest/commands/latency/>

use std::fmt::Write;

use crate::command::{Command, Flags, Handler};
use crate::context::Context;
use crate::error::Error;

fn latest(cx: &mut Context<'_>) -> Result<(), Error> {
    let events = &cx.store.timing.monitor.events;
    cx.out.array(events.len());
    for event in events {
        let (time_s, took_ms) = event.samples.back().copied().unwrap_or_default();
        cx.out.array(4);
        cx.out.bulk(event.name.as_bytes());
        [time_s, took_ms, event.longest_ms].iter().for_each(|&figure| cx.out.integer(figure as i64));
    }
    Ok(())
}

fn history(cx: &mut Context<'_>) -> Result<(), Error> {
    let event = cx.store.timing.monitor.event(cx.arg(2));
    cx.out.array(event.map_or(0, |event| event.samples.len()));
    for (time_s, took_ms) in event.iter().flat_map(|event| &event.samples) {
        cx.out.array(2);
        cx.out.integer(*time_s as i64);
        cx.out.integer(*took_ms as i64);
    }
    Ok(())
}

fn reset(cx: &mut Context<'_>) -> Result<(), Error> {
    let names = cx.args.skip(2);
    let events = &mut cx.store.timing.monitor.events;
    let before = events.len();
    events.retain(|event| {
        !names.is_empty() && !names.iter().any(|name| name.eq_ignore_ascii_case(event.name.as_bytes()))
    });
    let removed = before - events.len();
    cx.reply_integer(removed as i64)
}

/// A bar for each of the latest seconds.
fn graph(cx: &mut Context<'_>) -> Result<(), Error> {
    const WIDTH: u64 = 60;
    let now_s = cx.keys().now_us() / 1_000_000;
    let Some(event) = cx.store.timing.monitor.event(cx.arg(2)) else {
        return Err(Error::quoting("ERR No samples available for event '", cx.arg(2), "'"));
    };
    let most = event.samples.iter().map(|(_, took_ms)| *took_ms).max().unwrap_or(0).max(1);
    let least = event.samples.iter().map(|(_, took_ms)| *took_ms).min().unwrap_or(0);
    let mut text = format!("{} - high {most} ms, low {least} ms (all time high {} ms)\n", event.name, event.longest_ms);
    for (time_s, took_ms) in &event.samples {
        let bar = "#".repeat((took_ms.saturating_mul(WIDTH) / most).max(1) as usize);
        let _ = writeln!(text, "{:>8}s ago {bar} {took_ms}", now_s.saturating_sub(*time_s));
    }
    cx.out.verbatim(*b"txt", text.as_bytes());
    Ok(())
}

fn doctor(cx: &mut Context<'_>) -> Result<(), Error> {
    let mut text = String::new();
    let timing = &cx.store.timing;
    if cx.store.settings.number("latency-monitor-threshold") == Some(0) {
        text.push_str("The latency monitor is off. CONFIG SET latency-monitor-threshold <milliseconds> turns it on.\n");
    } else if timing.monitor.events.is_empty() {
        text.push_str("Nothing took longer than the threshold.\n");
    }
    for event in &timing.monitor.events {
        let _ = writeln!(
            text,
            "{}: {} seconds with something slow in them, {} ms at worst. SLOWLOG GET names the commands.",
            event.name,
            event.samples.len(),
            event.longest_ms
        );
    }
    cx.out.verbatim(*b"txt", text.as_bytes());
    Ok(())
}

fn histogram(cx: &mut Context<'_>) -> Result<(), Error> {
    let names = cx.args.skip(2);
    let wanted = |full: &str| {
        names.is_empty()
            || names.iter().any(|name| {
                let container = full.split('|').next().unwrap_or(full);
                [full, container].iter().any(|known| known.as_bytes().eq_ignore_ascii_case(name))
            })
    };
    let counted: Vec<_> =
        cx.store.rows.counted().into_iter().filter(|(name, calls)| calls.histogram.is_some() && wanted(name)).collect();
    cx.out.map(counted.len());
    for (name, calls) in counted {
        let buckets = calls.histogram.as_ref().map(|histogram| histogram.cumulative()).unwrap_or_default();
        cx.out.bulk(name.as_bytes());
        cx.out.map(2);
        cx.out.bulk(b"calls");
        cx.out.integer(buckets.last().map_or(0, |(_, calls)| *calls) as i64);
        cx.out.bulk(b"histogram_usec");
        cx.out.map(buckets.len());
        for (most_us, calls) in buckets {
            cx.out.integer(most_us as i64);
            cx.out.integer(calls as i64);
        }
    }
    Ok(())
}

fn help(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.reply_help(&[
        ("DOCTOR", "What took long, in words."),
        ("GRAPH <event>", "A bar for each second in which the event took long."),
        ("HISTOGRAM [<command> ...]", "How many calls took how many microseconds."),
        ("HISTORY <event>", "Times and milliseconds of an event."),
        ("LATEST", "The latest and the longest of each event."),
        ("RESET [<event> ...]", "Forgets events."),
    ])
}

const fn latency(name: &'static str, arity: i32, handler: Handler) -> Command {
    Command::new(name, arity, handler).flags(&[Flags::ADMIN, Flags::NOSCRIPT, Flags::LOADING, Flags::STALE]).tips(&[
        "nondeterministic_output",
        "request_policy:all_nodes",
        "response_policy:special",
    ])
}

static SUBCOMMANDS: &[Command] = &[
    latency("doctor", 2, doctor).docs("2.8.13", "O(1)", "What took long, in words."),
    latency("graph", 3, graph).docs("2.8.13", "O(1)", "What took long, as a picture."),
    Command::new("help", 2, help).flags(&[Flags::LOADING, Flags::STALE]).docs(
        "2.8.13",
        "O(1)",
        "Explains the subcommands.",
    ),
    latency("histogram", -2, histogram).docs(
        "7.0.0",
        "O(N) where N is the number of commands with latency information being retrieved.",
        "How many calls took how long.",
    ),
    latency("history", 3, history).docs("2.8.13", "O(1)", "The times of an event."),
    latency("latest", 2, latest).docs("2.8.13", "O(1)", "The latest of each event."),
    latency("reset", -2, reset).tips(&["request_policy:all_nodes", "response_policy:all_succeeded"]).docs(
        "2.8.13",
        "O(1)",
        "Forgets events.",
    ),
];

/// The family's rows.
pub(crate) static TABLE: &[Command] = &[Command::container("latency", SUBCOMMANDS).group("server").docs(
    "2.8.13",
    "Depends on subcommand.",
    "What took long.",
)];
