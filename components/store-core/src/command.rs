//! A row of the command table: everything that COMMAND, arity checks, key extraction, permissions and documentation
//! know of a command derives from it.

use bitflags::bitflags;

use crate::context::Context;
use crate::error::Error;

/// The function that executes a command: it writes exactly one reply, or returns an error and writes none.
pub type Handler = fn(&mut Context<'_>) -> Result<(), Error>;

/// A command, or a subcommand.
pub struct Command {
    /// Lower case; of a subcommand without its container's name.
    pub name: &'static str,
    /// The exact number of arguments with the name, or minus the least number.
    pub arity: i32,
    /// What it may do, as COMMAND names it.
    pub flags: Flags,
    /// Where its keys are.
    pub keys: &'static [KeySpec],
    /// ACL categories beyond those that follow from the flags, without `@`.
    pub categories: &'static [&'static str],
    /// Hints for clients and proxies (`nondeterministic_output`, `request_policy:all_shards`, …).
    pub tips: &'static [&'static str],
    /// The function; that of a container is never called.
    pub handler: Handler,
    /// The rows of its subcommands.
    pub subcommands: &'static [Command],
    /// For COMMAND DOCS.
    pub docs: Docs,
}

/// What COMMAND DOCS says.
pub struct Docs {
    /// One sentence.
    pub summary: &'static str,
    /// The version of Redis that brought it.
    pub since: &'static str,
    /// `string`, `generic`, `connection`, …
    pub group: &'static str,
    /// `O(1)`, with what N is.
    pub complexity: &'static str,
    /// Since which version there is something better, and what.
    pub deprecated: Option<(&'static str, &'static str)>,
}

bitflags! {
    /// Flags of a command. <https://redis.io/docs/latest/commands/command/#flags>
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Flags: u32 {
        /// May write keys.
        const WRITE = 1;
        /// Reads keys, never writes.
        const READONLY = 1 << 1;
        /// May need more memory: refused when the limit is reached.
        const DENYOOM = 1 << 2;
        /// For administrators.
        const ADMIN = 1 << 3;
        /// About publish and subscribe.
        const PUBSUB = 1 << 4;
        /// Refused from within functions.
        const NOSCRIPT = 1 << 5;
        /// May block its client.
        const BLOCKING = 1 << 6;
        /// Allowed while a snapshot loads.
        const LOADING = 1 << 7;
        /// Allowed on a stale replica.
        const STALE = 1 << 8;
        /// Never shown by MONITOR.
        const SKIP_MONITOR = 1 << 9;
        /// Never shown by SLOWLOG.
        const SKIP_SLOWLOG = 1 << 10;
        /// Constant or logarithmic time.
        const FAST = 1 << 11;
        /// Allowed before AUTH.
        const NO_AUTH = 1 << 12;
        /// May replicate although it writes no key itself.
        const MAY_REPLICATE = 1 << 13;
        /// Refused in MULTI.
        const NO_MULTI = 1 << 14;
        /// Its keys are not where first, last and step say.
        const MOVABLE_KEYS = 1 << 15;
        /// Obeyed while a function runs (`allow_busy`).
        const ALLOW_BUSY = 1 << 16;
        /// Asks for no answer about keys from a cluster's other nodes.
        const NO_ASYNC_LOADING = 1 << 17;
        /// Obeyed by a node of a cluster for a slot that it is about to get.
        const ASKING = 1 << 18;
        /// It has keys only when its arguments say so.
        const NO_MANDATORY_KEYS = 1 << 19;
        /// It takes no longer than a reading of the clock is worth. Not shown.
        const BRIEF = 1 << 26;
        /// Servers send it to each other. Only COMMAND DOCS shows it.
        const SYSTEM = 1 << 28;
        /// Allowed to a RESP2 session that listens to channels. Not shown.
        const WHILE_LISTENING = 1 << 27;
        /// Refused, in MULTI as well: Redis leaves it to the configuration file. Not shown.
        const PROTECTED = 1 << 29;
        /// Not one of Redis': left out of what COMMAND shows of flags. Within MULTI it is executed, not queued.
        const NOT_QUEUED = 1 << 30;
    }
}

/// Where keys are among the arguments, and what the command does to them.
/// <https://redis.io/docs/latest/develop/reference/key-specs/>
pub struct KeySpec {
    /// `RO`, `RW`, `OW`, `RM` and `access`, `update`, `insert`, `delete`, `not_key`, …, in COMMAND's order.
    pub flags: &'static [&'static str],
    /// Where to start.
    pub begin: Begin,
    /// Which arguments from there on are keys.
    pub find: Find,
}

/// Where a key specification starts.
#[derive(Clone, Copy, Debug)]
pub enum Begin {
    /// At this argument; the command's name is 0.
    Index(usize),
    /// Behind this keyword, searched from this argument on (backwards from the end when negative).
    Keyword(&'static str, i32),
    /// Nobody can tell from the arguments.
    Unknown,
    /// Behind the last of this option, among options with these numbers of arguments: COMMAND calls it unknown, too.
    Option(&'static str, &'static [(&'static str, usize)]),
}

/// Which arguments are keys.
#[derive(Clone, Copy, Debug)]
pub enum Find {
    /// From the start to `last` (relative to it; negative: from the end), every `step`th; `limit` halves, thirds … the
    /// rest when `last` is -1.
    Range {
        /// The last key.
        last: i32,
        /// From one key to the next.
        step: usize,
        /// 0 and 1 mean no limit.
        limit: usize,
    },
    /// At `count` (relative to the start) stands how many keys follow from `first` on, every `step`th.
    Counted {
        /// The argument with the number.
        count: usize,
        /// The first key.
        first: usize,
        /// From one key to the next.
        step: usize,
    },
}

/// One key, the first argument.
pub const fn one_key(flags: &'static [&'static str]) -> KeySpec {
    KeySpec { flags, begin: Begin::Index(1), find: Find::Range { last: 0, step: 1, limit: 0 } }
}

/// One key, the argument at this index.
pub const fn key_at(index: usize, flags: &'static [&'static str]) -> KeySpec {
    KeySpec { flags, begin: Begin::Index(index), find: Find::Range { last: 0, step: 1, limit: 0 } }
}

/// All arguments are keys, every `step`th.
pub const fn all_keys(flags: &'static [&'static str], step: usize) -> KeySpec {
    KeySpec { flags, begin: Begin::Index(1), find: Find::Range { last: -1, step, limit: 0 } }
}

/// How a row is written; a family's table begins each with what its commands share.
///
/// ```
/// # use ferrite_store_core::{command::*, context::Context, Error};
/// # fn ttl(_: &mut Context<'_>) -> Result<(), Error> { Ok(()) }
/// const fn generic(name: &'static str, arity: i32, handler: Handler) -> Command {
///     Command::new(name, arity, handler).group("generic").categories(&["keyspace"])
/// }
///
/// static TABLE: &[Command] = &[
///     generic("ttl", 2, ttl)
///         .flags(&[Flags::READONLY, Flags::FAST])
///         .keys(&[one_key(&["RO", "access"])])
///         .tips(&["nondeterministic_output"])
///         .docs("1.0.0", "O(1)", "Returns how many seconds a key still has to live."),
/// ];
/// ```
impl Command {
    /// A command without flags, keys and documentation.
    pub const fn new(name: &'static str, arity: i32, handler: Handler) -> Command {
        let docs = Docs { summary: "", since: "", group: "", complexity: "", deprecated: None };
        Command {
            name,
            arity,
            flags: Flags::empty(),
            keys: &[],
            categories: &[],
            tips: &[],
            handler,
            subcommands: &[],
            docs,
        }
    }

    /// A command that only has subcommands.
    pub const fn container(name: &'static str, subcommands: &'static [Command]) -> Command {
        let mut row = Command::new(name, -2, |_| Err(Error::Syntax));
        row.subcommands = subcommands;
        row
    }

    /// A command that has subcommands and works without one, too.
    pub const fn subcommands(mut self, subcommands: &'static [Command]) -> Command {
        self.subcommands = subcommands;
        self
    }

    /// What it may do.
    pub const fn flags(mut self, flags: &[Flags]) -> Command {
        let mut at = 0;
        while at < flags.len() {
            self.flags = self.flags.union(flags[at]);
            at += 1;
        }
        self
    }

    /// Where its keys are.
    pub const fn keys(mut self, keys: &'static [KeySpec]) -> Command {
        self.keys = keys;
        self
    }

    /// ACL categories beyond those that follow from the flags.
    pub const fn categories(mut self, categories: &'static [&'static str]) -> Command {
        self.categories = categories;
        self
    }

    /// Hints for clients and proxies.
    pub const fn tips(mut self, tips: &'static [&'static str]) -> Command {
        self.tips = tips;
        self
    }

    /// The group it is documented in.
    pub const fn group(mut self, group: &'static str) -> Command {
        self.docs.group = group;
        self
    }

    /// The version that brought it, what it costs, and one sentence. The last two are empty in a build without the feature
    /// `docs`.
    pub const fn docs(mut self, since: &'static str, complexity: &'static str, summary: &'static str) -> Command {
        self.docs.since = since;
        if cfg!(feature = "docs") {
            (self.docs.complexity, self.docs.summary) = (complexity, summary);
        }
        self
    }

    /// The version that deprecated it, and what to use instead.
    pub const fn deprecated(mut self, since: &'static str, instead: &'static str) -> Command {
        self.docs.deprecated = Some((since, instead));
        self
    }

    /// Whether this many arguments, the name included, are right.
    #[inline]
    pub fn accepts(&self, arguments: usize) -> bool {
        if self.arity >= 0 { arguments == self.arity as usize } else { arguments >= self.arity.unsigned_abs() as usize }
    }

    /// A command that is not served: what it would do elsewhere, no further words.
    pub const fn refused(name: &'static str, arity: i32, since: &'static str, handler: Handler) -> Command {
        let row = Command::new(name, arity, handler);
        row.docs(since, "", "Not served; it answers with the reason.")
    }

    /// The subcommand of this name, and its place among them.
    pub fn subcommand(&self, name: &[u8]) -> Option<(usize, &'static Command)> {
        self.subcommands.iter().enumerate().find(|(_, row)| row.name.as_bytes().eq_ignore_ascii_case(name))
    }

    /// First key, last key and step as COMMAND shows them: of the first specification and of those that go on where it
    /// ends, zeros when there is none.
    pub fn key_range(&self) -> (i32, i32, i32) {
        let mut range = (0, 0, 0);
        for spec in self.keys {
            let KeySpec { begin: Begin::Index(first), find: Find::Range { last, step, .. }, .. } = spec else {
                continue;
            };
            let first = *first as i32;
            let last = if *last >= 0 { first + last } else { *last };
            range = match range {
                (0, ..) => (first, last, *step as i32),
                (start, end, 1) if *step == 1 && end + 1 == first => (start, last, 1),
                _ => continue,
            };
        }
        range
    }
}
