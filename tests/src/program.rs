//! Runs a program to its end, with what it reads from standard input, always bounded in time.

use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How long a program may run: a guard against hanging, not a measure.
pub const PATIENCE: Duration = Duration::from_secs(300);

/// What a program printed and how it ended.
#[derive(Debug)]
pub struct Output {
    /// How it ended.
    pub status: ExitStatus,
    /// Its standard output.
    pub stdout: Vec<u8>,
    /// Its standard error, as text.
    pub stderr: String,
}

impl Output {
    /// Its standard output, as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// The output of a program that must have succeeded.
    pub fn succeeded(self) -> Result<Output> {
        if !self.status.success() {
            bail!("it ended with {}\n{}\n{}", self.status, self.text(), self.stderr);
        }
        Ok(self)
    }
}

/// Runs `command` with `input` on its standard input, and kills it when [`PATIENCE`] is over.
pub fn run(command: &mut Command, input: &[u8]) -> Result<Output> {
    run_within(command, input, PATIENCE)
}

/// Runs `command` with `input` on its standard input, and kills it when `patience` is over.
pub fn run_within(command: &mut Command, input: &[u8], patience: Duration) -> Result<Output> {
    let name = command.get_program().to_string_lossy().into_owned();
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // A group of its own, so that what it leaves behind can be ended: it would hold the pipes open.
    let mut child = pipes.process_group(0).spawn().with_context(|| format!("cannot run {name}"))?;
    let mut stdin = child.stdin.take().context("standard input is piped")?;
    let stdout = child.stdout.take().context("standard output is piped")?;
    let stderr = child.stderr.take().context("standard error is piped")?;
    thread::scope(|scope| {
        // A program that ends without reading all of its input is judged by what it printed.
        scope.spawn(move || drop(stdin.write_all(input)));
        let stdout = scope.spawn(move || read_all(stdout));
        let stderr = scope.spawn(move || read_all(stderr));
        let deadline = Instant::now() + patience;
        let mut late = false;
        let status = loop {
            if let Some(status) = child.try_wait()? {
                kill_group(child.id());
                break status;
            }
            if Instant::now() > deadline && !late {
                late = true;
                kill_group(child.id());
            }
            thread::sleep(Duration::from_millis(2));
        };
        let stdout = stdout.join().expect("the reader does not panic")?;
        let stderr = String::from_utf8_lossy(&stderr.join().expect("the reader does not panic")?).into_owned();
        if late {
            bail!("{name} was still running after {patience:?}\n{}\n{stderr}", String::from_utf8_lossy(&stdout));
        }
        Ok(Output { status, stdout, stderr })
    })
}

/// Kills a program and what it started.
pub(crate) fn kill_group(leader: u32) {
    if let Ok(group) = libc::pid_t::try_from(leader) {
        // SAFETY: kill takes numbers only. The group is named after its leader and was made for it alone; where all of
        // it has ended already, there is nothing to kill.
        unsafe { libc::kill(-group, libc::SIGKILL) };
    }
}

fn read_all(mut pipe: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    pipe.read_to_end(&mut bytes)?;
    Ok(bytes)
}
