//! The server's end: nobody who was answered loses the answer, and the exit code is 0.

use std::io::Read;

use anyhow::{Context, Result, ensure};
use ferrite_tests::client::encode;
use ferrite_tests::{Client, FerriteServer, Subject};

use crate::PATIENCE;
use crate::process::signal;

ferrite_tests::on_both!(shutdown_refuses_what_it_does_not_understand);

fn shutdown_refuses_what_it_does_not_understand(subject: Subject) -> Result<()> {
    let Some(server) = subject.start(&[])? else { return Ok(()) };
    let mut client = server.connect()?;
    for (arguments, error) in [
        ("BAD", "-ERR syntax error\r\n"),
        ("SAVE NOSAVE", "-ERR syntax error\r\n"),
        ("NOSAVE ABORT", "-ERR syntax error\r\n"),
        ("ABORT", "-ERR No shutdown in progress.\r\n"),
    ] {
        client.send(format!("SHUTDOWN {arguments}\r\n").as_bytes())?;
        assert_eq!(String::from_utf8(client.reply()?)?, error, "SHUTDOWN {arguments}");
    }
    assert_eq!(client.command(&["PING"])?, b"+PONG\r\n");
    Ok(())
}

#[test]
fn shutdown_answers_what_stood_before_it_and_exits_with_zero() -> Result<()> {
    for shutdown in [&["SHUTDOWN"][..], &["SHUTDOWN", "NOSAVE"], &["shutdown", "nosave", "now"]] {
        let mut server = FerriteServer::start(&[])?;
        let mut client = server.connect()?;
        let mut input = encode(&["INCR", "n"]).repeat(100);
        input.extend(encode(shutdown));
        client.send(&input)?;
        for n in 1..=100 {
            assert_eq!(client.reply()?, format!(":{n}\r\n").into_bytes());
        }
        ensure!(client.is_closed_within(PATIENCE)?, "still open after {shutdown:?}");
        assert_eq!(server.wait_for_exit(PATIENCE)?.code(), Some(0), "{}", server.log());
    }
    Ok(())
}

#[test]
fn sigterm_and_sigint_let_a_reply_on_its_way_arrive() -> Result<()> {
    const SIZE: usize = 32 << 20;
    for number in [libc::SIGTERM, libc::SIGINT] {
        let mut server = FerriteServer::start(&[])?;
        let mut idle = server.connect()?;
        assert_eq!(
            idle.command(&["SETRANGE", "big", &(SIZE - 1).to_string(), "x"])?,
            format!(":{SIZE}\r\n").as_bytes()
        );
        let client = server.connect()?;
        let header = format!("${SIZE}\r\n");
        let mut beginning = vec![0; header.len()];
        std::io::Write::write_all(&mut client.stream(), &encode(&["GET", "big"]))?;
        client.stream().set_read_timeout(Some(PATIENCE))?;
        client.stream().read_exact(&mut beginning)?;
        assert_eq!(beginning, header.as_bytes());

        signal(server.pid(), number)?;
        let rest = read_to_end(&client).context("the reply was cut off")?;
        assert_eq!(rest.len(), SIZE + 2, "signal {number}: the reply was cut off");
        ensure!(idle.is_closed_within(PATIENCE)?, "an idle client keeps its connection");
        assert_eq!(server.wait_for_exit(PATIENCE)?.code(), Some(0), "signal {number}: {}", server.log());
        ensure!(Client::connect(server.address()).is_err(), "somebody still listens");
    }
    Ok(())
}

fn read_to_end(client: &Client) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    client.stream().read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[test]
fn a_client_that_never_reads_does_not_hold_the_shutdown_up_for_ever() -> Result<()> {
    let mut server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    assert_eq!(client.command(&["SETRANGE", "big", "33554431", "x"])?, b":33554432\r\n");
    let mut deaf = server.connect()?;
    deaf.send(&encode(&["GET", "big"]).repeat(10))?;
    assert_eq!(client.command(&["PING"])?, b"+PONG\r\n");
    signal(server.pid(), libc::SIGTERM)?;
    assert_eq!(server.wait_for_exit(PATIENCE)?.code(), Some(0), "{}", server.log());
    drop(deaf);
    Ok(())
}
