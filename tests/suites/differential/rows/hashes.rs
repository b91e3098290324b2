//! Hashes.

use super::Family;

#[rustfmt::skip]
pub(crate) const FAMILY: Family = Family {
    weight: 3,
    keys: &[b"h1", b"h2", b"h3"],
    rows: &[
        (24, "HSET <key> { <field> <value> } [ [ [ <field> ] ] ]"),
        (6, "HMSET <key> { <field> <value> }"),
        (6, "HSETNX <key> <field> <value>"),
        (8, "HSET <key> <field> <int>"),
        (10, "HGET <key> <field>"),
        (6, "HMGET <key> { <field> }"),
        (14, "HDEL <key> { <field> }"),
        (5, "HEXISTS <key> <field>"),
        (4, "HLEN <key>"),
        (4, "HSTRLEN <key> <field>"),
        (10, "HINCRBY <key> <field> <int>"),
        (12, "HINCRBYFLOAT <key> <field> <float>"),
        (4, "~pairs HGETALL <key>"),
        (3, "~order HKEYS <key>"),
        (3, "~order HVALS <key>"),
        (5, "! ~pairs HSCAN <key> 0 any( COUNT 100000 / MATCH <pattern> / MATCH * ) COUNT 100000"),
        (2, "~kind HSCAN <key> <count> any( MATCH <pattern> / COUNT <count> / BOGUS )"),
        (3, "~pairs HGETALL <key> ; ~chosen HRANDFIELD <same>"),
        (3, "~pairs HGETALL <key> ; ~chosen HRANDFIELD <same> <small-count> [ WITHVALUES ]"),
        (1, "! HRANDFIELD <key> 0|9223372036854775807|-9223372036854775808|4611686018427387904|-4611686018427387904|x WITHVALUES|BOGUS"),
        (1, "DEL <key>"),
    ],
};
