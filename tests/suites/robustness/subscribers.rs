//! Clients that listen to channels: one that does not read goes, the others and the publisher notice nothing.

use anyhow::{Result, ensure};
use ferrite_tests::Subject;
use ferrite_tests::client::encode;

use crate::process::resident_bytes;
use crate::{PATIENCE, assert_serves, wait_for_clients};

ferrite_tests::on_both!(
    a_slow_subscriber_is_disconnected_and_the_others_get_every_message,
    a_subscriber_is_never_idle,
    a_publisher_that_hangs_up_has_published,
);

const SUBSCRIBED: &[u8] = b"*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n";

fn a_slow_subscriber_is_disconnected_and_the_others_get_every_message(subject: Subject) -> Result<()> {
    const MESSAGES: usize = 200;
    const SIZE: usize = 1 << 20;
    let limit = ["--client-output-buffer-limit", "pubsub 8388608 0 0"];
    let Some(server) = subject.start(&limit)? else { return Ok(()) };
    let (mut slow, mut quick, mut publisher) = (server.connect()?, server.connect()?, server.connect()?);
    for client in [&mut slow, &mut quick] {
        assert_eq!(client.command(&["SUBSCRIBE", "c"])?, SUBSCRIBED);
    }
    let before = resident_bytes(server.pid())?;
    let message = vec![b'x'; SIZE];
    let mut most = before;
    for number in 0..MESSAGES {
        let receivers = publisher.command(&[b"PUBLISH", b"c".as_slice(), &message])?;
        ensure!(matches!(&*receivers, b":2\r\n" | b":1\r\n"), "message {number}: {}", receivers.escape_ascii());
        assert!(quick.reply()?.len() > SIZE, "message {number} is whole");
        most = most.max(resident_bytes(server.pid())?);
    }
    wait_for_clients(&mut publisher, 2)?;
    assert_eq!(publisher.command(&["PUBLISH", "c", "last"])?, b":1\r\n");
    assert_eq!(quick.reply()?, b"*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$4\r\nlast\r\n");
    ensure!(slow.is_closed_within(PATIENCE)?, "the slow one is still connected");
    let grown = most - before;
    assert!(grown < 100 << 20, "a subscriber that does not read grew the server by {grown} bytes");
    assert_serves(&server)
}

fn a_subscriber_is_never_idle(subject: Subject) -> Result<()> {
    let Some(server) = subject.start(&["--timeout", "1"])? else { return Ok(()) };
    let mut listener = server.connect()?;
    assert_eq!(listener.command(&["SUBSCRIBE", "c"])?, SUBSCRIBED);
    let mut idle = server.connect()?;
    assert_eq!(idle.command(&["PING"])?, b"+PONG\r\n");
    ensure!(idle.is_closed_within(PATIENCE)?, "who does nothing is disconnected");
    let mut publisher = server.connect()?;
    assert_eq!(publisher.command(&["PUBLISH", "c", "x"])?, b":1\r\n");
    assert_eq!(listener.reply()?, b"*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nx\r\n");
    Ok(())
}

fn a_publisher_that_hangs_up_has_published(subject: Subject) -> Result<()> {
    let Some(server) = subject.start(&[])? else { return Ok(()) };
    let mut listener = server.connect()?;
    assert_eq!(listener.command(&["SUBSCRIBE", "c"])?, SUBSCRIBED);
    let mut publisher = server.connect()?;
    publisher.send(&encode(&["PUBLISH", "c", "x"]).repeat(1000))?;
    drop(publisher);
    for _ in 0..1000 {
        assert_eq!(listener.reply()?, b"*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nx\r\n");
    }
    Ok(())
}
