//! Calls that follow each other in a pipeline are handed to the host together, and answered as if one by one.

use anyhow::Result;
use ferrite_tests::FerriteServer;
use ferrite_tests::client::{Client, encode};
use ferrite_tests::functions::load;

use crate::PATIENCE;

/// Commands whose replies depend on their order, and on what stands between them.
fn commands() -> Vec<Vec<Vec<u8>>> {
    let long = "x".repeat(1000);
    let mut lines: Vec<String> = [
        "SET n 0",
        "WASM.CALL execute ARGS INCR n",
        "FCALL execute 0 INCR n",
        "WASM.CALL evil KEYS n ARGS write-error",
        "GET n",
        "WASM.CALL missing",
        "wasm.call execute args INCR n",
        "WASM.CALL",
        "FCALL execute x",
        "WASM.CALL_RO execute ARGS INCR n",
        "WASM.LIST",
        "SELECT 3",
        "WASM.CALL execute ARGS INCR n",
        "WASM.CALL execute ARGS GET n",
        "SELECT 0",
        "MULTI",
        "WASM.CALL execute ARGS INCR n",
        "FCALL execute 0 INCR n",
        "WASM.CALL missing",
        "EXEC",
        "WASM.CALL execute ARGS GET n",
        "HELLO 3",
        "WASM.CALL execute ARGS GET absent",
        "WASM.CALL execute ARGS GET n",
        "HELLO 2",
        "WASM.CALL execute ARGS GET absent",
    ]
    .map(str::to_owned)
    .into();
    lines.extend((0..200).map(|number| format!("WASM.CALL execute ARGS ECHO {number}{long}")));
    lines.push("WASM.CALL execute ARGS GET n".to_owned());
    lines.iter().map(|line| line.split(' ').map(|word| word.as_bytes().to_vec()).collect()).collect()
}

fn ready() -> Result<(FerriteServer, Client)> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    load(&mut client, "execute", &["PERMISSIONS", "WRITE"])?;
    load(&mut client, "evil", &["PERMISSIONS", "WRITE"])?;
    Ok((server, client))
}

fn text(reply: Vec<u8>) -> String {
    String::from_utf8_lossy(&reply).into_owned()
}

#[test]
fn a_pipeline_of_calls_answers_as_its_commands_do_one_by_one() -> Result<()> {
    let (_one, mut one_by_one) = ready()?;
    let (_other, mut together) = ready()?;
    let commands = commands();
    let pipeline: Vec<u8> = commands.iter().flat_map(|command| encode(command)).collect();
    together.send(&pipeline)?;
    for command in &commands {
        let shown = String::from_utf8_lossy(&command.join(&b' ')).chars().take(60).collect::<String>();
        let expected = text(one_by_one.command(command)?);
        assert_eq!(text(together.reply_within(PATIENCE)?), expected, "{shown}");
    }
    Ok(())
}

#[test]
fn a_client_that_wants_no_replies_gets_none_of_its_calls() -> Result<()> {
    let (_server, mut client) = ready()?;
    let call = encode(&["WASM.CALL", "execute", "ARGS", "INCR", "n"]);
    let mut pipeline = encode(&["CLIENT", "REPLY", "OFF"]);
    pipeline.extend([&call[..], &call, &call].concat());
    pipeline.extend(encode(&["CLIENT", "REPLY", "ON"]));
    pipeline.extend(encode(&["CLIENT", "REPLY", "SKIP"]));
    pipeline.extend([&call[..], &call].concat());
    client.send(&pipeline)?;
    assert_eq!(client.reply_within(PATIENCE)?, b"+OK\r\n", "of CLIENT REPLY ON");
    assert_eq!(client.reply_within(PATIENCE)?, b":5\r\n", "the one behind the one that was skipped");
    Ok(())
}
