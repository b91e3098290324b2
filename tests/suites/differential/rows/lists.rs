//! Lists.

use super::Family;

#[rustfmt::skip]
pub(crate) const FAMILY: Family = Family {
    weight: 3,
    keys: &[b"l1", b"l2", b"l3"],
    rows: &[
        (14, "LPUSH <key> { <element> }"),
        (16, "RPUSH <key> { <element> }"),
        (3, "RPUSH <key> { <value> }"),
        (4, "LPUSHX <key> { <element> }"),
        (4, "RPUSHX <key> { <element> }"),
        (8, "LPOP <key> any( <count> )"),
        (8, "RPOP <key> any( <count> )"),
        (4, "LLEN <key>"),
        (8, "LINDEX <key> <index>"),
        (8, "LSET <key> <index> <element>"),
        (2, "LSET <key> <index> <value>"),
        (8, "LINSERT <key> BEFORE|AFTER|before|BOGUS <element> <element>"),
        (6, "LRANGE <key> <index> <index>"),
        (8, "LREM <key> <small-count> <element>"),
        (4, "LREM <key> <count> <element>"),
        (5, "LTRIM <key> <index> <index>"),
        (8, "LPOS <key> <element> any( RANK <small-count> / COUNT <count> / MAXLEN <count> / RANK -1 / COUNT 0 )"),
        (8, "LMOVE <key> <key> LEFT|RIGHT|left LEFT|RIGHT|BOGUS"),
        (6, "RPOPLPUSH <key> <key>"),
        (6, "LMPOP #{ <key> } LEFT|RIGHT any( COUNT <count> )"),
        // In a transaction nobody waits.
        (3, "MULTI ; BLPOP|BRPOP { <key> } 0|0.5|-1|x ; EXEC"),
        (3, "MULTI ; BLMOVE <key> <key> LEFT|RIGHT LEFT|RIGHT 0 ; BRPOPLPUSH <key> <key> 0 ; EXEC"),
        (3, "MULTI ; BLMPOP 0 #{ <key> } LEFT|RIGHT any( COUNT <count> ) ; EXEC"),
    ],
};
