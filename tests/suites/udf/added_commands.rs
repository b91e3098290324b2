//! Components that add commands: what COMMAND says of them, who may run them, and that they come and go whole.

use anyhow::Result;
use ferrite_tests::FerriteServer;
use ferrite_tests::client::Client;
use ferrite_tests::functions::{ask, load, load_as, load_bytes};

/// Loads the guest as built with a feature.
fn load_evil(client: &mut Client, name: &str, feature: &str, options: &[&str]) -> Result<String> {
    let project = ferrite_build::workspace::project("evil-commands")?.features([feature]).quiet();
    load_bytes(client, name, &project.build()?.bytes, options)
}

#[test]
fn a_component_adds_commands_that_clients_call_by_name() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    let unknown = ask(&mut client, "STOCK.PUT pears 5")?;
    assert!(unknown.starts_with("-ERR unknown command"), "{unknown}");
    load(&mut client, "stock", &["PERMISSIONS", "WRITE"])?;
    assert_eq!(ask(&mut client, "STOCK.PUT pears 5")?, ":5\r\n");
    assert_eq!(ask(&mut client, "stock.take pears 3")?, ":2\r\n");
    assert_eq!(ask(&mut client, "Stock.Take pears 3")?, "-SOLDOUT 1 are missing\r\n");
    assert_eq!(ask(&mut client, "STOCK.MOVE pears plums 9")?, "-SOLDOUT 7 are missing\r\n");
    assert_eq!(ask(&mut client, "STOCK.LEFT pears plums")?, "*2\r\n:2\r\n:0\r\n", "what failed is undone");
    assert_eq!(ask(&mut client, "STOCK.TAKE pears")?, "-ERR wrong number of arguments for 'stock.take' command\r\n");
    assert_eq!(ask(&mut client, "STOCK.LEFT")?, "-ERR wrong number of arguments for 'stock.left' command\r\n");
    let error = ask(&mut client, "WASM.CALL stock")?;
    assert_eq!(error, "-ERR wasm: 'stock' has no `call`; it is called by its commands\r\n");

    assert_eq!(ask(&mut client, "WASM.UNLOAD stock")?, "+OK\r\n");
    let unknown = ask(&mut client, "STOCK.PUT pears 5")?;
    assert!(unknown.starts_with("-ERR unknown command"), "{unknown}");
    assert_eq!(ask(&mut client, "COMMAND INFO stock.put")?, "*1\r\n$-1\r\n");
    Ok(())
}

#[test]
fn command_tells_about_them_as_about_any_other() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    let count = |client: &mut Client| -> Result<i64> {
        Ok(ask(client, "COMMAND COUNT")?.trim_start_matches(':').trim().parse()?)
    };
    let before = count(&mut client)?;
    load(&mut client, "stock", &["PERMISSIONS", "WRITE"])?;
    load(&mut client, "evil-commands", &["PERMISSIONS", "WRITE"])?;
    assert_eq!(count(&mut client)?, before + 4 + 8);

    let row = ask(&mut client, "COMMAND INFO stock.left")?;
    assert!(
        row.starts_with("*1\r\n*10\r\n$10\r\nstock.left\r\n:-2\r\n*1\r\n+readonly\r\n:1\r\n:-1\r\n:1\r\n"),
        "{row}"
    );
    let row = ask(&mut client, "COMMAND INFO STOCK.MOVE")?;
    assert!(row.contains(":4\r\n*1\r\n+write\r\n:1\r\n:2\r\n:1\r\n"), "{row}");
    let row = ask(&mut client, "COMMAND INFO evil.alone")?;
    assert!(row.contains("+noscript\r\n") && row.contains("+no_multi\r\n"), "{row}");
    let docs = ask(&mut client, "COMMAND DOCS stock.put")?;
    assert!(docs.contains("Adds to the stock of an article."), "{docs}");
    assert!(ask(&mut client, "COMMAND LIST FILTERBY PATTERN stock.*")?.starts_with("*4\r\n"));
    for (line, keys) in [
        ("STOCK.LEFT a b c", "*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n"),
        ("stock.move a b 3", "*2\r\n$1\r\na\r\n$1\r\nb\r\n"),
        ("EVIL.COUNTED 2 a b c", "*2\r\n$1\r\na\r\n$1\r\nb\r\n"),
        ("EVIL.PAIRS a 1 b 2", "*2\r\n$1\r\na\r\n$1\r\nb\r\n"),
        ("EVIL.ECHO KEYS a b ARGS c", "*2\r\n$1\r\na\r\n$1\r\nb\r\n"),
        ("EVIL.RUN GET k", "-ERR The command has no key arguments\r\n"),
    ] {
        assert_eq!(ask(&mut client, &format!("COMMAND GETKEYS {line}"))?, keys, "{line}");
    }
    let info = ask(&mut client, "WASM.INFO stock")?;
    for command in ["STOCK.PUT", "STOCK.TAKE", "STOCK.MOVE", "STOCK.LEFT"] {
        assert!(info.contains(&format!("\r\n{command}\r\n")), "{info}");
    }
    assert!(info.contains("$10\r\ncall_count\r\n:0\r\n"), "{info}");
    Ok(())
}

#[test]
fn multi_queues_them_and_a_watched_key_sees_their_writes() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    let mut other = server.connect()?;
    load(&mut client, "stock", &["PERMISSIONS", "WRITE"])?;
    load(&mut client, "evil-commands", &["PERMISSIONS", "WRITE"])?;
    for (line, reply) in [
        ("MULTI", "+OK\r\n"),
        ("STOCK.PUT pears 5", "+QUEUED\r\n"),
        ("STOCK.TAKE pears 9", "+QUEUED\r\n"),
        ("GET pears", "+QUEUED\r\n"),
        ("STOCK.LEFT pears", "+QUEUED\r\n"),
        ("EXEC", "*4\r\n:5\r\n-SOLDOUT 4 are missing\r\n$1\r\n5\r\n*1\r\n:5\r\n"),
        ("MULTI", "+OK\r\n"),
        ("STOCK.TAKE pears", "-ERR wrong number of arguments for 'stock.take' command\r\n"),
        ("EXEC", "-EXECABORT Transaction discarded because of previous errors.\r\n"),
        ("MULTI", "+OK\r\n"),
        ("EVIL.ALONE", "-ERR Command not allowed inside a transaction\r\n"),
        ("DISCARD", "+OK\r\n"),
        ("WATCH pears", "+OK\r\n"),
    ] {
        assert_eq!(ask(&mut client, line)?, reply, "{line}");
    }
    assert_eq!(ask(&mut other, "STOCK.TAKE pears 1")?, ":4\r\n");
    assert_eq!(ask(&mut client, "MULTI")?, "+OK\r\n");
    assert_eq!(ask(&mut client, "PING")?, "+QUEUED\r\n");
    assert_eq!(ask(&mut client, "EXEC")?, "*-1\r\n");
    Ok(())
}

#[test]
fn a_command_that_is_gone_when_exec_comes_to_it_says_so() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    let mut other = server.connect()?;
    load(&mut client, "stock", &["PERMISSIONS", "WRITE"])?;
    for line in ["MULTI", "STOCK.PUT pears 5", "SET k v"] {
        ask(&mut client, line)?;
    }
    assert_eq!(ask(&mut other, "WASM.UNLOAD stock")?, "+OK\r\n");
    assert_eq!(
        ask(&mut client, "EXEC")?,
        "*2\r\n-ERR wasm: the command 'STOCK.PUT' is gone: its function was unloaded or replaced\r\n+OK\r\n"
    );
    assert_eq!(ask(&mut client, "GET pears")?, "$-1\r\n");
    // In one pipeline, the second is handed out before the first has run.
    load(&mut client, "stock", &["PERMISSIONS", "WRITE"])?;
    let mut pipeline = ferrite_tests::client::encode(&["WASM.UNLOAD", "stock"]);
    pipeline.extend(ferrite_tests::client::encode(&["STOCK.PUT", "pears", "5"]));
    client.send(&pipeline)?;
    assert_eq!(client.reply_within(crate::PATIENCE)?, b"+OK\r\n");
    let error = String::from_utf8_lossy(&client.reply_within(crate::PATIENCE)?).into_owned();
    assert!(error.contains("is gone") || error.contains("unknown command"), "{error}");
    Ok(())
}

#[test]
fn permissions_cover_them() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    let refused = load_as(&mut client, "stock", "stock", &["PERMISSIONS", "READ"])?;
    assert_eq!(
        refused,
        "-ERR wasm: cannot load 'stock': the command `STOCK.PUT` writes: load it with PERMISSIONS READ WRITE\r\n"
    );
    assert!(ask(&mut client, "STOCK.LEFT a")?.starts_with("-ERR unknown command"), "none of them is there");
    load(&mut client, "evil-commands", &["PERMISSIONS", "WRITE"])?;
    assert_eq!(ask(&mut client, "EVIL.RUN SET k v")?, "+OK\r\n");
    assert_eq!(ask(&mut client, "EVIL.PEEK GET k")?, "$1\r\nv\r\n");
    let refused = ask(&mut client, "EVIL.PEEK SET k w")?;
    assert!(refused.starts_with('-'), "a command that reads does not write: {refused}");
    let refused = ask(&mut client, "EVIL.PURE GET k")?;
    assert!(refused.starts_with('-'), "a command without data has none: {refused}");
    assert_eq!(ask(&mut client, "GET k")?, "$1\r\nv\r\n");
    let error = ask(&mut client, "EVIL.TRAP k")?;
    assert!(error.starts_with("-ERR wasm: "), "{error}");
    assert_eq!(ask(&mut client, "GET k")?, "$1\r\nv\r\n", "what it wrote is undone");
    Ok(())
}

#[test]
fn functions_execute_them_within_their_own_permissions() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "stock", &["PERMISSIONS", "WRITE"])?;
    load(&mut client, "evil-commands", &["PERMISSIONS", "WRITE"])?;
    load_as(&mut client, "writer", "execute", &["PERMISSIONS", "WRITE"])?;
    load_as(&mut client, "reader", "execute", &["PERMISSIONS", "READ"])?;
    for (line, reply) in [
        ("WASM.CALL writer ARGS STOCK.PUT pears 5", ":5\r\n"),
        ("WASM.CALL reader ARGS stock.left pears", "*1\r\n:5\r\n"),
        ("WASM.CALL writer ARGS STOCK.TAKE pears 9", "-SOLDOUT 4 are missing\r\n"),
        ("WASM.CALL writer ARGS STOCK.TAKE pears", "-ERR wrong number of arguments for 'stock.take' command\r\n"),
        ("WASM.CALL writer ARGS EVIL.ALONE", "-ERR This Redis command is not allowed from script\r\n"),
        ("EVIL.RUN STOCK.TAKE pears 1", ":4\r\n"),
        ("EVIL.PEEK STOCK.LEFT pears", "*1\r\n:4\r\n"),
        ("GET pears", "$1\r\n4\r\n"),
    ] {
        assert_eq!(ask(&mut client, line)?, reply, "{line}");
    }
    for line in ["WASM.CALL reader ARGS STOCK.PUT pears 1", "EVIL.PEEK STOCK.PUT pears 1", "EVIL.PURE STOCK.LEFT pears"]
    {
        let refused = ask(&mut client, line)?;
        assert!(refused.starts_with('-'), "{line}: {refused}");
    }
    assert_eq!(ask(&mut client, "GET pears")?, "$1\r\n4\r\n");
    Ok(())
}

#[test]
fn what_cannot_be_added_is_refused_whole_and_leaves_the_old_commands() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "stock", &["PERMISSIONS", "WRITE"])?;
    let count = ask(&mut client, "COMMAND COUNT")?;
    for (feature, part) in [
        ("clash-own", "the server has a command `GET` already"),
        ("clash-host", "the server has a command `WASM.CALL` already"),
        ("bad-name", "'a b  +OK' does not"),
        ("many", "`describe` returns 65 commands"),
        ("empty", "`describe` returns no commands"),
        ("endless", "its commands cannot be described: ERR wasm: fuel exhausted after 1000000"),
        ("reads-data", "its commands cannot be described: ERR wasm: trap: the store may be used in calls"),
    ] {
        let error = load_evil(&mut client, "stock", feature, &["REPLACE", "PERMISSIONS", "WRITE"])?;
        assert!(error.starts_with("-ERR wasm: cannot load 'stock': ") && error.contains(part), "{feature}: {error}");
    }
    let error = load_as(&mut client, "second", "stock", &["PERMISSIONS", "WRITE"])?;
    assert!(error.contains("the command `STOCK.PUT` is one of the function 'stock' already"), "{error}");
    assert_eq!(ask(&mut client, "COMMAND COUNT")?, count);
    assert_eq!(ask(&mut client, "STOCK.PUT pears 1")?, ":1\r\n", "the old ones are still there");

    // A new list takes the place of the old one, in one step.
    assert_eq!(load_evil(&mut client, "stock", "second", &["REPLACE"])?, "+OK\r\n");
    assert!(ask(&mut client, "STOCK.PUT pears 1")?.starts_with("-ERR unknown command"));
    assert_eq!(ask(&mut client, "EVIL.SECOND a")?, "*2\r\n$11\r\nEVIL.SECOND\r\n$1\r\na\r\n");
    assert_eq!(load_as(&mut client, "second", "stock", &["PERMISSIONS", "WRITE"])?, "+OK\r\n", "the names are free");
    // The same commands again, by the same function.
    assert_eq!(load_as(&mut client, "second", "stock", &["REPLACE", "PERMISSIONS", "WRITE"])?, "+OK\r\n");
    assert_eq!(ask(&mut client, "STOCK.PUT pears 1")?, ":2\r\n");
    Ok(())
}

#[test]
fn resp3_clients_and_pipelines_are_served() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "stock", &["PERMISSIONS", "WRITE"])?;
    assert!(ask(&mut client, "HELLO 3")?.starts_with('%'));
    let mut pipeline = Vec::new();
    for _ in 0..100 {
        pipeline.extend(ferrite_tests::client::encode(&["STOCK.PUT", "pears", "1"]));
        pipeline.extend(ferrite_tests::client::encode(&["GET", "pears"]));
    }
    client.send(&pipeline)?;
    for number in 1..=100 {
        assert_eq!(client.reply_within(crate::PATIENCE)?, format!(":{number}\r\n").as_bytes());
        client.reply_within(crate::PATIENCE)?;
    }
    Ok(())
}
