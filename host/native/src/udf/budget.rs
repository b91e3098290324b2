//! A share of the shard's time: what calls take is counted against what has passed, so that many short calls are bounded
//! as one long call is.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// The most time that is remembered: whoever used too much waits for no longer than this divided by its share.
pub(crate) const MOST_DEBT: Duration = Duration::from_secs(1);

/// What a share of all the time is.
const WHOLE: u64 = 1 << 16;

/// A leaky bucket of time: calls fill it, and it drains by a share of what passes. In whole nanoseconds, because every call
/// comes by.
#[derive(Debug)]
pub(crate) struct Budget {
    /// Of [`WHOLE`].
    share: u64,
    /// What may be used at once before anybody waits.
    burst_ns: u64,
    level_ns: Cell<u64>,
    /// When the level was right.
    at: Cell<Option<Instant>>,
    exceeded: Cell<bool>,
}

impl Budget {
    /// A budget of `share` (0 to 1) of the time, measured over `window`.
    pub(crate) fn new(share: f64, window: Duration) -> Budget {
        Budget {
            share: (share.clamp(0.0, 1.0) * WHOLE as f64) as u64,
            burst_ns: nanoseconds(window.mul_f64(share)),
            level_ns: Cell::default(),
            at: Cell::default(),
            exceeded: Cell::default(),
        }
    }

    /// Counts a call that ended now.
    #[inline]
    pub(crate) fn spend(&self, now: Instant, took: Duration) {
        if self.share == WHOLE {
            return;
        }
        let level = self.drained(now).saturating_add(nanoseconds(took)).min(nanoseconds(MOST_DEBT));
        self.level_ns.set(level);
        self.at.set(Some(now));
        self.exceeded.set(level > self.burst_ns);
    }

    /// Whether it was used up when the last call ended: reads no clock.
    #[inline]
    pub(crate) fn may_be_exceeded(&self) -> bool {
        self.exceeded.get()
    }

    /// Whether it is used up now.
    pub(crate) fn is_exceeded(&self, now: Instant) -> bool {
        self.exceeded.get() && self.drained(now) > self.burst_ns
    }

    /// Whether so much was used that nothing more is forgiven.
    pub(crate) fn is_drawn_out(&self, now: Instant) -> bool {
        self.exceeded.get() && self.drained(now) >= nanoseconds(MOST_DEBT) / 10 * 9
    }

    #[inline]
    fn drained(&self, now: Instant) -> u64 {
        let Some(at) = self.at.get() else { return 0 };
        let passed = nanoseconds(now.saturating_duration_since(at));
        // More than a day drains everything there can be.
        self.level_ns.get().saturating_sub(passed.min(1 << 47) * self.share / WHOLE)
    }
}

/// 584 years at the most.
#[inline]
fn nanoseconds(duration: Duration) -> u64 {
    duration.as_secs().saturating_mul(1_000_000_000).saturating_add(duration.subsec_nanos().into())
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
