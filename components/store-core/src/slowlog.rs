//! Commands that took long. <https://redis.io/docs/latest/commands/slowlog/>

use std::collections::VecDeque;

use ferrite_resp::Args;

use crate::session::Session;

/// More arguments than these are counted instead of shown.
const ARGUMENTS: usize = 32;
/// Longer arguments are cut here.
const ARGUMENT_BYTES: usize = 128;

/// The log, its newest entry in front.
#[derive(Default)]
pub struct SlowLog {
    /// The entries.
    pub entries: VecDeque<Entry>,
    next_id: u64,
}

/// A command that took long.
pub struct Entry {
    /// Counted from 0 on.
    pub id: u64,
    /// When it ended, in seconds since the Unix epoch.
    pub time_s: u64,
    /// What it took, in microseconds.
    pub took_us: u64,
    /// The command, cut to 32 arguments of 128 bytes.
    pub args: Vec<Box<[u8]>>,
    /// Whose it was.
    pub address: Box<str>,
    /// The client's name.
    pub name: Box<[u8]>,
}

impl SlowLog {
    /// Adds a command; what is beyond `most` entries goes.
    #[cold]
    #[inline(never)]
    pub(crate) fn add(&mut self, session: &Session, args: Args<'_>, now_us: u64, took_us: u64, most: usize) {
        let id = self.next_id;
        self.next_id += 1;
        self.entries.push_front(Entry {
            id,
            time_s: now_us / 1_000_000,
            took_us,
            args: cut(args),
            address: session.address.clone(),
            name: session.name.clone(),
        });
        self.entries.truncate(most);
    }
}

fn cut(args: Args<'_>) -> Vec<Box<[u8]>> {
    let secret = first_secret(args);
    let shown = if args.len() > ARGUMENTS { ARGUMENTS - 1 } else { args.len() };
    let mut cut: Vec<Box<[u8]>> = Vec::with_capacity(ARGUMENTS.min(args.len()));
    for (index, arg) in args.iter().take(shown).enumerate() {
        cut.push(match arg.get(..ARGUMENT_BYTES) {
            _ if index >= secret => (*b"(redacted)").into(),
            Some(front) if arg.len() > ARGUMENT_BYTES => {
                let rest = format!("... ({} more bytes)", arg.len() - ARGUMENT_BYTES);
                [front, rest.as_bytes()].concat().into()
            }
            _ => arg.into(),
        });
    }
    if args.len() > shown {
        cut.push(format!("... ({} more arguments)", args.len() - shown).into_bytes().into());
    }
    cut
}

/// The first argument that nobody else may see: passwords stand behind it.
fn first_secret(args: Args<'_>) -> usize {
    let is = |index: usize, word: &str| args.at(index).eq_ignore_ascii_case(word.as_bytes());
    match () {
        () if is(0, "auth") => 1,
        () if is(0, "hello") => (1..args.len()).find(|&index| is(index, "auth")).map_or(usize::MAX, |index| index + 1),
        () if is(0, "config") && (2..args.len()).any(|index| is(index, "requirepass")) => 3,
        () if is(0, "acl") && is(1, "setuser") => 2,
        () => usize::MAX,
    }
}
