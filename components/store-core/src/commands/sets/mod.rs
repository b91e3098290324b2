//! Sets. <https://redis.io/docs/latest/commands/?group=set>

mod algebra;
mod chance;
mod members;
mod scan;

use crate::command::{Begin, Command, Find, Flags, Handler, KeySpec, all_keys, key_at, one_key};

const fn set(name: &'static str, arity: i32, handler: Handler) -> Command {
    Command::new(name, arity, handler).group("set").categories(&["set"])
}

/// All arguments behind the first.
const SOURCES: KeySpec =
    KeySpec { flags: &["RO", "access"], begin: Begin::Index(2), find: Find::Range { last: -1, step: 1, limit: 0 } };
/// As many as the first argument says.
const COUNTED: KeySpec =
    KeySpec { flags: &["RO", "access"], begin: Begin::Index(1), find: Find::Counted { count: 0, first: 1, step: 1 } };

const READ: &[Flags] = &[Flags::READONLY];
const READ_FAST: &[Flags] = &[Flags::READONLY, Flags::FAST];
const WRITE_FAST: &[Flags] = &[Flags::WRITE, Flags::FAST];
const STORE: &[Flags] = &[Flags::WRITE, Flags::DENYOOM];
const ANY_ORDER: &[&str] = &["nondeterministic_output_order"];
const ANY_OUTPUT: &[&str] = &["nondeterministic_output"];
const UNION_COST: &str = "O(N) where N is the total number of elements in all given sets.";
const INTERSECTION_COST: &str =
    "O(N*M) worst case where N is the cardinality of the smallest set and M is the number of sets.";
const POP_COST: &str = "Without the count argument O(1), otherwise O(N) where N is the value of the passed count.";

/// The family's rows.
pub(crate) static TABLE: &[Command] = &[
    set("sadd", -3, members::sadd)
        .flags(&[Flags::WRITE, Flags::DENYOOM, Flags::FAST])
        .keys(&[one_key(&["RW", "insert"])])
        .docs(
            "1.0.0",
            "O(1) for each element added, so O(N) to add N elements when the command is called with multiple arguments.",
            "Adds members to a set, or creates it.",
        ),
    set("scard", 2, members::scard).flags(READ_FAST).keys(&[one_key(&["RO"])]).docs(
        "1.0.0",
        "O(1)",
        "Returns how many members a set has.",
    ),
    set("sdiff", -2, algebra::sdiff).flags(READ).keys(&[all_keys(&["RO", "access"], 1)]).tips(ANY_ORDER).docs(
        "1.0.0",
        UNION_COST,
        "Returns the members of the first set that no other has.",
    ),
    set("sdiffstore", -3, algebra::sdiffstore).flags(STORE).keys(&[one_key(&["OW", "update"]), SOURCES]).docs(
        "1.0.0",
        UNION_COST,
        "Stores the members of the first set that no other has.",
    ),
    set("sinter", -2, algebra::sinter).flags(READ).keys(&[all_keys(&["RO", "access"], 1)]).tips(ANY_ORDER).docs(
        "1.0.0",
        INTERSECTION_COST,
        "Returns the members that all sets have.",
    ),
    set("sintercard", -3, algebra::sintercard)
        .flags(&[Flags::READONLY, Flags::MOVABLE_KEYS])
        .keys(&[COUNTED])
        .docs("7.0.0", INTERSECTION_COST, "Counts the members that all sets have, up to a limit."),
    set("sinterstore", -3, algebra::sinterstore).flags(STORE).keys(&[one_key(&["RW", "update"]), SOURCES]).docs(
        "1.0.0",
        INTERSECTION_COST,
        "Stores the members that all sets have.",
    ),
    set("sismember", 3, members::sismember).flags(READ_FAST).keys(&[one_key(&["RO"])]).docs(
        "1.0.0",
        "O(1)",
        "Tells whether a set has a member.",
    ),
    set("smembers", 2, members::smembers).flags(READ).keys(&[one_key(&["RO", "access"])]).tips(ANY_ORDER).docs(
        "1.0.0",
        "O(N) where N is the set cardinality.",
        "Returns all members of a set.",
    ),
    set("smismember", -3, members::smismember).flags(READ_FAST).keys(&[one_key(&["RO", "access"])]).docs(
        "6.2.0",
        "O(N) where N is the number of elements being checked for membership",
        "Tells of several members whether a set has them.",
    ),
    set("smove", 4, members::smove)
        .flags(WRITE_FAST)
        .keys(&[one_key(&["RW", "access", "delete"]), key_at(2, &["RW", "insert"])])
        .docs("1.0.0", "O(1)", "Moves a member from one set to another."),
    set("spop", -2, chance::spop)
        .flags(WRITE_FAST)
        .keys(&[one_key(&["RW", "access", "delete"])])
        .tips(ANY_OUTPUT)
        .docs("1.0.0", POP_COST, "Removes and returns members chosen by chance."),
    set("srandmember", -2, chance::srandmember)
        .flags(READ)
        .keys(&[one_key(&["RO", "access"])])
        .tips(ANY_OUTPUT)
        .docs(
            "1.0.0",
            "Without the count argument O(1), otherwise O(N) where N is the absolute value of the passed count.",
            "Returns members chosen by chance.",
        ),
    set("srem", -3, members::srem).flags(WRITE_FAST).keys(&[one_key(&["RW", "delete"])]).docs(
        "1.0.0",
        "O(N) where N is the number of members to be removed.",
        "Removes members from a set; the key goes with the last.",
    ),
    set("sscan", -3, scan::sscan).flags(READ).keys(&[one_key(&["RO", "access"])]).tips(ANY_OUTPUT).docs(
        "2.8.0",
        "O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor to return \
         back to 0. N is the number of elements inside the collection.",
        "Returns some of a set's members, and a cursor with which to ask for more.",
    ),
    set("sunion", -2, algebra::sunion).flags(READ).keys(&[all_keys(&["RO", "access"], 1)]).tips(ANY_ORDER).docs(
        "1.0.0",
        UNION_COST,
        "Returns the members that any of the sets has.",
    ),
    set("sunionstore", -3, algebra::sunionstore).flags(STORE).keys(&[one_key(&["OW", "update"]), SOURCES]).docs(
        "1.0.0",
        UNION_COST,
        "Stores the members that any of the sets has.",
    ),
];
