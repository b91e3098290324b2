//! `ferrite:store/{types, commands, transactions, maintenance}`.

use ferrite_store_core as core;

use crate::bindings::exports::ferrite::store::{commands, maintenance, transactions, types};
use crate::component::{Component, with_store};
use crate::reply::nodes;

/// A limit that a typed call would have exceeded.
pub(crate) fn limit(limit: core::typed::Limit) -> types::Limit {
    types::Limit { name: limit.name.into(), allowed: limit.allowed, requested: limit.requested }
}

impl commands::Guest for Component {
    fn execute(argv: Vec<Vec<u8>>) -> Result<types::Reply, commands::Error> {
        let argv: Vec<&[u8]> = argv.iter().map(Vec::as_slice).collect();
        executed(with_store(|store| store.execute(&argv)))
    }
}

fn executed(result: Result<Vec<u8>, core::CommandError>) -> Result<types::Reply, commands::Error> {
    match result {
        Ok(reply) => nodes(&reply).ok_or_else(|| commands::Error::Command("ERR the reply is nested too deep".into())),
        Err(core::CommandError::Command(line)) => Err(commands::Error::Command(line)),
        Err(core::CommandError::NotPermitted(line)) => Err(commands::Error::NotPermitted(line)),
    }
}

impl transactions::Guest for Component {
    fn select(database: u32) -> bool {
        with_store(|store| store.select(database))
    }

    fn begin(access: transactions::Access) {
        with_store(|store| {
            store.begin(match access {
                transactions::Access::ReadWrite => core::TransactionAccess::ReadWrite,
                transactions::Access::ReadOnly => core::TransactionAccess::ReadOnly,
            });
        });
    }

    fn commit() -> Result<(), transactions::Error> {
        with_store(core::Store::commit).map_err(transaction_error)
    }

    fn roll_back() -> Result<(), transactions::Error> {
        with_store(core::Store::roll_back).map_err(transaction_error)
    }
}

fn transaction_error(error: core::TransactionError) -> transactions::Error {
    match error {
        core::TransactionError::NotOpen => transactions::Error::NotOpen,
        core::TransactionError::TooLarge { allowed, requested } => {
            let (allowed, requested) = (allowed as u64, requested as u64);
            transactions::Error::LimitExceeded(types::Limit { name: "undo-bytes".into(), allowed, requested })
        }
    }
}

impl maintenance::Guest for Component {
    fn administer(argv: Vec<Vec<u8>>) -> Option<Result<types::Reply, commands::Error>> {
        let argv: Vec<&[u8]> = argv.iter().map(Vec::as_slice).collect();
        with_store(|store| store.administer(&argv)).map(executed)
    }

    fn tick(budget_us: u32) -> u64 {
        with_store(|store| store.tick(budget_us))
    }

    fn measure() -> maintenance::Statistics {
        let figures = with_store(|store| store.measure());
        maintenance::Statistics {
            used_memory_bytes: figures.used_memory_bytes,
            keys: figures.keys,
            expiring_keys: figures.expiring_keys,
            commands: figures.commands,
            sessions: figures.sessions,
        }
    }
}
