//! Vector sets in snapshots: the same content and the same neighbours after a start, and as they were when a snapshot began.

use anyhow::{Context, Result, ensure};
use ferrite_tests::client::encode;
use ferrite_tests::{Client, FerriteServer};

use crate::{digest, wait_until_saved};

/// More than one slice of a snapshot.
const VECTORS: usize = 3000;

fn fill(client: &mut Client) -> Result<()> {
    let mut commands =
        vec!["VECTOR.CREATE index DIM 4 DISTANCE l2".to_owned(), "VECTOR.CREATE empty DIM 7 TYPE int8".to_owned()];
    for n in 0..VECTORS {
        let vector = format!("VALUES 4 {} {} {} {}", n % 13, n * n % 101, n % 7, n);
        commands.push(format!("VECTOR.ADD index v{n} {vector} ATTR {{\"n\":{n}}}"));
        commands.push(format!("VADD set REDUCE 3 {vector} e{n}"));
        commands.push(format!("VADD bits {vector} e{n} BIN M 8"));
    }
    commands.extend((0..VECTORS).step_by(3).map(|n| format!("VECTOR.DEL index v{n}")));
    for command in &commands {
        client.send(&encode(&command.split(' ').collect::<Vec<_>>()))?;
    }
    for command in &commands {
        let reply = client.reply()?;
        ensure!(!reply.starts_with(b"-"), "{command}: {}", reply.escape_ascii());
    }
    Ok(())
}

/// What searches find, and how elements are linked.
fn seen(client: &mut Client) -> Result<Vec<String>> {
    let questions = [
        "VECTOR.SEARCH index K 50 VALUES 4 5 50 3 1000 WITHSCORES WITHATTR",
        "VECTOR.SEARCH index K 5 VALUES 4 5 50 3 1000 FILTER .n>2000",
        "VSIM set ELE e77 COUNT 30 WITHSCORES",
        "VSIM bits VALUES 4 1 -1 1 -1 COUNT 30 WITHSCORES",
        "VLINKS bits e5",
        "VCARD index",
        "VDIM set",
        "VEMB set e9 RAW",
        "VECTOR.GET index v1",
        "VECTOR.LIST",
        "VCARD empty",
    ];
    let ask = |question: &str| {
        let reply = client.command(&question.split(' ').collect::<Vec<_>>())?;
        Ok(reply.escape_ascii().to_string())
    };
    questions.into_iter().map(ask).collect()
}

#[test]
fn vector_sets_are_found_again_after_a_start() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().to_str().context("a path of text")?;
    let arguments = ["--dir", path, "--enable-debug-command", "yes", "--save", ""];
    let (before, found) = {
        let server = FerriteServer::start(&arguments)?;
        let mut client = server.connect()?;
        fill(&mut client)?;
        let before = (digest(&mut client)?, seen(&mut client)?);
        // In one write, so that the snapshot has hardly begun when they change.
        let mut input = encode(&["BGSAVE"]);
        for command in ["VECTOR.DEL index v1 v2 v4", "VADD bits VALUES 4 1 1 1 1 new BIN M 8", "DEL set"] {
            input.extend(encode(&command.split(' ').collect::<Vec<_>>()));
        }
        client.send(&input)?;
        for _ in 0..4 {
            let reply = client.reply()?;
            ensure!(!reply.starts_with(b"-"), "{}", reply.escape_ascii());
        }
        wait_until_saved(&mut client)?;
        assert_ne!(digest(&mut client)?, before.0);
        before
    };
    let server = FerriteServer::start(&arguments)?;
    let mut client = server.connect()?;
    assert_eq!(digest(&mut client)?, before);
    let mut again = seen(&mut client)?;
    let mut found = found;
    // Names of keys come in no order.
    [&mut again, &mut found].into_iter().for_each(|seen| drop(seen.remove(9)));
    assert_eq!(again, found);
    Ok(())
}
