//! WASM.CALL, FCALL and their read-only twins: arguments in, replies out.

use anyhow::Result;
use ferrite_tests::FerriteServer;
use ferrite_tests::functions::{ask, load};

#[test]
fn keys_and_arguments_reach_the_function_as_they_are() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "echo", &[])?;
    for (line, reply) in [
        ("WASM.CALL echo", "*2\r\n*0\r\n*0\r\n"),
        ("WASM.CALL echo KEYS a b ARGS c", "*2\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n*1\r\n$1\r\nc\r\n"),
        ("WASM.CALL echo keys a args KEYS ARGS", "*2\r\n*1\r\n$1\r\na\r\n*2\r\n$4\r\nKEYS\r\n$4\r\nARGS\r\n"),
        ("WASM.CALL_RO echo ARGS x", "*2\r\n*0\r\n*1\r\n$1\r\nx\r\n"),
        ("FCALL echo 1 a b", "*2\r\n*1\r\n$1\r\na\r\n*1\r\n$1\r\nb\r\n"),
        ("FCALL_RO echo 0 b", "*2\r\n*0\r\n*1\r\n$1\r\nb\r\n"),
        ("WASM.CALL echo a", "-ERR syntax error: expected KEYS or ARGS after the function's name, not 'a'\r\n"),
        ("WASM.CALL", "-ERR wrong number of arguments for 'wasm.call' command\r\n"),
    ] {
        assert_eq!(ask(&mut client, line)?, reply, "{line}");
    }
    let binary = [&b"WASM.CALL"[..], b"echo", b"ARGS", b"\0\r\n\xff", b""];
    assert_eq!(client.command(&binary)?, b"*2\r\n*0\r\n*2\r\n$4\r\n\0\r\n\xff\r\n$0\r\n\r\n");
    Ok(())
}

#[test]
fn fcall_fails_in_the_words_of_redis() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "echo", &[])?;
    for name in ["FCALL", "FCALL_RO"] {
        let lower = name.to_lowercase();
        for (arguments, error) in [
            ("missing 0".to_owned(), "ERR Function not found".to_owned()),
            ("missing x".to_owned(), "ERR Function not found".to_owned()),
            ("echo x".to_owned(), "ERR Bad number of keys provided".to_owned()),
            ("echo 2 a".to_owned(), "ERR Number of keys can't be greater than number of args".to_owned()),
            ("echo -1 a".to_owned(), "ERR Number of keys can't be negative".to_owned()),
            ("echo".to_owned(), format!("ERR wrong number of arguments for '{lower}' command")),
        ] {
            assert_eq!(ask(&mut client, &format!("{name} {arguments}"))?, format!("-{error}\r\n"), "{arguments}");
        }
    }
    Ok(())
}

#[test]
fn replies_follow_the_version_of_the_protocol() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "execute", &["PERMISSIONS", "WRITE"])?;
    assert_eq!(ask(&mut client, "WASM.CALL execute ARGS GET missing")?, "$-1\r\n");
    assert!(ask(&mut client, "WASM.INFO execute")?.starts_with('*'));
    assert!(ask(&mut client, "HELLO 3")?.starts_with('%'));
    assert_eq!(ask(&mut client, "WASM.CALL execute ARGS GET missing")?, "_\r\n");
    assert_eq!(ask(&mut client, "WASM.CALL execute ARGS SET k v")?, "+OK\r\n");
    assert_eq!(ask(&mut client, "WASM.CALL execute ARGS MGET k missing")?, "*2\r\n$1\r\nv\r\n_\r\n");
    assert!(ask(&mut client, "WASM.INFO execute")?.starts_with('%'));
    Ok(())
}

#[test]
fn a_function_works_in_the_database_of_its_caller() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "execute", &["PERMISSIONS", "WRITE"])?;
    let mut other = server.connect()?;
    assert_eq!(ask(&mut other, "SELECT 5")?, "+OK\r\n");
    assert_eq!(ask(&mut other, "WASM.CALL execute ARGS SET where five")?, "+OK\r\n");
    assert_eq!(ask(&mut client, "WASM.CALL execute ARGS SET where zero")?, "+OK\r\n");
    assert_eq!(ask(&mut other, "WASM.CALL execute ARGS GET where")?, "$4\r\nfive\r\n");
    assert_eq!(ask(&mut client, "GET where")?, "$4\r\nzero\r\n");
    assert_eq!(ask(&mut other, "GET where")?, "$4\r\nfive\r\n");
    Ok(())
}

#[test]
fn commands_of_a_connection_are_refused_within_functions() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "execute", &["PERMISSIONS", "WRITE"])?;
    for line in [
        "AUTH secret",
        "SELECT 1",
        "MULTI",
        "EXEC",
        "DISCARD",
        "WATCH k",
        "CLIENT LIST",
        "CONFIG GET dir",
        "SHUTDOWN",
        "WASM.LOAD f g",
        "WASM.KILL",
        "WASM.LIST",
        "QUIT",
        "RESET",
        "HELLO 3",
    ] {
        let reply = ask(&mut client, &format!("WASM.CALL execute ARGS {line}"))?;
        assert!(reply.starts_with("-ERR ") || reply.starts_with("-NOPERM "), "{line}: {reply}");
    }
    let unknown = ask(&mut client, "WASM.CALL execute ARGS NOSUCH x")?;
    assert!(unknown.starts_with("-ERR ") && !unknown.contains("wasm: trap"), "{unknown}");
    assert_eq!(ask(&mut client, "PING")?, "+PONG\r\n");
    Ok(())
}

#[test]
fn time_stands_still_within_a_call() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "get", &["FUEL", "1000000000"])?;
    // One exchange: the key lives 20 ms, and the function looks at it for far longer than that.
    client.send(b"SET k v PX 20\r\nWASM.CALL get KEYS k ARGS 500000\r\n")?;
    assert_eq!(client.reply()?, b"+OK\r\n");
    assert_eq!(client.reply_within(crate::PATIENCE)?, b"$1\r\nv\r\n");
    std::thread::sleep(std::time::Duration::from_millis(25));
    assert_eq!(ask(&mut client, "GET k")?, "$-1\r\n", "it goes on afterwards");
    Ok(())
}

#[test]
fn fresh_and_pooled_instances_answer_alike() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    for isolation in ["fresh", "pooled"] {
        load(&mut client, "echo", &["REPLACE", "ISOLATION", isolation])?;
        for _ in 0..50 {
            assert_eq!(ask(&mut client, "FCALL echo 1 a")?, "*2\r\n*1\r\n$1\r\na\r\n*0\r\n");
        }
        let info = ask(&mut client, "WASM.INFO echo")?;
        assert!(info.contains(isolation), "{info}");
    }
    Ok(())
}
