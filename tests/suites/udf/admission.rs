//! Whether a call may begin: calls a second, suspension, and the share of the shard's time.

use std::time::{Duration, Instant};

use anyhow::Result;
use ferrite_tests::FerriteServer;
use ferrite_tests::client::encode;
use ferrite_tests::functions::{ask, load, load_as};

use crate::{PATIENCE, start_with};

#[test]
fn a_function_is_called_so_many_times_a_second_and_says_when_to_try_again() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    // A rate so low that no machine is so slow that a call comes back meanwhile.
    load(&mut client, "echo", &["RATE", "1"])?;
    let mut replies = Vec::new();
    for _ in 0..20 {
        replies.push(ask(&mut client, "WASM.CALL echo ARGS a")?);
    }
    let refused = "-ERR wasm: function 'echo' may be called 1 times a second, try again in ";
    assert!(replies.iter().any(|reply| reply.starts_with(refused)), "{replies:?}");
    assert!(!replies[0].starts_with('-'), "{replies:?}");
    let stats = ask(&mut client, "WASM.STATS echo")?;
    assert!(stats.contains("refused"), "{stats}");
    Ok(())
}

#[test]
fn a_function_that_keeps_trapping_is_suspended_and_a_load_ends_it() -> Result<()> {
    let (server, _folder) = start_with("[wasm.limits]\nsuspend_after = 3\n")?;
    let mut client = server.connect()?;
    load(&mut client, "evil", &["FUEL", "200000"])?;
    for _ in 0..2 {
        assert_eq!(ask(&mut client, "WASM.CALL evil ARGS loop")?, "-ERR wasm: fuel exhausted after 200000\r\n");
    }
    // A call that goes well forgives.
    assert!(ask(&mut client, "WASM.CALL evil ARGS grow-quietly")?.starts_with(':'));
    for _ in 0..3 {
        assert_eq!(ask(&mut client, "WASM.CALL evil ARGS loop")?, "-ERR wasm: fuel exhausted after 200000\r\n");
    }
    let reply = ask(&mut client, "WASM.CALL evil ARGS grow-quietly")?;
    assert!(reply.starts_with("-ERR wasm: function 'evil' is suspended for another "), "{reply}");
    assert!(
        reply.contains("3 calls in a row failed, the last with 'ERR wasm: fuel exhausted after 200000'"),
        "{reply}"
    );
    assert!(server.log().contains("suspended for 1 s"), "{}", server.log());
    load(&mut client, "evil", &["REPLACE", "FUEL", "200000"])?;
    assert!(ask(&mut client, "WASM.CALL evil ARGS grow-quietly")?.starts_with(':'));
    Ok(())
}

#[test]
fn over_its_budget_a_function_fails_at_once_where_that_is_configured() -> Result<()> {
    let (server, _folder) = start_with(
        "[wasm.budget]\nfunction = 0.001\nwindow_ms = 1\nexceeded = \"fail\"\n[wasm.limits]\nsuspend_after = 0\n",
    )?;
    let mut client = server.connect()?;
    load(&mut client, "evil", &["FUEL", "20000000"])?;
    let first = ask(&mut client, "WASM.CALL evil ARGS loop")?;
    assert_eq!(first, "-ERR wasm: fuel exhausted after 20000000\r\n");
    let second = ask(&mut client, "WASM.CALL evil ARGS loop")?;
    assert!(second.starts_with("-ERR wasm: function 'evil' had 0 % of the shard's time and more"), "{second}");
    Ok(())
}

#[test]
fn calls_over_the_budget_wait_for_idle_time_and_all_of_them_are_answered() -> Result<()> {
    let (server, _folder) =
        start_with("[wasm.budget]\nfunction = 0.01\nwindow_ms = 1\n[wasm.limits]\nsuspend_after = 0\n")?;
    let mut client = server.connect()?;
    load(&mut client, "evil", &["FUEL", "3000000"])?;
    let loops = 20;
    let mut others: Vec<_> = (0..5).map(|_| server.connect()).collect::<Result<_>>()?;
    for other in &mut others {
        other.send(&encode(&["WASM.CALL", "evil", "ARGS", "loop"]).repeat(loops))?;
    }
    // Between two calls others are served: this client's answers come while there are calls left.
    assert_eq!(ask(&mut client, "SET k v")?, "+OK\r\n");
    for other in &mut others {
        for _ in 0..loops {
            assert_eq!(other.reply_within(PATIENCE)?, b"-ERR wasm: fuel exhausted after 3000000\r\n");
        }
    }
    let stats = ask(&mut client, "WASM.STATS evil")?;
    let waits = stats.split("waits\r\n:").nth(1).and_then(|rest| rest.split('\r').next()).map(str::parse::<u32>);
    assert!(matches!(waits, Some(Ok(1..))), "{stats}");
    Ok(())
}

#[test]
fn calls_that_wait_are_answered_by_what_took_the_name_meanwhile_wherever_it_runs() -> Result<()> {
    let (server, _folder) = start_with(
        "[wasm.budget]\nfunction = 0.01\nwindow_ms = 1\n[wasm.limits]\nsuspend_after = 0\n[wasm.security]\n\
         allow_network = true\n",
    )?;
    let mut client = server.connect()?;
    let off_the_shard = ["FUEL", "30000000", "PERMISSIONS", "NETWORK=127.0.0.1:1"];
    // Compiled by now, it replaces the other at once.
    load(&mut client, "outside", &off_the_shard)?;
    assert_eq!(load_as(&mut client, "f", "evil", &["FUEL", "30000000"])?, "+OK\r\n");
    let loops = 10;
    let mut others: Vec<_> = (0..5).map(|_| server.connect()).collect::<Result<_>>()?;
    for other in &mut others {
        other.send(&encode(&["WASM.CALL", "f", "ARGS", "loop"]).repeat(loops))?;
    }
    let replace = [&["REPLACE"], &off_the_shard[..]].concat();
    assert_eq!(load_as(&mut client, "f", "outside", &replace)?, "+OK\r\n");
    for other in &mut others {
        for _ in 0..loops {
            assert_eq!(other.reply_within(PATIENCE)?, b"-ERR wasm: fuel exhausted after 30000000\r\n");
        }
    }
    let stats = ask(&mut client, "WASM.STATS f")?;
    let calls = stats.split("call_count\r\n:").nth(1).and_then(|rest| rest.split('\r').next()).map(str::parse::<u32>);
    assert!(matches!(calls, Some(Ok(1..50))), "{stats}");
    Ok(())
}

#[test]
fn nothing_waits_inside_of_exec_and_a_client_that_is_gone_is_not_waited_for() -> Result<()> {
    let (server, _folder) =
        start_with("[wasm.budget]\nfunction = 0.01\nwindow_ms = 1\n[wasm.limits]\nsuspend_after = 0\n")?;
    let mut client = server.connect()?;
    load(&mut client, "evil", &["FUEL", "3000000"])?;
    for line in ["MULTI", "WASM.CALL evil ARGS loop", "WASM.CALL evil ARGS loop", "SET k v"] {
        ask(&mut client, line)?;
    }
    let reply = ask(&mut client, "EXEC")?;
    assert_eq!(reply.matches("-ERR wasm: fuel exhausted after 3000000").count(), 2, "{reply}");
    let mut gone = server.connect()?;
    gone.send(&encode(&["WASM.CALL", "evil", "ARGS", "loop"]).repeat(50))?;
    drop(gone);
    let began = Instant::now();
    while ask(&mut client, "CLIENT LIST")?.matches(" fd=").count() > 1 {
        assert!(began.elapsed() < PATIENCE, "the client is still there");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(ask(&mut client, "GET k")?, "$1\r\nv\r\n");
    Ok(())
}

#[test]
fn store_calls_and_the_size_of_a_reply_are_limited() -> Result<()> {
    let (server, _folder) = start_with("[wasm.limits]\nmax_store_calls = 3\nmax_reply_bytes = 100\n")?;
    let mut client = server.connect()?;
    assert_eq!(load_as(&mut client, "execute", "execute", &["PERMISSIONS", "WRITE"])?, "+OK\r\n");
    assert_eq!(ask(&mut client, "WASM.CALL execute ARGS SET k v")?, "+OK\r\n");
    assert_eq!(load_as(&mut client, "rate-limit", "rate-limit", &["PERMISSIONS", "WRITE"])?, "+OK\r\n");
    let big = "x".repeat(200);
    assert_eq!(ask(&mut client, &format!("SET big {big}"))?, "+OK\r\n");
    let reply = ask(&mut client, "WASM.CALL execute ARGS GET big")?;
    assert_eq!(reply, "-ERR wasm: reply limit of 100 bytes exceeded (216)\r\n");
    load(&mut client, "evil", &["PERMISSIONS", "WRITE"])?;
    let reply = ask(&mut client, "WASM.CALL evil KEYS k l m n ARGS write-loop")?;
    assert_eq!(reply, "-ERR wasm: limit of 3 store calls exceeded\r\n");
    assert_eq!(ask(&mut client, "GET k")?, "$1\r\nv\r\n", "what it wrote is undone");
    Ok(())
}
