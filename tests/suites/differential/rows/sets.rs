//! Sets.

use super::Family;

#[rustfmt::skip]
pub(crate) const FAMILY: Family = Family {
    weight: 3,
    keys: &[b"t1", b"t2", b"t3"],
    rows: &[
        (20, "SADD <key> { <member> }"),
        (8, "SADD <key> { <int> }"),
        (12, "SREM <key> { <member> }"),
        (6, "SISMEMBER <key> <member>"),
        (6, "SMISMEMBER <key> { <member> }"),
        (4, "SCARD <key>"),
        (5, "~order SMEMBERS <key>"),
        (8, "SMOVE <key> <key> <member>"),
        (6, "~order SINTER { <key> }"),
        (6, "~order SUNION { <key> }"),
        (6, "~order SDIFF { <key> }"),
        (6, "SINTERSTORE <key> { <key> }"),
        (6, "SUNIONSTORE <key> { <key> }"),
        (6, "SDIFFSTORE <key> { <key> }"),
        (6, "SINTERCARD #{ <key> } any( LIMIT <count> )"),
        (5, "! ~order SSCAN <key> 0 any( COUNT 100000 / MATCH <pattern> / MATCH * ) COUNT 100000"),
        (2, "~kind SSCAN <key> <count> any( MATCH <pattern> / COUNT <count> / BOGUS )"),
        (3, "~order SMEMBERS <key> ; ~chosen SRANDMEMBER <same>"),
        (3, "~order SMEMBERS <key> ; ~chosen SRANDMEMBER <same> <small-count>"),
        (1, "! ~order SRANDMEMBER <key> 1000|0|x|9223372036854775807|-9223372036854775808"),
        (1, "~order SMEMBERS <key> ; ~chosen SPOP <same> ; SCARD <same> ; DEL <same>"),
        (2, "~order SMEMBERS <key> ; ~chosen SPOP <same> <small-count> ; SCARD <same> ; DEL <same>"),
        (1, "! ~order SPOP <key> 1000|0|-1|x|9223372036854775807"),
    ],
};
