//! How long calls took: a histogram in powers of two of a microsecond.

use std::cell::Cell;
use std::time::Duration;

/// The last bucket holds everything from about four seconds on.
const BUCKETS: usize = 24;

/// Counts of durations; bucket `n` holds those below 2ⁿ µs that the one before it does not.
#[derive(Debug, Default)]
pub(crate) struct Durations {
    buckets: [Cell<u64>; BUCKETS],
    sum: Cell<Duration>,
    longest: Cell<Duration>,
}

impl Durations {
    /// Counts one.
    #[inline]
    pub(crate) fn add(&self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let index = (u64::BITS - micros.leading_zeros()) as usize;
        if let Some(bucket) = self.buckets.get(index.min(BUCKETS - 1)) {
            bucket.set(bucket.get() + 1);
        }
        self.sum.set(self.sum.get() + took);
        self.longest.set(self.longest.get().max(took));
    }

    /// All of them together.
    pub(crate) fn sum(&self) -> Duration {
        self.sum.get()
    }

    /// The longest.
    pub(crate) fn longest(&self) -> Duration {
        self.longest.get()
    }

    /// Upper bounds in microseconds, each with how many are below it; the last bound is open.
    pub(crate) fn cumulative(&self) -> impl Iterator<Item = (Option<u64>, u64)> + '_ {
        let mut below = 0;
        self.buckets.iter().enumerate().map(move |(index, bucket)| {
            below += bucket.get();
            ((index + 1 < BUCKETS).then(|| 1 << index), below)
        })
    }

    /// A bound in microseconds below which `share` (0 to 1) of them are, at most twice what it really is; 0 when there are
    /// none.
    pub(crate) fn quantile_us(&self, share: f64) -> u64 {
        let count: u64 = self.buckets.iter().map(Cell::get).sum();
        let wanted = (count as f64 * share).ceil() as u64;
        let longest = u64::try_from(self.longest.get().as_micros()).unwrap_or(u64::MAX);
        if count == 0 {
            return 0;
        }
        let bound = self.cumulative().find(|(_, below)| *below >= wanted).and_then(|(bound, _)| bound);
        bound.map_or(longest, |bound| bound.min(longest.max(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_bounds_and_the_longest_is_exact() {
        let durations = Durations::default();
        assert_eq!(durations.quantile_us(0.5), 0);
        for micros in 1..=100 {
            durations.add(Duration::from_micros(micros));
        }
        assert_eq!(durations.quantile_us(0.5), 64);
        assert_eq!(durations.quantile_us(1.0), 100);
        assert_eq!((durations.sum().as_micros(), durations.longest().as_micros()), (5050, 100));
        durations.add(Duration::from_secs(100));
        assert_eq!(durations.quantile_us(1.0), 100_000_000);
        assert_eq!(durations.cumulative().last(), Some((None, 101)));
        assert_eq!(durations.cumulative().next(), Some((Some(1), 0)), "one microsecond is not below one");
    }
}
