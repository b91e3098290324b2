//! Transcripts: what clients send and what a server must answer, byte for byte. `tests/conformance/README.md` is the
//! format's description.

mod escape;
mod expected;
mod parse;
pub mod record;
mod run;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

pub use escape::{escape, unescape};
pub use expected::{Expected, Frame, Matcher, render};
pub use run::{judge_all, judge_each, run};

/// A version of Redis, as `since` marks name it.
pub type Version = (u32, u32);

/// One file.
#[derive(Debug)]
pub struct Transcript {
    /// Where it stands.
    pub path: PathBuf,
    /// Its lines as they are, for the recorder.
    pub lines: Vec<String>,
    /// What it asks, in order.
    pub cases: Vec<Case>,
}

/// A series of steps that starts with empty databases and new connections.
#[derive(Debug)]
pub struct Case {
    /// The text behind `==`.
    pub name: String,
    /// The line of the name, from 1.
    pub line: usize,
    /// Judges of an older Redis skip the case.
    pub since: Option<Version>,
    /// What happens, in order.
    pub steps: Vec<Step>,
}

/// One thing that happens.
#[derive(Debug)]
pub enum Step {
    /// Bytes are sent in one write, and replies are expected.
    Exchange(Exchange),
    /// Time passes.
    Advance {
        /// How much, in milliseconds.
        milliseconds: u64,
    },
}

/// Bytes sent on a session, and what must come back on it.
#[derive(Debug)]
pub struct Exchange {
    /// The name before the `>`; empty for the only session of most cases.
    pub session: String,
    /// What is written at once; empty when replies are expected for what another session did.
    pub send: Vec<u8>,
    /// The lines `>`, from 1.
    pub line: usize,
    /// The index of the line behind the last `>` line: where the recorder puts replies.
    pub after: usize,
    /// How many lines behind `after` are replies.
    pub reply_lines: usize,
    /// The replies.
    pub expect: Vec<Expected>,
    /// Whether the server must close the connection behind the replies.
    pub closes: bool,
}

impl Case {
    /// Whether a Redis of this version (`None`: the newest) cannot know what the case asks.
    pub fn is_unknown_to(&self, version: Option<Version>) -> bool {
        self.since.zip(version).is_some_and(|(since, version)| since > version)
    }
}

impl Transcript {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Transcript> {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        Transcript::parse(path, &text)
    }

    /// Parses a text; errors name the file and the line.
    pub fn parse(path: &Path, text: &str) -> Result<Transcript> {
        parse::parse(path, text).with_context(|| format!("{} is no transcript", path.display()))
    }

    /// What the functions of [`crate::functions::EXAMPLES`] answer.
    pub fn of_functions() -> Result<Transcript> {
        Transcript::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("functions/examples.resp"))
    }

    /// All transcripts of `tests/conformance`, by name.
    pub fn all() -> Result<Vec<Transcript>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance");
        let mut paths = Vec::new();
        for entry in folder.read_dir().with_context(|| format!("cannot list {}", folder.display()))? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "resp") {
                paths.push(path);
            }
        }
        paths.sort();
        paths.iter().map(|path| Transcript::read(path)).collect()
    }
}
