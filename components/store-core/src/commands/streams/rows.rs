//! The rows of the stream commands.

use super::{change, claim, groups, info, pending, range, read};
use crate::command::{Begin, Command, Find, Flags, Handler, KeySpec, key_at, one_key};

const fn stream(name: &'static str, arity: i32, handler: Handler) -> Command {
    Command::new(name, arity, handler).group("stream").categories(&["stream"])
}

/// The first half of what follows STREAMS, searched from this argument on.
const fn streams_from(first: i32) -> KeySpec {
    KeySpec {
        flags: &["RO", "access"],
        begin: Begin::Keyword("STREAMS", first),
        find: Find::Range { last: -1, step: 1, limit: 2 },
    }
}

const READ: &[Flags] = &[Flags::READONLY];
const WRITE: &[Flags] = &[Flags::WRITE];
const WRITE_FAST: &[Flags] = &[Flags::WRITE, Flags::FAST];
const GROW: &[Flags] = &[Flags::WRITE, Flags::DENYOOM];
const GROW_FAST: &[Flags] = &[Flags::WRITE, Flags::DENYOOM, Flags::FAST];
const HELP: &[Flags] = &[Flags::LOADING, Flags::STALE];
const READS: &[KeySpec] = &[one_key(&["RO", "access"])];
const UPDATES: &[KeySpec] = &[one_key(&["RW", "update"])];
const DELETES: &[KeySpec] = &[one_key(&["RW", "delete"])];
const ANY_OUTPUT: &[&str] = &["nondeterministic_output"];

static XGROUP: &[Command] = &[
    stream("create", -5, groups::create).flags(GROW).keys(&[key_at(2, &["RW", "insert"])]).docs(
        "5.0.0",
        "O(1)",
        "Makes a group of consumers.",
    ),
    stream("createconsumer", 5, groups::createconsumer).flags(GROW).keys(&[key_at(2, &["RW", "insert"])]).docs(
        "6.2.0",
        "O(1)",
        "Makes a consumer of a group.",
    ),
    stream("delconsumer", 5, groups::delconsumer).flags(WRITE).keys(&[key_at(2, &["RW", "delete"])]).docs(
        "5.0.0",
        "O(1)",
        "Removes a consumer of a group, and what is pending for it.",
    ),
    stream("destroy", 4, groups::destroy).flags(WRITE).keys(&[key_at(2, &["RW", "delete"])]).docs(
        "5.0.0",
        "O(N) where N is the number of entries in the group's pending entries list (PEL).",
        "Removes a group of consumers.",
    ),
    stream("help", 2, groups::help).flags(HELP).docs("5.0.0", "O(1)", "Explains the subcommands."),
    stream("setid", -5, groups::setid).flags(WRITE).keys(&[key_at(2, &["RW", "update"])]).docs(
        "5.0.0",
        "O(1)",
        "Has a group go on behind another entry.",
    ),
];

static XINFO: &[Command] = &[
    stream("consumers", 4, info::consumers).flags(READ).keys(&[key_at(2, &["RO", "access"])]).tips(ANY_OUTPUT).docs(
        "5.0.0",
        "O(1)",
        "Describes the consumers of a group.",
    ),
    stream("groups", 3, info::groups).flags(READ).keys(&[key_at(2, &["RO", "access"])]).docs(
        "5.0.0",
        "O(1)",
        "Describes the groups of a stream.",
    ),
    stream("help", 2, info::help).flags(HELP).docs("5.0.0", "O(1)", "Explains the subcommands."),
    stream("stream", -3, info::stream).flags(READ).keys(&[key_at(2, &["RO", "access"])]).docs(
        "5.0.0",
        "O(1)",
        "Describes a stream.",
    ),
];

/// The family's rows.
pub(crate) static TABLE: &[Command] = &[
    stream("xack", -4, pending::xack).flags(WRITE_FAST).keys(UPDATES).docs(
        "5.0.0",
        "O(1) for each message ID processed.",
        "Says that a consumer is done with entries.",
    ),
    stream("xadd", -5, change::xadd).flags(GROW_FAST).keys(UPDATES).tips(ANY_OUTPUT).docs(
        "5.0.0",
        "O(1) when adding a new entry, O(N) when trimming where N being the number of entries evicted.",
        "Adds an entry to a stream, or creates it.",
    ),
    stream("xautoclaim", -6, claim::xautoclaim).flags(WRITE_FAST).keys(DELETES).tips(ANY_OUTPUT).docs(
        "6.2.0",
        "O(1) if COUNT is small.",
        "Makes entries a consumer's that have been pending for long.",
    ),
    stream("xclaim", -6, claim::xclaim).flags(WRITE_FAST).keys(UPDATES).tips(ANY_OUTPUT).docs(
        "5.0.0",
        "O(log N) with N being the number of messages in the PEL of the consumer group.",
        "Makes pending entries a consumer's.",
    ),
    stream("xdel", -3, change::xdel).flags(WRITE_FAST).keys(DELETES).docs(
        "5.0.0",
        "O(1) for each single item to delete in the stream, regardless of the stream size.",
        "Deletes entries of a stream.",
    ),
    Command::container("xgroup", XGROUP).group("stream").docs(
        "5.0.0",
        "Depends on subcommand.",
        "Makes and removes groups and consumers.",
    ),
    Command::container("xinfo", XINFO).group("stream").docs(
        "5.0.0",
        "Depends on subcommand.",
        "Describes streams and groups.",
    ),
    stream("xlen", 2, range::xlen).flags(&[Flags::READONLY, Flags::FAST]).keys(&[one_key(&["RO"])]).docs(
        "5.0.0",
        "O(1)",
        "Returns how many entries a stream has.",
    ),
    stream("xpending", -3, pending::xpending).flags(READ).keys(READS).tips(ANY_OUTPUT).docs(
        "5.0.0",
        "O(N) with N being the number of elements returned, so asking for a small fixed number of entries per call is \
         O(1). O(M), where M is the total number of entries scanned when used with the IDLE filter. When the command \
         returns just the summary and the list of consumers is small, it runs in O(1) time; otherwise, an additional \
         O(N) time for iterating every consumer.",
        "Returns what was delivered to a group and not acknowledged.",
    ),
    stream("xrange", -4, range::xrange).flags(READ).keys(READS).docs(
        "5.0.0",
        "O(N) with N being the number of elements being returned. If N is constant (e.g. always asking for the first 10 \
         elements with COUNT), you can consider it O(1).",
        "Returns the entries between two ids.",
    ),
    stream("xread", -4, read::xread)
        .flags(&[Flags::READONLY, Flags::BLOCKING, Flags::MOVABLE_KEYS])
        .keys(&[streams_from(1)])
        .docs(
            "5.0.0",
            "For each stream mentioned: O(N) with N being the number of elements being returned, it means that \
             XREAD-ing with a fixed COUNT is O(1). Note that when the BLOCK option is used, XADD will pay O(M) time in \
             order to serve the M clients blocked on the stream getting new data.",
            "Returns what several streams have behind an id, and may wait for it.",
        ),
    stream("xreadgroup", -7, read::xread)
        .flags(&[Flags::WRITE, Flags::BLOCKING, Flags::MOVABLE_KEYS])
        .keys(&[streams_from(4)])
        .docs(
            "5.0.0",
            "For each stream mentioned: O(M) with M being the number of elements returned. If M is constant (e.g. \
             always asking for the first 10 elements with COUNT), you can consider it O(1). On the other side when \
             XREADGROUP blocks, XADD will pay the O(N) time in order to serve the N clients blocked on the stream \
             getting new data.",
            "Delivers entries to a consumer of a group, and may wait for them.",
        ),
    stream("xrevrange", -4, range::xrevrange).flags(READ).keys(READS).docs(
        "5.0.0",
        "O(N) with N being the number of elements returned. If N is constant (e.g. always asking for the first 10 \
         elements with COUNT), you can consider it O(1).",
        "Returns the entries between two ids, the last one first.",
    ),
    stream("xsetid", -3, change::xsetid).flags(GROW_FAST).keys(UPDATES).docs(
        "5.0.0",
        "O(1)",
        "Sets the last id of a stream.",
    ),
    stream("xtrim", -4, change::xtrim).flags(WRITE).keys(DELETES).tips(ANY_OUTPUT).docs(
        "5.0.0",
        "O(N), with N being the number of evicted entries. Constant times are very small however, since entries are \
         organized in macro nodes containing multiple entries that can be released with a single deallocation.",
        "Deletes the oldest entries of a stream.",
    ),
];
