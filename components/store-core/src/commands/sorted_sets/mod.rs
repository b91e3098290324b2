//! Sorted sets. <https://redis.io/docs/latest/commands/?group=sorted-set>

mod add;
mod algebra;
mod blocking;
mod chance;
mod members;
pub(crate) mod pop;
mod query;
mod ranges;
mod scan;
mod sources;

use crate::command::{Begin, Command, Find, Flags, Handler, KeySpec, key_at, one_key};

const fn sorted_set(name: &'static str, arity: i32, handler: Handler) -> Command {
    Command::new(name, arity, handler).group("sorted-set").categories(&["sortedset"])
}

/// As many as the argument at this index says.
const fn counted(index: usize, flags: &'static [&'static str]) -> KeySpec {
    KeySpec { flags, begin: Begin::Index(index), find: Find::Counted { count: 0, first: 1, step: 1 } }
}

const READ: &[Flags] = &[Flags::READONLY];
const READ_FAST: &[Flags] = &[Flags::READONLY, Flags::FAST];
const READ_COUNTED: &[Flags] = &[Flags::READONLY, Flags::MOVABLE_KEYS];
const WRITE: &[Flags] = &[Flags::WRITE];
const WRITE_FAST: &[Flags] = &[Flags::WRITE, Flags::FAST];
const ADD: &[Flags] = &[Flags::WRITE, Flags::DENYOOM, Flags::FAST];
const STORE: &[Flags] = &[Flags::WRITE, Flags::DENYOOM, Flags::MOVABLE_KEYS];

const RO: &[KeySpec] = &[one_key(&["RO", "access"])];
const DELETE: &[KeySpec] = &[one_key(&["RW", "delete"])];
const POP: &[KeySpec] = &[one_key(&["RW", "access", "delete"])];
const SOURCES: &[KeySpec] = &[counted(1, &["RO", "access"])];
const STORED: &[KeySpec] = &[one_key(&["OW", "update"]), counted(2, &["RO", "access"])];

const RANK_COST: &str = "O(log(N))";
const COUNT_COST: &str = "O(log(N)) with N being the number of elements in the sorted set.";
const RANGE_COST: &str = "O(log(N)+M) with N being the number of elements in the sorted set and M the number of \
                          elements returned.";
const LIMITED_COST: &str = "O(log(N)+M) with N being the number of elements in the sorted set and M the number of \
                            elements being returned. If M is constant (e.g. always asking for the first 10 elements \
                            with LIMIT), you can consider it O(log(N)).";
const REMOVE_COST: &str = "O(log(N)+M) with N being the number of elements in the sorted set and M the number of \
                           elements removed by the operation.";
const POP_COST: &str = "O(log(N)*M) with N being the number of elements in the sorted set, and M being the number of \
                        elements popped.";

/// All arguments but the last, which is the timeout.
const KEYS_BEFORE_TIMEOUT: &[KeySpec] = &[KeySpec {
    flags: &["RW", "access", "delete"],
    begin: Begin::Index(1),
    find: Find::Range { last: -2, step: 1, limit: 0 },
}];
const WRITE_BLOCKING: &[Flags] = &[Flags::WRITE, Flags::NOSCRIPT, Flags::BLOCKING, Flags::FAST];

/// The family's rows.
pub(crate) static TABLE: &[Command] = &[
    sorted_set("bzmpop", -5, blocking::bzmpop)
        .flags(&[Flags::WRITE, Flags::BLOCKING, Flags::MOVABLE_KEYS])
        .keys(&[counted(2, &["RW", "access", "delete"])])
        .docs(
            "7.0.0",
            "O(K) + O(M*log(N)) where K is the number of provided keys, N being the number of elements in the sorted \
             set, and M being the number of elements popped.",
            "As ZMPOP, and waits until there is a member.",
        ),
    sorted_set("bzpopmax", -3, blocking::bzpop).flags(WRITE_BLOCKING).keys(KEYS_BEFORE_TIMEOUT).docs(
        "5.0.0",
        "O(log(N)) with N being the number of elements in the sorted set.",
        "Removes and returns the member with the highest score, and waits until there is one.",
    ),
    sorted_set("bzpopmin", -3, blocking::bzpop).flags(WRITE_BLOCKING).keys(KEYS_BEFORE_TIMEOUT).docs(
        "5.0.0",
        "O(log(N)) with N being the number of elements in the sorted set.",
        "Removes and returns the member with the lowest score, and waits until there is one.",
    ),
    sorted_set("zadd", -4, add::zadd).flags(ADD).keys(&[one_key(&["RW", "update"])]).docs(
        "1.2.0",
        "O(log(N)) for each item added, where N is the number of elements in the sorted set.",
        "Adds members with scores to a sorted set, or gives members other scores.",
    ),
    sorted_set("zcard", 2, members::zcard).flags(READ_FAST).keys(&[one_key(&["RO"])]).docs(
        "1.2.0",
        "O(1)",
        "Returns how many members a sorted set has.",
    ),
    sorted_set("zcount", 4, ranges::zcount).flags(READ_FAST).keys(RO).docs(
        "2.0.0",
        COUNT_COST,
        "Counts the members with scores in a range.",
    ),
    sorted_set("zdiff", -3, algebra::zdiff).flags(READ_COUNTED).keys(SOURCES).docs(
        "6.2.0",
        "O(L + (N-K)log(N)) worst case where L is the total number of elements in all the sets, N is the size of the \
         first set, and K is the size of the result set.",
        "Returns the members of the first sorted set that no other has.",
    ),
    sorted_set("zdiffstore", -4, algebra::zdiffstore).flags(STORE).keys(STORED).docs(
        "6.2.0",
        "O(L + (N-K)log(N)) worst case where L is the total number of elements in all the sets, N is the size of the \
         first set, and K is the size of the result set.",
        "Stores the members of the first sorted set that no other has.",
    ),
    sorted_set("zincrby", 4, add::zincrby).flags(ADD).keys(&[one_key(&["RW", "access", "update"])]).docs(
        "1.2.0",
        "O(log(N)) where N is the number of elements in the sorted set.",
        "Adds to the score of a member; a member that does not exist counts as 0.",
    ),
    sorted_set("zinter", -3, algebra::zinter).flags(READ_COUNTED).keys(SOURCES).docs(
        "6.2.0",
        "O(N*K)+O(M*log(M)) worst case with N being the smallest input sorted set, K being the number of input \
         sorted sets and M being the number of elements in the resulting sorted set.",
        "Returns the members that all sorted sets have.",
    ),
    sorted_set("zintercard", -3, algebra::zintercard).flags(READ_COUNTED).keys(SOURCES).docs(
        "7.0.0",
        "O(N*K) worst case with N being the smallest input sorted set, K being the number of input sorted sets.",
        "Counts the members that all sorted sets have, up to a limit.",
    ),
    sorted_set("zinterstore", -4, algebra::zinterstore).flags(STORE).keys(STORED).docs(
        "2.0.0",
        "O(N*K)+O(M*log(M)) worst case with N being the smallest input sorted set, K being the number of input \
         sorted sets and M being the number of elements in the resulting sorted set.",
        "Stores the members that all sorted sets have.",
    ),
    sorted_set("zlexcount", 4, ranges::zlexcount).flags(READ_FAST).keys(RO).docs(
        "2.8.9",
        COUNT_COST,
        "Counts the members whose bytes are in a range, where all scores are equal.",
    ),
    sorted_set("zmpop", -4, pop::zmpop)
        .flags(&[Flags::WRITE, Flags::MOVABLE_KEYS])
        .keys(&[counted(1, &["RW", "access", "delete"])])
        .docs(
            "7.0.0",
            "O(K) + O(M*log(N)) where K is the number of provided keys, N being the number of elements in the sorted \
             set, and M being the number of elements popped.",
            "Removes and returns the first or the last members of the first sorted set that has any.",
        ),
    sorted_set("zmscore", -3, members::zmscore).flags(READ_FAST).keys(RO).docs(
        "6.2.0",
        "O(N) where N is the number of members being requested.",
        "Returns the scores of several members.",
    ),
    sorted_set("zpopmax", -2, pop::zpopmax).flags(WRITE_FAST).keys(POP).docs(
        "5.0.0",
        POP_COST,
        "Removes and returns the members with the highest scores.",
    ),
    sorted_set("zpopmin", -2, pop::zpopmin).flags(WRITE_FAST).keys(POP).docs(
        "5.0.0",
        POP_COST,
        "Removes and returns the members with the lowest scores.",
    ),
    sorted_set("zrandmember", -2, chance::zrandmember).flags(READ).keys(RO).tips(&["nondeterministic_output"]).docs(
        "6.2.0",
        "O(N) where N is the number of elements returned",
        "Returns members chosen by chance.",
    ),
    sorted_set("zrange", -4, query::zrange).flags(READ).keys(RO).docs(
        "1.2.0",
        RANGE_COST,
        "Returns the members in a range of ranks, scores or bytes.",
    ),
    sorted_set("zrangebylex", -4, query::zrangebylex)
        .flags(READ)
        .keys(RO)
        .deprecated("6.2.0", "`ZRANGE` with the `BYLEX` argument")
        .docs("2.8.9", LIMITED_COST, "Returns the members whose bytes are in a range, where all scores are equal."),
    sorted_set("zrangebyscore", -4, query::zrangebyscore)
        .flags(READ)
        .keys(RO)
        .deprecated("6.2.0", "`ZRANGE` with the `BYSCORE` argument")
        .docs("1.0.5", LIMITED_COST, "Returns the members with scores in a range."),
    sorted_set("zrangestore", -5, query::zrangestore)
        .flags(&[Flags::WRITE, Flags::DENYOOM])
        .keys(&[one_key(&["OW", "update"]), key_at(2, &["RO", "access"])])
        .docs(
            "6.2.0",
            "O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements stored \
             into the destination key.",
            "Stores the members in a range of ranks, scores or bytes.",
        ),
    sorted_set("zrank", 3, members::zrank).flags(READ_FAST).keys(RO).docs(
        "2.0.0",
        RANK_COST,
        "Returns how many members come before one.",
    ),
    sorted_set("zrem", -3, members::zrem).flags(WRITE_FAST).keys(DELETE).docs(
        "1.2.0",
        "O(M*log(N)) with N being the number of elements in the sorted set and M the number of elements to be removed.",
        "Removes members from a sorted set; the key goes with the last.",
    ),
    sorted_set("zremrangebylex", 4, ranges::zremrangebylex).flags(WRITE).keys(DELETE).docs(
        "2.8.9",
        REMOVE_COST,
        "Removes the members whose bytes are in a range, where all scores are equal.",
    ),
    sorted_set("zremrangebyrank", 4, ranges::zremrangebyrank).flags(WRITE).keys(DELETE).docs(
        "2.0.0",
        REMOVE_COST,
        "Removes the members in a range of ranks.",
    ),
    sorted_set("zremrangebyscore", 4, ranges::zremrangebyscore).flags(WRITE).keys(DELETE).docs(
        "1.2.0",
        REMOVE_COST,
        "Removes the members with scores in a range.",
    ),
    sorted_set("zrevrange", -4, query::zrevrange)
        .flags(READ)
        .keys(RO)
        .deprecated("6.2.0", "`ZRANGE` with the `REV` argument")
        .docs("1.2.0", RANGE_COST, "Returns the members in a range of ranks, counted from the highest score."),
    sorted_set("zrevrangebylex", -4, query::zrevrangebylex)
        .flags(READ)
        .keys(RO)
        .deprecated("6.2.0", "`ZRANGE` with the `REV` and `BYLEX` arguments")
        .docs("2.8.9", LIMITED_COST, "Returns the members whose bytes are in a range, the last first."),
    sorted_set("zrevrangebyscore", -4, query::zrevrangebyscore)
        .flags(READ)
        .keys(RO)
        .deprecated("6.2.0", "`ZRANGE` with the `REV` and `BYSCORE` arguments")
        .docs("2.2.0", LIMITED_COST, "Returns the members with scores in a range, the highest first."),
    sorted_set("zrevrank", 3, members::zrevrank).flags(READ_FAST).keys(RO).docs(
        "2.0.0",
        RANK_COST,
        "Returns how many members come behind one.",
    ),
    sorted_set("zscan", -3, scan::zscan).flags(READ).keys(RO).tips(&["nondeterministic_output"]).docs(
        "2.8.0",
        "O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor to return \
         back to 0. N is the number of elements inside the collection.",
        "Returns some of a sorted set's members with their scores, and a cursor with which to ask for more.",
    ),
    sorted_set("zscore", 3, members::zscore).flags(READ_FAST).keys(RO).docs(
        "1.2.0",
        "O(1)",
        "Returns the score of a member.",
    ),
    sorted_set("zunion", -3, algebra::zunion).flags(READ_COUNTED).keys(SOURCES).docs(
        "6.2.0",
        "O(N)+O(M*log(M)) with N being the sum of the sizes of the input sorted sets, and M being the number of \
         elements in the resulting sorted set.",
        "Returns the members that any of the sorted sets has.",
    ),
    sorted_set("zunionstore", -4, algebra::zunionstore).flags(STORE).keys(STORED).docs(
        "2.0.0",
        "O(N)+O(M log(M)) with N being the sum of the sizes of the input sorted sets, and M being the number of \
         elements in the resulting sorted set.",
        "Stores the members that any of the sorted sets has.",
    ),
];
