//! Random and mutated bytes never panic either parser, and what the parsers promise holds for them.
//!
//! `FERRITE_FUZZ_SEED` chooses another sequence, `FERRITE_FUZZ_SECONDS` a longer run.

mod random;

use ferrite_resp::reply::{self, ReplyLimits};
use ferrite_resp::{Argv, Extended, Limits, Parsed, Protocol, number, parse};
use random::{Bound, Random, seed};

/// Bytes that mean something to the protocol, so that random texts get past the first check.
const ALPHABET: &[u8] = b"*$\r\n\r\n\r\n0123456789-+:_,#(=~%>|!tfinae.x \"'\\\0\xff";

/// Requests and replies that mutation starts from.
const SAMPLES: [&[u8]; 10] = [
    b"*1\r\n$4\r\nPING\r\n*2\r\n$3\r\nGET\r\n$10\r\nkey:000001\r\n*0\r\n",
    b"*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$20\r\n01234567890123456789\r\nPING\r\n",
    b"*12\r\n$4\r\nMGET\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nd\r\n\
      $1\r\ne\r\n$0\r\n\r\n$1\r\ng\r\n$1\r\nh\r\n$1\r\ni\r\n$1\r\nj\r\n$1\r\nk\r\n",
    b"SET 'a b' \"\\x00\\n\\\"\" c\r\nPING\n\r\nECHO \"\"\n",
    b"*1048576\r\n$536870912\r\n*65536\r\n$100\r\n",
    b"%2\r\n+server\r\n$5\r\nredis\r\n+proto\r\n:3\r\n",
    b"*5\r\n:-12\r\n,3.25\r\n#t\r\n_\r\n(123456789012345678901234567890\r\n",
    b"~2\r\n=7\r\ntxt:abc\r\n!5\r\nERR x\r\n>2\r\n+a\r\n$-1\r\n|1\r\n+a\r\n:1\r\n:2\r\n",
    b"*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*-1\r\n-ERR no\r\n",
    b"$-1\r\n,inf\r\n,-inf\r\n,nan\r\n,1e-320\r\n:9223372036854775807\r\n",
];

fn random_text(random: &mut Random, max: usize) -> Vec<u8> {
    let len = random.below(max);
    let raw = random.one_in(8);
    (0..len).map(|_| if raw { random.next() as u8 } else { random.pick(ALPHABET) }).collect()
}

fn mutated(random: &mut Random) -> Vec<u8> {
    let mut bytes = random.pick(&SAMPLES).to_vec();
    if random.one_in(3) {
        bytes.extend_from_slice(random.pick(&SAMPLES));
    }
    for _ in 0..random.below(6) {
        let at = random.below(bytes.len() + 1);
        match random.below(4) {
            0 => drop(bytes.splice(at..at, random_text(random, 4))),
            1 => drop(bytes.drain(at..(at + random.below(8)).min(bytes.len()))),
            2 => bytes.truncate(at),
            _ => {
                let byte = random.pick(ALPHABET);
                if let Some(target) = bytes.get_mut(at) {
                    *target = byte;
                }
            }
        }
    }
    bytes
}

fn limits(random: &mut Random) -> Limits {
    match random.below(4) {
        0 => Limits { authenticated: false, ..Limits::default() },
        1 => Limits { max_bulk_bytes: 8, max_arguments: 3, max_inline_bytes: 24, authenticated: true },
        _ => Limits::default(),
    }
}

#[test]
fn ten_million_bytes_of_requests_keep_the_parsers_promises() {
    let mut random = Random::new(seed("requests"));
    let (bound, mut total, mut commands) = (Bound::start(), 0, 0_u64);
    let mut argv = Argv::new();
    while bound.goes_on(total >= 10_000_000) {
        let input = if random.one_in(2) { mutated(&mut random) } else { random_text(&mut random, 400) };
        total += input.len();
        let limits = limits(&mut random);
        let mut rest = input.as_slice();
        loop {
            let consumed = match parse(rest, &limits, &mut argv) {
                Ok(Parsed::Command { consumed }) => {
                    commands += 1;
                    assert!(!argv.is_empty(), "a command has a name");
                    let held: usize = argv.view(rest).iter().map(<[u8]>::len).sum();
                    assert!(held < consumed, "{held} bytes of arguments in {consumed}");
                    assert_eq!(argv.view(rest).to_owned_args().view(), argv.view(rest));
                    consumed
                }
                Ok(Parsed::Empty { consumed }) => consumed,
                Ok(Parsed::Need(bytes)) => {
                    assert!(bytes > rest.len(), "needs {bytes} with {} there", rest.len());
                    break;
                }
                Err(error) => {
                    assert!(error.to_bytes().starts_with(b"ERR Protocol error: "));
                    break;
                }
            };
            assert!(consumed > 0 && consumed <= rest.len(), "{consumed} of {} consumed", rest.len());
            rest = rest.get(consumed..).expect("checked above");
        }
    }
    assert!(commands > 10_000, "only {commands} commands were found in {total} bytes");
}

#[test]
fn random_replies_are_read_or_refused_and_written_again_unchanged() {
    let mut random = Random::new(seed("replies"));
    let (bound, mut total, mut values) = (Bound::start(), 0, 0_u64);
    let small = ReplyLimits { max_depth: 4, max_bulk_bytes: 16, max_values: 20 };
    while bound.goes_on(total >= 3_000_000) {
        let input = if random.one_in(2) { mutated(&mut random) } else { random_text(&mut random, 200) };
        total += input.len();
        let limits = if random.one_in(4) { small } else { ReplyLimits::default() };
        let mut rest = input.as_slice();
        while let Ok(Some((value, consumed))) = reply::parse_within(rest, &limits) {
            assert!(consumed > 0 && consumed <= rest.len(), "{consumed} of {} consumed", rest.len());
            values += 1;
            // Bytes are compared, not values: a NaN is not equal to itself.
            for protocol in [Protocol::Resp2, Protocol::Resp3] {
                let written = value.to_bytes(protocol);
                let (again, len) = reply::parse(&written)
                    .expect("what the writer wrote is a reply")
                    .expect("what the writer wrote is whole");
                assert_eq!(len, written.len());
                assert_eq!(again.to_bytes(protocol), written, "{value:?}");
            }
            rest = rest.get(consumed..).expect("checked above");
        }
    }
    assert!(values > 10_000, "only {values} replies were found in {total} bytes");
}

#[test]
fn random_numbers_are_read_or_refused() {
    let mut random = Random::new(seed("numbers"));
    let (bound, mut count, mut read) = (Bound::start(), 0, 0);
    while bound.goes_on(count >= 300_000) {
        count += 1;
        let len = random.below(24);
        let text: Vec<u8> = (0..len).map(|_| random.pick(b"0123456789.-+eExXpPaAinfty")).collect();
        if let Some(value) = number::parse_i64(&text) {
            assert_eq!(value.to_string().as_bytes(), text, "an integer has one text only");
        }
        let (double, extended) = (number::parse_f64(&text), Extended::parse(&text));
        if let Some(value) = double {
            read += 1;
            assert_eq!(number::parse_f64(number::format_f64(value).as_bytes()), Some(value), "17 digits are enough");
            assert!(extended.is_some(), "an 80-bit number holds every double: {}", text.escape_ascii());
        }
        if let Some(value) = extended {
            let printed = value.to_text();
            let again = Extended::parse(&printed).expect("what is printed can be read");
            if !value.is_infinite() {
                assert_eq!(again.to_text(), printed, "for {}", text.escape_ascii());
            }
        }
    }
    assert!(read > 1_000, "only {read} numbers were found");
}
