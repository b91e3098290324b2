//! Keys of all types, their times to live, and walks over them.

use super::Family;

#[rustfmt::skip]
pub(crate) const FAMILY: Family = Family {
    weight: 2,
    keys: &[b"key:1", b"", b"\xff\xfe", b"with blank", b"a\r\nb"],
    rows: &[
        (12, "DEL { <key> }"),
        (3, "UNLINK { <key> }"),
        (5, "EXISTS { <key> }"),
        (3, "TYPE <key>"),
        (2, "TOUCH { <key> }"),
        (8, "RENAME <key> <key>"),
        (6, "RENAMENX <key> <key>"),
        (12, "COPY <key> <key> any( REPLACE / REPLACE / DB <database> / BOGUS )"),
        (5, "MOVE <key> <database>"),
        (2, "~kind RANDOMKEY"),
        (4, "~order KEYS <pattern>"),
        (3, "! ~order SCAN 0 COUNT 1000 any( MATCH <pattern> / TYPE string|list|set|zset|hash|stream|none|STRING )"),
        (1, "~kind SCAN <count> any( MATCH <pattern> / COUNT <count> / BOGUS )"),
        (3, "DBSIZE"),
        (1, "FLUSHDB any( ASYNC / SYNC / BOGUS )"),
        (1, "FLUSHALL any( ASYNC / SYNC / BOGUS )"),
        (2, "SWAPDB <database> <database>"),
        (6, "EXPIRE <key> <seconds> any( NX / XX / GT / LT / nx / xx / gt / lt / BOGUS )"),
        (6, "PEXPIRE <key> <ms> any( NX / XX / GT / LT / nx / xx / gt / lt / BOGUS )"),
        (6, "EXPIREAT <key> <timestamp-s> any( NX / XX / GT / LT / nx / xx / gt / lt / BOGUS )"),
        (6, "PEXPIREAT <key> <timestamp-ms> any( NX / XX / GT / LT / nx / xx / gt / lt / BOGUS )"),
        (6, "~near TTL <key>"),
        (4, "~near PTTL <key>"),
        (4, "~near EXPIRETIME <key>"),
        (4, "~near PEXPIRETIME <key>"),
        (4, "PERSIST <key>"),
        (6, "OBJECT ENCODING <key>"),
        (2, "~kind OBJECT REFCOUNT <key>"),
        (2, "~kind OBJECT IDLETIME <key>"),
        (1, "OBJECT FREQ <key>"),
        (1, "OBJECT <value> <key>"),
        (2, "~kind MEMORY USAGE <key> any( SAMPLES <count> )"),
        // Of a copy, because Redis leaves a sorted set unpacked that was sorted. SSCAN, because SORT
        // fails when the last number read by C's `strtod` was out of range, whoever asked for it: a cursor that is read makes it forget that. Without weights the order of a set is free.
        (3, "COPY <key> sorted REPLACE ; SSCAN errno 0 ; SORT sorted any( LIMIT <index> <index> / DESC / ASC / ALPHA / ALPHA / ALPHA / STORE <key> / BOGUS ) ; DEL sorted"),
        (3, "COPY <key> sorted REPLACE ; SSCAN errno 0 ; ~order SORT sorted BY <by> any( ALPHA / DESC / GET <by> / GET # / GET <by> ) ; DEL sorted"),
        (2, "COPY <key> sorted REPLACE ; SSCAN errno 0 ; SORT_RO sorted ALPHA any( LIMIT <index> <index> / DESC / GET <by> ) ; DEL sorted"),
        (2, "~kind DUMP <key>"),
        (1, "RESTORE <key> <ms> <value> any( REPLACE / ABSTTL / IDLETIME <count> / FREQ <count> / BOGUS )"),
        (1, "! WAIT 0 <count>"),
        (1, "! OBJECT HELP <value>"),
    ],
};
