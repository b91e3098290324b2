//! Snapshots from the server into each runtime, and from there to the server.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use ferrite_tests::program::run;
use ferrite_tests::{Client, FerriteServer};

use crate::fill::fill;
use crate::package::{node, tarball};

/// Every type is restored in the runtime, and what the runtime dumps is to the server what it was.
pub(crate) fn go_and_come_back(runtime: &str) -> Result<()> {
    let Some(tarball) = tarball(runtime)? else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let (given, back) = (folder.path().join("given.json"), folder.path().join("back"));
    std::fs::create_dir(&back)?;
    let (server, mut client) = start(folder.path())?;
    fill(&mut client)?;
    vectors(&mut client)?;
    ensure!(client.command(&["SAVE"])? == b"+OK\r\n");
    std::fs::write(&given, describe(&mut client, &folder.path().join("dump.rdb"))?)?;
    let digest = client.command(&["DEBUG", "DIGEST"])?;
    drop(server);
    let mut command = node();
    command.args(["test/run.mjs", runtime]).env("FERRITE_EDGE_PACKED", tarball);
    command.env("FERRITE_EDGE_SNAPSHOT", given).env("FERRITE_EDGE_DUMP", back.join("dump.rdb"));
    run(&mut command, b"")?.succeeded()?;
    let (_server, mut client) = start(&back)?;
    assert_eq!(client.command(&["DEBUG", "DIGEST"])?, digest, "{runtime}");
    Ok(())
}

fn start(folder: &Path) -> Result<(FerriteServer, Client)> {
    let folder = folder.to_str().context("a path of text")?;
    let server = FerriteServer::start(&["--dir", folder, "--save", "", "--enable-debug-command", "yes"])?;
    let client = server.connect()?;
    Ok((server, client))
}

fn vectors(client: &mut Client) -> Result<()> {
    client.command(&["SELECT", "0"])?;
    for (number, kind) in ["NOQUANT", "Q8", "BIN"].iter().enumerate() {
        for element in 0..50 {
            let (a, b) = ((element * 7 % 50).to_string(), (number + 1).to_string());
            let (key, name) = (format!("vectors:{kind}"), format!("element:{element}"));
            let added =
                client.command(&["VADD", &key, "VALUES", "3", &a, &b, "1", &name, kind, "SETATTR", "{\"a\":1}"])?;
            ensure!(added == b":1\r\n", "{}", added.escape_ascii());
        }
    }
    Ok(())
}

/// `{ file, keys }` in JSON: the file in base64, and of each key of database 0 its name, its type and how much it holds.
fn describe(client: &mut Client, file: &Path) -> Result<String> {
    client.command(&["SELECT", "0"])?;
    let names = String::from_utf8(client.command(&["KEYS", "*"])?)?;
    let mut keys = String::new();
    for name in names.lines().filter(|line| !line.starts_with(['*', '$'])) {
        let kind = String::from_utf8(client.command(&["TYPE", name])?)?;
        let kind = kind.trim_start_matches('+').trim_end();
        let command = match kind {
            "string" => "STRLEN",
            "hash" => "HLEN",
            "list" => "LLEN",
            "set" => "SCARD",
            "zset" => "ZCARD",
            "stream" => "XLEN",
            _ => "VCARD",
        };
        let length = String::from_utf8(client.command(&[command, name])?)?;
        let comma = if keys.is_empty() { "" } else { "," };
        write!(keys, "{comma}[\"{name}\",\"{kind}\",{}]", length.trim_start_matches(':').trim_end())?;
    }
    Ok(format!("{{ \"file\": \"{}\", \"keys\": [{keys}] }}", base64(&std::fs::read(file)?)))
}

/// RFC 4648, with padding.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |bits: u32| char::from(DIGITS[bits as usize % 64]);
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let at = |index: usize| three.get(index).copied().map_or(0, u32::from);
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        text.extend([digit(bits >> 18), digit(bits >> 12), digit(bits >> 6), digit(bits)]);
        text.truncate(text.len() - (3 - three.len()));
        text.extend(std::iter::repeat_n('=', 3 - three.len()));
    }
    text
}
