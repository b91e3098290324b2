//! Before a client has authenticated it may do little and cost little; without a password only this machine is served.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};

use anyhow::{Result, ensure};
use ferrite_tests::{Client, Subject};

use crate::PATIENCE;

ferrite_tests::on_both!(
    nothing_is_served_before_the_password,
    limits_are_lower_before_the_password,
    the_password_opens_everything,
    protected_mode_refuses_other_addresses,
);

const NOAUTH: &str = "-NOAUTH Authentication required.";
const WRONGPASS: &str = "-WRONGPASS invalid username-password pair or user is disabled.";

fn nothing_is_served_before_the_password(subject: Subject) -> Result<()> {
    let Some(server) = subject.start(&["--requirepass", "secret"])? else { return Ok(()) };
    let mut client = server.connect()?;
    let answers = [
        ("PING", NOAUTH),
        ("GET key", NOAUTH),
        ("SET key value", NOAUTH),
        ("MULTI", NOAUTH),
        ("INFO", NOAUTH),
        ("COMMAND", NOAUTH),
        ("CONFIG GET requirepass", NOAUTH),
        ("CLIENT LIST", NOAUTH),
        ("SHUTDOWN NOSAVE", NOAUTH),
        ("NOSUCH", "-ERR unknown command 'NOSUCH', with args beginning with: "),
        ("GET", "-ERR wrong number of arguments for 'get' command"),
        ("AUTH", "-ERR wrong number of arguments for 'auth' command"),
        ("AUTH wrong", WRONGPASS),
        ("AUTH default wrong", WRONGPASS),
        ("AUTH nobody secret", WRONGPASS),
        ("HELLO 3 AUTH default wrong", WRONGPASS),
        ("HELLO 9", "-NOPROTO unsupported protocol version"),
        (
            "HELLO 3",
            "-NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH <user> <pass> \
             option can be used to authenticate the client and select the RESP protocol version at the same time",
        ),
        ("RESET", "+RESET"),
        ("GET key", NOAUTH),
    ];
    for (command, answer) in answers {
        client.send(format!("{command}\r\n").as_bytes())?;
        assert_eq!(String::from_utf8(client.reply()?)?, format!("{answer}\r\n"), "{command}");
    }
    assert_eq!(client.command(&["QUIT"])?, b"+OK\r\n");
    ensure!(client.is_closed_within(PATIENCE)?, "open after QUIT");
    Ok(())
}

fn limits_are_lower_before_the_password(subject: Subject) -> Result<()> {
    let Some(server) = subject.start(&["--requirepass", "secret"])? else { return Ok(()) };
    for (bytes, error) in [
        ("*11\r\n", "-ERR Protocol error: unauthenticated multibulk length\r\n"),
        ("*1\r\n$16385\r\n", "-ERR Protocol error: unauthenticated bulk length\r\n"),
    ] {
        let mut client = server.connect()?;
        client.send(bytes.as_bytes())?;
        assert_eq!(String::from_utf8(client.reply()?)?, error);
        ensure!(client.is_closed_within(PATIENCE)?, "open after {bytes}");

        // The same header is welcome behind the password.
        let mut client = server.connect()?;
        assert_eq!(client.command(&["AUTH", "secret"])?, b"+OK\r\n");
        client.send(bytes.as_bytes())?;
        ensure!(!client.is_closed_within(std::time::Duration::from_millis(200))?, "closed after {bytes}");
    }
    let mut client = server.connect()?;
    client.send(b"*2\r\n$4\r\nAUTH\r\n$16384\r\n")?;
    client.send(&[b'x'; 16_384])?;
    client.send(b"\r\n")?;
    assert_eq!(String::from_utf8(client.reply()?)?, format!("{WRONGPASS}\r\n"), "at the limit");
    Ok(())
}

fn the_password_opens_everything(subject: Subject) -> Result<()> {
    let Some(server) = subject.start(&["--requirepass", "secret"])? else { return Ok(()) };
    for open in [&["AUTH", "secret"][..], &["AUTH", "default", "secret"]] {
        let mut client = server.connect()?;
        assert_eq!(client.command(open)?, b"+OK\r\n");
        assert_eq!(client.command(&["SET", "key", "value"])?, b"+OK\r\n");
        assert_eq!(client.command(&["RESET"])?, b"+RESET\r\n");
        assert_eq!(String::from_utf8(client.command(&["GET", "key"])?)?, format!("{NOAUTH}\r\n"));
    }
    let mut client = server.connect()?;
    assert_eq!(client.command(&["HELLO", "3", "AUTH", "default", "secret"])?.first(), Some(&b'%'));
    assert_eq!(client.command(&["CONFIG", "SET", "requirepass", "other"])?, b"+OK\r\n");
    assert_eq!(client.command(&["GET", "key"])?, b"$5\r\nvalue\r\n", "who is in stays in");
    let mut client = server.connect()?;
    assert_eq!(String::from_utf8(client.command(&["AUTH", "secret"])?)?, format!("{WRONGPASS}\r\n"));
    assert_eq!(client.command(&["AUTH", "other"])?, b"+OK\r\n");
    Ok(())
}

fn protected_mode_refuses_other_addresses(subject: Subject) -> Result<()> {
    let Some(own) = own_address() else {
        println!("this machine has no address but 127.0.0.1: nothing to refuse");
        return Ok(());
    };
    let Some(server) = subject.start(&["--bind", "0.0.0.0"])? else { return Ok(()) };
    let elsewhere = SocketAddr::from((own, server.address().port()));
    let mut client = Client::connect(elsewhere)?;
    let refusal = String::from_utf8(client.reply()?)?;
    let beginning = match subject {
        Subject::Redis => "-DENIED Redis is running in protected mode because protected mode is enabled",
        Subject::Ferrite => "-DENIED ",
    };
    assert!(refusal.starts_with(beginning) && refusal.contains("protected mode"), "{refusal}");
    ensure!(client.is_closed_within(PATIENCE)?, "refused and still open");

    // With a password, or without the protection, others are served.
    let mut local = server.connect()?;
    assert_eq!(local.command(&["CONFIG", "SET", "requirepass", "secret"])?, b"+OK\r\n");
    assert_eq!(String::from_utf8(Client::connect(elsewhere)?.command(&["PING"])?)?, format!("{NOAUTH}\r\n"));
    let Some(server) = subject.start(&["--bind", "0.0.0.0", "--protected-mode", "no"])? else { return Ok(()) };
    let elsewhere = SocketAddr::from((own, server.address().port()));
    assert_eq!(Client::connect(elsewhere)?.command(&["PING"])?, b"+PONG\r\n");
    Ok(())
}

/// An address of this machine that is not 127.0.0.1: the one that packets to elsewhere would carry. None is sent.
fn own_address() -> Option<Ipv4Addr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    match socket.local_addr().ok()? {
        SocketAddr::V4(address) if !address.ip().is_loopback() && !address.ip().is_unspecified() => Some(*address.ip()),
        _ => None,
    }
}
