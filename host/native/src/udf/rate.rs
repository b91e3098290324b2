//! Calls a second: a token bucket that holds one second's worth.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// Lets so many calls a second through.
#[derive(Debug)]
pub(crate) struct Rate {
    per_second: u32,
    /// Calls that may begin now, in parts, and when that was so.
    state: Cell<(f64, Option<Instant>)>,
}

impl Rate {
    pub(crate) fn new(per_second: u32) -> Rate {
        Rate { per_second, state: Cell::new((f64::from(per_second), None)) }
    }

    /// How many a second.
    pub(crate) fn per_second(&self) -> u32 {
        self.per_second
    }

    /// Counts a call that begins now; the error is how long it would have to wait.
    pub(crate) fn take(&self, now: Instant) -> Result<(), Duration> {
        let rate = f64::from(self.per_second);
        let (tokens, at) = self.state.get();
        let passed = at.map_or(0.0, |at| now.saturating_duration_since(at).as_secs_f64());
        let tokens = (tokens + passed * rate).min(rate);
        if tokens < 1.0 {
            self.state.set((tokens, Some(now)));
            return Err(Duration::from_secs_f64((1.0 - tokens) / rate));
        }
        self.state.set((tokens - 1.0, Some(now)));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_holds_so_many_calls_and_they_come_back_one_by_one() {
        let (rate, start) = (Rate::new(10), Instant::now());
        for call in 0..10 {
            assert_eq!(rate.take(start), Ok(()), "call {call}");
        }
        let wait = rate.take(start).expect_err("the eleventh");
        assert_eq!(wait, Duration::from_millis(100));
        assert_eq!(rate.take(start + wait), Ok(()));
        assert!(rate.take(start + wait).is_err());
    }
}
