//! What arguments are made of: few keys, so that commands meet, and values at every edge.

use crate::random::Random;

/// One argument.
pub(crate) type Word = Vec<u8>;

const KEYS: &[&[u8]] = &[
    b"a",
    b"b",
    b"c",
    b"d",
    b"key:1",
    b"key:2",
    b"counter",
    b"",
    b"\x00",
    b"a\r\nb",
    b"\xff\xfe",
    b"h[llo",
    b"with blank",
];

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
    b"1\x00",
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

pub(crate) fn key(random: &mut Random) -> Word {
    random.pick(KEYS).to_vec()
}

pub(crate) fn database(random: &mut Random) -> Word {
    if random.one_in(20) {
        random.pick(&[b"16".as_slice(), b"-1", b"abc", b"", b"99999999999999999999", b"1.5"]).to_vec()
    } else {
        random.below(3).to_string().into_bytes()
    }
}

pub(crate) fn integer(random: &mut Random) -> Word {
    match random.below(10) {
        0 => random.pick(NO_INTEGERS).to_vec(),
        1..=3 => random.pick(INTEGERS).to_vec(),
        4 => (random.next() as i64).to_string().into_bytes(),
        _ => (i64::try_from(random.below(200)).unwrap_or(0) - 100).to_string().into_bytes(),
    }
}

pub(crate) fn float(random: &mut Random) -> Word {
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
        _ => random.pick(FLOATS).to_vec(),
    }
}

pub(crate) fn value(random: &mut Random) -> Word {
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
pub(crate) fn index(random: &mut Random) -> Word {
    match random.below(12) {
        0 => integer(random),
        _ => (random.below(60) as i64 - 30).to_string().into_bytes(),
    }
}

/// Where SETRANGE writes: short, or beyond every limit.
pub(crate) fn offset(random: &mut Random) -> Word {
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
pub(crate) fn seconds(random: &mut Random) -> Word {
    let seconds = (1000 + random.below(3_000_000_000)).to_string();
    time(random, &[seconds.as_bytes()])
}

/// Milliseconds from now, likewise.
pub(crate) fn milliseconds(random: &mut Random) -> Word {
    let milliseconds = (1_000_000 + random.below(3_000_000_000_000)).to_string();
    time(random, &[milliseconds.as_bytes()])
}

/// A moment in seconds since 1970.
pub(crate) fn timestamp_s(random: &mut Random) -> Word {
    time(random, TIMESTAMPS_S)
}

/// A moment in milliseconds since 1970.
pub(crate) fn timestamp_ms(random: &mut Random) -> Word {
    time(random, TIMESTAMPS_MS)
}

pub(crate) fn pattern(random: &mut Random) -> Word {
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
