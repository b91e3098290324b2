//! Transactions, sessions and the server.

use super::Family;

#[rustfmt::skip]
pub(crate) const FAMILY: Family = Family {
    weight: 1,
    keys: &[b"a", b"h1", b"l1", b"z1"],
    rows: &[
        (20, "MULTI"),
        (24, "EXEC"),
        (3, "DISCARD"),
        (8, "WATCH { <key> }"),
        (2, "UNWATCH"),
        (3, "SELECT <database>"),
        (3, "SELECT 0"),
        (2, "PING any( <value> )"),
        (1, "ECHO <value>"),
        (1, "~kind HELLO 3"),
        (1, "~kind HELLO 2"),
        (1, "~kind HELLO <count> any( AUTH <value> <value> / SETNAME <value> )"),
        (1, "RESET"),
        (1, "AUTH <value> any( <value> )"),
        (1, "~kind CLIENT ID"),
        (1, "CLIENT GETNAME"),
        (1, "CLIENT SETNAME <value>"),
        (1, "CLIENT NO-EVICT <value>"),
        (1, "CLIENT <value>"),
        (1, "~kind COMMAND COUNT"),
        (1, "! COMMAND GETKEYS SET <key> <value> any( GET / EX 100 / BOGUS )"),
        (1, "! COMMAND GETKEYS MSET { <key> <value> }"),
        (1, "! COMMAND GETKEYS ZUNIONSTORE <key> #{ <key> } any( WEIGHTS 1 2 )"),
        (1, "! COMMAND GETKEYS DEL { <key> }"),
        (1, "! COMMAND GETKEYS XREAD COUNT 2 STREAMS { <key> } { <id> }"),
        (1, "! COMMAND GETKEYS LMPOP #{ <key> } LEFT"),
        (1, "! COMMAND GETKEYS GEORADIUS <key> 1 2 3 km any( STORE <key> / STOREDIST <key> / WITHDIST )"),
        (1, "! COMMAND GETKEYSANDFLAGS BITFIELD <key> any( GET u8 0 / SET u8 0 1 )"),
        (1, "! CONFIG GET maxmemory"),
        (1, "CONFIG RESETSTAT"),
        (1, "~kind TIME"),
        (2, "<value> <key> <value>"),
    ],
};
