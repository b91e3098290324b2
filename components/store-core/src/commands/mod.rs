//! Commands: one file a family, each ending in the table of its rows.

#[cfg(feature = "collections")]
pub mod bitmaps;
pub mod client;
pub mod command;
pub mod config;
pub mod connection;
pub mod databases;
pub mod expiry;
#[cfg(feature = "collections")]
pub mod geo;
#[cfg(feature = "collections")]
pub mod hashes;
#[cfg(feature = "collections")]
pub mod hyperloglogs;
pub mod info;
pub mod keys;
#[cfg(feature = "collections")]
pub mod lists;
pub mod memory;
pub mod object;
mod reply;
pub mod scan;
pub mod server;
#[cfg(feature = "collections")]
pub mod sets;
#[cfg(feature = "collections")]
pub mod sorted_sets;
#[cfg(feature = "collections")]
pub mod streams;
pub mod strings;
pub mod transactions;

use crate::command::Command;

/// All rows.
pub(crate) static FAMILIES: &[&[Command]] = &[
    strings::TABLE,
    #[cfg(feature = "collections")]
    hashes::TABLE,
    keys::TABLE,
    #[cfg(feature = "collections")]
    lists::TABLE,
    #[cfg(feature = "collections")]
    sets::TABLE,
    #[cfg(feature = "collections")]
    sorted_sets::TABLE,
    #[cfg(feature = "collections")]
    bitmaps::TABLE,
    #[cfg(feature = "collections")]
    hyperloglogs::TABLE,
    #[cfg(feature = "collections")]
    streams::TABLE,
    #[cfg(feature = "collections")]
    geo::TABLE,
    expiry::TABLE,
    scan::TABLE,
    object::TABLE,
    memory::TABLE,
    databases::TABLE,
    connection::TABLE,
    client::TABLE,
    transactions::TABLE,
    server::TABLE,
    config::TABLE,
    info::TABLE,
    command::TABLE,
];
