//! A share of the shard's time: what calls take is counted against what has passed, so that many short calls are bounded
//! as one long call is.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// The most time that is remembered: whoever used too much waits for no longer than this divided by its share.
pub(crate) const MOST_DEBT: Duration = Duration::from_secs(1);

/// A leaky bucket of time: calls fill it, and it drains at `share` seconds a second.
#[derive(Debug)]
pub(crate) struct Budget {
    share: f64,
    /// What may be used at once before anybody waits.
    burst: Duration,
    level: Cell<Duration>,
    /// When `level` was right.
    at: Cell<Option<Instant>>,
    exceeded: Cell<bool>,
}

impl Budget {
    /// A budget of `share` (0 to 1) of the time, measured over `window`.
    pub(crate) fn new(share: f64, window: Duration) -> Budget {
        Budget {
            share,
            burst: window.mul_f64(share),
            level: Cell::default(),
            at: Cell::default(),
            exceeded: Cell::default(),
        }
    }

    /// Counts a call that ended now.
    #[inline]
    pub(crate) fn spend(&self, now: Instant, took: Duration) {
        let drained = self.drained(now);
        self.level.set((drained + took).min(MOST_DEBT));
        self.at.set(Some(now));
        self.exceeded.set(self.share < 1.0 && self.level.get() > self.burst);
    }

    /// Whether it was used up when the last call ended: reads no clock.
    #[inline]
    pub(crate) fn may_be_exceeded(&self) -> bool {
        self.exceeded.get()
    }

    /// Whether it is used up now.
    pub(crate) fn is_exceeded(&self, now: Instant) -> bool {
        self.exceeded.get() && self.drained(now) > self.burst
    }

    /// Whether so much was used that nothing more is forgiven.
    pub(crate) fn is_drawn_out(&self, now: Instant) -> bool {
        self.exceeded.get() && self.drained(now) >= MOST_DEBT.mul_f64(0.9)
    }

    fn drained(&self, now: Instant) -> Duration {
        let Some(at) = self.at.get() else { return Duration::ZERO };
        self.level.get().saturating_sub(now.saturating_duration_since(at).mul_f64(self.share))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn a_function_may_use_its_share_and_a_burst() {
        let (budget, start) = (Budget::new(0.5, 100 * MS), Instant::now());
        budget.spend(start, 50 * MS);
        assert!(!budget.is_exceeded(start), "half of the window");
        budget.spend(start, MS);
        assert!(budget.is_exceeded(start));
        assert!(!budget.is_exceeded(start + 2 * MS), "it drains by half of what passes");
    }

    #[test]
    fn debts_are_bounded_so_that_nobody_waits_for_long() {
        let (budget, start) = (Budget::new(0.5, 100 * MS), Instant::now());
        budget.spend(start, 60_000 * MS);
        assert!(budget.is_exceeded(start) && budget.is_drawn_out(start));
        assert!(!budget.is_exceeded(start + 2 * MOST_DEBT));
    }

    #[test]
    fn all_of_the_time_is_no_limit() {
        let (budget, start) = (Budget::new(1.0, 100 * MS), Instant::now());
        budget.spend(start, 60_000 * MS);
        assert!(!budget.is_exceeded(start));
    }
}
