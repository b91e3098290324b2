//! What arguments are made of: few fields, members and ids, so that commands meet, and values at every edge.

use crate::random::Random;

/// One argument.
pub(crate) type Word = Vec<u8>;

/// A source of arguments of a kind.
pub(crate) type Pool = fn(&mut Random) -> Word;

/// The pools by the names that rows use.
const POOLS: &[(&str, Pool)] = &[
    ("bit", bit),
    ("bit-offset", bit_offset),
    ("bit-type", bit_type),
    ("blob", blob),
    ("bound", bound),
    ("consumer", |random| of(random, &["alice", "bob", "carol", "\u{fc}"])),
    ("by", |random| of(random, &["*", "nosort", "h1->*", "h2->a", "*->a", "x*y", "#", "s*", "h*->f"])),
    ("count", count),
    ("database", database),
    ("element", member),
    ("field", member),
    ("float", float),
    ("garbage", garbage),
    ("group", |random| of(random, &["g1", "g1", "g2", "g3"])),
    ("id", id),
    // Nothing that some milliseconds more or less would change.
    ("idle", |random| of(random, &["0", "0", "0", "0", "500000", "500000000", "-1", "abc"])),
    ("idle-now", |random| of(random, &["0", "1000000", "1000000000", "-1", "abc", "-1000000"])),
    ("index", index),
    ("int", integer),
    ("latitude", |random| degrees(random, 86)),
    ("lex", lex),
    ("longitude", |random| degrees(random, 181)),
    ("lat", |random| format!("{}.{:06}", 13 + random.below(3), random.below(1_000_000)).into_bytes()),
    ("lon", |random| format!("{}.{:06}", 37 + random.below(3), random.below(1_000_000)).into_bytes()),
    ("member", member),
    ("ms", milliseconds),
    ("moment", |random| of(random, &["0", "1", "1000000000000", "-1", "abc"])),
    ("new-id", new_id),
    ("offset", offset),
    ("pattern", pattern),
    ("place", |random| of(random, &["Palermo", "Catania", "edge", "p1", "p2", "p3", "p4", "p5", "p6"])),
    ("radius", radius),
    ("score", score),
    ("seconds", seconds),
    ("short", short),
    ("small-count", |random| (random.below(24) as i64 - 12).to_string().into_bytes()),
    ("timestamp-ms", timestamp_ms),
    ("timestamp-s", timestamp_s),
    ("unit", |random| of(random, &["m", "km", "ft", "mi", "KM", "parsec"])),
    ("value", value),
];

/// The pool of this name.
pub(crate) fn named(name: &str) -> Option<Pool> {
    POOLS.iter().find(|(other, _)| *other == name).map(|(_, pool)| *pool)
}

fn of(random: &mut Random, words: &[&str]) -> Word {
    random.pick(words).as_bytes().to_vec()
}

/// What fits nowhere, or just not here; no number that would make a large string, a long reply, or a short life.
pub(crate) fn garbage(random: &mut Random) -> Word {
    const ODD: &[&[u8]] = &[
        b"",
        b"0",
        b"-1",
        b"abc",
        b"nan",
        b"inf",
        b"-inf",
        b"+",
        b"-",
        b"(",
        b"[",
        b"$",
        b">",
        b"#1",
        b"u64",
        b"i64",
        b"1.5",
        b"9223372036854775807",
        b"-9223372036854775808",
        b"9223372036854775808",
        b"NX",
        b"XX",
        b"GET",
        b"COUNT",
        b"WITHSCORES",
        b"LIMIT",
        b"STORE",
        b"LEFT",
        b"\xff\x00",
        // SORT ALPHA compares up to the first NUL, and any of equals may be first: nothing that goes on behind what may be
        // a member itself.
        b"1z\x00",
        b"1 ",
        b"01",
        b"0-0",
        b"5-5",
        b"=",
        b"~",
        b"MATCH",
        b"WEIGHTS",
        b"STREAMS",
        b"g1",
        b"km",
        b"1e400",
        b"-0",
        b"-9223372036854775807",
        b"3000000",
    ];
    random.pick(ODD).to_vec()
}

/// Fields of hashes, members, elements: few, some of them numbers, some too long for a packed collection.
fn member(random: &mut Random) -> Word {
    match random.below(24) {
        0..=8 => of(random, &["a", "b", "c", "d", "e", "f", "alpha", "beta", "gamma", "a1", "aa", "ab", "B"]),
        9..=15 => random.below(40).to_string().into_bytes(),
        16 => random.pick(INTEGERS).to_vec(),
        17 => random.pick(NO_INTEGERS).to_vec(),
        18 => random.pick(FLOATS).to_vec(),
        19 => (random.below(200_000) as i64 - 100_000).to_string().into_bytes(),
        20 => random.pick(&[b"q\x00".as_slice(), b"\xff\xfe", b"a\r\nb", b"\xc3\xbc", b"with blank"]).to_vec(),
        21 if random.one_in(2) => vec![b'm'; 60 + random.below(10)],
        22 if random.one_in(6) => vec![b'n'; 200 + random.below(200)],
        _ => random.below(400).to_string().into_bytes(),
    }
}

/// How many: mostly few, sometimes all or nonsense.
fn count(random: &mut Random) -> Word {
    match random.below(20) {
        0 => random.pick(NO_INTEGERS).to_vec(),
        1 => random.pick(INTEGERS).to_vec(),
        2 => b"-1".to_vec(),
        3 => b"0".to_vec(),
        4 => b"1000".to_vec(),
        _ => (1 + random.below(6)).to_string().into_bytes(),
    }
}

fn score(random: &mut Random) -> Word {
    match random.below(16) {
        0..=8 => (random.below(20) as i64 - 5).to_string().into_bytes(),
        9 => of(random, &["inf", "-inf", "+inf", "-0", "0", "1e308", "-1e308", "1.7976931348623157e308", "5e-324"]),
        10 => of(random, &["nan", "infinity", "-Infinity", "0x10", "1e400", "1e-400", "+5", "1_0", "0.1e1"]),
        11 => of(random, &["9007199254740993", "1e17", "1e16", "123456789012345680", "1e21", "0.30000000000000004"]),
        _ => float(random),
    }
}

/// The end of a range of scores.
fn bound(random: &mut Random) -> Word {
    match random.below(8) {
        0 => b"-inf".to_vec(),
        1 => b"+inf".to_vec(),
        2 => [b"(".to_vec(), score(random)].concat(),
        3 => of(random, &["(", "(inf", "(-inf", "[1", "((1", "inf", "(nan", "1 "]),
        4 => score(random),
        _ => (random.below(20) as i64 - 5).to_string().into_bytes(),
    }
}

/// The end of a range of members.
fn lex(random: &mut Random) -> Word {
    match random.below(8) {
        0 | 1 => b"-".to_vec(),
        2 | 3 => b"+".to_vec(),
        4 => [b"(".to_vec(), member(random)].concat(),
        5 if random.one_in(4) => of(random, &["", "a", "--", "+-", "(", "["]),
        _ => [b"[".to_vec(), member(random)].concat(),
    }
}

/// The id of an entry, or the end of a range of ids.
fn id(random: &mut Random) -> Word {
    match random.below(30) {
        0..=2 => b"-".to_vec(),
        3..=5 => b"+".to_vec(),
        6 => b"0".to_vec(),
        7 => format!("({}", random.recent() / 3).into_bytes(),
        8 => format!("({}-{}", random.recent() / 3, random.below(3)).into_bytes(),
        9 => of(random, &["$", ">", "(", "(-", "(+", "abc", "1-", "-1", "1-*", "1-1-1", "0-0", "+1-1", "01-01"]),
        10 => {
            of(random, &["18446744073709551615", "18446744073709551615-18446744073709551615", "18446744073709551616-0"])
        }
        11..=13 => (random.recent() / 3).to_string().into_bytes(),
        _ => format!("{}-{}", random.recent() / 3, random.below(3)).into_bytes(),
    }
}

/// The id of an entry that is to come: three in a millisecond.
fn new_id(random: &mut Random) -> Word {
    match random.below(60) {
        0 => id(random),
        1 if random.one_in(8) => of(random, &["18446744073709551615-18446744073709551614", "18446744073709551615-*"]),
        2..=10 => format!("{}-*", random.serial() / 3).into_bytes(),
        11..=13 => (random.serial() / 3).to_string().into_bytes(),
        _ => {
            let serial = random.serial();
            format!("{}-{}", serial / 3, serial % 3).into_bytes()
        }
    }
}

fn degrees(random: &mut Random, end: usize) -> Word {
    match random.below(10) {
        0 => of(random, &["180", "-180", "85.05112878", "-85.05112878", "85.06", "181", "nan", "inf", "x", "1e1", "0"]),
        1..=6 => format!("{}.{:06}", 13 + random.below(3), random.below(1_000_000)).into_bytes(),
        _ => format!("{}.{:04}", random.below(2 * end) as i64 - end as i64, random.below(10_000)).into_bytes(),
    }
}

fn radius(random: &mut Random) -> Word {
    match random.below(10) {
        0 => of(random, &["0", "-1", "nan", "inf", "1e308", "abc", "1e7", "25000", "5009.377"]),
        _ => of(random, &["1", "10", "100.5", "300", "1000", "5000", "20000", "10000000", "0.001"]),
    }
}

fn bit(random: &mut Random) -> Word {
    if random.one_in(20) { of(random, &["2", "-1", "x", "", "01"]) } else { of(random, &["0", "1", "1"]) }
}

fn bit_offset(random: &mut Random) -> Word {
    match random.below(20) {
        0 => of(random, &["-1", "4294967296", "abc", "", "9223372036854775807", "-9223372036854775808", "01"]),
        1 => random.below(19_000).to_string().into_bytes(),
        2..=4 => format!("#{}", random.below(30)).into_bytes(),
        _ => random.below(200).to_string().into_bytes(),
    }
}

fn bit_type(random: &mut Random) -> Word {
    match random.below(20) {
        0 => of(random, &["u64", "i65", "u0", "i0", "x8", "u", "i", "u-1", "u08", "I8", "u8x"]),
        1..=9 => of(random, &["u8", "i8", "i5", "u1", "i1", "u16", "i64", "u63", "i32", "u32", "i63"]),
        10..=14 => format!("u{}", 1 + random.below(63)).into_bytes(),
        _ => format!("i{}", 1 + random.below(64)).into_bytes(),
    }
}

/// A value for commands whose work grows with the square of its length.
fn short(random: &mut Random) -> Word {
    (0..random.below(12)).map(|_| *random.pick(&[&b'a', &b'b', &b'c'])).collect()
}

/// Bytes that are, or nearly are, a HyperLogLog: short ones are `embstr` until they are counted.
fn blob(random: &mut Random) -> Word {
    // Some registers that are zero, one by one, and all the others at once.
    let single = *random.pick(&[&0_usize, &20, &30]);
    let [high, low] = (16_383 - single as u16).to_be_bytes();
    let mut bytes = b"HYLL\x01\0\0\0\0\0\0\0\0\0\0\0".to_vec();
    bytes.extend(std::iter::repeat_n(0, single));
    bytes.extend([high | 0x40, low]);
    if random.one_in(2) {
        let at = random.below(bytes.len());
        if let Some(byte) = bytes.get_mut(at) {
            *byte = random.next() as u8;
        }
    }
    if random.one_in(3) {
        bytes.extend((0..random.below(6)).map(|_| random.next() as u8));
        // Redis would read the half of a number that is missing from behind the string.
        bytes.push(0);
    }
    bytes
}

const INTEGERS: &[&[u8]] = &[
    b"0",
    b"1",
    b"-1",
    b"2",
    b"10",
    b"-10",
    b"100",
    b"123456789",
    b"-123456789",
    b"9223372036854775807",
    b"-9223372036854775808",
    b"9223372036854775806",
    b"-9223372036854775807",
    b"4611686018427387904",
    b"2147483648",
    b"-2147483649",
    b"4294967296",
];

const NO_INTEGERS: &[&[u8]] = &[
    b"",
    b" 1",
    b"1 ",
    b"+1",
    b"01",
    b"-0",
    b"1.5",
    b"abc",
    b"9223372036854775808",
    b"-9223372036854775809",
    b"0x10",
    b"1e3",
    b"99999999999999999999",
    b"--1",
    b"-",
];

const FLOATS: &[&[u8]] = &[
    b"0.1",
    b"-0.1",
    b"1.5",
    b"-2.25",
    b"3.0",
    b"1e3",
    b"1e-3",
    b"0.000001",
    b"100000.00001",
    b"-1e10",
    b"5e-10",
    b".5",
    b"5.",
    b"1e16",
    b"-1e17",
    b"3.14159265358979",
    b"0.3333333333333333",
    b"1e20",
    b"-0.0",
    b"12345678.87654321",
];

const NO_FLOATS: &[&[u8]] = &[
    b"nan",
    b"inf",
    b"-inf",
    b"+inf",
    b"infinity",
    b"1e",
    b"1,5",
    b"",
    b" 1",
    b"1 ",
    b"abc",
    b"1e5000",
    b"0x",
    b"1.5.2",
    b"+1",
    b"0x1p3",
    b"-nan",
];

/// Times that are long past, so that none passes while the run lasts.
const PAST: &[&[u8]] = &[b"-1", b"0", b"-1000", b"-9223372036854775808", b"-9223372036854775"];
const NO_TIMES: &[&[u8]] = &[b"9223372036854775807", b"9223372036854775", b"9223372036854776", b"9223370000000000000"];
const TIMESTAMPS_S: &[&[u8]] = &[b"33177117420", b"40000000000", b"253402300799", b"33177117421"];
const TIMESTAMPS_MS: &[&[u8]] = &[b"33177117420000", b"33177117420123", b"40000000000001", b"253402300799999"];

fn database(random: &mut Random) -> Word {
    if random.one_in(20) {
        random.pick(&[b"16".as_slice(), b"-1", b"abc", b"", b"99999999999999999999", b"1.5"]).to_vec()
    } else {
        random.below(3).to_string().into_bytes()
    }
}

fn integer(random: &mut Random) -> Word {
    match random.below(10) {
        0 => random.pick(NO_INTEGERS).to_vec(),
        1..=3 => random.pick(INTEGERS).to_vec(),
        4 => (random.next() as i64).to_string().into_bytes(),
        _ => (i64::try_from(random.below(200)).unwrap_or(0) - 100).to_string().into_bytes(),
    }
}

fn float(random: &mut Random) -> Word {
    match random.below(12) {
        0 => random.pick(NO_FLOATS).to_vec(),
        1 | 2 => random.pick(INTEGERS).to_vec(),
        3..=5 => {
            let whole = random.below(100_000);
            let places = 1 + random.below(9);
            let fraction = random.below(10_usize.pow(u32::try_from(places).unwrap_or(1)));
            let sign = random.pick(&["", "-"]);
            format!("{sign}{whole}.{fraction:0places$}").into_bytes()
        }
        6 => format!("{}e{}", random.below(1000), random.below(30) as i64 - 15).into_bytes(),
        7 => f64::from_bits(random.next()).to_string().into_bytes(),
        _ => random.pick(FLOATS).to_vec(),
    }
}

fn value(random: &mut Random) -> Word {
    match random.below(12) {
        0..=2 => integer(random),
        3 => float(random),
        4 => Word::new(),
        5 => (0..random.below(40)).map(|_| random.next() as u8).collect(),
        6 => vec![b'x'; 40 + random.below(10)],
        7 => vec![b'y'; random.below(3000)],
        _ => (0..random.below(24)).map(|_| *random.pick(&[&b'a', &b'b', &b'c', &b'd', &b' '])).collect(),
    }
}

/// An index into a value, for ranges.
fn index(random: &mut Random) -> Word {
    match random.below(12) {
        0 => integer(random),
        _ => (random.below(60) as i64 - 30).to_string().into_bytes(),
    }
}

/// Where SETRANGE writes: short, or beyond every limit.
fn offset(random: &mut Random) -> Word {
    match random.below(12) {
        0 => random.pick(&[b"-1".as_slice(), b"536870912", b"9223372036854775807", b"abc", b"4294967296"]).to_vec(),
        1 => random.below(5000).to_string().into_bytes(),
        _ => random.below(40).to_string().into_bytes(),
    }
}

fn time(random: &mut Random, usual: &[&[u8]]) -> Word {
    match random.below(12) {
        0 => random.pick(PAST).to_vec(),
        1 => random.pick(NO_TIMES).to_vec(),
        2 => random.pick(NO_INTEGERS).to_vec(),
        _ => random.pick(usual).to_vec(),
    }
}

/// Seconds from now: far away, and never the same twice, because the two servers read their clocks at different moments
/// and GT and LT would tell.
fn seconds(random: &mut Random) -> Word {
    let seconds = (1000 + random.below(3_000_000_000)).to_string();
    time(random, &[seconds.as_bytes()])
}

/// Milliseconds from now, likewise.
fn milliseconds(random: &mut Random) -> Word {
    let milliseconds = (1_000_000 + random.below(3_000_000_000_000)).to_string();
    time(random, &[milliseconds.as_bytes()])
}

/// A moment in seconds since 1970.
fn timestamp_s(random: &mut Random) -> Word {
    time(random, TIMESTAMPS_S)
}

/// A moment in milliseconds since 1970.
fn timestamp_ms(random: &mut Random) -> Word {
    time(random, TIMESTAMPS_MS)
}

fn pattern(random: &mut Random) -> Word {
    const PATTERNS: &[&[u8]] = &[
        b"*",
        b"a",
        b"?",
        b"key:*",
        b"[ab]",
        b"[^a]",
        b"[a-c]*",
        b"h\\[llo",
        b"*b",
        b"\xff*",
        b"",
        b"**",
        b"*?*",
        b"[",
        b"[a",
        b"\\",
        b"[^",
        b"k[d-f]y:?",
        b"[]",
        b"*\r*",
        b"[c-a]",
    ];
    random.pick(PATTERNS).to_vec()
}
