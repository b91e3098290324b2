//! A program that would run for ever: read line by line, killed when dropped.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::program::kill_group;

/// How long a line may take: a guard against hanging, not a measure.
const PATIENCE: Duration = Duration::from_secs(60);

/// What still runs.
#[derive(Debug)]
pub struct Running {
    child: Child,
    lines: Receiver<String>,
}

impl Running {
    /// Starts `command` with nothing on its standard input; standard error joins the test's own.
    pub fn start(command: &mut Command) -> Result<Running> {
        let name = command.get_program().to_string_lossy().into_owned();
        let pipes = command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = pipes.process_group(0).spawn().with_context(|| format!("cannot run {name}"))?;
        let stdout = child.stdout.take().context("standard output is piped")?;
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).split(b'\n') {
                let Ok(line) = line else { break };
                if sender.send(String::from_utf8_lossy(&line).trim_end().to_owned()).is_err() {
                    break;
                }
            }
        });
        Ok(Running { child, lines })
    }

    /// Its next line, without the end of the line.
    pub fn line(&self) -> Result<String> {
        self.lines.recv_timeout(PATIENCE).map_err(|error| match error {
            RecvTimeoutError::Timeout => anyhow::anyhow!("no line in {PATIENCE:?}"),
            RecvTimeoutError::Disconnected => anyhow::anyhow!("it has ended"),
        })
    }

    /// Its next line that is as wanted; what comes before it is let go.
    pub fn line_where(&self, wanted: impl Fn(&str) -> bool) -> Result<String> {
        let deadline = Instant::now() + PATIENCE;
        let mut before = Vec::new();
        while Instant::now() < deadline {
            let line = self.line().with_context(|| format!("after {before:?}"))?;
            if wanted(&line) {
                return Ok(line);
            }
            before.push(line);
        }
        bail!("the wanted line is not among {before:?}")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        kill_group(self.child.id());
        // It is gone now; its status says only that it was killed.
        let _ = self.child.wait();
    }
}
