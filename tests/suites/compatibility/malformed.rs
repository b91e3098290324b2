//! Malformed arguments of every command: Redis' error, to the byte, and nothing changed.
//!
//! For each row arguments are chosen by chance from pools of keys of every type, numbers at and beyond the edges, and words
//! that are options somewhere. Before each command both servers hold the same keys. What fails must fail with the same
//! bytes and leave the count of changes as it was; what works must work with both.
//!
//! `FERRITE_MALFORMED_ROUNDS` says how often each command is tried; `FERRITE_MALFORMED_SEED` where to begin.

use std::env;
use std::fmt::Write;

use anyhow::{Context, Result};
use ferrite_resp::Value;
use ferrite_tests::client::encode;
use ferrite_tests::judge::{CoreJudge, Judge, TcpJudge};
use ferrite_tests::{REDIS_VERSION, RedisServer, require};

use crate::differences::{PENDING, Status, status};
use crate::rows::{Row, core, rows, text};

/// How often each command is tried when nobody says otherwise.
const ROUNDS: u64 = 60;

/// A key of each type.
const STATE: &[&[&str]] = &[
    &["SET", "a:string", "value"],
    &["SET", "a:number", "10"],
    &["RPUSH", "a:list", "a", "2", "c"],
    &["SADD", "a:set", "a", "b"],
    &["SADD", "a:integers", "1", "2", "3"],
    &["ZADD", "a:sorted", "1", "a", "2", "b"],
    &["HSET", "a:hash", "f", "1", "g", "x"],
    &["XADD", "a:stream", "1-1", "f", "v"],
    &["XGROUP", "CREATE", "a:stream", "group", "0"],
    &["PFADD", "a:log", "a", "b"],
    &["GEOADD", "a:geo", "13.361389", "38.115556", "Palermo"],
    &["SET", "a:volatile", "x", "EXAT", "4102444800"],
];

const KEYS: &[&str] = &[
    "a:string",
    "a:number",
    "a:list",
    "a:set",
    "a:integers",
    "a:sorted",
    "a:hash",
    "a:stream",
    "a:log",
    "a:geo",
    "a:volatile",
    "a:missing",
];

const VALUES: &[&str] = &[
    "",
    "0",
    "1",
    "2",
    "-1",
    "10",
    "abc",
    "1.5",
    "-0",
    "+1",
    "01",
    " 1",
    "1 ",
    "1e3",
    "inf",
    "-inf",
    "nan",
    "1e400",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "18446744073709551615",
    "4294967296",
    "2147483648",
    "2147483647",
    "\r\n",
    "\0",
    "a",
    "f",
    "(1",
    "[a",
    "+",
    "-",
    "*",
    "$",
    ">",
    "1-1",
    "0-0",
    "1-1-1",
    "group",
    "i8",
    "u64",
    "#0",
];

const OPTIONS: &[&str] = &[
    "EX",
    "PX",
    "EXAT",
    "PXAT",
    "NX",
    "XX",
    "GT",
    "LT",
    "CH",
    "INCR",
    "KEEPTTL",
    "GET",
    "PERSIST",
    "LIMIT",
    "BY",
    "COUNT",
    "MATCH",
    "TYPE",
    "WITHSCORES",
    "WITHVALUES",
    "STORE",
    "STOREDIST",
    "ASC",
    "DESC",
    "ALPHA",
    "REV",
    "BYSCORE",
    "BYLEX",
    "LEFT",
    "RIGHT",
    "BEFORE",
    "AFTER",
    "RANK",
    "MAXLEN",
    "MINID",
    "NOMKSTREAM",
    "STREAMS",
    "BLOCK",
    "GROUP",
    "NOACK",
    "IDLE",
    "TIME",
    "RETRYCOUNT",
    "FORCE",
    "JUSTID",
    "LASTID",
    "MKSTREAM",
    "ENTRIESREAD",
    "WEIGHTS",
    "AGGREGATE",
    "SUM",
    "MIN",
    "MAX",
    "ANY",
    "WITHCOORD",
    "WITHDIST",
    "WITHHASH",
    "FROMMEMBER",
    "FROMLONLAT",
    "BYRADIUS",
    "BYBOX",
    "m",
    "km",
    "REPLACE",
    "DB",
    "ASYNC",
    "SYNC",
    "AND",
    "NOT",
    "OVERFLOW",
    "SET",
    "INCRBY",
    "FAIL",
    "BIT",
    "BYTE",
    "IDX",
    "LEN",
    "MINMATCHLEN",
    "WITHMATCHLEN",
    "SAMPLES",
    "YES",
    "NO",
    "ON",
    "OFF",
    "ID",
    "FILTERBY",
    "ABORT",
    "SCHEDULE",
    "FIELDS",
];

const BAD_TIMES: &[&str] = &["", "abc", "-1", "nan", "inf", "1e400", "1e17", "1 ", "-0.5"];

/// Commands that are not for this test: they end connections, change what both servers are, wait, or answer otherwise
/// than with one reply; and those whose mistakes are words of a server's own.
const LEFT_OUT: &[&str] = &[
    "acl|setuser",
    "bgsave",
    "client|kill",
    "client|no-evict",
    "client|pause",
    "client|reply",
    "client|tracking",
    "debug",
    "exec",
    "hello",
    "monitor",
    "multi",
    "discard",
    "pfdebug",
    "pfselftest",
    "psubscribe",
    "psync",
    "punsubscribe",
    "quit",
    "replicaof",
    "reset",
    "save",
    "shutdown",
    "slaveof",
    "ssubscribe",
    "subscribe",
    "sunsubscribe",
    "sync",
    "unsubscribe",
];

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end as u64) as usize
    }

    fn one_of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words.get(self.below(words.len())).copied().unwrap_or_default()
    }
}

/// A command with arguments that fit it more or less.
fn command(name: &str, row: &Row, random: &mut Random) -> Vec<String> {
    let mut command: Vec<String> = name.split('|').map(str::to_owned).collect();
    let named = command.len();
    let least = usize::try_from(row.arity.unsigned_abs()).unwrap_or(named);
    let words = match random.below(8) {
        0 => least.saturating_sub(1).max(named),
        1..=3 => least,
        more => least + more - 3,
    };
    while command.len() < words {
        // Where a key is expected there mostly stands one.
        let word = match random.below(10) {
            0..=6 if command.len() == named => random.one_of(KEYS),
            0..=1 => random.one_of(KEYS),
            2..=6 => random.one_of(VALUES),
            _ => random.one_of(OPTIONS),
        };
        command.push(word.to_owned());
    }
    // Nobody waits here: what would is given a time that is none.
    let timeout = match name {
        "blmpop" | "bzmpop" => 1,
        _ => command.len() - 1,
    };
    let waits = row.flags.iter().any(|flag| flag == "blocking") && !name.starts_with("xread");
    if waits
        && timeout >= named
        && let Some(timeout) = command.get_mut(timeout)
    {
        *timeout = random.one_of(BAD_TIMES).to_owned();
    }
    command.retain(|word| word != "BLOCK" || !name.starts_with("xread"));
    command
}

fn send(judge: &mut dyn Judge, command: &[impl AsRef<[u8]>]) -> Result<Vec<u8>> {
    judge.send("malformed", &encode(command))?;
    let received = judge.receive("malformed", 1, false)?;
    Ok(received.frames.into_iter().next().unwrap_or(received.rest))
}

fn prepare(judge: &mut dyn Judge) -> Result<()> {
    send(judge, &["FLUSHALL"])?;
    let pipeline: Vec<u8> = STATE.iter().flat_map(|command| encode(command)).collect();
    judge.send("malformed", &pipeline)?;
    judge.receive("malformed", STATE.len(), false)?;
    Ok(())
}

/// How many changes the core counts.
fn changes(core: &mut CoreJudge) -> Result<String> {
    let reply = send(core, &["INFO", "persistence"])?;
    let (value, _) = ferrite_resp::reply::parse(&reply)?.context("INFO answers")?;
    let info = text(&value);
    let line =
        info.lines().find(|line| line.starts_with("rdb_changes_since_last_save")).context("the field is there")?;
    Ok(line.to_owned())
}

/// Whether a command's replies differ by nature, or in words of our own.
fn is_free(name: &str, row: &Row, reply: &Value) -> bool {
    let is_free = row.tips.iter().any(|tip| tip.starts_with("nondeterministic_output"));
    let is_ours = name.ends_with("|help") || matches!(status(name), Some(Status::Differs(_)));
    (is_free || is_ours || FREE.contains(&name)) && !matches!(reply, Value::Error(_))
}

/// Commands whose replies differ by nature, without a tip that says so.
const FREE: &[&str] = &[
    "acl|cat",
    "acl|genpass",
    "client|getname",
    "client|id",
    "client|trackinginfo",
    "command|count",
    "command|getkeys",
    "command|info",
    "config|get",
    "eval",
    "function|stats",
    "hgetall",
    "info",
    "keys",
    "lastsave",
    "lolwut",
    "object|freq",
    "randomkey",
    "role",
    "time",
    "sdiff",
    "sinter",
    "smembers",
    "sunion",
    "sort",
    "sort_ro",
    "xadd",
];

fn number(name: &str, usual: u64) -> Result<u64> {
    env::var(name).map_or(Ok(usual), |text| text.parse().with_context(|| format!("{name} is no number: {text}")))
}

#[test]
fn malformed_arguments_give_the_error_of_redis_and_change_nothing() -> Result<()> {
    if require("redis-server").is_none() {
        return Ok(());
    }
    let server = RedisServer::start()?;
    let mut redis = TcpJudge::connect("redis-server", server.address(), Some(REDIS_VERSION))?;
    let mut core = core()?;
    let rounds = number("FERRITE_MALFORMED_ROUNDS", ROUNDS)?;
    let seed = number("FERRITE_MALFORMED_SEED", 1)?;
    println!("FERRITE_MALFORMED_SEED={seed} FERRITE_MALFORMED_ROUNDS={rounds}");
    let known = rows(&mut core)?;
    let mut differences = String::new();
    for (name, row) in rows(&mut redis)? {
        let is_refused = matches!(status(&name), Some(Status::Refused(_)));
        let is_left_out = LEFT_OUT.contains(&name.as_str()) || PENDING.contains(&name.as_str()) || is_refused;
        if is_left_out || !known.contains_key(&name) {
            continue;
        }
        redis.begin_case()?;
        core.begin_case()?;
        prepare(&mut redis)?;
        prepare(&mut core)?;
        let mut random = Random(seed ^ name.bytes().fold(0, |hash: u64, byte| hash.wrapping_mul(31) + u64::from(byte)));
        for _ in 0..rounds {
            let command = command(&name, &row, &mut random);
            let before = changes(&mut core)?;
            let (theirs, ours) = (send(&mut redis, &command)?, send(&mut core, &command)?);
            let failed = ours.starts_with(b"-");
            let reply = ferrite_resp::reply::parse(&theirs)?.map_or(Value::Null, |(value, _)| value);
            let agree = theirs == ours || theirs.first() != Some(&b'-') && !failed && is_free(&name, &row, &reply);
            if !agree {
                writeln!(
                    differences,
                    "{}\n  redis-server: {}\n  the core:     {}",
                    command.iter().map(|word| format!("\"{}\"", word.escape_default())).collect::<Vec<_>>().join(" "),
                    theirs.escape_ascii(),
                    ours.escape_ascii(),
                )?;
            }
            let changed = changes(&mut core)? != before;
            if failed && changed {
                writeln!(differences, "{command:?} failed, and changed something")?;
            }
            if !failed || !agree {
                prepare(&mut redis)?;
                prepare(&mut core)?;
            }
        }
        redis.end_case()?;
        core.end_case()?;
    }
    assert!(differences.is_empty(), "\n{differences}");
    Ok(())
}
