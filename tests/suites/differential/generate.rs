//! Random commands: every command that Ferrite has, mostly right, sometimes wrong.

use crate::compare::Free;
use crate::pools::{self, Word};
use crate::random::Random;

/// One command on one session.
#[derive(Clone, Debug)]
pub(crate) struct Command {
    pub(crate) session: usize,
    pub(crate) argv: Vec<Word>,
    /// What of its reply is free.
    pub(crate) free: Free,
}

pub(crate) const SESSIONS: usize = 3;

/// So many commands; runs of one session's are sent as pipelines.
pub(crate) fn round(random: &mut Random, length: usize) -> Vec<Command> {
    let mut commands = Vec::with_capacity(length);
    let mut session = 0;
    while commands.len() < length {
        if random.one_in(4) {
            session = random.below(SESSIONS);
        }
        let (argv, free) = command(random);
        let argv = disturb(random, argv);
        commands.push(Command { session, argv, free });
    }
    commands
}

/// Once in a while an argument is missing, one too many, or of another case.
fn disturb(random: &mut Random, mut argv: Vec<Word>) -> Vec<Word> {
    match random.below(120) {
        0 if argv.len() > 1 => {
            argv.pop();
        }
        1 => argv.push(pools::value(random)),
        2..=12 => argv.iter_mut().take(1).for_each(|name| name.make_ascii_lowercase()),
        _ => {}
    }
    argv
}

fn words(text: &str) -> Vec<Word> {
    text.split(' ').filter(|word| !word.is_empty()).map(|word| word.as_bytes().to_vec()).collect()
}

/// A template's placeholders: `K` a key, `V` a value, `I` an integer, `F` a float, `X` an index, `O` an offset, `P` a
/// pattern, `D` a database, `S` seconds, `M` milliseconds, `A` and `B` moments in seconds and milliseconds.
fn fill(random: &mut Random, template: &str) -> Vec<Word> {
    let mut argv = Vec::new();
    for word in words(template) {
        argv.push(match word.as_slice() {
            b"K" => pools::key(random),
            b"V" => pools::value(random),
            b"I" => pools::integer(random),
            b"F" => pools::float(random),
            b"X" => pools::index(random),
            b"O" => pools::offset(random),
            b"P" => pools::pattern(random),
            b"D" => pools::database(random),
            b"S" => pools::seconds(random),
            b"M" => pools::milliseconds(random),
            b"A" => pools::timestamp_s(random),
            b"B" => pools::timestamp_ms(random),
            _ => word,
        });
    }
    argv
}

/// Weight, template, optional tails of which up to three are appended, and what is free.
type Row = (usize, &'static str, &'static [&'static str], Free);

const EXPIRY: &[&str] = &["EX S", "PX M", "EXAT A", "PXAT B", "PERSIST", "KEEPTTL", "NX", "BOGUS"];
const SET: &[&str] = &["EX S", "PX M", "EXAT A", "PXAT B", "KEEPTTL", "NX", "XX", "GET", "NX", "XX", "GET", "BOGUS"];
const FLAGS: &[&str] = &["NX", "XX", "GT", "LT", "nx", "xx", "gt", "lt", "BOGUS"];
const LCS: &[&str] = &["LEN", "IDX", "IDX", "MINMATCHLEN I", "WITHMATCHLEN", "BOGUS"];
const NONE: &[&str] = &[];

const ROWS: &[Row] = &[
    (30, "SET K V", SET, Free::Nothing),
    (12, "SET K V", NONE, Free::Nothing),
    (20, "GET K", NONE, Free::Nothing),
    (4, "GETDEL K", NONE, Free::Nothing),
    (10, "GETEX K", EXPIRY, Free::Nothing),
    (5, "GETSET K V", NONE, Free::Nothing),
    (8, "GETRANGE K X X", NONE, Free::Nothing),
    (3, "SUBSTR K X X", NONE, Free::Nothing),
    (8, "SETRANGE K O V", NONE, Free::Nothing),
    (5, "STRLEN K", NONE, Free::Nothing),
    (10, "APPEND K V", NONE, Free::Nothing),
    (8, "INCR K", NONE, Free::Nothing),
    (6, "DECR K", NONE, Free::Nothing),
    (8, "INCRBY K I", NONE, Free::Nothing),
    (6, "DECRBY K I", NONE, Free::Nothing),
    (12, "INCRBYFLOAT K F", NONE, Free::Nothing),
    (4, "MGET K", &["K", "K", "K"], Free::Nothing),
    (4, "MSET K V", &["K V", "K V", "K"], Free::Nothing),
    (4, "MSETNX K V", &["K V", "K V", "K"], Free::Nothing),
    (4, "SETNX K V", NONE, Free::Nothing),
    (4, "SETEX K S V", NONE, Free::Nothing),
    (4, "PSETEX K M V", NONE, Free::Nothing),
    (5, "LCS K K", LCS, Free::Nothing),
    (6, "DEL K", &["K", "K"], Free::Nothing),
    (3, "UNLINK K", &["K", "K"], Free::Nothing),
    (5, "EXISTS K", &["K", "K"], Free::Nothing),
    (3, "TYPE K", NONE, Free::Nothing),
    (2, "TOUCH K", &["K", "K"], Free::Nothing),
    (5, "RENAME K K", NONE, Free::Nothing),
    (4, "RENAMENX K K", NONE, Free::Nothing),
    (6, "COPY K K", &["REPLACE", "DB D", "BOGUS"], Free::Nothing),
    (5, "MOVE K D", NONE, Free::Nothing),
    (2, "RANDOMKEY", NONE, Free::Kind),
    (4, "KEYS P", NONE, Free::Order),
    (3, "SCAN 0 COUNT 1000", &["MATCH P", "TYPE string", "TYPE list", "BOGUS"], Free::Order),
    (1, "SCAN I", &["MATCH P", "COUNT I"], Free::Kind),
    (3, "DBSIZE", NONE, Free::Nothing),
    (1, "FLUSHDB", &["ASYNC", "SYNC", "BOGUS"], Free::Nothing),
    (1, "FLUSHALL", &["ASYNC", "SYNC", "BOGUS"], Free::Nothing),
    (2, "SWAPDB D D", NONE, Free::Nothing),
    (6, "EXPIRE K S", FLAGS, Free::Nothing),
    (6, "PEXPIRE K M", FLAGS, Free::Nothing),
    (6, "EXPIREAT K A", FLAGS, Free::Nothing),
    (6, "PEXPIREAT K B", FLAGS, Free::Nothing),
    (6, "TTL K", NONE, Free::Near(2)),
    (4, "PTTL K", NONE, Free::Near(5000)),
    (4, "EXPIRETIME K", NONE, Free::Near(2)),
    (4, "PEXPIRETIME K", NONE, Free::Near(5000)),
    (4, "PERSIST K", NONE, Free::Nothing),
    (6, "OBJECT ENCODING K", NONE, Free::Nothing),
    (2, "OBJECT REFCOUNT K", NONE, Free::Kind),
    (2, "OBJECT IDLETIME K", NONE, Free::Kind),
    (1, "OBJECT FREQ K", NONE, Free::Nothing),
    (1, "OBJECT V K", NONE, Free::Nothing),
    (2, "MEMORY USAGE K", &["SAMPLES I"], Free::Kind),
    (10, "MULTI", NONE, Free::Nothing),
    (14, "EXEC", NONE, Free::Nothing),
    (3, "DISCARD", NONE, Free::Nothing),
    (8, "WATCH K", &["K"], Free::Nothing),
    (2, "UNWATCH", NONE, Free::Nothing),
    (4, "SELECT D", NONE, Free::Nothing),
    (2, "PING", &["V"], Free::Nothing),
    (1, "ECHO V", NONE, Free::Nothing),
    (1, "HELLO 3", NONE, Free::Kind),
    (1, "HELLO 2", NONE, Free::Kind),
    (1, "HELLO I", NONE, Free::Kind),
    (1, "RESET", NONE, Free::Nothing),
    (1, "AUTH V", NONE, Free::Nothing),
    (1, "CLIENT ID", NONE, Free::Kind),
    (1, "CLIENT GETNAME", NONE, Free::Nothing),
    (1, "CLIENT SETNAME V", NONE, Free::Nothing),
    (1, "CLIENT NO-EVICT V", NONE, Free::Nothing),
    (1, "CLIENT V", NONE, Free::Nothing),
    (1, "COMMAND COUNT", NONE, Free::Kind),
    (1, "COMMAND GETKEYS SET K V", SET, Free::Nothing),
    (1, "COMMAND GETKEYS MSET K V K V", NONE, Free::Nothing),
    (1, "COMMAND GETKEYS DEL K K", NONE, Free::Nothing),
    (1, "CONFIG GET maxmemory", NONE, Free::Nothing),
    (1, "CONFIG RESETSTAT", NONE, Free::Nothing),
    (1, "TIME", NONE, Free::Kind),
    (2, "V K V", NONE, Free::Nothing),
    (1, "DEBUG SLEEP 0", NONE, Free::Nothing),
];

fn command(random: &mut Random) -> (Vec<Word>, Free) {
    let total: usize = ROWS.iter().map(|row| row.0).sum();
    let mut at = random.below(total);
    let mut chosen = None;
    for row in ROWS {
        if at < row.0 {
            chosen = Some(row);
            break;
        }
        at -= row.0;
    }
    let (_, template, tails, free) = chosen.expect("the weights add up to the total");
    let mut argv = fill(random, template);
    if !tails.is_empty() {
        for _ in 0..random.below(4).saturating_sub(1) {
            let tail = random.pick(tails);
            argv.extend(fill(random, tail));
        }
    }
    (argv, *free)
}
