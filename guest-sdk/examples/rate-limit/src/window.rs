//! Two counters: requests of the current window of time, and of the one before.

use std::fmt;

/// The counters at one moment. All arithmetic is on integers, in units of `1 / length_ms` requests.
pub(crate) struct Window {
    /// The number of the window since the Unix epoch.
    index: u64,
    previous: u64,
    pub(crate) current: u64,
    /// Milliseconds since the window began.
    elapsed_ms: u64,
    length_ms: u64,
}

/// The counters as they are stored: `index previous current`.
pub(crate) struct Stored {
    index: u64,
    previous: u64,
    current: u64,
}

impl Window {
    pub(crate) fn parse(stored: &[u8]) -> Option<Stored> {
        let mut numbers = std::str::from_utf8(stored).ok()?.split(' ').map(|number| number.parse().ok());
        let stored = Stored { index: numbers.next()??, previous: numbers.next()??, current: numbers.next()?? };
        numbers.next().is_none().then_some(stored)
    }

    /// The counters now.
    pub(crate) fn at(now_ms: u64, length_ms: u64, stored: Option<Stored>) -> Self {
        let (index, elapsed_ms) = (now_ms / length_ms, now_ms % length_ms);
        let (previous, current) = match stored {
            Some(stored) if stored.index == index => (stored.previous, stored.current),
            Some(stored) if stored.index + 1 == index => (stored.current, 0),
            _ => (0, 0),
        };
        Self { index, previous, current, elapsed_ms, length_ms }
    }

    /// 0 when `cost` more requests are allowed now.
    pub(crate) fn retry_after_ms(&self, limit: u64, cost: u64) -> u64 {
        let left_ms = self.length_ms - self.elapsed_ms;
        match limit.checked_sub(self.current + cost) {
            // Later in this window, when it covers less of the one before.
            Some(room) => self.wait_ms(self.previous, room).saturating_sub(self.elapsed_ms),
            // In the next window, for which this one is the one before.
            None => left_ms + self.wait_ms(self.current, limit.saturating_sub(cost)),
        }
    }

    /// Milliseconds after the begin of a window until the share of `before` requests is at most `room`.
    fn wait_ms(&self, before: u64, room: u64) -> u64 {
        let covered_ms = (u128::from(room) * u128::from(self.length_ms)).checked_div(u128::from(before));
        match covered_ms.map(u64::try_from) {
            Some(Ok(covered_ms)) => self.length_ms.saturating_sub(covered_ms),
            // None came before, or there is room for any number of them.
            _ => 0,
        }
    }

    /// How many more requests are allowed now.
    pub(crate) fn remaining(&self, limit: u64) -> u64 {
        let share = u128::from(self.previous) * u128::from(self.length_ms - self.elapsed_ms);
        let share = share.div_ceil(u128::from(self.length_ms));
        limit.saturating_sub(self.current).saturating_sub(u64::try_from(share).unwrap_or(u64::MAX))
    }

    /// How long the counters matter: until the end of the next window.
    pub(crate) fn relevant_ms(&self) -> u64 {
        2 * self.length_ms - self.elapsed_ms
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.index, self.previous, self.current)
    }
}
