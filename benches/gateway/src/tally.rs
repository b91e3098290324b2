//! What is counted: times, and errors by their kind.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

/// Durations of one kind.
#[derive(Debug, Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    pub(crate) fn add(&mut self, time: Duration) {
        self.0.push(time);
    }

    /// Count, mean, percentiles and the longest, in milliseconds; `null` without any.
    pub(crate) fn report(&mut self) -> Value {
        self.0.sort_unstable();
        let Some(longest) = self.0.last() else { return Value::Null };
        let mean = self.0.iter().sum::<Duration>().as_secs_f64() / self.0.len() as f64;
        json!({
            "count": self.0.len(),
            "mean": mean * 1e3,
            "p50": milliseconds(percentile(&self.0, 50.0)),
            "p90": milliseconds(percentile(&self.0, 90.0)),
            "p99": milliseconds(percentile(&self.0, 99.0)),
            "p999": milliseconds(percentile(&self.0, 99.9)),
            "most": milliseconds(*longest),
        })
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The least of the sorted times that as many percent of them do not exceed (nearest rank); zero without any.
fn percentile(sorted: &[Duration], percent: f64) -> Duration {
    let rank = (percent / 100.0 * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

/// How an exchange ended that is no good answer: a status, or what broke.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Failure {
    Status(u16),
    Connect,
    Reset,
    Timeout,
    Unfinished,
}

impl Failure {
    fn name(&self) -> String {
        match self {
            Failure::Status(status) => status.to_string(),
            Failure::Connect => "connect".to_owned(),
            Failure::Reset => "reset".to_owned(),
            Failure::Timeout => "timeout".to_owned(),
            Failure::Unfinished => "unfinished".to_owned(),
        }
    }
}

/// Failures by kind.
#[derive(Debug, Default)]
pub(crate) struct Failures(BTreeMap<Failure, u64>);

impl Failures {
    pub(crate) fn add(&mut self, failure: Failure) {
        *self.0.entry(failure).or_default() += 1;
    }

    pub(crate) fn report(&self) -> Value {
        self.0.iter().map(|(failure, count)| (failure.name(), json!(count))).collect::<serde_json::Map<_, _>>().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(milliseconds: impl IntoIterator<Item = u64>) -> Vec<Duration> {
        milliseconds.into_iter().map(Duration::from_millis).collect()
    }

    #[test]
    fn percentiles_are_those_of_nearest_rank() {
        let times = all(1..=200);
        for (percent, expected) in [(0.0, 1), (50.0, 100), (99.0, 198), (99.9, 200), (100.0, 200)] {
            assert_eq!(percentile(&times, percent), Duration::from_millis(expected), "{percent} %");
        }
        assert_eq!(percentile(&all([7]), 50.0), Duration::from_millis(7));
        assert_eq!(percentile(&[], 50.0), Duration::ZERO);
    }

    #[test]
    fn times_need_not_come_sorted() {
        let mut times = Times(all([3, 1, 2]));
        let report = times.report();
        assert_eq!((&report["p50"], &report["most"], &report["mean"]), (&json!(2.0), &json!(3.0), &json!(2.0)));
        assert_eq!(Times::default().report(), Value::Null);
    }

    #[test]
    fn failures_are_counted_by_kind() {
        let mut failures = Failures::default();
        for failure in [Failure::Status(429), Failure::Timeout, Failure::Status(429)] {
            failures.add(failure);
        }
        assert_eq!(failures.report(), json!({"429": 2, "timeout": 1}));
    }
}
