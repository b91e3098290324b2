//! Databases with every type in every form.

use anyhow::{Result, ensure};
use ferrite_tests::Client;
use ferrite_tests::client::encode;

/// Databases that get something.
pub(super) const DATABASES: [&str; 3] = ["0", "3", "15"];

fn commands(commands: &mut Vec<Vec<String>>) {
    let mut add = |line: String| commands.push(line.split(' ').map(str::to_owned).collect());
    for number in [0_i64, -1, 127, 128, -129, 70_000, -3_000_000_000, i64::MAX, i64::MIN] {
        add(format!("SET int:{number} {number}"));
    }
    for length in [0, 1, 11, 20, 21, 44, 45, 200, 20_000] {
        add(format!("SET same:{length} x{}", "x".repeat(length)));
        let mixed: String = (0..length).map(|at| char::from(b'a' + (at * at % 23) as u8)).collect();
        add(format!("SET mixed:{length} y{mixed}"));
        add(format!("PEXPIREAT mixed:{length} 4102444800{length:03}"));
    }
    add("PFADD hll a b c d e f".to_owned());
    add("SETBIT bits 100000 1".to_owned());
    for (kind, count) in [("one", 1), ("few", 20), ("many", 1_500)] {
        for at in 0..count {
            add(format!("RPUSH list:{kind} {}", if at % 3 == 0 { at.to_string() } else { format!("element:{at}") }));
            add(format!("SADD integers:{kind} {}", i64::from(at) * 70_000 - 5));
            add(format!("SADD set:{kind} member:{at}"));
            add(format!("ZADD zset:{kind} {}.{} member:{at}", at % 50, at % 7));
            add(format!("HSET hash:{kind} field:{at} {}", "v".repeat(at as usize % 60)));
            add(format!("XADD stream:{kind} {at}-1 a {at} b text"));
        }
        add(format!("EXPIREAT set:{kind} 4102444800"));
        add(format!("XGROUP CREATE stream:{kind} group 0"));
        add(format!("XREADGROUP GROUP group alice COUNT 7 STREAMS stream:{kind} >"));
        add(format!("XREADGROUP GROUP group bob COUNT 7 STREAMS stream:{kind} >"));
        add(format!("XACK stream:{kind} group 1-1"));
        add(format!("XDEL stream:{kind} 3-1"));
        add(format!("RPUSH list:{kind} {}", "long".repeat(3_000)));
        add(format!("ZADD zset:{kind} -inf least inf greatest 1e300 huge"));
    }
    add("XADD emptied 1-1 a b".to_owned());
    add("XDEL emptied 1-1".to_owned());
}

/// Fills some databases.
pub(super) fn fill(client: &mut Client) -> Result<()> {
    let mut all = Vec::new();
    for database in DATABASES {
        all.push(vec!["SELECT".to_owned(), database.to_owned()]);
        commands(&mut all);
    }
    for part in all.chunks(500) {
        client.send(&part.iter().flat_map(|command| encode(command)).collect::<Vec<u8>>())?;
        for command in part {
            let reply = client.reply()?;
            ensure!(!reply.starts_with(b"-"), "{command:?}: {}", reply.escape_ascii());
        }
    }
    Ok(())
}
