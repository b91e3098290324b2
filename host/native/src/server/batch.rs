//! Commands that the engine handed to the host: executed one behind the other, answered together.

use std::rc::Rc;
use std::time::Instant;

use ferrite_resp::{Argv, Limits, Parsed, parse};
use tokio::sync::oneshot;

use super::Shard;
use crate::limits;
use crate::snapshots;
use crate::udf::Outcome;
use crate::wasm::HostCall;

/// How many commands run before the clock is read, unless one took long.
const CLOCK_EVERY: u32 = 16;

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
    pub(super) fn run(&mut self, shard: &Rc<Shard>, since: Instant) -> Progress {
        let functions = &shard.functions;
        let (mut count, mut millisecond) = (0_u32, functions.milliseconds());
        let mut argv = Argv::new();
        // The engine parsed these commands and found them within its limits.
        let limits = Limits { authenticated: true, ..Limits::default() };
        loop {
            let rest = self.call.commands.get(self.done..).unwrap_or_default();
            let Ok(Parsed::Command { consumed }) = parse(rest, &limits, &mut argv) else { return Progress::Done };
            let args = argv.view(rest);
            let outcome = match snapshots::execute(shard, args, &mut self.replies) {
                true => Outcome::Replied,
                false => functions.execute(shard, &self.call, args, &mut self.replies),
            };
            self.done += consumed;
            if let Outcome::Later(reply) = outcome {
                return Progress::Later(reply);
            }
            if shard.has_failed() || self.done == self.call.commands.len() {
                return Progress::Done;
            }
            // Short calls do not read the clock each.
            count += 1;
            let now = functions.milliseconds();
            let due = now != millisecond || count.is_multiple_of(CLOCK_EVERY);
            millisecond = now;
            if due && since.elapsed() > limits::TURN_TIME {
                return Progress::Paused;
            }
        }
    }
}
