//! Bytes that are no RESP: the error text is Redis's own, and the connection ends where it ends in Redis.

use anyhow::{Context, Result, ensure};
use ferrite_tests::Subject;
use ferrite_tests::client::PATIENCE;

use crate::assert_serves;

ferrite_tests::on_both!(what_is_malformed_gets_the_error_of_redis, what_is_odd_but_valid_is_obeyed, http_is_cut_off);

/// What is sent, and the error line that comes before the connection is closed.
const MALFORMED: &[(&[u8], &str)] = &[
    (b"*x\r\n", "ERR Protocol error: invalid multibulk length"),
    (b"*\r\n", "ERR Protocol error: invalid multibulk length"),
    (b"* 1\r\n", "ERR Protocol error: invalid multibulk length"),
    (b"*+1\r\n", "ERR Protocol error: invalid multibulk length"),
    (b"*01\r\n", "ERR Protocol error: invalid multibulk length"),
    (b"*2147483648\r\n", "ERR Protocol error: invalid multibulk length"),
    (b"*99999999999999999999\r\n", "ERR Protocol error: invalid multibulk length"),
    (b"*1\r\n$x\r\n", "ERR Protocol error: invalid bulk length"),
    (b"*1\r\n$\r\n", "ERR Protocol error: invalid bulk length"),
    (b"*1\r\n$-1\r\n", "ERR Protocol error: invalid bulk length"),
    (b"*1\r\n$-5\r\n", "ERR Protocol error: invalid bulk length"),
    (b"*1\r\n$04\r\nPING\r\n", "ERR Protocol error: invalid bulk length"),
    (b"*1\r\n$536870913\r\n", "ERR Protocol error: invalid bulk length"),
    (b"*2\r\n$3\r\nGET\r\n$-1\r\n", "ERR Protocol error: invalid bulk length"),
    (b"*1\r\n+PING\r\n", "ERR Protocol error: expected '$', got '+'"),
    (b"*1\r\n\r\n", "ERR Protocol error: expected '$', got ' '"),
    (b"*1\r$4\r\n", "ERR Protocol error: expected '$', got '4'"),
    (b"SET \"a\r\n", "ERR Protocol error: unbalanced quotes in request"),
    (b"SET 'a\r\n", "ERR Protocol error: unbalanced quotes in request"),
    (b"SET \"a\"b\r\n", "ERR Protocol error: unbalanced quotes in request"),
];

/// What is sent, and all that is answered; the connection stays in step.
const ODD: &[(&[u8], &[u8])] = &[
    (b"*-1\r\nPING\r\n", b"+PONG\r\n"),
    (b"*-99\r\nPING\r\n", b"+PONG\r\n"),
    (b"*0\r\nPING\r\n", b"+PONG\r\n"),
    (b"\r\n\r\nPING\r\n", b"+PONG\r\n"),
    (b"PING\n", b"+PONG\r\n"),
    (b"  PING  \r\n", b"+PONG\r\n"),
    (b"\"\\x50ING\"\r\n", b"+PONG\r\n"),
    (b"*1\r\n$4\r\nPINGxx", b"+PONG\r\n"),
    (b"+OK\r\n", b"-ERR unknown command '+OK', with args beginning with: \r\n"),
    (b"%1\r\n", b"-ERR unknown command '%1', with args beginning with: \r\n"),
    (b"*1\r\n$0\r\n\r\n", b"-ERR unknown command '', with args beginning with: \r\n"),
    (b"\xff\xfe\xfd\r\n", b"-ERR unknown command '\xff\xfe\xfd', with args beginning with: \r\n"),
    (b"$4\r\nPING\r\n", b"-ERR unknown command '$4', with args beginning with: \r\n+PONG\r\n"),
];

fn what_is_malformed_gets_the_error_of_redis(subject: Subject) -> Result<()> {
    let Some(server) = subject.start(&[])? else { return Ok(()) };
    let long = [
        ([b"".as_slice(), &[b'x'; 70_000]].concat(), "ERR Protocol error: too big inline request"),
        ([b"*".as_slice(), &[b'1'; 70_000]].concat(), "ERR Protocol error: too big mbulk count string"),
        ([b"*1\r\n$".as_slice(), &[b'1'; 70_000]].concat(), "ERR Protocol error: too big bulk count string"),
    ];
    let short = MALFORMED.iter().map(|(bytes, error)| (bytes.to_vec(), *error));
    for (bytes, error) in short.chain(long) {
        let shown = bytes.get(..bytes.len().min(40)).unwrap_or_default().escape_ascii();
        let mut client = server.connect()?;
        // What was right before is answered before.
        client.send(b"PING\r\n")?;
        client.send(&bytes)?;
        assert_eq!(client.reply()?, b"+PONG\r\n", "before {shown}");
        let reply = client.reply().with_context(|| format!("after {shown}"))?;
        assert_eq!(String::from_utf8_lossy(&reply), format!("-{error}\r\n"), "after {shown}");
        ensure!(client.is_closed_within(PATIENCE)?, "still open after {shown}");
    }
    assert_serves(&server)
}

fn what_is_odd_but_valid_is_obeyed(subject: Subject) -> Result<()> {
    let Some(server) = subject.start(&[])? else { return Ok(()) };
    for (bytes, replies) in ODD {
        let shown = bytes.escape_ascii();
        // At once, and byte by byte.
        for piece in [bytes.len(), 1] {
            let mut client = server.connect()?;
            for part in bytes.chunks(piece) {
                client.send(part)?;
            }
            client.send(b"ECHO end\r\n")?;
            let mut answered = Vec::new();
            while !answered.ends_with(b"$3\r\nend\r\n") {
                answered.extend(client.reply().with_context(|| format!("after {shown}"))?);
            }
            let expected = [replies, b"$3\r\nend\r\n".as_slice()].concat();
            assert_eq!(answered.escape_ascii().to_string(), expected.escape_ascii().to_string(), "after {shown}");
        }
    }
    Ok(())
}

/// A web page can make a browser send this to a port of the machine it runs on.
fn http_is_cut_off(subject: Subject) -> Result<()> {
    let Some(server) = subject.start(&[])? else { return Ok(()) };
    let requests: [&[u8]; 6] = [
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 19\r\n\r\nSET stolen by-http\r\n",
        b"post / HTTP/1.1\r\nSET stolen by-http\r\n",
        b"Host: localhost\r\nSET stolen by-http\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\nSET stolen by-http\r\n",
        b"*1\r\n$4\r\nPOST\r\n*3\r\n$3\r\nSET\r\n$6\r\nstolen\r\n$1\r\nx\r\n",
        b"*1\r\n$5\r\nhost:\r\n*3\r\n$3\r\nSET\r\n$6\r\nstolen\r\n$1\r\nx\r\n",
    ];
    for request in requests {
        let mut client = server.connect()?;
        client.send(request)?;
        ensure!(client.is_closed_within(PATIENCE)?, "{} is served", request.escape_ascii());
    }
    assert_eq!(server.connect()?.command(&["EXISTS", "stolen"])?, b":0\r\n");
    Ok(())
}

/// Redis 7.0 takes 2^31 - 1 arguments, earlier ones 1,048,576: that is what the memory of Ferrite is planned for.
#[test]
fn more_than_a_mebi_of_arguments_is_malformed() -> Result<()> {
    let Some(server) = Subject::Ferrite.start(&[])? else { return Ok(()) };
    let mut client = server.connect()?;
    client.send(b"*1048577\r\n")?;
    assert_eq!(client.reply()?, b"-ERR Protocol error: invalid multibulk length\r\n");
    ensure!(client.is_closed_within(PATIENCE)?, "still open");
    assert_serves(&server)
}
