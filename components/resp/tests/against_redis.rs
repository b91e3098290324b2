//! The codec against redis-server itself: what it calls a protocol error, how it splits commands, how it adds and
//! prints numbers. Skipped with a line of output where there is no redis-server, unless `FERRITE_REQUIRE_ALL` is set.

#![cfg(unix)]

mod random;

use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use ferrite_resp::{Argv, Extended, Limits, Parsed, Protocol, Value, Writer, number, parse, reply};
use random::{Bound, Random, seed};
use tempfile::TempDir;

/// A server of its own for each test, on a Unix socket in a folder of its own: no port that another process may take.
struct Redis {
    process: Child,
    folder: TempDir,
}

impl Redis {
    /// None where redis-server is not installed.
    fn start(test: &str) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder for the socket");
        let started = Command::new("redis-server")
            .args(["--port", "0", "--unixsocket", "redis.sock", "--save", "", "--appendonly", "no"])
            .current_dir(&folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn();
        let Ok(process) = started else {
            assert!(std::env::var_os("FERRITE_REQUIRE_ALL").is_none(), "{test}: redis-server is not installed");
            println!("skipped: {test}: redis-server is not installed");
            return None;
        };
        let mut redis = Self { process, folder };
        let start = Instant::now();
        while redis.connect().is_err() {
            let ended = redis.process.try_wait().expect("a child can be asked whether it has ended");
            assert!(ended.is_none(), "redis-server has ended: {ended:?}");
            assert!(start.elapsed() < Duration::from_secs(60), "redis-server does not accept connections");
            std::thread::sleep(Duration::from_millis(10));
        }
        Some(redis)
    }

    fn connect(&self) -> io::Result<UnixStream> {
        UnixStream::connect(self.folder.path().join("redis.sock"))
    }

    /// All that the server answers to a connection that sends `input` and ends.
    fn answer(&self, input: &[u8]) -> Vec<u8> {
        let mut socket = self.connect().expect("the server accepts");
        socket.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout can be set");
        // A server that closes because of an error reads no more: what it answered before is there all the same.
        match socket.write_all(input) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
            written => written.expect("the server reads"),
        }
        let _ = socket.shutdown(Shutdown::Write);
        let mut answer = Vec::new();
        match socket.read_to_end(&mut answer) {
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => {}
            read => drop(read.expect("the server answers and closes")),
        }
        answer
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to do.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn command(args: &[&[u8]]) -> Vec<u8> {
    let mut out = Writer::new(Protocol::Resp2);
    out.array(args.len());
    for arg in args {
        out.bulk(arg);
    }
    out.into_vec()
}

/// The replies in `bytes`, which hold nothing else.
fn replies(mut bytes: &[u8]) -> Vec<Value> {
    let mut replies = Vec::new();
    while let Some((value, len)) = reply::parse(bytes).expect("the server writes replies") {
        replies.push(value);
        bytes = bytes.get(len..).expect("a reply is within its bytes");
    }
    assert!(bytes.is_empty(), "half a reply: {}", bytes.escape_ascii());
    replies
}

/// What we make of a stream: an `ECHO` for each command, so that the server says how it split the words, and the error.
fn ours(stream: &[u8]) -> Vec<Value> {
    let (limits, mut argv, mut rest, mut expected) = (Limits::default(), Argv::new(), stream, Vec::new());
    while !rest.is_empty() {
        let consumed = match parse(rest, &limits, &mut argv) {
            Ok(Parsed::Command { consumed }) => {
                let args = argv.view(rest);
                expected.push(match args.len() {
                    2 => Value::bulk(args.at(1)),
                    _ => Value::Error(b"ERR wrong number of arguments for 'echo' command".to_vec()),
                });
                consumed
            }
            Ok(Parsed::Empty { consumed }) => consumed,
            Ok(Parsed::Need(_)) => break,
            Err(error) => {
                expected.push(Value::Error(error.to_bytes()));
                break;
            }
        };
        rest = rest.get(consumed..).expect("no more is consumed than there is");
    }
    expected
}

/// Streams of ECHO commands with odd headers, line ends and quotes.
fn odd_stream(random: &mut Random) -> Vec<u8> {
    const COUNTS: [&str; 16] = [
        "*2",
        "*2",
        "*2",
        "*2",
        "*2",
        "*2",
        "*2",
        "*0",
        "*-1",
        "*+2",
        "*02",
        "*",
        "*3\r\n$4\r\necho",
        "* 2",
        "*2 ",
        "*2147483648",
    ];
    const ENDS: [&str; 8] = ["\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\rx", "\n", "\r"];
    const LENGTHS: [&str; 20] = [
        "1",
        "1",
        "1",
        "1",
        "1",
        "1",
        "1",
        "1",
        "1",
        "1",
        "0",
        "01",
        "-1",
        "+1",
        "",
        "536870913",
        "1x",
        "\0",
        "2",
        "3",
    ];
    const WORDS: [&str; 14] = [
        "a",
        "'a b'",
        "\"a\\x41\\n\"",
        "\"a\\\"\"",
        "'\\''",
        "\"a\"b",
        "'a",
        "\"",
        "a\"b c\"",
        "\x0ba\x0b",
        "\\n",
        "\"\\x4\"",
        "''",
        "\"\\xg0\\q\\t\\a\\b\\r\"",
    ];
    const SPACES: [&str; 6] = [" ", "  ", "\t", " \x0c", "\r", " \r "];
    let mut stream = String::new();
    for _ in 0..1 + random.below(6) {
        if random.one_in(3) {
            stream += random.pick(&["", "", " "]);
            stream += "echo";
            for _ in 0..1 + random.below(2) {
                stream += random.pick(&SPACES);
                stream += random.pick(&WORDS);
            }
            stream += random.pick(&["\r\n", "\n", " \r\n", ""]);
        } else {
            let count = random.pick(&COUNTS);
            stream += count;
            stream += random.pick(&ENDS);
            if !matches!(count, "*0" | "*-1") {
                stream += random.pick(&[
                    "$4\r\necho\r\n",
                    "$4\r\necho\r\n",
                    "$4\r\necho\r\n",
                    "$4\r\nechoxx",
                    ":4\r\n",
                    "\r\n",
                ]);
                stream += random.pick(&["$", "$", "$", "$", "$", "$", "x", "\n"]);
                stream += random.pick(&LENGTHS);
                stream += random.pick(&ENDS);
                stream += "v";
                stream += random.pick(&ENDS);
            }
        }
    }
    stream.into_bytes()
}

#[test]
fn odd_requests_are_split_and_refused_as_by_redis() {
    let Some(redis) = Redis::start("odd requests") else { return };
    let mut random = Random::new(seed("odd requests"));
    let (bound, mut count, mut errors) = (Bound::start(), 0, 0);
    while bound.goes_on(count >= 3_000) {
        count += 1;
        let stream = odd_stream(&mut random);
        let mut theirs = replies(&redis.answer(&stream));
        let mut ours = ours(&stream);
        for reply in theirs.iter_mut().chain(&mut ours) {
            // Which command is unknown is nothing of the codec's.
            if matches!(reply, Value::Error(text) if text.starts_with(b"ERR unknown") || text.starts_with(b"ERR wrong"))
            {
                *reply = Value::Error(b"no echo".to_vec());
            }
        }
        // A stream that the generator cut may hold a command that is not ECHO; then only how many there are is
        // compared.
        let comparable = |replies: &[Value]| -> Vec<Value> {
            replies.iter().map(|reply| if is_echo(reply) { Value::Null } else { reply.clone() }).collect()
        };
        if theirs.contains(&Value::Error(b"no echo".to_vec())) {
            (theirs, ours) = (comparable(&theirs), comparable(&ours));
        }
        errors += usize::from(matches!(ours.last(), Some(Value::Error(text)) if text.starts_with(b"ERR Protocol")));
        assert_eq!(ours, theirs, "for {}", stream.escape_ascii());
    }
    assert!(errors > count / 10, "only {errors} protocol errors in {count} streams");
}

/// Neither a protocol error nor a status.
fn is_echo(reply: &Value) -> bool {
    match reply {
        Value::Bulk(_) => true,
        Value::Error(text) => text == b"no echo",
        _ => false,
    }
}

/// Numbers as people and programs write them, and some that they do not.
fn number_text(random: &mut Random) -> String {
    let digits = |random: &mut Random, max| -> String {
        (0..=random.below(max)).map(|_| char::from(b'0' + random.below(10) as u8)).collect()
    };
    let sign = random.pick(&["", "", "", "-", "+"]);
    let longest = random.pick(&[3, 3, 9, 17, 25, 60]);
    let body = match random.below(6) {
        0 => digits(random, longest),
        1 | 2 => format!("{}.{}", digits(random, longest), digits(random, longest)),
        3 => format!(
            "{}.{}e{}{}",
            digits(random, 2),
            digits(random, longest),
            random.pick(&["", "-", "+"]),
            random.below(30)
        ),
        4 => {
            let largest = random.pick(&[320, 330, 5_000]);
            format!("{}e{}{}", digits(random, 20), random.pick(&["", "-"]), random.below(largest))
        }
        _ => format!(
            "0x{:x}.{:x}p{}",
            random.next() >> random.below(64),
            random.next() >> random.below(64),
            random.below(130) as i64 - 65
        ),
    };
    format!("{sign}{body}")
}

#[test]
fn sums_are_those_of_incrbyfloat() {
    let Some(redis) = Redis::start("sums") else { return };
    let mut random = Random::new(seed("sums"));
    let (bound, mut count) = (Bound::start(), 0);
    while bound.goes_on(count >= 20_000) {
        let mut stream = Vec::new();
        let mut expected = Vec::new();
        for _ in 0..1_000 {
            count += 1;
            let (left, right) = (number_text(&mut random), number_text(&mut random));
            stream.extend(command(&[b"SET", b"n", left.as_bytes()]));
            stream.extend(command(&[b"INCRBYFLOAT", b"n", right.as_bytes()]));
            let sum = match (Extended::parse(left.as_bytes()), Extended::parse(right.as_bytes())) {
                (Some(left), Some(right)) => match left.checked_add(right) {
                    Some(sum) => Value::Bulk(sum.to_text()),
                    None => Value::Error(b"ERR increment would produce NaN or Infinity".to_vec()),
                },
                _ => Value::Error(b"ERR value is not a valid float".to_vec()),
            };
            expected.push((format!("{left} + {right}"), sum));
        }
        let theirs = replies(&redis.answer(&stream));
        assert_eq!(theirs.len(), expected.len() * 2);
        for ((sum, ours), theirs) in expected.iter().zip(theirs.iter().skip(1).step_by(2)) {
            assert_eq!(ours, theirs, "for {sum}");
        }
    }
}

#[test]
fn doubles_are_read_and_printed_as_in_sorted_sets() {
    let Some(redis) = Redis::start("doubles") else { return };
    // Too long for a listpack, which would store -0 as the integer 0.
    let member = [b'm'; 100];
    let mut random = Random::new(seed("doubles"));
    let (bound, mut count) = (Bound::start(), 0);
    while bound.goes_on(count >= 20_000) {
        let mut stream = Vec::new();
        let mut expected = Vec::new();
        for _ in 0..1_000 {
            count += 1;
            let text = number_text(&mut random);
            stream.extend(command(&[b"DEL", b"z"]));
            stream.extend(command(&[b"ZADD", b"z", text.as_bytes(), &member]));
            stream.extend(command(&[b"ZSCORE", b"z", &member]));
            let value = number::parse_f64(text.as_bytes());
            let printed = value.map_or(Value::Null, |value| Value::bulk(number::format_f64(value).as_bytes()));
            expected.push((text, printed));
        }
        let theirs = replies(&redis.answer(&stream));
        assert_eq!(theirs.len(), expected.len() * 3);
        for ((text, ours), theirs) in expected.iter().zip(theirs.iter().skip(2).step_by(3)) {
            assert_eq!(ours, theirs, "for {text}");
        }
    }
}
