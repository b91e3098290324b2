//! Places.

use super::Family;

pub(crate) const FAMILY: Family = Family {
    weight: 2,
    keys: &[b"o1", b"o2"],
    rows: &[
        (20, "GEOADD <key> any( NX / XX / CH ) { <longitude> <latitude> <place> }"),
        (6, "GEOPOS <key> { <place> }"),
        (6, "GEOHASH <key> { <place> }"),
        (6, "GEODIST <key> <place> <place> any( <unit> )"),
        (4, "~order GEORADIUS <key> <longitude> <latitude> <radius> <unit> any( WITHDIST / WITHHASH / WITHCOORD )"),
        (
            4,
            "GEORADIUS <key> <longitude> <latitude> <radius> <unit> ASC|DESC any( WITHDIST / COUNT <count> / STORE <key> / STOREDIST <key> )",
        ),
        (2, "~order GEORADIUS_RO <key> <longitude> <latitude> <radius> <unit> any( WITHDIST / STORE <key> )"),
        (
            4,
            "GEORADIUSBYMEMBER <key> <place> <radius> <unit> ASC|DESC any( WITHDIST / COUNT <count> / STORE <key> / STOREDIST <key> )",
        ),
        (2, "~order GEORADIUSBYMEMBER_RO <key> <place> <radius> <unit> any( WITHDIST / WITHHASH )"),
        (
            8,
            "~order GEOSEARCH <key> ( FROMMEMBER <place> / FROMLONLAT <longitude> <latitude> ) ( BYRADIUS <radius> <unit> / BYBOX <radius> <radius> <unit> ) any( WITHDIST / WITHHASH / WITHCOORD / BOGUS )",
        ),
        (
            8,
            "GEOSEARCH <key> any( FROMMEMBER <place> / FROMLONLAT <longitude> <latitude> / BYRADIUS <radius> <unit> / BYBOX <radius> <radius> <unit> ) ASC|DESC any( COUNT <count> / COUNT <count> ANY )",
        ),
        (
            8,
            "GEOSEARCH <key> ( FROMMEMBER <place> / FROMLONLAT <longitude> <latitude> ) ( BYRADIUS <radius> <unit> / BYBOX <radius> <radius> <unit> ) ASC|DESC any( WITHDIST / COUNT <count> )",
        ),
        (
            8,
            "GEOSEARCHSTORE <key> <key> ( FROMMEMBER <place> / FROMLONLAT <longitude> <latitude> ) ( BYRADIUS <radius> <unit> / BYBOX <radius> <radius> <unit> ) any( STOREDIST / COUNT <count> / ASC / DESC )",
        ),
        (3, "ZREM <key> <place>"),
        (1, "DEL <key>"),
    ],
};
