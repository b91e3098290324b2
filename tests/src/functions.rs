//! Functions on a running server: loading them, calling them, and what the data looked like before.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Result, ensure};

use crate::client::{Client, encode};

/// The examples whose answers `tests/functions/examples.resp` has, and the guest with typed functions of every type.
pub const EXAMPLES: [&str; 8] =
    ["filter", "leaderboard", "pricing", "rate-limit", "stock", "top-by-size", "total", "typed"];

/// Loads all of [`EXAMPLES`].
pub fn load_examples(client: &mut Client) -> Result<()> {
    EXAMPLES.iter().try_for_each(|guest| load(client, guest, &["PERMISSIONS", "WRITE"]))
}

/// How long a LOAD may take: modules are compiled by a thread that yields to everybody else.
const COMPILING: Duration = Duration::from_secs(120);

/// Loads a component of this repository under its own name, with these words behind the module.
pub fn load(client: &mut Client, guest: &str, options: &[&str]) -> Result<()> {
    let reply = load_as(client, guest, guest, options)?;
    ensure!(reply == "+OK\r\n", "{guest} was not loaded: {reply}");
    Ok(())
}

/// Loads a component under another name, and returns the reply.
pub fn load_as(client: &mut Client, name: &str, guest: &str, options: &[&str]) -> Result<String> {
    load_bytes(client, name, &ferrite_build::guest(guest)?.bytes, options)
}

/// Loads bytes, whatever they are, and returns the reply.
pub fn load_bytes(client: &mut Client, name: &str, module: &[u8], options: &[&str]) -> Result<String> {
    let mut argv = vec![&b"WASM.LOAD"[..], name.as_bytes(), module];
    argv.extend(options.iter().map(|option| option.as_bytes()));
    client.send(&encode(&argv))?;
    text(client.reply_within(COMPILING)?)
}

/// Sends the words of a line as one command, and returns the reply.
pub fn ask(client: &mut Client, line: &str) -> Result<String> {
    text(client.command(&line.split_whitespace().collect::<Vec<_>>())?)
}

fn text(reply: Vec<u8>) -> Result<String> {
    Ok(String::from_utf8_lossy(&reply).into_owned())
}

/// Every key of the selected database with its value and the time it expires at.
pub fn snapshot(client: &mut Client) -> Result<BTreeMap<String, (String, String)>> {
    let names = ask(client, "KEYS *")?;
    // Names are bulk strings: every second line after the array's header.
    let names: Vec<&str> = names.split("\r\n").skip(2).step_by(2).collect();
    names
        .into_iter()
        .map(|name| {
            let value = ask(client, &format!("GET {name}"))?;
            Ok((name.to_owned(), (value, ask(client, &format!("PEXPIRETIME {name}"))?)))
        })
        .collect()
}
