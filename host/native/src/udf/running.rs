//! The call path under way: how deep it is, which of its levels have a transaction open, whether it is to be killed.

use std::cell::Cell;

use super::bindings::Limit;
use super::failure::Failure;
use crate::wasm::{Access, StoreInstance, StoreTrapped, TransactionError};

/// More levels than any configuration may ask for: each needs native stack for wasm code.
pub(crate) const MOST_LEVELS: u32 = 16;

/// Functions run one at a time, but may call each other. Level 1 is the function that a client called.
#[derive(Debug, Default)]
pub(crate) struct Running {
    depth: Cell<u32>,
    /// Levels 1 to this one have a transaction open.
    open: Cell<u32>,
    /// Bit n is set when level n may write.
    writers: Cell<u32>,
    killed: Cell<bool>,
    /// What the store was last told to work on.
    database: Cell<Option<u32>>,
}

impl Running {
    /// How many levels run.
    #[inline]
    pub(crate) fn depth(&self) -> u32 {
        self.depth.get()
    }

    /// Begins a level; [`Running::finish`] ends it.
    #[inline]
    pub(crate) fn begin(&self, writes: bool) {
        let depth = self.depth.get() + 1;
        self.depth.set(depth);
        let bit = 1 << depth;
        self.writers.set(if writes { self.writers.get() | bit } else { self.writers.get() & !bit });
        if depth == 1 {
            self.killed.set(false);
        }
    }

    /// Works on this database from here on.
    #[inline]
    pub(crate) fn select(&self, store: &mut StoreInstance, database: u32) -> Result<(), StoreTrapped> {
        if self.database.get() != Some(database) {
            store.select(database)?;
            self.database.set(Some(database));
        }
        Ok(())
    }

    /// Makes sure that every level up to the present one has a transaction: when this level writes, and its caller
    /// fails later on, the caller's end undoes what this level had kept.
    #[inline]
    pub(crate) fn open_transactions(&self, store: &mut StoreInstance) -> Result<(), StoreTrapped> {
        while self.open.get() < self.depth.get() {
            let level = self.open.get() + 1;
            let writes = self.writers.get() & (1 << level) != 0;
            store.begin(if writes { Access::ReadWrite } else { Access::ReadOnly })?;
            self.open.set(level);
        }
        Ok(())
    }

    /// Whether the present level has a transaction to end.
    #[inline]
    pub(crate) fn has_transaction(&self) -> bool {
        self.open.get() == self.depth.get()
    }

    /// Ends the present level and, if it has one, its transaction.
    pub(crate) fn finish(&self, store: &mut StoreInstance, keep: bool) -> Result<Option<Failure>, StoreTrapped> {
        let ended = if !self.has_transaction() {
            None
        } else if keep {
            store.commit()?.err()
        } else {
            store.roll_back()?.err()
        };
        self.leave();
        Ok(ended.map(failure))
    }

    /// Ends the present level, of which `has_transaction` was false or the store is gone.
    #[inline]
    pub(crate) fn leave(&self) {
        let depth = self.depth.get();
        self.open.set(self.open.get().min(depth.saturating_sub(1)));
        self.depth.set(depth.saturating_sub(1));
    }

    /// Asks the running functions to end; false when none runs.
    pub(crate) fn kill(&self) -> bool {
        let runs = self.depth.get() > 0;
        self.killed.set(runs);
        runs
    }

    /// Whether somebody asked.
    #[inline]
    pub(crate) fn is_killed(&self) -> bool {
        self.killed.get()
    }
}

fn failure(error: TransactionError) -> Failure {
    match error {
        TransactionError::LimitExceeded(Limit { name, allowed, requested }) => {
            Failure::Undo { limit: name, allowed, requested }
        }
        // The levels and the store's transactions are opened and ended in pairs, here and nowhere else.
        TransactionError::NotOpen => Failure::Trap("the store has no transaction to end".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kill_reaches_whoever_runs_and_not_the_next_call() {
        let running = Running::default();
        assert!(!running.kill(), "nothing runs");
        running.begin(true);
        assert!(running.kill());
        running.begin(false);
        assert!(running.is_killed(), "an inner call does not forget it");
        running.leave();
        running.leave();
        assert!(!running.kill());
        running.begin(true);
        assert!(!running.is_killed());
    }
}
