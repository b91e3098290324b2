//! Debian's `redis-cli` as people look at a server with it: surveys of the keys, figures, latency, what goes on.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use ferrite_tests::require;
use ferrite_tests::running::Running;
use ferrite_tests::subject::{Server, Subject};

use crate::redis_cli::{cli, start};

ferrite_tests::on_both!(
    scan_lists_every_key_that_matches,
    the_biggest_key_of_each_type_is_found,
    the_key_with_most_memory_of_each_type_is_found,
    keys_that_are_used_often_are_found,
    figures_are_shown_as_they_change,
    latency_is_sampled,
    monitor_prints_what_every_client_asks,
    a_subscriber_prints_messages,
    pushes_are_printed_between_replies,
);

/// A redis-cli that goes on until it is dropped.
fn watch(server: &Server, arguments: &[&str]) -> Result<Running> {
    Running::start(Command::new("redis-cli").args(["-p", &server.port()]).args(arguments))
}

/// Writes a few keys of every type, one of each larger than the others.
fn fill(server: &Server) -> Result<()> {
    let script = "SET short 1\nSET long 0123456789012345678901234567890123456789012345678901234567890123456789\n\
                  RPUSH list a b c\nRPUSH longlist a b c d e f g h i j k l m n o p q r s t u v w x y z\n\
                  HSET hash a 1\nHSET bighash a 1 b 2 c 3 d 4 e 5 f 6 g 7 h 8 i 9 j 10 k 11 l 12 m 13 n 14\n\
                  SADD set a\nSADD bigset a b c d e f g h i j k l m n o p q r s t u v w x y z aa bb cc dd\n\
                  ZADD zset 1 a\nZADD bigzset 1 a 2 b 3 c 4 d 5 e 6 f 7 g 8 h 9 i 10 j 11 k 12 l 13 m 14 n 15 o\n\
                  XADD stream 1-1 a 1\nXADD stream 2-1 a 2\n";
    let replies = cli(server, &[], script.as_bytes())?;
    ensure!(!replies.contains("ERR"), "{replies}");
    Ok(())
}

/// The summary at the end of a survey. In which order types come is by chance.
fn summary(printed: &str) -> Result<Vec<String>> {
    let (_, summary) = printed.split_once("-------- summary -------").context("a summary")?;
    let mut lines: Vec<String> = summary.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
    lines.sort_unstable();
    Ok(lines)
}

fn scan_lists_every_key_that_matches(subject: Subject) -> Result<()> {
    let Some(server) = start(subject, &[])? else { return Ok(()) };
    let names: Vec<String> = (0..1000).map(|i| format!("item:{i:04}")).collect();
    let script: String = names.iter().map(|name| format!("SET {name} 1\n")).collect();
    cli(&server, &[], format!("{script}SET other 1\nSET \"i t\\x00\" 1\n").as_bytes())?;
    for arguments in [&["--scan", "--pattern", "item:*"][..], &["--scan", "--quoted-pattern", r#""\x69tem:*""#]] {
        let printed = cli(&server, arguments, b"")?;
        let mut found: Vec<&str> = printed.lines().collect();
        found.sort_unstable();
        found.dedup();
        assert_eq!(found, names);
    }
    assert_eq!(cli(&server, &["--no-raw", "--scan", "--pattern", "i *"], b"")?, "\"i t\\x00\"\n");
    Ok(())
}

fn the_biggest_key_of_each_type_is_found(subject: Subject) -> Result<()> {
    let Some(server) = start(subject, &[])? else { return Ok(()) };
    fill(&server)?;
    let printed = cli(&server, &["--bigkeys"], b"")?;
    let expected = [
        "1 streams with 2 entries (09.09% of keys, avg size 2.00)",
        "2 hashs with 15 fields (18.18% of keys, avg size 7.50)",
        "2 lists with 29 items (18.18% of keys, avg size 14.50)",
        "2 sets with 31 members (18.18% of keys, avg size 15.50)",
        "2 strings with 71 bytes (18.18% of keys, avg size 35.50)",
        "2 zsets with 16 members (18.18% of keys, avg size 8.00)",
        "Biggest    set found '\"bigset\"' has 30 members",
        "Biggest   hash found '\"bighash\"' has 14 fields",
        "Biggest   list found '\"longlist\"' has 26 items",
        "Biggest   zset found '\"bigzset\"' has 15 members",
        "Biggest stream found '\"stream\"' has 2 entries",
        "Biggest string found '\"long\"' has 70 bytes",
        "Sampled 11 keys in the keyspace!",
        "Total key length in bytes is 58 (avg len 5.27)",
    ];
    assert_eq!(summary(&printed)?, expected);
    Ok(())
}

fn the_key_with_most_memory_of_each_type_is_found(subject: Subject) -> Result<()> {
    let Some(server) = start(subject, &[])? else { return Ok(()) };
    fill(&server)?;
    for arguments in [&["--memkeys"][..], &["--memkeys-samples", "0"]] {
        let summary = summary(&cli(&server, arguments, b"")?)?;
        let largest = summary.iter().filter(|line| line.starts_with("Biggest"));
        let largest: Vec<(&str, &str)> = largest
            .map(|line| {
                let (name, size) = line.split_once("' has ").context("a size")?;
                let (_, name) = name.split_once(" found '").context("a name")?;
                let bytes: u64 = size.strip_suffix(" bytes").context("bytes")?.parse()?;
                ensure!((20..10_000).contains(&bytes), "{line}");
                Ok((line.get(7..14).unwrap_or_default().trim(), name))
            })
            .collect::<Result<_>>()?;
        let expected = [
            ("set", "\"bigset\""),
            ("hash", "\"bighash\""),
            ("list", "\"longlist\""),
            ("zset", "\"bigzset\""),
            ("stream", "\"stream\""),
            ("string", "\"long\""),
        ];
        assert_eq!(largest, expected);
        assert!(summary.iter().any(|line| line.starts_with("2 zsets with ")), "{summary:?}");
    }
    Ok(())
}

fn keys_that_are_used_often_are_found(subject: Subject) -> Result<()> {
    let Some(server) = start(subject, &["--maxmemory-policy", "allkeys-lfu"])? else { return Ok(()) };
    fill(&server)?;
    cli(&server, &["-r", "3000", "GET", "long"], b"")?;
    cli(&server, &["-r", "300", "LLEN", "list"], b"")?;
    let printed = cli(&server, &["--hotkeys"], b"")?;
    let hot: Vec<(u32, &str)> = printed
        .lines()
        .filter_map(|line| line.strip_prefix("hot key found with counter: "))
        .map(|line| {
            let (counter, name) = line.split_once("\tkeyname: ").context("a name")?;
            Ok((counter.parse()?, name))
        })
        .collect::<Result<_>>()?;
    assert!(printed.contains("Sampled 11 keys in the keyspace!"), "{printed}");
    assert!(hot.is_sorted_by(|(a, _), (b, _)| a >= b), "{hot:?}");
    let first: Vec<&str> = hot.iter().take(2).map(|(_, name)| *name).collect();
    assert_eq!(first, ["\"long\"", "\"list\""], "{printed}");

    // Without such a policy nothing is counted, and it says so.
    cli(&server, &["CONFIG", "SET", "maxmemory-policy", "noeviction"], b"")?;
    let output = ferrite_tests::program::run(Command::new("redis-cli").args(["-p", &server.port(), "--hotkeys"]), b"")?;
    let all = format!("{}{}", output.text(), output.stderr);
    assert!(all.contains("An LFU maxmemory policy is not selected"), "{all}");
    Ok(())
}

/// On a terminal, where redis-cli prints each line at once.
fn figures_are_shown_as_they_change(subject: Subject) -> Result<()> {
    let Some(server) = start(subject, &[])? else { return Ok(()) };
    if require("script").is_none() {
        return Ok(());
    }
    fill(&server)?;
    let session = format!("redis-cli -p {} --stat -i 0.01", server.port());
    let terminal = Running::start(Command::new("script").args(["-qec", &session, "/dev/null"]).env("TERM", "dumb"))?;
    assert_eq!(terminal.line()?, "------- data ------ --------------------- load -------------------- - child -");
    assert_eq!(terminal.line()?, "keys       mem      clients blocked requests            connections");
    for _ in 0..3 {
        let line = terminal.line()?;
        let [keys, memory, clients, blocked, ..] = line.split_whitespace().collect::<Vec<_>>()[..] else {
            anyhow::bail!("{line}");
        };
        assert_eq!((keys, blocked), ("11", "0"), "{line}");
        assert!(clients.parse::<u32>()? >= 1 && memory.ends_with(['K', 'M']) && line.contains("(+"), "{line}");
    }
    cli(&server, &["SET", "one more", "1"], b"")?;
    terminal.line_where(|line| line.starts_with("12 "))?;
    Ok(())
}

fn latency_is_sampled(subject: Subject) -> Result<()> {
    let Some(server) = start(subject, &[])? else { return Ok(()) };
    // Where nobody looks it samples for a while, prints once, and ends: least, greatest, mean, samples.
    for arguments in [&["--latency", "-i", "0.1"][..], &["--latency", "-i", "0.1", "--csv"]] {
        let printed = cli(&server, arguments, b"")?;
        let figures: Vec<f64> =
            printed.trim_end().split([' ', ',']).map(str::parse).collect::<Result<_, _>>().context(printed.clone())?;
        let [least, greatest, mean, samples] = figures[..] else { anyhow::bail!("{printed}") };
        assert!(least <= mean && mean <= greatest && samples >= 1.0, "{printed}");
    }
    let history = watch(&server, &["--latency-history", "-i", "0.1", "--raw"])?;
    assert_eq!(history.line()?.split(' ').count(), 4);
    Ok(())
}

fn monitor_prints_what_every_client_asks(subject: Subject) -> Result<()> {
    let Some(server) = start(subject, &[])? else { return Ok(()) };
    let monitor = watch(&server, &["MONITOR"])?;
    assert_eq!(monitor.line()?, "OK");
    let script =
        b"SET \"two words\" \"a\\x00\\n\\\"b\\\"\"\nSELECT 3\nMULTI\nINCR n\nEXEC\nNOSUCH x\nGET\nCONFIG GET port\n";
    cli(&server, &[], script)?;
    cli(&server, &["-a", "secret", "--no-auth-warning", "PING"], b"")?;
    // Without the time and the port of the client.
    let shown = |line: String| -> Result<String> {
        let (time, rest) = line.split_once(' ').context("a time")?;
        ensure!(time.parse::<f64>()? > 1e9 && time.split('.').nth(1).is_some_and(|micros| micros.len() == 6), "{line}");
        let (source, command) = rest.split_once("] ").context("a source")?;
        let (source, port) = source.rsplit_once(':').context("a port")?;
        ensure!(port.parse::<u16>().is_ok(), "{line}");
        Ok(format!("{source} {command}"))
    };
    let mut lines = Vec::new();
    while lines.last().is_none_or(|last| last != "[0 127.0.0.1 \"PING\"") {
        lines.push(shown(monitor.line()?)?);
    }
    let expected = [
        r#"[0 127.0.0.1 "COMMAND" "DOCS""#,
        r#"[0 127.0.0.1 "SET" "two words" "a\x00\n\"b\"""#,
        r#"[3 127.0.0.1 "SELECT" "3""#,
        r#"[3 127.0.0.1 "MULTI""#,
        r#"[3 127.0.0.1 "INCR" "n""#,
        r#"[3 127.0.0.1 "EXEC""#,
        r#"[0 127.0.0.1 "AUTH" "(redacted)""#,
        r#"[0 127.0.0.1 "PING""#,
    ];
    // Neither passwords are shown, nor what was refused, nor what administrators do.
    assert_eq!(lines, expected);
    Ok(())
}

fn a_subscriber_prints_messages(subject: Subject) -> Result<()> {
    let Some(server) = start(subject, &[])? else { return Ok(()) };
    let subscriber = watch(&server, &["--csv", "PSUBSCRIBE", "user:*", "news"])?;
    assert_eq!(subscriber.line_where(|line| line.starts_with("\"psubscribe\""))?, "\"psubscribe\",\"user:*\",1");
    assert_eq!(subscriber.line()?, "\"psubscribe\",\"news\",2");
    assert_eq!(cli(&server, &["PUBLISH", "user:1", "two words"], b"")?, "1\n");
    assert_eq!(subscriber.line()?, "\"pmessage\",\"user:*\",\"user:1\",\"two words\"");
    Ok(())
}

/// What a session has read it is told about, between the replies.
fn pushes_are_printed_between_replies(subject: Subject) -> Result<()> {
    let Some(server) = start(subject, &[])? else { return Ok(()) };
    let script = b"CLIENT TRACKING ON\nGET key\nSET key 1\nGET key\n";
    let printed = cli(&server, &["-3", "--no-raw", "--show-pushes", "yes"], script)?;
    assert_eq!(printed, "OK\n(nil)\nOK\n-> invalidate: 'key'\n\"1\"\n");
    Ok(())
}
