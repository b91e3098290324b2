//! Commands that the engine handed to the host: executed one behind the other, answered together.

use std::rc::Rc;
use std::time::Instant;

use ferrite_resp::{Argv, Limits, Parsed, parse};
use tokio::sync::oneshot;

use super::Shard;
use super::clients::Client;
use crate::limits;
use crate::udf::Outcome;
use crate::wasm::HostCall;

/// A host turn on its way to `resume`.
#[derive(Debug)]
pub(super) struct Batch {
    call: HostCall,
    /// Bytes of the commands that were executed.
    done: usize,
    replies: Vec<u8>,
}

/// How far a batch got.
#[derive(Debug)]
pub(super) enum Progress {
    /// All commands are answered.
    Done,
    /// The reply to the last one executed comes later: hand it to [`Batch::answer`], then run on.
    Later(oneshot::Receiver<Vec<u8>>),
    /// The client had its share of time: run on after others had theirs.
    Paused,
}

impl Batch {
    pub(super) fn new(call: HostCall) -> Batch {
        Batch { call, done: 0, replies: Vec::new() }
    }

    /// The reply to the command that was executed elsewhere.
    pub(super) fn answer(&mut self, reply: &[u8]) {
        self.replies.extend_from_slice(reply);
    }

    /// The replies so far.
    pub(super) fn replies(&self) -> &[u8] {
        &self.replies
    }

    /// Executes what is left. `since` is when the client's turn began.
    pub(super) fn run(&mut self, shard: &Rc<Shard>, client: &Client, since: Instant) -> Progress {
        let mut argv = Argv::new();
        // The engine parsed these commands and found them within its limits.
        let limits = Limits { authenticated: true, ..Limits::default() };
        loop {
            let rest = self.call.commands.get(self.done..).unwrap_or_default();
            let Ok(Parsed::Command { consumed }) = parse(rest, &limits, &mut argv) else { return Progress::Done };
            let outcome = shard.functions.execute(shard, &client.info, &self.call, argv.view(rest));
            self.done += consumed;
            match outcome {
                Outcome::Reply(reply) => self.replies.extend_from_slice(&reply),
                Outcome::Later(reply) => return Progress::Later(reply),
            }
            if shard.has_failed() {
                return Progress::Done;
            }
            if self.done < self.call.commands.len() && since.elapsed() > limits::TURN_TIME {
                return Progress::Paused;
            }
        }
    }
}
