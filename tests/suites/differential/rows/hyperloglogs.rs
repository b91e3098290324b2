//! HyperLogLogs.

use super::Family;

#[rustfmt::skip]
pub(crate) const FAMILY: Family = Family {
    weight: 1,
    keys: &[b"p1", b"p2", b"p3"],
    rows: &[
        (16, "PFADD <key> { <member> }"),
        (6, "PFADD <key> { <int> }"),
        (2, "PFADD <key>"),
        (10, "PFCOUNT { <key> }"),
        (8, "PFMERGE <key> { <key> }"),
        (1, "~kind PFDEBUG DECODE <key>"),
        (1, "PFDEBUG ENCODING|GETREG|TODENSE|BOGUS <key>"),
        (2, "SET <key> <blob>"),
        (1, "DEL <key>"),
    ],
};
