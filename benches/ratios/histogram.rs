//! How long many things took: counted in buckets that grow by a sixteenth, so that ten million take no room.

use std::fmt;
use std::time::Duration;

/// Buckets for each doubling.
const STEPS: u64 = 16;

/// Counts of durations.
#[derive(Clone, Debug)]
pub(crate) struct Histogram {
    counts: Vec<u64>,
    total: u64,
    longest: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Histogram { counts: vec![0; 64 * STEPS as usize], total: 0, longest: 0 }
    }
}

impl Histogram {
    pub(crate) fn add(&mut self, duration: Duration) {
        let nanoseconds = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX).max(STEPS);
        let doubling = u64::from(nanoseconds.ilog2());
        let step = (nanoseconds >> (doubling - STEPS.ilog2() as u64)) % STEPS;
        if let Some(count) = self.counts.get_mut((doubling * STEPS + step) as usize) {
            *count += 1;
        }
        self.total += 1;
        self.longest = self.longest.max(nanoseconds);
    }

    /// The longest, in nanoseconds.
    pub(crate) fn longest(&self) -> f64 {
        self.longest as f64
    }

    /// What so many of all are not longer than, in nanoseconds: the upper end of a bucket.
    pub(crate) fn percentile(&self, percent: f64) -> f64 {
        let wanted = (self.total as f64 * percent / 100.0).ceil() as u64;
        let mut seen = 0;
        for (index, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= wanted {
                let (doubling, step) = (index as u64 / STEPS, index as u64 % STEPS);
                let end = 2f64.powi(doubling as i32) * (1.0 + (step + 1) as f64 / STEPS as f64);
                return end.min(self.longest());
            }
        }
        self.longest()
    }
}

impl fmt::Display for Histogram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} times, µs:", self.total)?;
        for percent in [50.0, 99.0, 99.9, 99.99, 99.999] {
            write!(f, " {percent}% {:.1},", self.percentile(percent) / 1e3)?;
        }
        write!(f, " longest {:.1}", self.longest() / 1e3)
    }
}
