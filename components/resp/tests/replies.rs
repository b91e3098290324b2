//! Every reply type in both protocol versions, written and read.

use ferrite_resp::reply::{self, ReplyError, ReplyLimits};
use ferrite_resp::{Protocol, Value, Writer};

#[track_caller]
fn writes(write: impl Fn(&mut Writer), resp2: &[u8], resp3: &[u8]) {
    for (protocol, expected) in [(Protocol::Resp2, resp2), (Protocol::Resp3, resp3)] {
        let mut out = Writer::new(protocol);
        write(&mut out);
        assert_eq!(out.as_bytes().escape_ascii().to_string(), expected.escape_ascii().to_string(), "in {protocol:?}");
    }
}

#[test]
fn each_type_is_written_as_redis_writes_it() {
    writes(Writer::ok, b"+OK\r\n", b"+OK\r\n");
    writes(Writer::null, b"$-1\r\n", b"_\r\n");
    writes(Writer::null_array, b"*-1\r\n", b"_\r\n");
    writes(|out| out.boolean(true), b":1\r\n", b"#t\r\n");
    writes(|out| out.boolean(false), b":0\r\n", b"#f\r\n");
    writes(|out| out.double(3.25), b"$4\r\n3.25\r\n", b",3.25\r\n");
    writes(|out| out.double(f64::INFINITY), b"$3\r\ninf\r\n", b",inf\r\n");
    writes(|out| out.simple("QUEUED"), b"+QUEUED\r\n", b"+QUEUED\r\n");
    writes(|out| out.optional_bulk(Some(b"v")), b"$1\r\nv\r\n", b"$1\r\nv\r\n");
    writes(|out| out.optional_bulk(None), b"$-1\r\n", b"_\r\n");
    writes(|out| out.bulk_integer(-7), b"$2\r\n-7\r\n", b"$2\r\n-7\r\n");
    writes(|out| out.array(3), b"*3\r\n", b"*3\r\n");
    writes(|out| out.set(3), b"*3\r\n", b"~3\r\n");
    writes(|out| out.map(3), b"*6\r\n", b"%3\r\n");
    writes(|out| out.push(3), b"*3\r\n", b">3\r\n");
    writes(|out| out.verbatim(*b"txt", b"a b"), b"$3\r\na b\r\n", b"=7\r\ntxt:a b\r\n");
    writes(
        |out| out.big_number(b"-12345678901234567890"),
        b"$21\r\n-12345678901234567890\r\n",
        b"(-12345678901234567890\r\n",
    );
    writes(|out| out.raw(b":1\r\n"), b":1\r\n", b":1\r\n");
}

#[test]
fn lengths_and_integers_are_the_same_on_every_path() {
    for number in (0..1200).chain([9_999, 10_000, 123_456, 4_294_967_296]) {
        let mut out = Writer::new(Protocol::Resp2);
        out.array(number);
        out.integer(number as i64);
        out.integer(-(number as i64));
        assert_eq!(
            String::from_utf8_lossy(out.as_bytes()),
            format!("*{number}\r\n:{number}\r\n:{}\r\n", -(number as i64))
        );
    }
    for len in (0..40).chain([99, 100, 1000, 70_000]) {
        let mut out = Writer::new(Protocol::Resp2);
        let text: String = ('a'..='z').cycle().take(len).collect();
        out.bulk(text.as_bytes());
        assert_eq!(String::from_utf8_lossy(out.as_bytes()), format!("${len}\r\n{text}\r\n"));
    }
    writes(|out| out.integer(i64::MIN), b":-9223372036854775808\r\n", b":-9223372036854775808\r\n");
}

#[test]
fn no_text_can_end_its_line_early() {
    writes(|out| out.error("ERR a\r\n+OK\r\n"), b"-ERR a  +OK\r\n", b"-ERR a  +OK\r\n");
    writes(|out| out.error_bytes(b"ERR got '\n'"), b"-ERR got ' '\r\n", b"-ERR got ' '\r\n");
    writes(|out| out.error("\n"), b"-\r\n", b"-\r\n");
    writes(|out| out.simple("a\nb\r"), b"+a b \r\n", b"+a b \r\n");
}

#[test]
fn headers_can_follow_what_they_count() {
    let mut out = Writer::from_vec(b"+OK\r\n".to_vec(), Protocol::Resp3);
    let position = out.len();
    out.integer(1);
    out.integer(2);
    out.array_at(position, 2);
    assert_eq!(out.as_bytes(), b"+OK\r\n*2\r\n:1\r\n:2\r\n");
    out.truncate(position);
    assert_eq!(out.take(), b"+OK\r\n");
    assert!(out.is_empty());
}

/// One of everything, nested.
fn everything() -> Value {
    Value::Array(vec![
        Value::Null,
        Value::Boolean(true),
        Value::Boolean(false),
        Value::Integer(i64::MIN),
        Value::Double(0.1),
        Value::Double(f64::NEG_INFINITY),
        Value::bulk(*b"\0\r\n\xff"),
        Value::bulk(*b""),
        Value::Simple(b"OK".to_vec()),
        Value::Error(b"WRONGTYPE Operation".to_vec()),
        Value::Set(vec![Value::Integer(1), Value::bulk(*b"two")]),
        Value::Map(vec![(Value::bulk(*b"k"), Value::Array(vec![])), (Value::Integer(2), Value::Null)]),
        Value::Push(vec![Value::bulk(*b"message")]),
        Value::Verbatim { format: *b"mkd", text: b"# x\r\n".to_vec() },
        Value::BigNumber(b"-123456789012345678901234567890".to_vec()),
    ])
}

#[test]
fn what_is_written_in_resp3_is_read_back() {
    let value = everything();
    let mut bytes = value.to_bytes(Protocol::Resp3);
    let len = bytes.len();
    bytes.extend_from_slice(b":1\r\n");
    assert_eq!(reply::parse(&bytes), Ok(Some((value, len))));
    for end in 0..len {
        let part = bytes.get(..end).expect("the end is within the bytes");
        assert_eq!(reply::parse(part), Ok(None), "of {}", part.escape_ascii());
    }
}

#[test]
fn what_is_written_in_resp2_is_read_back_as_the_types_of_resp2() {
    let bulk = |text: &str| Value::bulk(text);
    let value =
        Value::Array(vec![Value::NullArray, Value::Map(vec![(Value::Boolean(true), Value::Double(1.5))]), Value::Null]);
    let expected =
        Value::Array(vec![Value::NullArray, Value::Array(vec![Value::Integer(1), bulk("1.5")]), Value::Null]);
    let bytes = value.to_bytes(Protocol::Resp2);
    assert_eq!(bytes, b"*3\r\n*-1\r\n*2\r\n:1\r\n$3\r\n1.5\r\n$-1\r\n");
    assert_eq!(reply::parse(&bytes), Ok(Some((expected, bytes.len()))));
}

#[test]
fn rarer_forms_are_read() {
    let read = |bytes: &[u8]| reply::parse(bytes).map(|found| found.map(|(value, _)| value));
    assert_eq!(read(b"!8\r\nERR a\r\nb\r\n"), Ok(Some(Value::Error(b"ERR a  b".to_vec()))));
    assert_eq!(read(b"|1\r\n+ttl\r\n:3600\r\n:7\r\n"), Ok(Some(Value::Integer(7))));
    assert_eq!(read(b"*0\r\n"), Ok(Some(Value::Array(vec![]))));
    assert_eq!(read(b"%0\r\n"), Ok(Some(Value::Map(vec![]))));
    assert!(matches!(read(b",nan\r\n"), Ok(Some(Value::Double(value))) if value.is_nan()));
    assert_eq!(read(b""), Ok(None));
}

#[test]
fn bytes_that_are_no_reply_are_refused() {
    for (bytes, error) in [
        (&b"\r\n"[..], ReplyError::UnknownType(b'\r')),
        (b"?1\r\n", ReplyError::UnknownType(b'?')),
        (b":1\n", ReplyError::MissingLineEnd),
        (b":x\r\n", ReplyError::InvalidValue(b':')),
        (b":+1\r\n", ReplyError::InvalidValue(b':')),
        (b"+a\rb\r\n", ReplyError::InvalidValue(b'+')),
        (b"-\r\r\n", ReplyError::InvalidValue(b'-')),
        (b"_x\r\n", ReplyError::InvalidValue(b'_')),
        (b"#x\r\n", ReplyError::InvalidValue(b'#')),
        (b",x\r\n", ReplyError::InvalidValue(b',')),
        (b"(\r\n", ReplyError::InvalidValue(b'(')),
        (b"(1.5\r\n", ReplyError::InvalidValue(b'(')),
        (b"=3\r\ntxt\r\n", ReplyError::InvalidValue(b'=')),
        (b"$-2\r\n", ReplyError::InvalidLength),
        (b"*-2\r\n", ReplyError::InvalidLength),
        (b"%-1\r\n", ReplyError::InvalidLength),
        (b"$?\r\n", ReplyError::InvalidLength),
        (b"$2\r\nabc\r\n", ReplyError::MissingLineEnd),
    ] {
        assert_eq!(reply::parse(bytes), Err(error), "for {}", bytes.escape_ascii());
        assert!(!error.to_string().is_empty());
    }
}

#[test]
fn replies_beyond_a_limit_are_refused() {
    let limits = ReplyLimits { max_depth: 2, max_bulk_bytes: 100, max_values: 4 };
    let read = |bytes: &[u8]| reply::parse_within(bytes, &limits).map(|found| found.is_some());
    assert_eq!(read(b"*1\r\n*1\r\n:1\r\n"), Ok(true));
    assert_eq!(read(b"*1\r\n*1\r\n*1\r\n:1\r\n"), Err(ReplyError::TooDeep));
    assert_eq!(read(b"*3\r\n:1\r\n:2\r\n:3\r\n"), Ok(true));
    assert_eq!(read(b"*4\r\n:1\r\n:2\r\n:3\r\n:4\r\n"), Err(ReplyError::TooManyValues));
    assert_eq!(read(b"%2\r\n"), Err(ReplyError::TooManyValues));
    assert_eq!(read(b"$100\r\n"), Ok(false));
    assert_eq!(read(b"$101\r\n"), Err(ReplyError::TooLong));
    assert_eq!(read(&[b'+'; 101]), Err(ReplyError::TooLong));
    assert_eq!(reply::parse(&b"*1\r\n".repeat(100_000)), Err(ReplyError::TooDeep));
}
