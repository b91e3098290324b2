//! Clients that wait cost little, are served in order, and are forgotten when they hang up.

use std::time::Duration;

use anyhow::Result;
use ferrite_tests::client::encode;
use ferrite_tests::functions::ask;
use ferrite_tests::{Client, FerriteServer};

/// Long enough for a server to do what it is going to do.
const PATIENCE: Duration = Duration::from_secs(20);

/// Asks INFO until so many clients wait.
fn until_blocked(client: &mut Client, clients: usize) -> Result<()> {
    for _ in 0..2000 {
        if ask(client, "INFO clients")?.contains(&format!("blocked_clients:{clients}\r\n")) {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("{clients} clients do not wait: {}", ask(client, "INFO clients")?)
}

#[test]
fn a_client_that_hung_up_takes_nothing() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    let mut gone = server.connect()?;
    gone.send(&encode(&["BLPOP", "l", "0"]))?;
    until_blocked(&mut client, 1)?;
    drop(gone);
    until_blocked(&mut client, 0)?;
    assert_eq!(ask(&mut client, "RPUSH l x")?, ":1\r\n");
    assert_eq!(ask(&mut client, "LLEN l")?, ":1\r\n");
    Ok(())
}

#[test]
fn a_client_that_was_killed_takes_nothing() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    let mut killed = server.connect()?;
    let id = ask(&mut killed, "CLIENT ID")?;
    killed.send(&encode(&["BLPOP", "l", "0"]))?;
    until_blocked(&mut client, 1)?;
    assert_eq!(ask(&mut client, &format!("CLIENT KILL ID {}", id[1..].trim_end()))?, ":1\r\n");
    assert!(killed.is_closed_within(PATIENCE)?);
    until_blocked(&mut client, 0)?;
    assert_eq!(ask(&mut client, "RPUSH l x")?, ":1\r\n");
    assert_eq!(ask(&mut client, "LLEN l")?, ":1\r\n");
    Ok(())
}

#[test]
fn a_thousand_clients_are_served_in_the_order_in_which_they_came() -> Result<()> {
    const CLIENTS: usize = 1000;
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    let mut waiting = Vec::new();
    for number in 0..CLIENTS {
        let mut other = server.connect()?;
        other.send(&encode(&["BLPOP", "l", "0"]))?;
        // One after the other, so that there is an order.
        if number % 100 == 99 || number < 10 {
            until_blocked(&mut client, number + 1)?;
        }
        waiting.push(other);
    }
    until_blocked(&mut client, CLIENTS)?;
    let elements: Vec<String> = (0..CLIENTS).map(|number| number.to_string()).collect();
    let mut push = vec!["RPUSH".to_owned(), "l".to_owned()];
    push.extend(elements);
    assert_eq!(client.command(&push)?, format!(":{CLIENTS}\r\n").as_bytes());
    let mut taken = Vec::new();
    for other in &mut waiting {
        let reply = String::from_utf8(other.reply()?)?;
        let element = reply.lines().nth(4).unwrap_or_default().to_owned();
        taken.push(element.parse::<usize>()?);
    }
    assert_eq!(taken[..10], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], "the first ones came one by one");
    taken.sort_unstable();
    assert_eq!(taken, (0..CLIENTS).collect::<Vec<_>>(), "everybody got one element, and nobody the same");
    assert_eq!(ask(&mut client, "EXISTS l")?, ":0\r\n");
    Ok(())
}

#[test]
fn another_client_lets_one_go_on() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    let mut waiting = server.connect()?;
    let id = ask(&mut waiting, "CLIENT ID")?[1..].trim_end().to_owned();
    for (why, reply) in
        [("", "*-1\r\n"), (" TIMEOUT", "*-1\r\n"), (" ERROR", "-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n")]
    {
        waiting.send(&encode(&["BLMOVE", "a", "b", "LEFT", "LEFT", "0"]))?;
        until_blocked(&mut client, 1)?;
        assert_eq!(ask(&mut client, &format!("CLIENT UNBLOCK {id}{why}"))?, ":1\r\n");
        assert_eq!(waiting.reply_within(PATIENCE)?, reply.as_bytes());
    }
    assert_eq!(ask(&mut client, &format!("CLIENT UNBLOCK {id}"))?, ":0\r\n");
    Ok(())
}

#[test]
fn what_a_client_sends_while_it_waits_is_kept_and_answered() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    let mut waiting = server.connect()?;
    waiting.send(&encode(&["BLPOP", "l", "0"]))?;
    until_blocked(&mut client, 1)?;
    let value = "v".repeat(300_000);
    for _ in 0..3 {
        waiting.send(&encode(&["ECHO", &value]))?;
    }
    assert_eq!(ask(&mut client, "RPUSH l x")?, ":1\r\n");
    assert_eq!(waiting.reply_within(PATIENCE)?, b"*2\r\n$1\r\nl\r\n$1\r\nx\r\n");
    for _ in 0..3 {
        assert_eq!(waiting.reply_within(PATIENCE)?, format!("${}\r\n{value}\r\n", value.len()).as_bytes());
    }
    Ok(())
}

#[test]
fn a_server_stops_although_clients_wait() -> Result<()> {
    let mut server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    let mut waiting = server.connect()?;
    waiting.send(&encode(&["BLPOP", "l", "0"]))?;
    until_blocked(&mut client, 1)?;
    client.send(&encode(&["SHUTDOWN", "NOSAVE"]))?;
    assert!(server.wait_for_exit(PATIENCE)?.success());
    Ok(())
}
