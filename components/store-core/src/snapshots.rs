//! All databases as a file of Redis', written and read in pieces: `ferrite:store/snapshots`.

use std::fmt;

use crate::keyspace::DATABASES;
use crate::keyspace::access::Tracking;
use crate::keyspace::saving::{Piece, SaveError, Uses};
use crate::rdb::load::{Fault, LoadError, Report};
use crate::store::Store;

/// Why nothing is loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RestoreError {
    /// There are keys already.
    NotEmpty,
    /// A file is being loaded, a snapshot written, or a transaction open.
    Busy,
    /// None was begun, or it has ended.
    NotRunning,
    /// The file is not right. The databases are empty again.
    File(LoadError),
}

impl fmt::Display for RestoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RestoreError::NotEmpty => f.write_str("there are keys already"),
            RestoreError::Busy => f.write_str("something else is in progress"),
            RestoreError::NotRunning => f.write_str("nothing is being loaded"),
            RestoreError::File(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for RestoreError {}

/// Which changes are saved, by the count of all.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Saved {
    /// When the last snapshot began.
    begun_at: u64,
    /// When the last stored one did.
    kept_at: u64,
}

impl Store {
    /// Begins a snapshot of what there is now; what is written to from here on is in it as it was.
    pub fn snapshot_begin(&mut self) -> Result<(), SaveError> {
        self.read_clock();
        let is_lru = self.settings.get("maxmemory-policy").is_some_and(|policy| policy.ends_with("-lru"));
        let uses = match self.keyspace.tracking {
            Tracking::LeastFrequentlyUsed(rule) => Uses::Frequency(rule),
            Tracking::LeastRecentlyUsed if is_lru => Uses::Idle,
            Tracking::LeastRecentlyUsed => Uses::None,
        };
        self.keyspace.save_begin(uses)?;
        self.saved.begun_at = self.keyspace.stats.changes;
        Ok(())
    }

    /// Whoever runs the store has stored the last whole snapshot.
    pub fn snapshot_kept(&mut self) {
        self.saved.kept_at = self.saved.begun_at;
    }

    /// How many changes were made that are in no stored snapshot.
    pub fn unsaved(&self) -> u64 {
        self.keyspace.stats.changes.saturating_sub(self.saved.kept_at)
    }

    /// The next bytes of the snapshot, about `most` of them or as many as there are after `budget_us` microseconds. They
    /// may be none while it is not at its end.
    pub fn snapshot_next(&mut self, most: usize, budget_us: u32) -> Result<Piece, SaveError> {
        /// How many steps are made between two looks at the clock.
        const STEPS: u32 = 16;
        self.read_clock();
        let end_us = self.keyspace.now_us().saturating_add(u64::from(budget_us));
        let environment = &self.environment;
        let mut step = 0_u32;
        let mut in_time = || {
            step = step.wrapping_add(1);
            !step.is_multiple_of(STEPS) || environment.now_us() < end_us
        };
        self.keyspace.save_some(most.max(1), &mut in_time)
    }

    /// Ends a snapshot that is not whole; nothing if there is none.
    pub fn snapshot_abort(&mut self) {
        self.keyspace.save_abort();
    }

    /// Begins to load a file into empty databases.
    pub fn load_begin(&mut self) -> Result<(), RestoreError> {
        self.read_clock();
        if self.loading.is_some() || self.keyspace.is_saving() || self.keyspace.in_transaction() {
            return Err(RestoreError::Busy);
        }
        if !self.keyspace.is_empty() {
            return Err(RestoreError::NotEmpty);
        }
        self.loading = Some(Box::default());
        Ok(())
    }

    /// Loads the next bytes of the file. With an error loading has ended, and the databases are empty.
    pub fn load_next(&mut self, bytes: &[u8]) -> Result<(), RestoreError> {
        self.read_clock();
        let Some(mut load) = self.loading.take() else { return Err(RestoreError::NotRunning) };
        let changes = self.keyspace.stats.changes;
        let result = load.feed(&mut self.keyspace, bytes);
        // What is loaded is saved.
        self.keyspace.stats.changes = changes;
        match result {
            Ok(()) => {
                self.loading = Some(load);
                Ok(())
            }
            Err(error) => Err(self.load_failed(error)),
        }
    }

    /// The end of the file. With an error the databases are empty.
    pub fn load_end(&mut self) -> Result<Report, RestoreError> {
        let Some(load) = self.loading.take() else { return Err(RestoreError::NotRunning) };
        load.end().map_err(|error| self.load_failed(error))
    }

    /// Removes every key, which counts as no change.
    fn empty(&mut self) {
        let changes = self.keyspace.stats.changes;
        for database in 0..DATABASES {
            self.keyspace.flush(database);
        }
        self.keyspace.stats.changes = changes;
    }

    #[cold]
    fn load_failed(&mut self, error: LoadError) -> RestoreError {
        self.empty();
        RestoreError::File(error)
    }

    /// Writes everything and loads it again, within the memory that is left: DEBUG RELOAD.
    pub fn reload(&mut self) -> Result<Report, RestoreError> {
        self.snapshot_begin().map_err(|_| RestoreError::Busy)?;
        let mut file = Vec::new();
        loop {
            let piece = self.snapshot_next(usize::MAX, u32::MAX).map_err(|_| RestoreError::Busy)?;
            if file.try_reserve(piece.bytes.len()).is_err() {
                let (offset, fault) = (0, Fault::OutOfMemory);
                return Err(RestoreError::File(LoadError { offset, fault }));
            }
            file.extend_from_slice(&piece.bytes);
            if piece.is_last {
                break;
            }
        }
        self.empty();
        self.load_begin()?;
        self.load_next(&file)?;
        self.load_end()
    }
}
