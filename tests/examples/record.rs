//! Fills in and refreshes the replies of transcripts from a real redis-server:
//! `cargo run -p ferrite-tests --example record -- tests/conformance/strings.resp`, or without a name all of them.
//!
//! With `--ferrite` in front of the names it asks Ferrite: for commands that this redis-server does not have. What it answers
//! is then to be read beside the commands' documentation. It has the example functions loaded.

use std::path::PathBuf;

use anyhow::{Result, bail};
use ferrite_tests::functions::load_examples;
use ferrite_tests::judge::TcpJudge;
use ferrite_tests::transcript::{Transcript, record::record};
use ferrite_tests::{FerriteServer, RedisServer};

fn main() -> Result<()> {
    let mut paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let asks_ferrite = paths.first().is_some_and(|first| first.as_os_str() == "--ferrite");
    paths.drain(..usize::from(asks_ferrite));
    let transcripts = if paths.is_empty() {
        Transcript::all()?
    } else {
        paths.iter().map(|path| Transcript::read(path)).collect::<Result<Vec<_>>>()?
    };
    if asks_ferrite {
        let server = FerriteServer::start(&[])?;
        load_examples(&mut server.connect()?)?;
        return refresh(&transcripts, || TcpJudge::connect("ferrite", server.address(), None));
    }
    if ferrite_tests::require("redis-server").is_none() {
        bail!("the recorder asks redis-server");
    }
    let server = RedisServer::start()?;
    refresh(&transcripts, || TcpJudge::connect("redis-server", server.address(), Some(ferrite_tests::REDIS_VERSION)))
}

fn refresh(transcripts: &[Transcript], judge: impl Fn() -> Result<TcpJudge>) -> Result<()> {
    for transcript in transcripts {
        let text = record(transcript, &mut judge()?)?;
        if text != transcript.lines.join("\n") + "\n" {
            std::fs::write(&transcript.path, text)?;
            println!("{} is refreshed", transcript.path.display());
        }
    }
    Ok(())
}
