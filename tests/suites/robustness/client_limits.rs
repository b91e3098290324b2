//! `maxclients`: one too many is told so, and a place that becomes free is given away.

use anyhow::{Result, ensure};
use ferrite_tests::{Client, Subject};

use crate::{PATIENCE, wait_for_clients};

ferrite_tests::on_both!(one_client_too_many_is_told_so, the_limit_can_be_changed_while_serving);

const REFUSAL: &[u8] = b"-ERR max number of clients reached\r\n";

fn one_client_too_many_is_told_so(subject: Subject) -> Result<()> {
    let Some(server) = subject.start(&["--maxclients", "3"])? else { return Ok(()) };
    let mut first = server.connect()?;
    wait_for_clients(&mut first, 1)?;
    let mut others = [server.connect()?, server.connect()?];
    for other in &mut others {
        assert_eq!(other.command(&["PING"])?, b"+PONG\r\n");
    }
    for _ in 0..10 {
        assert_refused(server.connect()?)?;
    }
    assert_eq!(first.command(&["PING"])?, b"+PONG\r\n");
    drop(others);
    wait_for_clients(&mut first, 1)?;
    assert_eq!(server.connect()?.command(&["PING"])?, b"+PONG\r\n");
    Ok(())
}

fn the_limit_can_be_changed_while_serving(subject: Subject) -> Result<()> {
    let Some(server) = subject.start(&["--maxclients", "100"])? else { return Ok(()) };
    let mut first = server.connect()?;
    wait_for_clients(&mut first, 1)?;
    assert_eq!(first.command(&["CONFIG", "SET", "maxclients", "1"])?, b"+OK\r\n");
    assert_refused(server.connect()?)?;
    assert_eq!(first.command(&["CONFIG", "SET", "maxclients", "2"])?, b"+OK\r\n");
    assert_eq!(server.connect()?.command(&["PING"])?, b"+PONG\r\n");
    Ok(())
}

fn assert_refused(mut client: Client) -> Result<()> {
    assert_eq!(client.reply()?, REFUSAL);
    ensure!(client.is_closed_within(PATIENCE)?, "refused and still open");
    Ok(())
}
