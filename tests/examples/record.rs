//! Fills in and refreshes the replies of transcripts from a real redis-server:
//! `cargo run -p ferrite-tests --example record -- tests/conformance/strings.resp`, or without a name all of them.

use std::path::PathBuf;

use anyhow::{Result, bail};
use ferrite_tests::RedisServer;
use ferrite_tests::judge::TcpJudge;
use ferrite_tests::transcript::{Transcript, record::record};

fn main() -> Result<()> {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let transcripts = if paths.is_empty() {
        Transcript::all()?
    } else {
        paths.iter().map(|path| Transcript::read(path)).collect::<Result<Vec<_>>>()?
    };
    if ferrite_tests::require("redis-server").is_none() {
        bail!("the recorder asks redis-server");
    }
    let server = RedisServer::start()?;
    for transcript in &transcripts {
        let mut judge = TcpJudge::connect("redis-server", server.address(), Some(ferrite_tests::REDIS_VERSION))?;
        let text = record(transcript, &mut judge)?;
        if text != transcript.lines.join("\n") + "\n" {
            std::fs::write(&transcript.path, text)?;
            println!("{} is refreshed", transcript.path.display());
        }
    }
    Ok(())
}
