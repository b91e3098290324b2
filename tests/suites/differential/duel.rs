//! Sends the same commands to both servers, and compares what they answer.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result};
use ferrite_tests::client::encode;
use ferrite_tests::judge::Judge;
use ferrite_tests::transcript::Frame;

use crate::compare::{Free, Pair};
use crate::generate::{Command, SESSIONS};

/// Longest pipeline.
const PIPELINE: usize = 256;

/// Longer than what is to expire in it lives.
const PAUSE: Duration = Duration::from_millis(4);

pub(crate) struct Duel<'a> {
    redis: &'a mut dyn Judge,
    ferrite: &'a mut dyn Judge,
    /// How often a command of this name was answered outside of transactions, and how often with an error.
    pub(crate) answers: BTreeMap<Vec<u8>, (u64, u64)>,
}

/// The first reply that differs.
pub(crate) struct Difference {
    /// The command's index.
    pub(crate) at: usize,
    pub(crate) replies: Pair,
}

/// A session, as redis-server's replies tell.
#[derive(Default)]
struct Session {
    /// What is free in the replies to what is queued since MULTI.
    queue: Option<Vec<Free>>,
    /// The last replies.
    before: Option<(Vec<u8>, Vec<u8>)>,
}

impl<'a> Duel<'a> {
    pub(crate) fn new(redis: &'a mut dyn Judge, ferrite: &'a mut dyn Judge) -> Duel<'a> {
        Duel { redis, ferrite, answers: BTreeMap::new() }
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
        let mut sessions: Vec<Session> = (0..SESSIONS).map(|_| Session::default()).collect();
        let mut at = 0;
        while let Some(first) = commands.get(at) {
            let rest = commands.get(at..).unwrap_or_default();
            let same = rest.iter().take_while(|command| command.session == first.session).count();
            // A pause ends a pipeline.
            let until_pause = rest.iter().position(|command| command.pause).map_or(same, |pause| pause + 1);
            let length = same.min(until_pause).min(PIPELINE);
            let pipeline = rest.get(..length).unwrap_or_default();
            let bytes: Vec<u8> = pipeline.iter().flat_map(|command| encode(&command.argv)).collect();
            let name = format!("s{}", first.session);
            self.redis.send(&name, &bytes)?;
            self.ferrite.send(&name, &bytes)?;
            let redis = self.redis.receive(&name, length, false)?.frames;
            let ferrite = self.ferrite.receive(&name, length, false)?.frames;
            let session = sessions.get_mut(first.session).context("sessions are numbered from 0")?;
            let none = || b"(no reply)\r\n".to_vec();
            let redis = redis.into_iter().chain(std::iter::repeat_with(none));
            let ferrite = ferrite.into_iter().chain(std::iter::repeat_with(none));
            for (index, (command, replies)) in pipeline.iter().zip(redis.zip(ferrite)).enumerate() {
                if !session.agree(command, &replies)? {
                    return Ok(Some(Difference { at: at + index, replies: pair(&replies)? }));
                }
                let name = command.argv.first().map(|name| name.to_ascii_uppercase()).unwrap_or_default();
                let (all, errors) = self.answers.entry(name).or_default();
                *all += 1;
                *errors += u64::from(replies.0.starts_with(b"-"));
                session.before = Some(replies);
            }
            if pipeline.last().is_some_and(|command| command.pause) {
                std::thread::sleep(PAUSE);
            }
            at += length;
        }
        Ok(None)
    }
}

impl Session {
    /// Whether the replies are as good as each other; keeps account of MULTI.
    fn agree(&mut self, command: &Command, replies: &(Vec<u8>, Vec<u8>)) -> Result<bool> {
        let (redis, ferrite) = replies;
        let is = |name: &[u8]| command.argv.first().is_some_and(|word| word.eq_ignore_ascii_case(name));
        if redis == b"+QUEUED\r\n" {
            if let Some(queue) = &mut self.queue {
                queue.push(command.free);
            }
            return Ok(redis == ferrite);
        }
        let is_error = redis.starts_with(b"-");
        if is(b"EXEC") && !redis.starts_with(b"-ERR wrong") {
            return same_exec(&self.queue.take().unwrap_or_default(), replies);
        }
        if is(b"MULTI") && !is_error {
            self.queue = Some(Vec::new());
        } else if !is_error {
            // DISCARD and RESET; everything else would have been queued.
            self.queue = None;
        }
        if redis == ferrite && command.free != Free::Chosen {
            return Ok(true);
        }
        let before = match (&self.before, command.free) {
            (Some(before), Free::Chosen) => Some(pair(before)?),
            _ => None,
        };
        Ok(pair(replies)?.same(command.free, before.as_ref()))
    }
}

/// Whether the replies to EXEC are the same, each command's by what is free in it.
fn same_exec(queue: &[Free], replies: &(Vec<u8>, Vec<u8>)) -> Result<bool> {
    if replies.0 == replies.1 && !queue.contains(&Free::Chosen) {
        return Ok(true);
    }
    let Pair { redis, ferrite } = pair(replies)?;
    if redis.children.len() != queue.len() || redis.header != ferrite.header {
        return Ok(redis == ferrite);
    }
    let mut before = None;
    for ((redis, ferrite), free) in redis.children.into_iter().zip(ferrite.children).zip(queue) {
        let pair = Pair { redis, ferrite };
        if !pair.same(*free, before.as_ref()) {
            return Ok(false);
        }
        before = Some(pair);
    }
    Ok(true)
}

fn pair((redis, ferrite): &(Vec<u8>, Vec<u8>)) -> Result<Pair> {
    Ok(Pair { redis: Frame::parse(redis)?, ferrite: Frame::parse(ferrite)? })
}
