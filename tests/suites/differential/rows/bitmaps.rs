//! Bitmaps.

use super::Family;

#[rustfmt::skip]
pub(crate) const FAMILY: Family = Family {
    weight: 2,
    keys: &[b"m1", b"m2", b"a"],
    rows: &[
        (16, "SETBIT <key> <bit-offset> <bit>"),
        (8, "GETBIT <key> <bit-offset>"),
        (8, "BITCOUNT <key> [ <index> <index> [ BIT|BYTE|bit|BOGUS ] ]"),
        (8, "BITPOS <key> <bit> [ <index> [ <index> [ BIT|BYTE|BOGUS ] ] ]"),
        (8, "BITOP AND|OR|XOR <key> { <key> }"),
        (4, "BITOP NOT|not|BOGUS <key> <key> [ [ <key> ] ]"),
        (16, "BITFIELD <key> { ( GET <bit-type> <bit-offset> / SET <bit-type> <bit-offset> <int> / INCRBY <bit-type> <bit-offset> <int> / OVERFLOW WRAP|SAT|sat|BOGUS ) }"),
        // Of a string with room for it all: of one that only grows and then fails, Redis tells nobody who watches it.
        (6, "SETBIT <key> 20000 1 ; BITFIELD <same> OVERFLOW FAIL|fail { ( GET <bit-type> <bit-offset> / SET <bit-type> <bit-offset> <int> / INCRBY <bit-type> <bit-offset> <int> ) }"),
        (4, "BITFIELD_RO <key> { GET <bit-type> <bit-offset> }"),
        (4, "SET <key> <value>"),
        (3, "GETRANGE <key> <index> <index>"),
        (1, "DEL <key>"),
    ],
};
