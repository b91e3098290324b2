//! What every kind of request bytes parses to; each row was checked against redis-server 7.0.15.

use ferrite_resp::{Args, Argv, Limits, OwnedArgs, Parsed, ProtocolError, parse};

/// How a run over some input ends.
#[derive(Debug, PartialEq, Eq)]
enum End {
    Done,
    Need(usize),
    Error(String),
}

type Commands = Vec<Vec<Vec<u8>>>;

fn run_within(input: &[u8], limits: &Limits) -> (Commands, End) {
    let mut argv = Argv::new();
    let mut commands = Vec::new();
    let mut rest = input;
    while !rest.is_empty() {
        let consumed = match parse(rest, limits, &mut argv) {
            Ok(Parsed::Command { consumed }) => {
                commands.push(argv.view(rest).to_vecs());
                consumed
            }
            Ok(Parsed::Empty { consumed }) => consumed,
            Ok(Parsed::Need(bytes)) => return (commands, End::Need(bytes)),
            Err(error) => return (commands, End::Error(error.to_string())),
        };
        rest = rest.get(consumed..).expect("no more is consumed than there is");
    }
    (commands, End::Done)
}

fn run(input: &[u8]) -> (Commands, End) {
    run_within(input, &Limits::default())
}

fn commands(expected: &[&[&[u8]]]) -> Commands {
    expected.iter().map(|args| args.iter().map(|arg| arg.to_vec()).collect()).collect()
}

#[track_caller]
fn gives(input: &[u8], expected: &[&[&[u8]]]) {
    assert_eq!(run(input), (commands(expected), End::Done), "for {}", input.escape_ascii());
}

#[track_caller]
fn fails(input: &[u8], text: &str) {
    assert_eq!(run(input).1, End::Error(format!("ERR Protocol error: {text}")), "for {}", input.escape_ascii());
}

#[track_caller]
fn needs(input: &[u8], bytes: usize) {
    assert_eq!(run(input), (vec![], End::Need(bytes)), "for {}", input.escape_ascii());
}

#[test]
fn arrays_of_bulk_strings_are_commands() {
    gives(b"*1\r\n$4\r\nPING\r\n", &[&[b"PING"]]);
    gives(b"*2\r\n$3\r\nGET\r\n$1\r\nk\r\n*1\r\n$4\r\nPING\r\n", &[&[b"GET", b"k"], &[b"PING"]]);
    gives(b"*2\r\n$3\r\nGET\r\n$0\r\n\r\n", &[&[b"GET", b""]]);
    gives(b"*2\r\n$3\r\nSET\r\n$4\r\n\0\r\n\xff\r\n", &[&[b"SET", b"\0\r\n\xff"]]);
}

#[test]
fn lengths_of_any_number_of_digits_are_read() {
    for len in [0, 1, 9, 10, 11, 99, 100, 101, 999, 1000, 9_999, 10_000, 100_000, 1_000_000] {
        let value = vec![b'v'; len];
        let mut input = format!("*2\r\n$4\r\nECHO\r\n${len}\r\n").into_bytes();
        input.extend_from_slice(&value);
        input.extend_from_slice(b"\r\n");
        gives(&input, &[&[b"ECHO", &value]]);
    }
    for count in [1, 9, 10, 11, 99, 100, 1000] {
        let input = format!("*{count}\r\n{}", "$1\r\na\r\n".repeat(count));
        gives(input.as_bytes(), &[&vec![&b"a"[..]; count]]);
    }
}

#[test]
fn line_feeds_and_what_follows_a_bulk_are_not_looked_at() {
    gives(b"*1\rX$4\rYPINGxx", &[&[b"PING"]]);
}

#[test]
fn counts_below_one_are_skipped() {
    gives(b"*0\r\n*-1\r\n*-5\r\n*-9223372036854775808\r\n*1\r\n$4\r\nPING\r\n", &[&[b"PING"]]);
}

#[test]
fn counts_that_are_no_numbers_are_refused() {
    for count in ["", "+1", "01", "-0", "-01", "1 ", " 1", "a", "1a", "1\n", "9223372036854775808", "1.0"] {
        fails(format!("*{count}\r\n").as_bytes(), "invalid multibulk length");
    }
    needs(b"*1048576\r\n", 10 + 6 * 1_048_576);
    fails(b"*1048577\r\n", "invalid multibulk length");
    fails(b"*2147483648\r\n", "invalid multibulk length");
}

#[test]
fn lengths_that_are_no_numbers_are_refused() {
    for length in ["", "+4", "04", "00", "-0", "-1", "4 ", "a", "4a", "9223372036854775808", "536870913"] {
        fails(format!("*1\r\n${length}\r\nPING\r\n").as_bytes(), "invalid bulk length");
    }
    needs(b"*1\r\n$536870912\r\n", 16 + (512 << 20) + 2);
}

#[test]
fn an_argument_begins_with_a_dollar_sign() {
    fails(b"*1\r\nx4\r\n", "expected '$', got 'x'");
    fails(b"*2\r\n$3\r\nGET\r\n:1\r\n", "expected '$', got ':'");
    fails(b"*1\r\n\n4\r\n", "expected '$', got ' '");
    fails(b"*1\r\n\r4\r\n", "expected '$', got ' '");
    // What is no character stays a byte.
    let error = ProtocolError::ExpectedBulk(0xff);
    assert_eq!(error.to_bytes(), b"ERR Protocol error: expected '$', got '\xff'");
    // Redis says so only when the line is complete.
    needs(b"*1\r\nx4", 7);
}

#[test]
fn lines_of_lengths_end_within_64_kib() {
    let ones = |front: &str, len: usize| [front.as_bytes(), &vec![b'1'; len - front.len()]].concat();
    needs(&ones("*", 65_536), 65_537);
    fails(&ones("*", 65_537), "too big mbulk count string");
    let argument = |len| [&b"*1\r\n"[..], &ones("$", len)].concat();
    needs(&argument(65_536), 65_541);
    fails(&argument(65_537), "too big bulk count string");
    fails(&[&b"*1\r\n"[..], &vec![b'x'; 65_537]].concat(), "too big bulk count string");
    // A buffer ends at a NUL byte for Redis, so a line with one never does.
    needs(b"*1\0\r\n$4\r\nPING\r\n", 16);
    needs(b"*1\r\n$4\0\r\nPING\r\n", 16);
}

#[test]
fn a_command_that_is_not_all_there_says_how_much_it_needs() {
    needs(b"*", 2);
    needs(b"*1", 3);
    needs(b"*1\r", 4);
    needs(b"*1\r\n", 5);
    needs(b"*64\r\n", 6);
    needs(b"*65\r\n", 5 + 65 * 6);
    needs(b"*1\r\n$", 6);
    needs(b"*1\r\n$4\r", 8);
    needs(b"*1\r\n$4\r\n", 14);
    needs(b"*1\r\n$4\r\nPING\r", 14);
    needs(b"*2\r\n$4\r\nECHO\r\n", 15);
    needs(b"*3\r\n$3\r\nSET\r\n$1000\r\n", 13 + 7 + 1002);
    needs(b"*1000\r\n$3\r\nSET\r\n$1\r\n", 7 + 9 + 7 + 998 * 6);
    needs(b"PING", 5);
}

#[test]
fn clients_without_a_password_get_less() {
    let limits = Limits { authenticated: false, ..Limits::default() };
    let end = |input: &[u8]| run_within(input, &limits).1;
    let error = |text: &str| End::Error(format!("ERR Protocol error: {text}"));
    assert_eq!(end(b"*10\r\n"), End::Need(6));
    assert_eq!(end(b"*11\r\n"), error("unauthenticated multibulk length"));
    assert_eq!(end(b"*2147483648\r\n"), error("invalid multibulk length"));
    assert_eq!(end(b"*1\r\n$16384\r\n"), End::Need(12 + 16_384 + 2));
    assert_eq!(end(b"*1\r\n$16385\r\n"), error("unauthenticated bulk length"));
    assert_eq!(end(b"*1\r\n$536870913\r\n"), error("invalid bulk length"));
}

#[test]
fn smaller_limits_hold_for_short_lengths_too() {
    let limits = Limits { max_bulk_bytes: 3, max_arguments: 2, max_inline_bytes: 8, authenticated: true };
    let end = |input: &[u8]| run_within(input, &limits).1;
    assert_eq!(end(b"*1\r\n$3\r\nGET\r\n"), End::Done);
    assert_eq!(end(b"*1\r\n$4\r\nPING\r\n"), End::Error("ERR Protocol error: invalid bulk length".into()));
    assert_eq!(end(b"*1\r\n$10\r\n"), End::Error("ERR Protocol error: invalid bulk length".into()));
    assert_eq!(end(b"*3\r\n"), End::Error("ERR Protocol error: invalid multibulk length".into()));
    assert_eq!(end(b"12345678\n"), End::Done);
    assert_eq!(end(b"123456789"), End::Error("ERR Protocol error: too big inline request".into()));
    assert_eq!(end(b"123456789\n"), End::Error("ERR Protocol error: too big inline request".into()));
}

#[test]
fn inline_commands_are_words_of_a_line() {
    gives(b"PING\r\n", &[&[b"PING"]]);
    gives(b"PING\n", &[&[b"PING"]]);
    gives(b"  GET \t key  \r\nPING\n", &[&[b"GET", b"key"], &[b"PING"]]);
    gives(b"\r\n\n  \n\r\r\nPING\n", &[&[b"PING"]]);
    gives(b"PING a\rb\n", &[&[b"PING", b"a", b"b"]]);
    gives(b"$3\r\n", &[&[b"$3"]]);
    // Vertical tab and form feed are space in front of a word only.
    gives(b"PING \x0bfoo\x0bbar\x0c\n", &[&[b"PING", b"foo\x0bbar\x0c"]]);
    gives(b"SET \xff\xfe v\n", &[&[b"SET", b"\xff\xfe", b"v"]]);
}

#[test]
fn inline_commands_quote_as_in_redis_cli() {
    gives(
        br#"PING "a b"
"#,
        &[&[b"PING", b"a b"]],
    );
    gives(b"PING \"a\\x41\\xfF\\n\\r\\t\\b\\a\\q\\\"\\\\\"\n", &[&[b"PING", b"aA\xff\n\r\t\x08\x07q\"\\"]]);
    gives(b"PING \"\\xg1\\x4\"\n", &[&[b"PING", b"xg1x4"]]);
    gives(b"PING 'a\\'b\\n\"'\n", &[&[b"PING", b"a'b\\n\""]]);
    gives(b"\"\" ''\n", &[&[b"", b""]]);
    gives(b"PING a\"b c\" d\n", &[&[b"PING", b"ab c", b"d"]]);
    gives(b"PING \"a\"\x0bb\n", &[&[b"PING", b"a", b"b"]]);
    for line in ["PING \"abc", "PING 'abc", "PING \"a\"b", "PING 'a'b", "PING \"a\"'b'", "PING \\\"a", "PING \"a\\\""] {
        fails(format!("{line}\n").as_bytes(), "unbalanced quotes in request");
        fails(format!("{line}\r\n").as_bytes(), "unbalanced quotes in request");
    }
}

#[test]
fn inline_commands_end_within_64_kib() {
    needs(&vec![b'A'; 65_536], 65_537);
    fails(&vec![b'A'; 65_537], "too big inline request");
    let longest = [&vec![b'A'; 65_535][..], b"\r\n"].concat();
    gives(&longest, &[&[&vec![b'A'; 65_535]]]);
    // As with lengths, Redis does not see behind a NUL byte.
    needs(b"PI\0NG\r\nPING\r\n", 14);
}

#[test]
fn arguments_are_the_same_through_every_view() {
    let input = b"*4\r\n$4\r\nMGET\r\n$1\r\na\r\n$2\r\nbb\r\n$0\r\n\r\n";
    let mut argv = Argv::new();
    parse(input, &Limits::default(), &mut argv).expect("the command is well-formed");
    let owned: OwnedArgs = argv.view(input).to_owned_args();
    let slices: [&[u8]; 4] = [b"MGET", b"a", b"bb", b""];
    for args in [argv.view(input), owned.view(), Args::from(&slices)] {
        assert_eq!((args.len(), args.is_empty(), args.total_bytes()), (4, false, 7));
        assert_eq!(args.iter().collect::<Vec<_>>(), slices);
        assert_eq!(args.iter().rev().collect::<Vec<_>>(), [&b""[..], b"bb", b"a", b"MGET"]);
        assert_eq!((args.get(2), args.get(4)), (Some(&b"bb"[..]), None));
        assert_eq!((args.at(1), args.at(99)), (&b"a"[..], &b""[..]));
        assert_eq!(args.skip(2), Args::from(&[&b"bb"[..], b""]));
        assert_eq!(args.slice(1, 2), Args::from(&[&b"a"[..], b"bb"]));
        assert!(args.skip(4).is_empty() && args.skip(usize::MAX).is_empty() && args.slice(3, 0).is_empty());
        assert_eq!(args.skip(3).len(), 1);
        assert_eq!(args.to_vecs(), slices.map(<[u8]>::to_vec));
    }
    assert_eq!(argv.get(input, 0), Some(&b"MGET"[..]));
    assert_eq!(format!("{:?}", argv.view(input)), r#"["MGET", "a", "bb", ""]"#);
}
