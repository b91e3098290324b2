//! The commands for functions: one file for each, one row of the table for each.

pub(crate) mod added;
pub(crate) mod arguments;
mod call;
mod info;
mod kill;
mod list;
pub(crate) mod load;
mod log;
mod stats;
mod unload;

use std::rc::Rc;

use ferrite_resp::Args;

use super::admission::Verdict;
use super::bindings::Node;
use super::function::Function;
use super::reply::{Reply, encode_error};
use super::{Functions, Outcome};
use crate::server::Shard;
use crate::wasm::{CommandFlags, CommandRow, HostCall, KeyPositions};

/// A command that the engine handed out, on its way to the row's function.
pub(crate) struct Invocation<'a> {
    pub(crate) functions: &'a Functions,
    pub(crate) shard: &'a Rc<Shard>,
    /// The session's circumstances.
    pub(crate) call: &'a HostCall,
    /// The call of a function was found to be allowed to begin now.
    pub(crate) is_admitted: bool,
    /// The name, then the arguments.
    pub(crate) argv: Args<'a>,
    /// Where the reply goes.
    pub(crate) out: &'a mut Vec<u8>,
}

impl Invocation<'_> {
    /// An argument; empty when it is not there, which the row's arity rules out.
    pub(crate) fn argument(&self, index: usize) -> &[u8] {
        self.argv.at(index)
    }

    /// What becomes of a call of this function instead, when it may not begin now.
    #[inline]
    pub(crate) fn held_back(&mut self, function: &Rc<Function>) -> Option<Outcome> {
        if self.is_admitted {
            return None;
        }
        match self.functions.admit(self.shard, function, self.call.in_exec) {
            Verdict::Begin => None,
            Verdict::Wait => Some(self.functions.later(self.shard, function, self.call, self.argv)),
            Verdict::Refuse(refusal) => {
                encode_error(&self.functions.refused(function, &refusal), self.out);
                Some(Outcome::Replied)
            }
        }
    }

    /// Writes the reply in the session's version, or the error.
    pub(crate) fn reply<E: std::fmt::Display>(self, result: Result<Reply, E>) -> Outcome {
        match result {
            Ok(reply) => reply.encode(self.call.protocol_version, self.out),
            Err(error) => encode_error(&error, self.out),
        }
        Outcome::Replied
    }

    /// Writes an error.
    #[cold]
    pub(crate) fn refuse(self, error: &dyn std::fmt::Display) -> Outcome {
        encode_error(&error, self.out);
        Outcome::Replied
    }
}

/// What the engine has to know of a command, and what executes it.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    arity: i32,
    flags: &'static [Flag],
    keys: KeyPositions,
    summary: &'static str,
    pub(crate) run: fn(Invocation<'_>) -> Outcome,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Flag {
    ReadOnly,
    Write,
    Admin,
    NoMulti,
    NoScript,
    AllowBusy,
}

/// The calls stand first: the table is searched from its begin.
pub(crate) const TABLE: [Row; 11] = [
    Row {
        name: "WASM.CALL",
        arity: -2,
        flags: &[Flag::Write],
        keys: KeyPositions::Keyword,
        summary: "Calls a function that may write what its permissions allow.",
        run: call::call,
    },
    Row {
        name: "FCALL",
        arity: -3,
        flags: &[Flag::Write],
        keys: KeyPositions::Counted(2),
        summary: "Calls a function, with the arguments that Redis' own functions take.",
        run: call::fcall,
    },
    Row {
        name: "WASM.CALL_RO",
        arity: -2,
        flags: &[Flag::ReadOnly],
        keys: KeyPositions::Keyword,
        summary: "Calls a function that may not write, whatever its permissions.",
        run: call::call_read_only,
    },
    Row {
        name: "FCALL_RO",
        arity: -3,
        flags: &[Flag::ReadOnly],
        keys: KeyPositions::Counted(2),
        summary: "Calls a function that may not write, with the arguments that Redis' own functions take.",
        run: call::fcall_read_only,
    },
    Row {
        name: "WASM.LOAD",
        arity: -3,
        flags: &[Flag::Admin, Flag::NoMulti, Flag::NoScript],
        keys: KeyPositions::None,
        summary: "Compiles a component and makes it a function under a name.",
        run: load::load,
    },
    Row {
        name: "WASM.UNLOAD",
        arity: 2,
        flags: &[Flag::Admin, Flag::NoMulti, Flag::NoScript],
        keys: KeyPositions::None,
        summary: "Removes a function.",
        run: unload::unload,
    },
    Row {
        name: "WASM.LIST",
        arity: -1,
        flags: &[Flag::NoScript],
        keys: KeyPositions::None,
        summary: "Names the functions, with figures on demand.",
        run: list::list,
    },
    Row {
        name: "WASM.INFO",
        arity: 2,
        flags: &[Flag::NoScript],
        keys: KeyPositions::None,
        summary: "Tells what a function is, what it may use and what it has done.",
        run: info::info,
    },
    Row {
        name: "WASM.STATS",
        arity: -1,
        flags: &[Flag::NoScript],
        keys: KeyPositions::None,
        summary: "Figures of all functions together, or of one.",
        run: stats::stats,
    },
    Row {
        name: "WASM.LOG",
        arity: -2,
        flags: &[Flag::Admin, Flag::NoScript],
        keys: KeyPositions::None,
        summary: "What a function said last, and why its last calls failed.",
        run: log::log,
    },
    Row {
        name: "WASM.KILL",
        arity: -1,
        flags: &[Flag::NoScript, Flag::AllowBusy],
        keys: KeyPositions::None,
        summary: "Ends the function that runs at this moment and undoes what it wrote, or the calls of one that runs off the shard.",
        run: kill::kill,
    },
];

impl Row {
    /// The row of a command, named in any case.
    #[inline]
    pub(crate) fn named(name: &[u8]) -> Option<&'static Row> {
        static ROWS: [Row; 11] = TABLE;
        ROWS.iter().find(|row| name.eq_ignore_ascii_case(row.name.as_bytes()))
    }

    /// What the engine learns at start.
    pub(crate) fn learnt(&self) -> CommandRow {
        let has = |flag| self.flags.contains(&flag);
        CommandRow {
            name: self.name.to_owned(),
            arity: self.arity,
            flags: CommandFlags {
                readonly: has(Flag::ReadOnly),
                write: has(Flag::Write),
                admin: has(Flag::Admin),
                no_multi: has(Flag::NoMulti),
                noscript: has(Flag::NoScript),
                allow_busy: has(Flag::AllowBusy),
            },
            keys: self.keys,
            summary: self.summary.to_owned(),
        }
    }
}

/// What a function that runs leaves to others.
const BUSY: &str = "BUSY Ferrite is busy running a function. You can only call WASM.KILL or SHUTDOWN NOSAVE.";

/// `OK`.
fn ok() -> Reply {
    leaf(Node::Status("OK".to_owned()))
}

/// A reply of one node that has no children.
fn leaf(node: Node) -> Reply {
    Reply::try_from(vec![node]).expect("one leaf is one tree")
}

/// Nodes that were put together here.
fn tree(nodes: Vec<Node>) -> Reply {
    Reply::try_from(nodes).expect("the counts were taken from what follows them")
}

fn text(text: impl Into<String>) -> Node {
    Node::Bytes(text.into().into_bytes())
}

fn number(number: u64) -> Node {
    Node::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A map of names and values, each value a leaf or a tree of its own.
fn map(fields: Vec<(&str, Vec<Node>)>) -> Vec<Node> {
    let mut nodes = vec![Node::Map(count(fields.len()))];
    for (name, value) in fields {
        nodes.push(text(name));
        nodes.extend(value);
    }
    nodes
}

/// How every command that names a function refuses a name that there is none for.
fn unknown(name: &[u8]) -> String {
    format!("ERR wasm: there is no function '{}'", String::from_utf8_lossy(name))
}

/// How a command refuses a word that it does not know.
fn unexpected(word: &[u8], expected: &str) -> String {
    format!("ERR syntax error: expected {expected}, not '{}'", String::from_utf8_lossy(word))
}
