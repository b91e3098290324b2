//! Places in sorted sets. <https://redis.io/docs/latest/commands/?group=geo>

mod add;
mod arguments;
mod found;
mod read;
mod search;

use ferrite_resp::Writer;
use ferrite_resp::number::format_fixed;

use crate::command::{Begin, Command, Find, Flags, Handler, KeySpec, key_at, one_key};
use crate::types::geo::Point;

/// Replies with a place: an array of longitude and latitude.
fn write_point(out: &mut Writer, point: Point) {
    out.array(2);
    for degrees in [point.longitude, point.latitude] {
        let text = human(degrees);
        if out.is_resp3() {
            out.raw(b",");
            out.raw(text.as_bytes());
            out.raw(b"\r\n");
        } else {
            out.bulk(text.as_bytes());
        }
    }
}

/// A number with 17 decimals, less the zeros at their end.
fn human(number: f64) -> String {
    let text = format_fixed(number, 17);
    match text.trim_end_matches('0').trim_end_matches('.') {
        "-0" => "0".to_owned(),
        text => text.to_owned(),
    }
}

/// Replies with a distance: four decimals, in RESP3 as well as a string.
fn write_distance(out: &mut Writer, distance: f64) {
    out.bulk(format_fixed(distance, 4).as_bytes());
}

const fn geo(name: &'static str, arity: i32, handler: Handler) -> Command {
    Command::new(name, arity, handler).group("geo").categories(&["geo"])
}

/// The key behind an option, searched from this argument on.
const fn stored_by(option: &'static str, first: i32) -> KeySpec {
    KeySpec {
        flags: &["OW", "update"],
        begin: Begin::Keyword(option, first),
        find: Find::Range { last: 0, step: 1, limit: 0 },
    }
}

const READ: &[Flags] = &[Flags::READONLY];
const WRITE: &[Flags] = &[Flags::WRITE, Flags::DENYOOM];
const MAY_STORE: &[Flags] = &[Flags::WRITE, Flags::DENYOOM, Flags::MOVABLE_KEYS];
const READS: &[KeySpec] = &[one_key(&["RO", "access"])];
const SEARCH_COST: &str = "O(N+log(M)) where N is the number of elements in the grid-aligned bounding box area around the \
                           shape provided as the filter and M is the number of items inside the shape";
const RADIUS_COST: &str = "O(N+log(M)) where N is the number of elements inside the bounding box of the circular area \
                           delimited by center and radius and M is the number of items inside the index.";

/// The family's rows.
pub(crate) static TABLE: &[Command] = &[
    geo("geoadd", -5, add::geoadd).flags(WRITE).keys(&[one_key(&["RW", "update"])]).docs(
        "3.2.0",
        "O(log(N)) for each item added, where N is the number of elements in the sorted set.",
        "Adds places to a sorted set, or creates it.",
    ),
    geo("geodist", -4, read::geodist).flags(READ).keys(READS).docs(
        "3.2.0",
        "O(log(N))",
        "Returns the distance between two places.",
    ),
    geo("geohash", -2, read::geohash).flags(READ).keys(READS).docs(
        "3.2.0",
        "O(log(N)) for each member requested, where N is the number of elements in the sorted set.",
        "Returns places as geohash text.",
    ),
    geo("geopos", -2, read::geopos).flags(READ).keys(READS).docs(
        "3.2.0",
        "O(N) where N is the number of members requested.",
        "Returns longitudes and latitudes of places.",
    ),
    geo("georadius", -6, search::georadius)
        .flags(MAY_STORE)
        .keys(&[one_key(&["RO", "access"]), stored_by("STORE", 6), stored_by("STOREDIST", 6)])
        .deprecated("6.2.0", "`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` argument")
        .docs("3.2.0", RADIUS_COST, "Finds the places in a circle around a point, and may store them."),
    geo("georadius_ro", -6, search::georadius_ro)
        .flags(READ)
        .keys(READS)
        .deprecated("6.2.0", "`GEOSEARCH` with the `BYRADIUS` argument")
        .docs("3.2.10", RADIUS_COST, "Finds the places in a circle around a point."),
    geo("georadiusbymember", -5, search::georadiusbymember)
        .flags(MAY_STORE)
        .keys(&[one_key(&["RO", "access"]), stored_by("STORE", 5), stored_by("STOREDIST", 5)])
        .deprecated("6.2.0", "`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` and `FROMMEMBER` arguments")
        .docs("3.2.0", RADIUS_COST, "Finds the places in a circle around one of them, and may store them."),
    geo("georadiusbymember_ro", -5, search::georadiusbymember_ro)
        .flags(READ)
        .keys(READS)
        .deprecated("6.2.0", "`GEOSEARCH` with the `BYRADIUS` and `FROMMEMBER` arguments")
        .docs("3.2.10", RADIUS_COST, "Finds the places in a circle around one of them."),
    geo("geosearch", -7, search::geosearch).flags(READ).keys(READS).docs(
        "6.2.0",
        SEARCH_COST,
        "Finds the places in a circle or a rectangle.",
    ),
    geo("geosearchstore", -8, search::geosearchstore)
        .flags(WRITE)
        .keys(&[one_key(&["OW", "update"]), key_at(2, &["RO", "access"])])
        .docs("6.2.0", SEARCH_COST, "Stores the places in a circle or a rectangle."),
];
