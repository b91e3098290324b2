//! When requests are due: one in each slot of `1 / rate` seconds, at a time within it that looks like chance.
//!
//! At even distances the requests would keep step with the clocks of those who are measured, whose timers tick once a
//! millisecond: a gateway could be hidden in the rounding. The same seed gives the same times.

use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// The times, from the beginning on, of `rate` requests a second.
pub(crate) fn times(rate: f64, seconds: f64, seed: u64) -> impl Iterator<Item = Duration> {
    let mut state = seed;
    // The product is rounded: 500 a second for 10 s are 5000, not one less.
    let count = (rate * seconds).round() as u64;
    (0..count).map(move |slot| Duration::from_secs_f64((slot as f64 + fraction(&mut state)) / rate))
}

/// From 0 to below 1, by SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
fn fraction(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut bits = *state;
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^= bits >> 31;
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

/// Gives each time when it comes. A thread of its own sleeps: the runtime's timers are exact to a millisecond only.
pub(crate) fn start(
    began: Instant,
    times: impl Iterator<Item = Duration> + Send + 'static,
) -> UnboundedReceiver<Instant> {
    // Whoever cannot keep up finds all of them here, with their times.
    let (due, receiver) = unbounded_channel();
    thread::spawn(move || {
        for time in times {
            let time = began + time;
            thread::sleep(time.saturating_duration_since(Instant::now()));
            if due.send(time).is_err() {
                return;
            }
        }
    });
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_time_in_each_slot_and_the_seed_repeats_them() {
        let all: Vec<_> = times(500.0, 2.0, 7).collect();
        assert_eq!(all.len(), 1000);
        for (slot, time) in all.iter().enumerate() {
            let slots = time.as_secs_f64() * 500.0;
            assert!((slot as f64..slot as f64 + 1.001).contains(&slots), "{slots} in slot {slot}");
        }
        assert_eq!(all, times(500.0, 2.0, 7).collect::<Vec<_>>());
        assert_ne!(all, times(500.0, 2.0, 8).collect::<Vec<_>>());
    }

    #[test]
    fn times_spread_over_the_millisecond() {
        let early = times(500.0, 20.0, 1).filter(|time| time.subsec_nanos() % 1_000_000 < 500_000).count();
        assert!((4500..5500).contains(&early), "{early} of 10000");
    }
}
