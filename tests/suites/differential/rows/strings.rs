//! Strings.

use super::Family;

#[rustfmt::skip]
pub(crate) const FAMILY: Family = Family {
    weight: 3,
    keys: &[b"a", b"b", b"counter"],
    rows: &[
        (20, "SET <key> <value> any( EX <seconds> / PX <ms> / EXAT <timestamp-s> / PXAT <timestamp-ms> / KEEPTTL / NX / XX / GET / NX / XX / GET / BOGUS )"),
        (16, "SET <key> <value>"),
        (8, "SET <key> <int>"),
        (8, "SET <key> <float>"),
        (20, "GET <key>"),
        (4, "GETDEL <key>"),
        (10, "GETEX <key> any( EX <seconds> / PX <ms> / EXAT <timestamp-s> / PXAT <timestamp-ms> / PERSIST / KEEPTTL / NX / BOGUS )"),
        (5, "GETSET <key> <value>"),
        (8, "GETRANGE <key> <index> <index>"),
        (3, "SUBSTR <key> <index> <index>"),
        (8, "SETRANGE <key> <offset> <value>"),
        (5, "STRLEN <key>"),
        (10, "APPEND <key> <value>"),
        (8, "INCR <key>"),
        (6, "DECR <key>"),
        (8, "INCRBY <key> <int>"),
        (6, "DECRBY <key> <int>"),
        (16, "INCRBYFLOAT <key> <float>"),
        (4, "MGET { <key> }"),
        (4, "MSET { <key> <value> } [ [ [ <key> ] ] ]"),
        (4, "MSETNX { <key> <value> } [ [ [ <key> ] ] ]"),
        (4, "SETNX <key> <value>"),
        (4, "SETEX <key> <seconds> <value>"),
        (4, "PSETEX <key> <ms> <value>"),
        (4, "SET <key> <short> ; LCS <same> <key> any( LEN / IDX / IDX / MINMATCHLEN <int> / WITHMATCHLEN / BOGUS )"),
    ],
};
