//! Commands: one file a family, each ending in the table of its rows.

pub mod acl;
pub mod bitmaps;
pub mod client;
mod client_tracking;
mod client_waits;
pub mod cluster;
pub mod command;
pub mod config;
pub mod connection;
pub mod databases;
pub mod debug;
pub mod dump;
pub mod expiry;
pub mod geo;
pub mod hashes;
pub mod hyperloglogs;
pub mod info;
pub mod keys;
pub mod latency;
pub mod lists;
pub mod lolwut;
pub mod memory;
pub mod modules;
pub mod monitor;
pub mod object;
pub mod pubsub;
pub mod replication;
mod reply;
pub mod save;
pub mod scan;
pub mod scripting;
pub mod server;
pub mod sets;
pub mod slowlog;
pub mod sort;
pub mod sorted_sets;
pub mod streams;
pub mod strings;
pub mod transactions;
#[cfg(feature = "vectors")]
pub mod vectors;

use crate::command::Command;

/// All rows.
pub(crate) static FAMILIES: &[&[Command]] = &[
    strings::TABLE,
    hashes::TABLE,
    keys::TABLE,
    lists::TABLE,
    sets::TABLE,
    sorted_sets::TABLE,
    bitmaps::TABLE,
    hyperloglogs::TABLE,
    streams::TABLE,
    geo::TABLE,
    #[cfg(feature = "vectors")]
    vectors::INDEXES,
    #[cfg(feature = "vectors")]
    vectors::SETS,
    dump::TABLE,
    expiry::TABLE,
    save::TABLE,
    scan::TABLE,
    object::TABLE,
    memory::TABLE,
    databases::TABLE,
    connection::TABLE,
    client::TABLE,
    pubsub::TABLE,
    monitor::TABLE,
    transactions::TABLE,
    server::TABLE,
    config::TABLE,
    info::TABLE,
    command::TABLE,
    sort::TABLE,
    slowlog::TABLE,
    latency::TABLE,
    acl::TABLE,
    cluster::TABLE,
    replication::TABLE,
    scripting::TABLE,
    modules::TABLE,
    lolwut::TABLE,
];
