//! The data that `tests/guests/faulty` writes to, and all of it as a client sees it.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use ferrite_tests::Client;
use ferrite_tests::client::encode;
use ferrite_tests::functions::ask;

use crate::PATIENCE;

/// What every key of both databases was: its replies to the questions of [`of`].
pub(crate) type State = BTreeMap<(u8, String), Vec<Vec<u8>>>;

/// Keys that steps make and that are not there before. Watched and tracked like those that are.
pub(crate) const ABSENT: &[&str] = &[
    "new",
    "appended",
    "renamed:new",
    "hash:new",
    "hash:copy",
    "list:made",
    "m:1",
    "m:3",
    "places",
    "sorted:union",
    "outer",
    "wait:list",
    "wait:rename",
    "wait:sorted",
    "vectors:made",
];

const SMALL: &[&str] = &[
    "SET text value",
    "SET number 41",
    "SET mortal x PX 5000000000",
    "SET short-lived x",
    "SET bits abcdef",
    "SET getdel x",
    "SET deleted x",
    "SET moved x",
    "SET renamed x PX 6000000000",
    "SET over one",
    "SET overwritten two PX 7000000000",
    "MSET many:1 1 many:2 2 many:3 3",
    "HSET hash a 1 b x n 5",
    "HSET hash:mortal a 1 b 2",
    "HSET hash:one f v",
    "RPUSH list a b c b",
    "RPUSH list:over 1 2 3",
    "RPUSH list:other o",
    "RPUSH list:one 1",
    "RPUSH list:ready r",
    "SADD set a b c",
    "SADD set:numbers 1 2 3",
    "SADD set:other o",
    "ZADD sorted 1 a 2 b 3 c",
    "XADD stream 1-1 f v",
    "XADD stream 2-1 f v g w",
    "XADD stream 3-1 f v",
    "XGROUP CREATE stream group 0",
    "XGROUP CREATE stream other 0",
    "XREADGROUP GROUP group me COUNT 2 STREAMS stream >",
    "XADD wait:stream 1-1 f v",
    "XGROUP CREATE wait:stream waiting $",
    "PFADD visitors a b c",
    "VECTOR.CREATE vectors DIM 2 DISTANCE l2",
    "VADD vectors:small VALUES 2 0 1 only SETATTR {}",
];

/// Elements of what is no longer kept packed.
const MANY: usize = 600;

/// Fills an empty server. `faulty` is a function that was loaded from `tests/guests/faulty`.
pub(crate) fn fill(client: &mut Client, faulty: &str) -> Result<()> {
    let mut commands: Vec<Vec<String>> =
        SMALL.iter().map(|line| line.split(' ').map(str::to_owned).collect()).collect();
    // Its name has a space in it.
    commands.push(["XGROUP", "CREATE", "stream", "other group", "0"].map(str::to_owned).to_vec());
    let large = |head: &[&str], element: &dyn Fn(usize) -> Vec<String>| {
        head.iter().map(|word| (*word).to_owned()).chain((0..MANY).flat_map(element)).collect::<Vec<_>>()
    };
    let pair = |n: usize| vec![n.to_string(), (n * 3).to_string()];
    let word = |n: usize| vec![format!("element {n}")];
    commands.push(large(&["HSET", "hash:large"], &pair));
    commands.push(large(&["HSET", "hash:gone"], &pair));
    commands.push(large(&["RPUSH", "list:large"], &word));
    commands.push(large(&["SADD", "set:large"], &word));
    commands.push(large(&["ZADD", "sorted:large"], &|n| vec![(n % 700).to_string(), n.to_string()]));
    commands
        .extend((1..=MANY).map(|n| ["XADD", "stream:large", &format!("{n}-1"), "f", "v"].map(str::to_owned).to_vec()));
    for n in 0..MANY {
        let (x, y) = (n.to_string(), (n * n % 97).to_string());
        commands.push(["VECTOR.ADD", "vectors", &x, "VALUES", "2", &x, &y].map(str::to_owned).to_vec());
    }
    commands.push(["WASM.CALL", faulty, "ARGS", "prepare"].map(str::to_owned).to_vec());
    commands.push(["SELECT", "1"].map(str::to_owned).to_vec());
    commands.push(["SET", "elsewhere", "x"].map(str::to_owned).to_vec());
    commands.push(["SELECT", "0"].map(str::to_owned).to_vec());
    for reply in pipeline(client, &commands)? {
        ensure!(!reply.starts_with(b"-"), "the data cannot be made: {}", reply.escape_ascii());
    }
    Ok(())
}

/// Sends all commands at once, and returns their replies.
pub(crate) fn pipeline(client: &mut Client, commands: &[Vec<String>]) -> Result<Vec<Vec<u8>>> {
    client.send(&commands.iter().flat_map(|command| encode(command)).collect::<Vec<_>>())?;
    commands.iter().map(|_| client.reply_within(PATIENCE)).collect()
}

/// The names of all keys of the selected database.
pub(crate) fn names(client: &mut Client) -> Result<Vec<String>> {
    // Names are bulk strings: every second line after the array's header.
    Ok(ask(client, "KEYS *")?.split("\r\n").skip(2).step_by(2).map(str::to_owned).collect())
}

/// Everything that there is, and the time that it lives to.
///
/// `DUMP` has most values as they lie. What is in a hash table has no order of its own, and its digest minds none; where
/// the nodes of a long list begin is no client's concern.
pub(crate) fn of(client: &mut Client) -> Result<State> {
    let mut state = State::new();
    for database in 0..2_u8 {
        ask(client, &format!("SELECT {database}"))?;
        let names = names(client)?;
        let about_all = |words: &[&str]| -> Vec<Vec<String>> {
            let question = |name: &String| words.iter().map(|word| (*word).to_owned()).chain([name.clone()]).collect();
            names.iter().map(question).collect()
        };
        let encodings = pipeline(client, &about_all(&["OBJECT", "ENCODING"]))?;
        let types = pipeline(client, &about_all(&["TYPE"]))?;
        let times = pipeline(client, &about_all(&["PEXPIRETIME"]))?;
        let digests = pipeline(client, &about_all(&["DEBUG", "DIGEST-VALUE"]))?;
        let questions: Vec<Vec<String>> = names
            .iter()
            .zip(encodings.iter().zip(&types))
            .map(|(name, (encoding, kind))| match &**encoding {
                // What was removed and comes back has other links.
                _ if kind == b"+vectorset\r\n" => ["VRANGE", name, "-", "+"].map(str::to_owned).to_vec(),
                b"$9\r\nhashtable\r\n" => vec!["TYPE".to_owned(), name.clone()],
                b"$9\r\nquicklist\r\n" => ["LRANGE", name, "0", "-1"].map(str::to_owned).to_vec(),
                _ => vec!["DUMP".to_owned(), name.clone()],
            })
            .collect();
        let values = pipeline(client, &questions)?;
        let answers = encodings.into_iter().zip(times).zip(digests.into_iter().zip(values));
        for (name, ((encoding, time), (digest, value))) in names.into_iter().zip(answers) {
            let error = [&encoding, &time, &digest, &value].into_iter().find(|answer| answer.starts_with(b"-"));
            ensure!(
                error.is_none(),
                "{name}: {}",
                error.map(|error| error.escape_ascii().to_string()).unwrap_or_default()
            );
            let twice = state.insert((database, name), vec![encoding, time, digest, value]);
            ensure!(twice.is_none(), "a key is there once");
        }
    }
    ask(client, "SELECT 0")?;
    Ok(state)
}

/// The first difference between two states, for people.
pub(crate) fn difference(before: &State, after: &State) -> Option<String> {
    for (key, answers) in before {
        match after.get(key) {
            None => return Some(format!("{key:?} is gone")),
            Some(other) if other != answers => {
                let at = answers.iter().zip(other).position(|(one, other)| one != other).unwrap_or_default();
                let shown = |answers: &[Vec<u8>]| {
                    answers.get(at).map(|bytes| bytes.escape_ascii().to_string()).unwrap_or_default()
                };
                return Some(format!("{key:?}: {} is now {}", shown(answers), shown(other)));
            }
            Some(_) => {}
        }
    }
    after.keys().find(|key| !before.contains_key(key)).map(|key| format!("{key:?} is new"))
}

/// One line of INFO.
pub(crate) fn figure(client: &mut Client, section: &str, name: &str) -> Result<i64> {
    let info = ask(client, &format!("INFO {section}"))?;
    let line = info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    Ok(line.with_context(|| format!("INFO {section} has no {name}"))?.trim().parse()?)
}
