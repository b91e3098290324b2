//! Room for what commands need: `maxmemory`, the store's own limit, and what goes when one of them is reached.

use crate::memory;
use crate::settings::Settings;
use crate::store::Store;

/// So many keys go, or slices of removed values are freed, between two looks at the clock.
const STEPS_AT_ONCE: usize = 16;

/// The limits in force.
pub(crate) struct Room {
    /// The bytes that may be used: `maxmemory`, or what the store itself can bear if that is less.
    limit: usize,
    /// As long as less is used, commands run without another look: just beyond the limit, or 0 while writes are refused.
    free_below: usize,
    /// Whether writes are refused because a snapshot has failed.
    is_unsaved: bool,
    /// How long keys are evicted before one command, in microseconds.
    patience_us: u64,
    /// Since when more is used, in microseconds since the Unix epoch.
    exceeded_since_us: Option<u64>,
}

/// How an attempt to make room ended.
enum Outcome {
    Enough,
    /// There is more to do, and it will be done.
    Unfinished,
    /// There is nothing left that may go.
    Stuck,
}

impl Default for Room {
    fn default() -> Self {
        let mut room = Room { limit: 0, free_below: 0, is_unsaved: false, patience_us: 0, exceeded_since_us: None };
        room.apply(&Settings::default(), false);
        room
    }
}

impl Room {
    /// Takes settings over, and whether the last snapshot in the background has failed.
    pub(crate) fn apply(&mut self, settings: &Settings, has_failed: bool) {
        let limit = match settings.max_memory() {
            0 => memory::DATA_MAX,
            limit => limit.min(memory::DATA_MAX),
        };
        self.limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let stops = settings.get("stop-writes-on-bgsave-error") == Some("yes");
        self.is_unsaved = has_failed && stops && settings.get("save") != Some("");
        self.free_below = if self.is_unsaved { 0 } else { self.limit.saturating_add(1) };
        self.patience_us = patience_us(settings.number("maxmemory-eviction-tenacity").unwrap_or_default());
    }
}

/// What `maxmemory-eviction-tenacity` means: linear to half a millisecond at 10, then 15 percent more with each step to
/// some two minutes at 99, and no end at 100. As in Redis.
fn patience_us(tenacity: i64) -> u64 {
    match tenacity {
        ..=10 => 50 * tenacity.max(0) as u64,
        11..=99 => (10..tenacity).fold(500.0, |patience: f64, _| patience * 1.15) as u64,
        _ => u64::MAX,
    }
}

impl Store {
    /// Whether more memory is used than may be.
    #[inline]
    pub(crate) fn is_over_limit(&self) -> bool {
        memory::used() > self.room.limit || memory::is_scarce()
    }

    /// Whether a command may run without a look at what is used and what is saved.
    #[inline]
    pub(crate) fn has_room_for_any(&self) -> bool {
        memory::used() < self.room.free_below && !memory::is_scarce()
    }

    /// Whether writes are refused because snapshots are wanted and the last one has failed.
    pub(crate) fn is_unsaved(&self) -> bool {
        self.room.is_unsaved
    }

    /// Whether writes that need more memory are refused where no key may go: in a call of a function. What the policy
    /// can make good later is let through, up to the store's own limit.
    pub(crate) fn out_of_memory(&self) -> bool {
        self.is_over_limit() && (!self.keyspace.evicts() || memory::is_scarce())
    }

    /// Before a command, when [`Store::is_over_limit`] says so: frees what was removed and evicts keys, for as long as
    /// `maxmemory-eviction-tenacity` allows. False when commands that need memory must be refused.
    #[cold]
    pub(crate) fn make_room(&mut self) -> bool {
        if self.keyspace.in_transaction() {
            return !self.out_of_memory();
        }
        if self.pause().is_some() {
            // Nothing changes meanwhile, as in Redis.
            return !memory::is_scarce();
        }
        let (patience_us, mut end_us) = (self.room.patience_us, None);
        let mut in_time = |now_us: u64| now_us < *end_us.get_or_insert(now_us.saturating_add(patience_us));
        let outcome = self.free_until(&mut in_time);
        match outcome {
            Outcome::Enough => true,
            Outcome::Unfinished => !memory::is_scarce(),
            Outcome::Stuck => false,
        }
    }

    /// Makes room while there is time; true when there is more to do. For the tick.
    pub(crate) fn go_on_making_room(&mut self, in_time: &mut dyn FnMut(u64) -> bool) -> bool {
        let may_change = !self.keyspace.in_transaction() && self.pause().is_none();
        may_change && matches!(self.free_until(in_time), Outcome::Unfinished)
    }

    /// Frees and evicts until there is room, or nothing may go, or `in_time`, which is given the time, says stop.
    fn free_until(&mut self, in_time: &mut dyn FnMut(u64) -> bool) -> Outcome {
        let mut steps = 0;
        let outcome = loop {
            if !self.is_over_limit() {
                break Outcome::Enough;
            }
            // What was removed earlier is less of a loss than another key.
            if self.keyspace.unfreed() > 0 {
                self.keyspace.free_some(|| false);
            } else if !self.keyspace.evict() {
                break Outcome::Stuck;
            }
            steps += 1;
            if steps % STEPS_AT_ONCE == 0 && !in_time(self.clock_us()) {
                break Outcome::Unfinished;
            }
        };
        self.note_excess(!matches!(outcome, Outcome::Enough));
        outcome
    }

    fn note_excess(&mut self, exceeds: bool) {
        let now_us = self.keyspace.now_us();
        if exceeds {
            self.room.exceeded_since_us.get_or_insert(now_us);
        } else if let Some(since_us) = self.room.exceeded_since_us.take() {
            self.stats.exceeded_us += now_us.saturating_sub(since_us);
        }
    }

    /// How long more was used than may be: all in all, and without interruption until now; in milliseconds.
    pub(crate) fn exceeded_ms(&self) -> (u64, u64) {
        let current_us =
            self.room.exceeded_since_us.map_or(0, |since_us| self.keyspace.now_us().saturating_sub(since_us));
        ((self.stats.exceeded_us + current_us) / 1000, current_us / 1000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenacity_is_half_a_millisecond_by_default_and_has_no_end_at_its_most() {
        assert_eq!([0, 1, 10].map(patience_us), [0, 50, 500]);
        assert_eq!([11, 20].map(patience_us), [575, 2022]);
        assert!((120_000_000..130_000_000).contains(&patience_us(99)));
        assert_eq!(patience_us(100), u64::MAX);
    }
}
