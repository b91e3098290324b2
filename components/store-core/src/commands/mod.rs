//! Commands: one file a family, each ending in the table of its rows.

pub mod client;
pub mod command;
pub mod config;
pub mod connection;
pub mod databases;
pub mod expiry;
pub mod info;
pub mod keys;
pub mod memory;
pub mod object;
pub mod scan;
pub mod server;
pub mod strings;
pub mod transactions;

use crate::command::Command;

/// All rows.
pub(crate) static FAMILIES: &[&[Command]] = &[
    strings::TABLE,
    keys::TABLE,
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
