//! Lists. <https://redis.io/docs/latest/commands/?group=list>

mod blocking;
mod change;
mod moves;
mod pop;
mod position;
mod push;
mod read;

use crate::command::{Begin, Command, Find, Flags, Handler, KeySpec, key_at, one_key};
use crate::context::Context;
use crate::error::Error;

/// An end of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// `LEFT`.
    Front,
    /// `RIGHT`.
    Back,
}

impl End {
    /// The argument as `LEFT` or `RIGHT`.
    pub(crate) fn parse(cx: &Context<'_>, index: usize) -> Result<End, Error> {
        match () {
            () if cx.is(index, "LEFT") => Ok(End::Front),
            () if cx.is(index, "RIGHT") => Ok(End::Back),
            () => Err(Error::Syntax),
        }
    }

    fn is_front(self) -> bool {
        self == End::Front
    }

    /// What subscribers are told when elements were added there.
    fn pushed(self) -> &'static str {
        if self.is_front() { "lpush" } else { "rpush" }
    }

    /// What subscribers are told when elements were removed there.
    fn popped(self) -> &'static str {
        if self.is_front() { "lpop" } else { "rpop" }
    }
}

const fn list(name: &'static str, arity: i32, handler: Handler) -> Command {
    Command::new(name, arity, handler).group("list").categories(&["list"])
}

const READ: &[Flags] = &[Flags::READONLY];
const WRITE: &[Flags] = &[Flags::WRITE];
const WRITE_FAST: &[Flags] = &[Flags::WRITE, Flags::FAST];
const GROW: &[Flags] = &[Flags::WRITE, Flags::DENYOOM];
const GROW_FAST: &[Flags] = &[Flags::WRITE, Flags::DENYOOM, Flags::FAST];
const INSERTS: &[KeySpec] = &[one_key(&["RW", "insert"])];
const POPS: &[KeySpec] = &[one_key(&["RW", "access", "delete"])];
const READS: &[KeySpec] = &[one_key(&["RO", "access"])];
const MOVES: &[KeySpec] = &[one_key(&["RW", "access", "delete"]), key_at(2, &["RW", "insert"])];
const COUNTED: KeySpec = KeySpec {
    flags: &["RW", "access", "delete"],
    begin: Begin::Index(1),
    find: Find::Counted { count: 0, first: 1, step: 1 },
};
const PUSH_COST: &str =
    "O(1) for each element added, so O(N) to add N elements when the command is called with multiple arguments.";
const POP_COST: &str = "O(N) where N is the number of elements returned";

/// All arguments but the last, which is the timeout.
const KEYS_BEFORE_TIMEOUT: &[KeySpec] = &[KeySpec {
    flags: &["RW", "access", "delete"],
    begin: Begin::Index(1),
    find: Find::Range { last: -2, step: 1, limit: 0 },
}];
const POP_BLOCKING: &[Flags] = &[Flags::WRITE, Flags::NOSCRIPT, Flags::BLOCKING];
const MOVE_BLOCKING: &[Flags] = &[Flags::WRITE, Flags::DENYOOM, Flags::NOSCRIPT, Flags::BLOCKING];

/// The family's rows.
pub(crate) static TABLE: &[Command] = &[
    list("blmove", 6, blocking::blmove).flags(MOVE_BLOCKING).keys(MOVES).docs(
        "6.2.0",
        "O(1)",
        "As LMOVE, and waits until there is an element.",
    ),
    list("blmpop", -5, blocking::blmpop)
        .flags(&[Flags::WRITE, Flags::BLOCKING, Flags::MOVABLE_KEYS])
        .keys(&[KeySpec { begin: Begin::Index(2), ..COUNTED }])
        .docs(
            "7.0.0",
            "O(N+M) where N is the number of provided keys and M is the number of elements returned.",
            "As LMPOP, and waits until there is an element.",
        ),
    list("blpop", -3, blocking::blpop).flags(POP_BLOCKING).keys(KEYS_BEFORE_TIMEOUT).docs(
        "2.0.0",
        "O(N) where N is the number of provided keys.",
        "Removes and returns the first element of the first of several lists that has one, and waits until there is one.",
    ),
    list("brpop", -3, blocking::blpop).flags(POP_BLOCKING).keys(KEYS_BEFORE_TIMEOUT).docs(
        "2.0.0",
        "O(N) where N is the number of provided keys.",
        "Removes and returns the last element of the first of several lists that has one, and waits until there is one.",
    ),
    list("brpoplpush", 4, blocking::blmove)
        .flags(MOVE_BLOCKING)
        .keys(MOVES)
        .deprecated("6.2.0", "`BLMOVE` with the `RIGHT` and `LEFT` arguments")
        .docs("2.2.0", "O(1)", "As RPOPLPUSH, and waits until there is an element."),
    list("lindex", 3, read::lindex).flags(READ).keys(READS).docs(
        "1.0.0",
        "O(N) where N is the number of elements to traverse to get to the element at index. This makes asking for the \
         first or the last element of the list O(1).",
        "Returns the element at a position of a list.",
    ),
    list("linsert", 5, change::linsert).flags(GROW).keys(INSERTS).docs(
        "2.2.0",
        "O(N) where N is the number of elements to traverse before seeing the value pivot. This means that inserting \
         somewhere on the left end on the list (head) can be considered O(1) and inserting somewhere on the right end \
         (tail) is O(N).",
        "Adds an element in front of another or behind it.",
    ),
    list("llen", 2, read::llen).flags(&[Flags::READONLY, Flags::FAST]).keys(&[one_key(&["RO"])]).docs(
        "1.0.0",
        "O(1)",
        "Returns how many elements a list has.",
    ),
    list("lmove", 5, moves::lmove).flags(GROW).keys(MOVES).docs(
        "6.2.0",
        "O(1)",
        "Moves an element from an end of a list to an end of another, and returns it.",
    ),
    list("lmpop", -4, pop::lmpop).flags(&[Flags::WRITE, Flags::MOVABLE_KEYS]).keys(&[COUNTED]).docs(
        "7.0.0",
        "O(N+M) where N is the number of provided keys and M is the number of elements returned.",
        "Removes and returns elements of the first of several lists that has some.",
    ),
    list("lpop", -2, pop::lpop).flags(WRITE_FAST).keys(POPS).docs(
        "1.0.0",
        POP_COST,
        "Removes and returns the first elements of a list.",
    ),
    list("lpos", -3, position::lpos).flags(READ).keys(READS).docs(
        "6.0.6",
        "O(N) where N is the number of elements in the list, for the average case. When searching for elements near the \
         head or the tail of the list, or when the MAXLEN option is provided, the command may run in constant time.",
        "Finds the positions of an element in a list.",
    ),
    list("lpush", -3, push::lpush).flags(GROW_FAST).keys(INSERTS).docs(
        "1.0.0",
        PUSH_COST,
        "Adds elements in front of a list, or creates it.",
    ),
    list("lpushx", -3, push::lpushx).flags(GROW_FAST).keys(INSERTS).docs(
        "2.2.0",
        PUSH_COST,
        "Adds elements in front of a list, if it exists.",
    ),
    list("lrange", 4, read::lrange).flags(READ).keys(READS).docs(
        "1.0.0",
        "O(S+N) where S is the distance of start offset from HEAD for small lists, from nearest end (HEAD or TAIL) for \
         large lists; and N is the number of elements in the specified range.",
        "Returns the elements between two positions of a list.",
    ),
    list("lrem", 4, change::lrem).flags(WRITE).keys(&[one_key(&["RW", "delete"])]).docs(
        "1.0.0",
        "O(N+M) where N is the length of the list and M is the number of elements removed.",
        "Removes elements that are equal to one; the key goes with the last element.",
    ),
    list("lset", 4, change::lset).flags(GROW).keys(&[one_key(&["RW", "update"])]).docs(
        "1.0.0",
        "O(N) where N is the length of the list. Setting either the first or the last element of the list is O(1).",
        "Puts another element in the place of one.",
    ),
    list("ltrim", 4, change::ltrim).flags(WRITE).keys(&[one_key(&["RW", "delete"])]).docs(
        "1.0.0",
        "O(N) where N is the number of elements to be removed by the operation.",
        "Removes the elements that are not between two positions; the key goes with the last element.",
    ),
    list("rpop", -2, pop::rpop).flags(WRITE_FAST).keys(POPS).docs(
        "1.0.0",
        POP_COST,
        "Removes and returns the last elements of a list.",
    ),
    list("rpoplpush", 3, moves::rpoplpush)
        .flags(GROW)
        .keys(MOVES)
        .deprecated("6.2.0", "`LMOVE` with the `RIGHT` and `LEFT` arguments")
        .docs("1.2.0", "O(1)", "Moves the last element of a list to the front of another, and returns it."),
    list("rpush", -3, push::rpush).flags(GROW_FAST).keys(INSERTS).docs(
        "1.0.0",
        PUSH_COST,
        "Adds elements behind a list, or creates it.",
    ),
    list("rpushx", -3, push::rpushx).flags(GROW_FAST).keys(INSERTS).docs(
        "2.2.0",
        PUSH_COST,
        "Adds elements behind a list, if it exists.",
    ),
];
