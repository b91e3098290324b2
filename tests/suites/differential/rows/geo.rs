//! Places. Without STOREDIST: its distances have 17 digits, and the sine of the component is not the C library's.

use super::Family;

#[rustfmt::skip]
pub(crate) const FAMILY: Family = Family {
    weight: 2,
    keys: &[b"o1", b"o2"],
    rows: &[
        (20, "GEOADD <key> any( NX / XX / CH ) { <longitude> <latitude> <place> }"),
        (6, "GEOPOS <key> { <place> }"),
        (6, "GEOHASH <key> { <place> }"),
        (6, "GEODIST <key> <place> <place> any( <unit> )"),
        (4, "~order GEORADIUS <key> <longitude> <latitude> <radius> <unit> any( WITHDIST / WITHHASH / WITHCOORD )"),
        (4, "~order GEORADIUS <key> <longitude> <latitude> <radius> <unit> any( ASC / DESC / WITHDIST / STORE <key> )"),
        (2, "~order GEORADIUS_RO <key> <longitude> <latitude> <radius> <unit> any( WITHDIST / STORE <key> )"),
        (4, "~order GEORADIUSBYMEMBER <key> <place> <radius> <unit> any( ASC / DESC / WITHDIST / STORE <key> )"),
        (2, "~order GEORADIUSBYMEMBER_RO <key> <place> <radius> <unit> any( WITHDIST / WITHHASH )"),
        (4, "~order GEOSEARCH <key> any( FROMMEMBER <place> / FROMLONLAT <longitude> <latitude> / BYRADIUS <radius> <unit> / BYBOX <radius> <radius> <unit> / ASC / DESC )"),
        (8, "~order GEOSEARCH <key> ( FROMMEMBER <place> / FROMLONLAT <longitude> <latitude> ) ( BYRADIUS <radius> <unit> / BYBOX <radius> <radius> <unit> ) any( WITHDIST / WITHHASH / WITHCOORD / ASC / DESC / BOGUS )"),
        (8, "GEOSEARCHSTORE <key> <key> ( FROMMEMBER <place> / FROMLONLAT <longitude> <latitude> ) ( BYRADIUS <radius> <unit> / BYBOX <radius> <radius> <unit> ) any( ASC / DESC / COUNT 1000 )"),
        // Which of several at the same distance are found first is free: here there are none.
        (6, "GEOADD places { <lon> <lat> <place> } ; GEOSEARCH places ( FROMMEMBER <place> / FROMLONLAT <lon> <lat> ) ( BYRADIUS <radius> <unit> / BYBOX <radius> <radius> <unit> ) ASC|DESC any( COUNT <count> / WITHDIST / WITHCOORD )"),
        (6, "GEOADD places { <lon> <lat> <place> } ; GEOSEARCHSTORE placed places FROMLONLAT <lon> <lat> ( BYRADIUS <radius> <unit> / BYBOX <radius> <radius> <unit> ) ASC|DESC any( COUNT <count> / COUNT <count> ANY )"),
        (3, "GEOADD places { <lon> <lat> <place> } ; GEORADIUS places <lon> <lat> <radius> <unit> ASC|DESC COUNT <count> any( ANY / STORE placed )"),
        (2, "GEOADD places { <lon> <lat> <place> } ; GEOSEARCH places FROMLONLAT <lon> <lat> BYRADIUS <radius> <unit> COUNT <count> any( ANY )"),
        (3, "GEOADD places { <lon> <lat> <place> } ; GEOSEARCHSTORE far places FROMLONLAT <longitude> <latitude> ( BYRADIUS <radius> <unit> / BYBOX <radius> <radius> <unit> ) STOREDIST any( COUNT <count> ASC ) ; ~close ZRANGE far 0 -1 WITHSCORES ; DEL far"),
        (2, "GEOADD places { <lon> <lat> <place> } ; GEORADIUS places <longitude> <latitude> <radius> <unit> STOREDIST far ; ~close ZRANGE far 0 -1 WITHSCORES ; DEL far"),
        (1, "DEL places"),
        (3, "ZREM <key> <place>"),
        (1, "DEL <key>"),
    ],
};
