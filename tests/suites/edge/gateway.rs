//! The AI gateway of the package, installed from the tarball: the request transcripts that every place has to pass.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use anyhow::{Context, Result};
use ferrite_mock_openai::{Mock, Script};
use ferrite_tests::gateway::{configuration, judge};

use crate::package::{node, tarball};

#[test]
fn the_transcripts_hold_in_node() -> Result<()> {
    the_transcripts_hold("node")
}

#[test]
fn the_transcripts_hold_in_bun() -> Result<()> {
    the_transcripts_hold("bun")
}

#[test]
fn the_transcripts_hold_in_deno() -> Result<()> {
    the_transcripts_hold("deno")
}

#[test]
fn the_transcripts_hold_in_workerd() -> Result<()> {
    the_transcripts_hold("workerd")
}

fn the_transcripts_hold(place: &str) -> Result<()> {
    let Some(tarball) = tarball(place)? else { return Ok(()) };
    let mock = Mock::start(Script::default());
    let mut command = node();
    command.args(["test/gateway/serve.mjs", place]).env("FERRITE_EDGE_PACKED", tarball);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    // It serves until its standard input ends.
    let mut stdin = child.stdin.take().context("standard input is piped")?;
    let config = configuration(&mock);
    stdin.write_all(format!("{}\n{config}", config.len()).as_bytes())?;
    let mut line = String::new();
    BufReader::new(child.stdout.take().context("standard output is piped")?).read_line(&mut line)?;
    let judged = line.trim().parse().context("the gateway did not start").and_then(|address| judge(address, &mock));
    drop(stdin);
    child.wait()?;
    println!("{} requests in {place}", judged?);
    Ok(())
}
