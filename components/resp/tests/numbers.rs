//! Numbers as texts, in both directions; each row was checked against redis-server 7.0.15 on x86-64.

use ferrite_resp::Extended;
use ferrite_resp::number::{format_f64, format_fixed, parse_f64, parse_i64, strtod};

#[test]
fn integers_have_one_text_only() {
    for (text, value) in [
        ("0", 0),
        ("7", 7),
        ("-1", -1),
        ("10", 10),
        ("9223372036854775807", i64::MAX),
        ("-9223372036854775808", i64::MIN),
        ("1000000000000000000", 1_000_000_000_000_000_000),
    ] {
        assert_eq!(parse_i64(text.as_bytes()), Some(value), "for {text}");
    }
    for text in [
        "",
        "-",
        "+1",
        "-0",
        "00",
        "01",
        "-01",
        " 1",
        "1 ",
        "1.0",
        "1e3",
        "0x1",
        "a",
        "--1",
        "1a",
        "9223372036854775808",
        "-9223372036854775809",
        "18446744073709551616",
        "99999999999999999999",
        "1_000",
    ] {
        assert_eq!(parse_i64(text.as_bytes()), None, "for {text:?}");
    }
}

#[test]
fn doubles_are_read_as_by_strtod() {
    for (text, value) in [
        ("1", 1.0),
        ("+1", 1.0),
        ("-1.5", -1.5),
        ("1.", 1.0),
        (".5", 0.5),
        ("1e5", 1e5),
        ("1E+05", 1e5),
        ("0e-9999", 0.0),
        ("0x10", 16.0),
        ("0x1.8p1", 3.0),
        ("0x.8", 0.5),
        ("-0X1P-3", -0.125),
        ("0x0p99999999999", 0.0),
        ("0x1.fffffffffffff8p0", 2.0),
        ("0x1.00000000000008p0", 1.0),
        ("0x1.000000000000080000000000000000000000001p0", 1.000_000_000_000_000_2),
        ("inf", f64::INFINITY),
        ("+INF", f64::INFINITY),
        ("-Infinity", f64::NEG_INFINITY),
        ("3e-324", 5e-324),
        ("1.7976931348623157e308", f64::MAX),
    ] {
        assert_eq!(parse_f64(text.as_bytes()), Some(value), "for {text}");
    }
    for text in REFUSED.iter().chain(&["1e400", "-1e400", "2e-324", "1e-400", "0x1p1024", "0x1p-1080"]) {
        assert_eq!(parse_f64(text.as_bytes()), None, "for {text:?}");
    }
    assert_eq!(parse_f64(b"-0").map(f64::to_bits), Some((-0.0_f64).to_bits()));
}

/// What neither `strtod` nor `strtold` takes as a whole, or what Redis refuses behind them.
const REFUSED: [&str; 33] = [
    "",
    "-",
    "+",
    ".",
    "+-1",
    "-+1",
    "--1",
    "e5",
    ".e5",
    "1e",
    "1e+",
    "1e5.0",
    "1..",
    "1.2.3",
    " 1",
    "1 ",
    "\x0b1",
    "1\0",
    "1_0",
    "nan",
    "-nan",
    "nan(1)",
    "infin",
    "infinit",
    "in",
    "infinityy",
    "0x",
    "0x.",
    "0xp1",
    "0x1p",
    "0xg",
    "0x1.2.3",
    "1p3",
];

#[test]
fn doubles_are_printed_with_17_digits() {
    for (value, text) in [
        (0.0, "0"),
        (-0.0, "-0"),
        (1.0, "1"),
        (-3.0, "-3"),
        (0.1, "0.10000000000000001"),
        (3.1, "3.1000000000000001"),
        (-0.5, "-0.5"),
        (123_456_789.0, "123456789"),
        (1e15, "1000000000000000"),
        (1e16, "10000000000000000"),
        (1e17, "1e+17"),
        (123_456_789_012_345_680.0, "1.2345678901234568e+17"),
        (12_345_678_901_234_567.0, "12345678901234568"),
        (1e-4, "0.0001"),
        (1e-5, "1.0000000000000001e-05"),
        (1.5e-7, "1.4999999999999999e-07"),
        (1e100, "1e+100"),
        (f64::MAX, "1.7976931348623157e+308"),
        (5e-324, "4.9406564584124654e-324"),
        (1e-320, "9.9998886718268301e-321"),
        (f64::INFINITY, "inf"),
        (f64::NEG_INFINITY, "-inf"),
        (f64::NAN, "nan"),
    ] {
        assert_eq!(String::from_utf8_lossy(format_f64(value).as_bytes()), text);
    }
}

fn add(left: &str, right: &str) -> Option<String> {
    let sum = Extended::parse(left.as_bytes())?.checked_add(Extended::parse(right.as_bytes())?)?;
    Some(String::from_utf8(sum.to_text()).expect("digits are ASCII"))
}

#[test]
fn sums_have_the_digits_of_incrbyfloat() {
    for (left, right, sum) in [
        ("3.0", "0.1", "3.1"),
        ("10.50", "0.1", "10.6"),
        ("10.6", "-5", "5.6"),
        ("5.0e3", "2.0e2", "5200"),
        ("5.0e3", "0", "5000"),
        ("0", "1e-17", "0.00000000000000001"),
        ("0", "1e-18", "0"),
        ("0", "-1e-18", "0"),
        ("1", "-1", "0"),
        ("-0", "-0", "0"),
        ("0.1", "0.2", "0.3"),
        ("1", "1e-19", "1"),
        ("0x10", "0x.8", "16.5"),
        ("9007199254740993", "0", "9007199254740993"),
        ("18446744073709551615", "0", "18446744073709551615"),
        ("18446744073709551615", "1", "18446744073709551616"),
        ("99999999999999999999", "0", "100000000000000000000"),
        ("999999999999999999999999999999", "0", "1000000000000000000024696061952"),
        ("1e-400", "0", "0"),
        ("1e-4950", "1e-4950", "0"),
        ("12345678.9", "0", "12345678.8999999999996362"),
    ] {
        assert_eq!(add(left, right).as_deref(), Some(sum), "for {left} + {right}");
    }
    let big = add("1e400", "0").expect("80-bit numbers go up to 1e4932");
    assert_eq!((big.len(), big.get(..34)), (401, Some("1000000000000000000028188068394758")));
}

#[test]
fn sums_that_are_no_numbers_are_none() {
    assert_eq!(add("inf", "-inf"), None);
    assert_eq!(add("inf", "1"), None);
    assert_eq!(add("1e4932", "1e4932"), None);
}

#[test]
fn extended_numbers_are_read_as_by_strtold() {
    for text in REFUSED.iter().chain(&["1e5000", "-1e5000", "1e-5000", "0x1p16384", "0x1p-17000"]) {
        assert_eq!(Extended::parse(text.as_bytes()), None, "for {text:?}");
    }
    assert!(Extended::parse(b"-inf").is_some_and(Extended::is_infinite));
    assert_eq!(Extended::parse(b"-Infinity").map(Extended::to_text), Some(b"-inf".to_vec()));
    assert!(Extended::parse(b"1e4932").is_some());
    let zeros = |len: usize| format!("{}1", "0".repeat(len - 1));
    assert!(Extended::parse(zeros(5119).as_bytes()).is_some());
    assert_eq!(Extended::parse(zeros(5120).as_bytes()), None);
}

#[test]
fn integers_are_exact_in_80_bits() {
    for value in [0, 1, -1, 10, i64::MAX, i64::MIN, i64::MAX - 1] {
        assert_eq!(String::from_utf8_lossy(&Extended::from(value).to_text()), value.to_string());
    }
}

#[test]
fn strtod_takes_what_does_not_fit_to_the_nearest_there_is() {
    let cases: &[(&[u8], f64)] = &[
        (b"", 0.0),
        (b"\0x", 0.0),
        (b" \t\n1", 1.0),
        (b"1\0x", 1.0),
        (b"1e400", f64::INFINITY),
        (b"-1e400", f64::NEG_INFINITY),
        (b"1e-400", 0.0),
        (b"0x1p5000", f64::INFINITY),
        (b"-0x1p-5000", 0.0),
        (b"-inf", f64::NEG_INFINITY),
        (b"+.5", 0.5),
    ];
    for (text, value) in cases {
        assert_eq!(strtod(text), Some(*value), "for {}", text.escape_ascii());
    }
    let none: &[&[u8]] = &[b" ", b"1 ", b"x", b"nan", b"NAN(1)", b"0x", b"--1", b"+-1", b"1e", b".", b"(1"];
    for text in none {
        assert_eq!(strtod(text), None, "for {}", text.escape_ascii());
    }
}

/// Any double, and those around it that are told apart with most effort.
fn any_doubles() -> impl Iterator<Item = f64> {
    let mut state = 88_172_645_463_325_252_u64;
    let any = std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    });
    let edges = [1, 2, 1 << 51, (1 << 52) - 1, 1 << 52, (1 << 52) + 1, f64::MAX.to_bits(), f64::MAX.to_bits() - 1];
    let bits = edges.into_iter().chain(any.take(4_000).flat_map(|bits| {
        // Every second one is of a size that occurs in life.
        let usual = bits % (1 << 58) + (0x3c00 << 48);
        [bits, usual, usual & !0xffff_ffff, bits & ((1 << 53) - 1)]
    }));
    bits.map(f64::from_bits).filter(|value| value.is_finite() && *value != 0.0)
}

#[test]
fn doubles_have_the_digits_that_rust_prints_and_are_read_as_rust_reads_them() {
    for value in any_doubles() {
        let text = format_f64(value);
        let text = std::str::from_utf8(text.as_bytes()).expect("digits are ASCII");
        let exact = format!("{value:.16e}");
        let (digits, exponent) = exact.split_once('e').expect("an exponent");
        let ours = format!("{:.16e}", text.parse::<f64>().expect("a number"));
        assert_eq!(ours, exact, "for {text}");
        let written: String = text.split('e').next().unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
        let plain: String = digits.chars().filter(char::is_ascii_digit).collect();
        assert_eq!(written.trim_matches('0'), plain.trim_matches('0'), "for {exact}");
        for text in [text, &exact, digits, &format!("{value}"), &format!("{value:e}"), &format!("{digits}1e{exponent}")]
        {
            assert_eq!(strtod(text.as_bytes()), text.parse().ok(), "for {text}");
        }
    }
}

#[test]
fn the_middle_between_two_doubles_goes_to_the_even_one_and_anything_more_upwards() {
    for value in any_doubles().map(f64::abs).filter(|value| (1e-30..1e15).contains(value)) {
        let above = f64::from_bits(value.to_bits() + 1);
        // A double has 52 bits behind the highest one: the middle has 53, all of them decimals.
        let step = above - value;
        let Some(middle) = (step / 2.0 > 0.0).then(|| format!("{value:.160}")) else { continue };
        let half = format!("{:.160}", step / 2.0);
        let sum = sum_of(middle.as_bytes(), half.as_bytes());
        for text in [sum.clone(), format!("{sum}{}1", "0".repeat(900)), format!("{sum}{}", "0".repeat(900))] {
            assert_eq!(parse_f64(text.as_bytes()), text.parse().ok(), "for {text}");
        }
    }
}

/// Two decimals with as many digits behind the point.
fn sum_of(left: &[u8], right: &[u8]) -> String {
    let (mut sum, mut carry) = (Vec::new(), 0);
    let mut right = right.iter().rev();
    for &digit in left.iter().rev() {
        let other = right.next().copied().unwrap_or(b'0');
        if digit == b'.' {
            sum.push(b'.');
            continue;
        }
        let value = digit - b'0' + (other - b'0') + carry;
        sum.push(b'0' + value % 10);
        carry = value / 10;
    }
    sum.push(b'0' + carry);
    sum.reverse();
    String::from_utf8(sum).expect("digits are ASCII")
}

#[test]
fn decimals_are_those_of_rust_but_for_ties() {
    for value in any_doubles().filter(|value| value.abs() < 1e40) {
        for decimals in [2, 4, 6, 17] {
            let text = format!("{value:.0$}", decimals as usize);
            assert_eq!(format_fixed(value, decimals), text);
        }
    }
    for (value, text) in
        [(0.125, "0.12"), (0.375, "0.38"), (-0.0, "-0.00"), (0.999, "1.00"), (1e22, "10000000000000000000000.00")]
    {
        assert_eq!(format_fixed(value, 2), text);
    }
    assert_eq!(format_fixed(f64::NEG_INFINITY, 2), "-inf");
}
