//! Fields whose time has come.

use super::packed::{self, TRIPLE};
use super::{Hash, Inverse, Log};
use crate::table::Keyed;

impl Hash {
    /// A time before which no field expires.
    #[inline]
    pub(super) fn earliest_ms(&self) -> Option<i64> {
        let earliest = match self {
            Hash::Pairs(_) => return None,
            Hash::Timed(timed) => timed.earliest_ms,
            Hash::Large(large) => large.earliest_ms,
        };
        Some(earliest).filter(|&earliest| earliest != i64::MAX)
    }

    /// Whether there may be fields whose time has come.
    #[inline]
    pub fn has_expired(&self, now_ms: i64) -> bool {
        self.earliest_ms().is_some_and(|earliest| earliest < now_ms)
    }

    /// Removes fields whose time has come, about `most` of them; returns how many. There are no others when it is less.
    pub fn expire(&mut self, most: usize, log: &mut Log<'_>) -> usize {
        let now_ms = log.now_ms;
        let mut removed = 0;
        match self {
            Hash::Pairs(_) => {}
            Hash::Timed(timed) => {
                let mut earliest_ms = i64::MAX;
                let mut next = timed.pack.first();
                while let Some(at) = next {
                    let field = packed::field(&timed.pack, at, TRIPLE);
                    if field.lives(now_ms) {
                        earliest_ms = earliest_ms.min(field.expire_ms.unwrap_or(i64::MAX));
                        next = (0..TRIPLE).try_fold(at, |at, _| timed.pack.next(at));
                    } else {
                        log.record(|| Inverse::put(&field, packed::index(&timed.pack, at, TRIPLE)));
                        timed.pack.remove(at, TRIPLE);
                        removed += 1;
                        // What stood behind it has its place now, if anything did.
                        next = timed.pack.still(at);
                    }
                }
                timed.earliest_ms = earliest_ms;
            }
            Hash::Large(large) => loop {
                let Some(names) = large.table.due(&mut large.cursor, now_ms - 1, SEGMENTS_A_STEP) else {
                    (large.cursor, large.earliest_ms) = (0, large.table.earliest_ms().unwrap_or(i64::MAX));
                    break;
                };
                for name in names {
                    if let Some((hash, at)) = large.position(&name) {
                        let old = large.table.remove(hash, at);
                        debug_assert!(old.expire_ms().is_some());
                        log.record(|| Inverse::Put { item: old, index: 0 });
                        removed += 1;
                    }
                }
                if removed >= most {
                    break;
                }
            },
        }
        removed
    }
}

/// How many segments of a table are looked at in one step.
const SEGMENTS_A_STEP: usize = 1024;
