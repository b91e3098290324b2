//! Vector sets, as Redis 8 has them. <https://redis.io/docs/latest/develop/data-types/vector-sets/>

mod add;
mod change;
mod read;
mod similar;
mod vector;

use crate::command::{Command, Flags, Handler, KeySpec, one_key};

const fn vector_set(name: &'static str, arity: i32, handler: Handler) -> Command {
    Command::new(name, arity, handler).group("vector_set").keys(READS_KEY)
}

const READS_KEY: &[KeySpec] = &[one_key(&["RO", "access"])];
const READ: &[Flags] = &[Flags::READONLY];
const READ_FAST: &[Flags] = &[Flags::READONLY, Flags::FAST];

/// The rows of vector sets.
pub(crate) static TABLE: &[Command] = &[
    vector_set("vadd", -5, add::vadd).flags(&[Flags::WRITE, Flags::DENYOOM]).keys(&[one_key(&["RW", "insert"])]).docs(
        "8.0.0",
        "O(log(N)) for each element added, where N is the number of elements in the vector set.",
        "Adds an element to a vector set or gives it another vector, and makes the set if it does not exist.",
    ),
    vector_set("vcard", 2, read::vcard).flags(READ_FAST).docs(
        "8.0.0",
        "O(1)",
        "Returns how many elements a vector set has.",
    ),
    vector_set("vdim", 2, read::vdim).flags(READ_FAST).docs(
        "8.0.0",
        "O(1)",
        "Returns how many numbers the vectors of a set have.",
    ),
    vector_set("vemb", -3, read::vemb).flags(READ_FAST).docs("8.0.0", "O(1)", "Returns the vector of an element."),
    vector_set("vgetattr", 3, read::vgetattr).flags(READ_FAST).docs(
        "8.0.0",
        "O(1)",
        "Returns the attributes of an element.",
    ),
    vector_set("vinfo", 2, read::vinfo).flags(READ_FAST).docs("8.0.0", "O(1)", "Returns what a vector set is made of."),
    vector_set("vismember", 3, read::vismember).flags(READ).docs(
        "8.2.0",
        "O(1)",
        "Tells whether a vector set has an element.",
    ),
    vector_set("vlinks", -3, read::vlinks).flags(READ_FAST).docs(
        "8.0.0",
        "O(1)",
        "Returns the elements that one is linked with on each level of the graph.",
    ),
    vector_set("vrandmember", -2, read::vrandmember).flags(READ).tips(&["nondeterministic_output"]).docs(
        "8.0.0",
        "O(N) where N is the absolute value of the count argument.",
        "Returns elements chosen by chance.",
    ),
    vector_set("vrange", -4, read::vrange).flags(READ).docs(
        "8.4.0",
        "O(N*log(N)) where N is the number of elements in the vector set.",
        "Returns the elements in a range of names, in the order of their bytes.",
    ),
    vector_set("vrem", 3, change::vrem).flags(&[Flags::WRITE]).keys(&[one_key(&["RW", "delete"])]).docs(
        "8.0.0",
        "O(log(N)) for each element removed, where N is the number of elements in the vector set.",
        "Removes an element; the key goes with the last.",
    ),
    vector_set("vsetattr", 4, change::vsetattr)
        .flags(&[Flags::WRITE, Flags::FAST])
        .keys(&[one_key(&["RW", "update"])])
        .docs("8.0.0", "O(1)", "Sets the attributes of an element, or removes them."),
    vector_set("vsim", -4, similar::vsim).flags(READ).docs(
        "8.0.0",
        "O(log(N)) where N is the number of elements in the vector set.",
        "Returns the elements that are most alike to a vector or to an element.",
    ),
];
