//! Debian's `redis-benchmark`: every test that it has runs to its end, alone, in pipelines, in RESP3, from threads.

use std::process::Command;

use anyhow::{Context, Result};
use ferrite_tests::program::run;
use ferrite_tests::require;
use ferrite_tests::subject::Subject;

ferrite_tests::on_both!(
    commands_one_by_one,
    commands_in_pipelines_of_sixteen,
    commands_in_resp3,
    commands_from_many_threads
);

/// Every test of the default set, as it is called in the results.
const TESTS: [&str; 20] = [
    "PING_INLINE",
    "PING_MBULK",
    "SET",
    "GET",
    "INCR",
    "LPUSH",
    "RPUSH",
    "LPOP",
    "RPOP",
    "SADD",
    "HSET",
    "SPOP",
    "ZADD",
    "ZPOPMIN",
    "LPUSH (needed to benchmark LRANGE)",
    "LRANGE_100 (first 100 elements)",
    "LRANGE_300 (first 300 elements)",
    "LRANGE_500 (first 500 elements)",
    "LRANGE_600 (first 600 elements)",
    "MSET (10 keys)",
];

fn commands_one_by_one(subject: Subject) -> Result<()> {
    benchmark(subject, &["-P", "1"])
}

fn commands_in_pipelines_of_sixteen(subject: Subject) -> Result<()> {
    benchmark(subject, &["-P", "16"])
}

fn commands_in_resp3(subject: Subject) -> Result<()> {
    benchmark(subject, &["-3"])
}

fn commands_from_many_threads(subject: Subject) -> Result<()> {
    benchmark(subject, &["--threads", "2", "-r", "1000", "-d", "100"])
}

fn benchmark(subject: Subject, arguments: &[&str]) -> Result<()> {
    if require("redis-benchmark").is_none() {
        return Ok(());
    }
    let Some(server) = subject.start(&[])? else { return Ok(()) };
    let mut command = Command::new("redis-benchmark");
    command.args(["-p", &server.port(), "-n", "2000", "-q"]).args(arguments);
    let output = run(&mut command, b"")?.succeeded()?;
    assert_eq!(output.stderr, "", "redis-benchmark complains");
    // Progress is overwritten by carriage returns; what stands at a line's end is the result.
    let printed = output.text();
    let results: Vec<&str> = printed.lines().filter_map(|line| line.rsplit('\r').next()).collect();
    for name in TESTS {
        let result = results.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        let result = result.with_context(|| format!("no result of {name} in {printed}"))?;
        let rate = result.split(" requests per second").next().unwrap_or_default();
        assert!(rate.parse::<f64>().is_ok_and(|rate| rate > 0.0), "{name}: {result}");
    }
    assert!(!printed.contains("rror"), "{printed}");

    // Every INCR that was counted as answered was also done.
    let mut client = server.connect()?;
    let mut sum = 0;
    let keys = client.command(&["KEYS", "counter:*"])?;
    for key in String::from_utf8(keys)?.lines().filter(|line| line.starts_with("counter:")) {
        let reply = String::from_utf8(client.command(&["GET", key])?)?;
        sum += reply.lines().nth(1).context("a value")?.parse::<u64>()?;
    }
    assert!((2000..2100).contains(&sum), "{sum} increments of 2000");
    Ok(())
}
