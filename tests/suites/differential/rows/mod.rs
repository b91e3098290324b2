//! The commands, one row each, by family.

mod bitmaps;
mod connection;
mod geo;
mod hashes;
mod hyperloglogs;
mod keys;
mod lists;
mod sets;
mod sorted_sets;
mod streams;
mod strings;

use crate::template::Row;

/// Commands about the same keys.
pub(crate) struct Family {
    /// How often its commands come, compared with others'.
    pub(crate) weight: usize,
    /// The keys that they are mostly about.
    pub(crate) keys: &'static [&'static [u8]],
    pub(crate) rows: &'static [Row],
}

pub(crate) const FAMILIES: &[Family] = &[
    bitmaps::FAMILY,
    connection::FAMILY,
    geo::FAMILY,
    hashes::FAMILY,
    hyperloglogs::FAMILY,
    keys::FAMILY,
    lists::FAMILY,
    sets::FAMILY,
    sorted_sets::FAMILY,
    streams::FAMILY,
    strings::FAMILY,
];

/// Keys that no other family's commands are about.
pub(crate) const FRAGILE: &[&[u8]] = hyperloglogs::FAMILY.keys;

/// Keys that single rows name.
pub(crate) const MORE_KEYS: &[&[u8]] = &[b"lex", b"lexed", b"places", b"placed"];

/// What tells all about a key; those that do not fit its type are compared in their error.
pub(crate) const CHECKS: &[&str] = &[
    "TYPE <key>",
    "OBJECT ENCODING <key>",
    "~near PEXPIRETIME <key>",
    "GET <key>",
    "LRANGE <key> 0 -1",
    "~pairs HGETALL <key>",
    "~order SMEMBERS <key>",
    "ZRANGE <key> 0 -1 WITHSCORES",
    "~idle XINFO STREAM <key> FULL COUNT 0",
];

/// Settings, with Redis' own value and others.
pub(crate) const SETTINGS: &[(&str, &str, &[&str])] = &[
    // No string grows so long that it takes time.
    ("proto-max-bulk-len", "2097152", &["2097152"]),
    ("hash-max-listpack-entries", "512", &["0", "1", "4", "16", "512"]),
    ("hash-max-listpack-value", "64", &["3", "64", "100"]),
    ("list-max-listpack-size", "-2", &["-1", "1", "4", "16", "-2"]),
    ("list-compress-depth", "0", &["0", "1", "2"]),
    ("set-max-intset-entries", "512", &["0", "1", "4", "16", "512"]),
    ("zset-max-listpack-entries", "128", &["0", "1", "4", "16", "128"]),
    ("zset-max-listpack-value", "64", &["3", "64", "100"]),
    ("stream-node-max-entries", "100", &["1", "3", "10", "0", "100"]),
    ("stream-node-max-bytes", "4096", &["60", "200", "4096", "0"]),
    ("hll-sparse-max-bytes", "3000", &["0", "40", "200", "3000"]),
];
