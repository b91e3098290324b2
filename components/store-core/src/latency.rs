//! How long things took: the monitor's events, and the distribution of a command's times.
//! <https://redis.io/docs/latest/operate/oss_and_stack/management/optimization/latency-monitor/>

use std::collections::VecDeque;

/// As many samples of an event are kept.
const SAMPLES: usize = 160;

/// Events that took long, by name: there are two names.
#[derive(Default)]
pub struct Monitor {
    /// The events.
    pub events: Vec<Event>,
}

/// What took long.
pub struct Event {
    /// `command`, or `fast-command`.
    pub name: &'static str,
    /// The second since the Unix epoch and the longest time in it, in milliseconds; the latest last.
    pub samples: VecDeque<(u64, u64)>,
    /// The longest of all, in milliseconds.
    pub longest_ms: u64,
}

impl Monitor {
    /// Notes that something took so long.
    #[cold]
    #[inline(never)]
    pub fn add(&mut self, name: &'static str, time_s: u64, took_ms: u64) {
        let at = self.events.iter().position(|event| event.name == name).unwrap_or_else(|| {
            self.events.push(Event { name, samples: VecDeque::new(), longest_ms: 0 });
            self.events.len() - 1
        });
        let Some(event) = self.events.get_mut(at) else { return };
        event.longest_ms = event.longest_ms.max(took_ms);
        match event.samples.back_mut() {
            Some((second, longest_ms)) if *second == time_s => *longest_ms = (*longest_ms).max(took_ms),
            _ => {
                if event.samples.len() == SAMPLES {
                    event.samples.pop_front();
                }
                event.samples.push_back((time_s, took_ms));
            }
        }
    }

    /// The event of this name, in any case.
    pub fn event(&self, name: &[u8]) -> Option<&Event> {
        self.events.iter().find(|event| event.name.as_bytes().eq_ignore_ascii_case(name))
    }
}

/// A power of two of microseconds a bucket: the last is everything beyond eight seconds.
const BUCKETS: usize = 24;

/// How many calls took at most 1, 2, 4 … microseconds.
#[derive(Clone, Debug, Default)]
pub struct Histogram([u64; BUCKETS]);

impl Histogram {
    /// Counts calls that took so long.
    pub fn add(&mut self, took_us: u64, calls: u64) {
        let bucket = took_us.max(1).next_power_of_two().trailing_zeros() as usize;
        if let Some(count) = self.0.get_mut(bucket.min(BUCKETS - 1)) {
            *count = count.saturating_add(calls);
        }
    }

    /// All calls.
    pub fn calls(&self) -> u64 {
        self.0.iter().sum()
    }

    /// The buckets that somebody is in, each by its most microseconds and the calls in it and below.
    pub fn cumulative(&self) -> Vec<(u64, u64)> {
        let mut below = 0;
        let mut buckets = Vec::new();
        for (power, count) in self.0.iter().enumerate().filter(|(_, count)| **count != 0) {
            below += count;
            buckets.push((1 << power, below));
        }
        buckets
    }

    /// The microseconds that so many of a hundred calls do not exceed.
    pub fn percentile(&self, percent: f64) -> u64 {
        let wanted = self.calls() as f64 * percent / 100.0;
        let buckets = self.cumulative();
        let found = buckets.iter().find(|(_, calls)| *calls as f64 >= wanted).or(buckets.last());
        found.map_or(0, |(most_us, _)| *most_us)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_counts_by_powers_of_two() {
        let mut histogram = Histogram::default();
        for took_us in [0, 1, 2, 3, 4, 5, u64::MAX >> 1] {
            histogram.add(took_us, 1);
        }
        histogram.add(100, 64);
        assert_eq!(histogram.cumulative(), [(1, 2), (2, 3), (4, 5), (8, 6), (128, 70), (1 << 23, 71)]);
        assert_eq!(histogram.calls(), 71);
        assert_eq!(histogram.percentile(50.0), 128);
        assert_eq!(histogram.percentile(1.0), 1);
        assert_eq!(histogram.percentile(100.0), 1 << 23);
        assert_eq!(Histogram::default().percentile(50.0), 0);
    }

    #[test]
    fn the_monitor_keeps_the_longest_of_each_second_and_the_latest_seconds() {
        let mut monitor = Monitor::default();
        for second in 0..200 {
            monitor.add("command", second, 5);
            monitor.add("command", second, 7);
            monitor.add("command", second, 6);
        }
        let event = monitor.event(b"COMMAND").expect("it was added");
        assert_eq!((event.samples.len(), event.longest_ms), (SAMPLES, 7));
        assert_eq!((event.samples.front(), event.samples.back()), (Some(&(40, 7)), Some(&(199, 7))));
        assert!(monitor.event(b"fast-command").is_none());
    }
}
