//! What the core is given: time, chance, the store and a log.

use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use ferrite_gateway::{Level, Reply, StoreError, World};

use crate::store::Remote;

/// The world of this instance's one exchange.
pub(crate) struct Platform {
    /// None where nobody said where it is.
    pub(crate) store: Option<Remote>,
}

impl World for Platform {
    fn now_ms(&self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }

    fn random(&self) -> u64 {
        getrandom::u64().expect("the platform has random numbers")
    }

    fn store(&self, argv: &[&[u8]]) -> Result<Reply, StoreError> {
        match &self.store {
            Some(store) => store.run(argv, |reason| self.log(Level::Warning, reason)),
            None => Err(StoreError::Unavailable("the Config Store has no value store-url".to_owned())),
        }
    }

    fn store_later(&self, argv: &[&[u8]]) {
        if let Some(store) = &self.store {
            store.run_later(argv, |reason| self.log(Level::Warning, reason));
        }
    }

    fn log(&self, level: Level, text: &str) {
        log(level, text);
    }
}

impl Platform {
    /// The exchange is over: what was left for later.
    pub(crate) fn end(&self) {
        if let Some(store) = &self.store {
            store.flush(|reason| self.log(Level::Warning, reason));
        }
    }
}

/// A line on standard error, which log tailing shows.
pub(crate) fn log(level: Level, text: &str) {
    let level = match level {
        Level::Debug => return,
        Level::Info => "info",
        Level::Warning => "warning",
        Level::Error => "error",
    };
    // In one piece: each is a line of the log. Where nobody reads it, nothing is lost.
    let _ = std::io::stderr().write_all(format!("{level}: {text}\n").as_bytes());
}
