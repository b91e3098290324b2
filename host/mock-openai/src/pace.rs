//! The pauses of one exchange.

use std::time::Duration;

use crate::digest::{fraction, mix};
use crate::script::{Decision, Pause};

/// Pauses, each longer by the jitter's share that the seed gives it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Pace {
    latency: Duration,
    first: Duration,
    between: Duration,
    jitter: Duration,
    chance: u64,
}

impl Pace {
    pub(crate) fn new(decision: &Decision) -> Pace {
        let time = |pause: Option<Pause>| pause.unwrap_or_default().0;
        Pace {
            latency: time(decision.then.latency),
            first: time(decision.then.first_chunk),
            between: time(decision.then.between_chunks),
            jitter: time(decision.then.jitter),
            chance: decision.chance,
        }
    }

    /// Before the head.
    pub(crate) fn latency(&self) -> Duration {
        self.with_jitter(self.latency, 0)
    }

    /// Before the piece of content that comes after so many others.
    pub(crate) fn pause(&self, chunks: u64) -> Duration {
        self.with_jitter(if chunks == 0 { self.first } else { self.between }, chunks + 1)
    }

    // Jitter belongs to a pause: where there is none, nothing is added.
    fn with_jitter(&self, pause: Duration, nth: u64) -> Duration {
        if pause.is_zero() || self.jitter.is_zero() {
            return pause;
        }
        pause + self.jitter.mul_f64(fraction(mix(&[self.chance, nth])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::{Active, Seen, Then};

    fn pace(script: &str) -> Pace {
        let seen = Seen { path: "/", key: "", model: "", is_stream: true, body: b"" };
        Pace::new(&Active::new(script.parse().expect("a script"), &Then::default()).decide(&seen))
    }

    #[test]
    fn jitter_makes_a_pause_longer_and_repeats() {
        let script = "[default]\nlatency = \"10ms\"\nbetween-chunks = \"20ms\"\njitter = \"5ms\"";
        let pauses = |pace: Pace| (0..100).map(|nth| pace.pause(nth)).collect::<Vec<_>>();
        let all = pauses(pace(script));
        assert_eq!(all, pauses(pace(script)));
        assert_eq!(all[0], Duration::ZERO);
        let (least, most) = (Duration::from_millis(20), Duration::from_millis(25));
        assert!(all[1..].iter().all(|pause| (least..most).contains(pause)));
        assert!(all[1..].iter().any(|pause| *pause != all[1]));
        assert!((10..15).contains(&pace(script).latency().as_millis()));
    }
}
