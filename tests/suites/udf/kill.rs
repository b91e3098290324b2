//! While a function runs long, KILL and SHUTDOWN are obeyed, and everybody else is served afterwards.

use std::time::Duration;

use anyhow::Result;
use ferrite_tests::functions::{ask, load, snapshot};
use ferrite_tests::{Client, FerriteServer};

use crate::{PATIENCE, start_with};

const ENDLESS: [&str; 4] = ["PERMISSIONS", "WRITE", "FUEL", "1000000000000"];
/// So patient that only a kill ends the function.
const PATIENT: &str = "[wasm.ceilings]\nmax_fuel = 1000000000000\nmax_duration_ms = 3600000\n";

/// Starts a function that writes and never ends, and waits until it runs.
fn run_for_ever(client: &mut Client) -> Result<()> {
    client.send(&ferrite_tests::client::encode(&[
        "WASM.CALL",
        "evil",
        "KEYS",
        "k",
        "l",
        "m",
        "n",
        "ARGS",
        "write-loop",
    ]))
}

/// Asks until there was something to kill: the function may not have begun when the first KILL comes.
fn kill(client: &mut Client) -> Result<()> {
    loop {
        match ask(client, "WASM.KILL")?.as_str() {
            "+OK\r\n" => return Ok(()),
            other => assert_eq!(other, "-NOTBUSY No functions in execution right now.\r\n"),
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn nothing_to_kill_is_an_error() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    assert_eq!(ask(&mut client, "WASM.KILL")?, "-NOTBUSY No functions in execution right now.\r\n");
    Ok(())
}

#[test]
fn a_new_connection_kills_what_runs_and_the_writes_are_undone() -> Result<()> {
    let (server, _folder) = start_with(PATIENT)?;
    let mut client = server.connect()?;
    load(&mut client, "evil", &[&ENDLESS[..], &["TIMEOUT", "3600000"]].concat())?;
    for line in ["SET k before", "SET l 1", "SET m x PX 10000000"] {
        assert_eq!(ask(&mut client, line)?, "+OK\r\n");
    }
    let before = snapshot(&mut client)?;
    let mut waiting = server.connect()?;
    for _ in 0..3 {
        run_for_ever(&mut client)?;
        std::thread::sleep(Duration::from_millis(20));
        waiting.send(b"GET k\r\nPING\r\n")?;
        let mut operator = server.connect()?;
        // What client libraries send before anything else.
        assert_eq!(ask(&mut operator, "CLIENT SETNAME operator")?, "+OK\r\n");
        kill(&mut operator)?;
        assert_eq!(client.reply_within(PATIENCE)?, b"-ERR wasm: killed\r\n");
        assert_eq!(waiting.reply_within(PATIENCE)?, b"$6\r\nbefore\r\n", "who waited is served afterwards");
        assert_eq!(waiting.reply_within(PATIENCE)?, b"+PONG\r\n");
        assert_eq!(snapshot(&mut client)?, before);
    }
    Ok(())
}

#[test]
fn a_password_is_asked_for_while_a_function_runs() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("ferrite.toml");
    std::fs::write(&path, PATIENT)?;
    let config = path.display().to_string();
    let server = FerriteServer::start(&["--config", &config, "--requirepass", "secret"])?;
    let mut client = server.connect()?;
    assert_eq!(ask(&mut client, "AUTH secret")?, "+OK\r\n");
    load(&mut client, "evil", &[&ENDLESS[..], &["TIMEOUT", "3600000"]].concat())?;
    run_for_ever(&mut client)?;
    std::thread::sleep(Duration::from_millis(20));

    let mut stranger = server.connect()?;
    assert_eq!(ask(&mut stranger, "WASM.KILL")?, "-NOAUTH Authentication required.\r\n");
    assert!(client.next_frame(Duration::from_millis(50))?.is_none(), "it still runs");
    let mut operator = server.connect()?;
    assert_eq!(ask(&mut operator, "AUTH secret")?, "+OK\r\n");
    kill(&mut operator)?;
    assert_eq!(client.reply_within(PATIENCE)?, b"-ERR wasm: killed\r\n");
    Ok(())
}

#[test]
fn a_kill_ends_the_whole_path_of_calls() -> Result<()> {
    let (server, _folder) = start_with(PATIENT)?;
    let mut client = server.connect()?;
    let options = [&ENDLESS[..], &["TIMEOUT", "3600000"]].concat();
    load(&mut client, "evil", &options)?;
    load(&mut client, "execute", &options)?;
    client.send(b"WASM.CALL execute ARGS FCALL evil 1 k write-loop\r\n")?;
    std::thread::sleep(Duration::from_millis(20));
    kill(&mut server.connect()?)?;
    assert_eq!(client.reply_within(PATIENCE)?, b"-ERR wasm: killed\r\n");
    assert_eq!(ask(&mut client, "EXISTS k")?, ":0\r\n");
    Ok(())
}

#[test]
fn shutdown_is_obeyed_while_a_function_runs() -> Result<()> {
    let (mut server, _folder) = start_with(PATIENT)?;
    let mut client = server.connect()?;
    load(&mut client, "evil", &[&ENDLESS[..], &["TIMEOUT", "3600000"]].concat())?;
    run_for_ever(&mut client)?;
    std::thread::sleep(Duration::from_millis(20));
    server.connect()?.send(b"SHUTDOWN NOSAVE\r\n")?;
    assert!(server.wait_for_exit(PATIENCE)?.success());
    Ok(())
}
