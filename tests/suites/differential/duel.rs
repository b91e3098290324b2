//! Sends the same commands to both servers, and shortens what makes them differ.

use std::fmt::Write;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use ferrite_tests::client::encode;
use ferrite_tests::judge::Judge;
use ferrite_tests::transcript::{Frame, escape, render};

use crate::compare::{Free, same, same_exec};
use crate::generate::{Command, SESSIONS};

/// Longest pipeline.
const PIPELINE: usize = 24;

/// How long shortening may take.
const SHORTENING: Duration = Duration::from_secs(20);

pub(crate) struct Duel<'a> {
    redis: &'a mut dyn Judge,
    ferrite: &'a mut dyn Judge,
}

/// The first reply that differs.
pub(crate) struct Difference {
    /// The command's index.
    at: usize,
    redis: String,
    ferrite: String,
}

/// What a session has queued since MULTI, as redis-server's replies tell.
#[derive(Default)]
struct Queue {
    open: bool,
    free: Vec<Free>,
}

impl<'a> Duel<'a> {
    pub(crate) fn new(redis: &'a mut dyn Judge, ferrite: &'a mut dyn Judge) -> Duel<'a> {
        Duel { redis, ferrite }
    }

    /// Runs the commands against empty databases with new sessions.
    pub(crate) fn fight(&mut self, commands: &[Command]) -> Result<Option<Difference>> {
        self.redis.begin_case()?;
        self.ferrite.begin_case()?;
        let outcome = self.pipelines(commands);
        self.redis.end_case()?;
        self.ferrite.end_case()?;
        outcome
    }

    fn pipelines(&mut self, commands: &[Command]) -> Result<Option<Difference>> {
        let mut queues: Vec<Queue> = (0..SESSIONS).map(|_| Queue::default()).collect();
        let mut at = 0;
        while let Some(first) = commands.get(at) {
            let rest = commands.get(at..).unwrap_or_default();
            let length = rest.iter().take_while(|command| command.session == first.session).count().min(PIPELINE);
            let pipeline = rest.get(..length).unwrap_or_default();
            let bytes: Vec<u8> = pipeline.iter().flat_map(|command| encode(&command.argv)).collect();
            let session = format!("s{}", first.session);
            self.redis.send(&session, &bytes)?;
            self.ferrite.send(&session, &bytes)?;
            let redis = self.redis.receive(&session, length, false)?;
            let ferrite = self.ferrite.receive(&session, length, false)?;
            let queue = queues.get_mut(first.session).context("sessions are numbered from 0")?;
            for (index, command) in pipeline.iter().enumerate() {
                let redis = frame(redis.frames.get(index))?;
                let ferrite = frame(ferrite.frames.get(index))?;
                if !queue.agree(command, &redis, &ferrite) {
                    let at = at + index;
                    return Ok(Some(Difference { at, redis: show(&redis), ferrite: show(&ferrite) }));
                }
            }
            at += length;
        }
        Ok(None)
    }

    /// Drops commands as long as the last one's replies still differ, and writes down what is left.
    pub(crate) fn shorten(&mut self, commands: &[Command], difference: &Difference) -> Result<String> {
        let mut kept: Vec<Command> = commands.get(..=difference.at).unwrap_or_default().to_vec();
        let mut found = None;
        let deadline = Instant::now() + SHORTENING;
        let mut chunk = kept.len().div_ceil(2);
        while chunk > 0 && Instant::now() < deadline {
            let mut start = 0;
            while start + 1 < kept.len() && Instant::now() < deadline {
                let end = (start + chunk).min(kept.len() - 1);
                let fewer: Vec<Command> = kept.iter().take(start).chain(kept.iter().skip(end)).cloned().collect();
                match self.fight(&fewer)? {
                    Some(difference) => {
                        kept = fewer;
                        kept.truncate(difference.at + 1);
                        found = Some(difference);
                    }
                    None => start = end,
                }
            }
            chunk = if chunk == 1 { 0 } else { chunk.div_ceil(2) };
        }
        let mut text = String::new();
        if found.is_none() {
            writeln!(text, "(it did not come again with fewer commands, so this is the whole round)")?;
        }
        let difference = found.as_ref().unwrap_or(difference);
        for command in &kept {
            let words = command.argv.iter().map(|word| quote(word)).collect::<Vec<_>>().join(" ");
            writeln!(text, "s{}> {words}", command.session)?;
        }
        writeln!(text, "redis-server answers\n{}Ferrite answers\n{}", difference.redis, difference.ferrite)?;
        Ok(text)
    }
}

impl Queue {
    /// Whether the replies are the same; keeps account of MULTI.
    fn agree(&mut self, command: &Command, redis: &Frame, ferrite: &Frame) -> bool {
        let is = |name: &[u8]| command.argv.first().is_some_and(|word| word.eq_ignore_ascii_case(name));
        if redis.header == b"+QUEUED" {
            self.free.push(command.free);
            return redis == ferrite;
        }
        let queue = std::mem::take(&mut self.free);
        if is(b"EXEC") && self.open && !redis.header.starts_with(b"-ERR wrong") {
            self.open = false;
            return same_exec(&queue, redis, ferrite);
        }
        if is(b"MULTI") && redis.header == b"+OK" {
            self.open = true;
        } else if self.open && !redis.header.starts_with(b"-") {
            // DISCARD and RESET; everything else would have been queued.
            self.open = false;
        } else {
            self.free = queue;
        }
        same(command.free, redis, ferrite)
    }
}

fn frame(bytes: Option<&Vec<u8>>) -> Result<Frame> {
    match bytes {
        Some(bytes) => Frame::parse(bytes),
        None => Ok(Frame { header: b"(no reply)".to_vec(), payload: None, children: Vec::new() }),
    }
}

fn show(frame: &Frame) -> String {
    render(frame).iter().fold(String::new(), |text, line| text + "< " + line + "\n")
}

fn quote(word: &[u8]) -> String {
    let text = escape(word).replace('"', "\\\"");
    if text.is_empty() || text.contains(' ') { format!("\"{text}\"") } else { text }
}
