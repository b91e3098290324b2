//! A function that keeps trapping is not called for a while, each time for longer.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

/// How long the first pause is; each one after it is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// No pause is longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(64);

/// Counts the calls in a row that trapped.
#[derive(Debug, Default)]
pub(crate) struct Suspension {
    in_a_row: Cell<u32>,
    pause: Cell<Duration>,
    until: Cell<Option<Instant>>,
    last: RefCell<String>,
    count: Cell<u64>,
}

impl Suspension {
    /// A call came to an end that is no trap.
    #[inline]
    pub(crate) fn went_well(&self) {
        if self.in_a_row.get() != 0 {
            self.in_a_row.set(0);
            self.pause.set(Duration::ZERO);
            self.until.set(None);
        }
    }

    /// A call trapped; after so many in a row (0: never) the function is suspended. Returns for how long.
    #[cold]
    pub(crate) fn trapped(&self, reason: &dyn std::fmt::Display, after: u32, now: Instant) -> Option<Duration> {
        let in_a_row = self.in_a_row.get().saturating_add(1);
        self.in_a_row.set(in_a_row);
        if after == 0 || in_a_row < after {
            return None;
        }
        let pause = if self.pause.get().is_zero() { FIRST_PAUSE } else { 2 * self.pause.get() }.min(LONGEST_PAUSE);
        self.pause.set(pause);
        self.until.set(Some(now + pause));
        self.count.set(self.count.get() + 1);
        *self.last.borrow_mut() = reason.to_string();
        Some(pause)
    }

    /// Whether calls are refused: for how much longer. When the pause is over one call is let through, and what becomes of
    /// it decides.
    #[inline]
    pub(crate) fn left(&self) -> Option<Duration> {
        let until = self.until.get()?;
        let left = until.saturating_duration_since(Instant::now());
        (!left.is_zero()).then_some(left)
    }

    /// How many calls in a row trapped, the last of them with what.
    pub(crate) fn cause(&self) -> (u32, String) {
        (self.in_a_row.get(), self.last.borrow().clone())
    }

    /// How often it happened.
    pub(crate) fn count(&self) -> u64 {
        self.count.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traps_in_a_row_suspend_and_each_pause_is_longer() {
        let (suspension, now) = (Suspension::default(), Instant::now());
        assert_eq!(suspension.trapped(&"a", 2, now), None);
        assert_eq!(suspension.left(), None);
        assert_eq!(suspension.trapped(&"b", 2, now), Some(FIRST_PAUSE));
        assert!(suspension.left().is_some());
        assert_eq!(suspension.cause(), (2, "b".to_owned()));
        assert_eq!(suspension.trapped(&"c", 2, now), Some(2 * FIRST_PAUSE));
        for _ in 0..10 {
            suspension.trapped(&"d", 2, now);
        }
        assert_eq!(suspension.trapped(&"e", 2, now), Some(LONGEST_PAUSE));
    }

    #[test]
    fn one_call_that_goes_well_forgives_all() {
        let (suspension, now) = (Suspension::default(), Instant::now());
        suspension.trapped(&"a", 2, now);
        suspension.went_well();
        assert_eq!(suspension.trapped(&"b", 2, now), None);
    }

    #[test]
    fn switched_off_it_only_counts() {
        let (suspension, now) = (Suspension::default(), Instant::now());
        for _ in 0..1000 {
            assert_eq!(suspension.trapped(&"a", 0, now), None);
        }
    }
}
