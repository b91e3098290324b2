//! Vectors: indexes by name (`VECTOR.*`), and the vector sets of Redis 8 over the same type.

mod arguments;
mod elements;
mod index;
mod search;
mod sets;
mod writing;

pub(crate) use sets::TABLE as SETS;

use crate::command::{Command, Flags, Handler, KeySpec, one_key};

const fn vector(name: &'static str, arity: i32, handler: Handler) -> Command {
    Command::new(name, arity, handler).group("vector").keys(READS_KEY)
}

const READS_KEY: &[KeySpec] = &[one_key(&["RO", "access"])];
const READ: &[Flags] = &[Flags::READONLY];
const READ_FAST: &[Flags] = &[Flags::READONLY, Flags::FAST];
/// Since which version of Ferrite's.
const SINCE: &str = "0.1.0";

/// The rows of indexes.
pub(crate) static INDEXES: &[Command] = &[
    vector("vector.create", -4, index::create)
        .flags(&[Flags::WRITE, Flags::DENYOOM])
        .keys(&[one_key(&["OW", "insert"])])
        .docs(SINCE, "O(1)", "Makes an empty index."),
    vector("vector.add", -4, elements::add)
        .flags(&[Flags::WRITE, Flags::DENYOOM])
        .keys(&[one_key(&["RW", "insert"])])
        .docs(
            SINCE,
            "O(log(N)) where N is the number of vectors in the index.",
            "Adds a vector to an index, or replaces the one with its id.",
        ),
    vector("vector.search", -5, search::search).flags(READ).docs(
        SINCE,
        "O(log(N)) where N is the number of vectors in the index.",
        "Returns the ids of the nearest vectors, nearest first.",
    ),
    vector("vector.get", -3, elements::get).flags(READ_FAST).docs(SINCE, "O(1)", "Returns a vector."),
    vector("vector.del", -3, elements::del).flags(&[Flags::WRITE]).keys(&[one_key(&["RW", "delete"])]).docs(
        SINCE,
        "O(log(N)) for each vector, where N is the number of vectors in the index.",
        "Removes vectors; the index stays.",
    ),
    vector("vector.info", 2, index::info).flags(READ_FAST).docs(SINCE, "O(1)", "Returns what an index is made of."),
    Command::new("vector.list", 1, index::list).group("vector").flags(READ).docs(
        SINCE,
        "O(N) with N being the number of keys in the database.",
        "Returns the names of all indexes and vector sets.",
    ),
    vector("vector.drop", 2, index::drop_index)
        .flags(&[Flags::WRITE, Flags::FAST])
        .keys(&[one_key(&["RM", "delete"])])
        .docs(SINCE, "O(1)", "Removes an index with all that is in it."),
];
